import Soak
import Quantities
import ControlRuntime
let args = CommandLine.arguments
let start = UInt64(args[1])!, n = Int(args[2])!, pieces = Int(args[3])!
let mode = args.count > 4 ? args[4] : ""
var report = SoakReport()
let began = MonotonicClock.now()
if mode == "each" {
  for seed in start..<start + UInt64(n) {
    let t0 = MonotonicClock.now()
    let o = SoakCase(seed: seed, pieces: pieces).run()
    print(seed, "fed", o.fed, "out", o.outcomes, "ctl", o.controllers, "faults", o.counts.total, "virtual", o.lasted.rawValue / 1_000_000, "ms took", (MonotonicClock.now() - t0).rawValue / 1_000_000, "ms", o.violation.map { "\($0)" } ?? "")
    report.add(o, seed: seed)
  }
} else if mode == "shrink" {
  let c = SoakCase(seed: start, pieces: pieces)
  let o = c.run()
  guard let v = o.violation else { fatalError("no violation") }
  print(v)
  let s = SoakShrink(c, v)
  print(s.runs, "runs", s.smallest.seed, s.smallest.pieces)
  for f in s.smallest.faults { print(f.kind.rawValue, f.at.rawValue, f.lasts.rawValue, f.bin, f.amount) }
  print(s.violation)

} else {
  report = try! SoakHunt(start: start, seeds: n, pieces: pieces).run(jobs: 2)
}
print("seeds", report.seeds, "fed", report.fed, "outcomes", report.outcomes, "controllers", report.controllers, "faults", report.counts.total, "digest", report.digest, "virtual s", report.lasted.rawValue / 1_000_000_000, "took ms", (MonotonicClock.now() - began).rawValue / 1_000_000)
for k in SoakFault.Kind.allCases { print("  ", k.rawValue, report.counts[k]) }
for v in report.violations.prefix(40) { print(v.seed, v.violation.invariant.rawValue, v.violation.at.rawValue / 1_000_000, v.violation.what) }
