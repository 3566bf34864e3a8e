import FileFormats
import Quantities
import Soak
import Telemetry

/// Runs seeds or one case, shows how far it is, and tells what came of it.
struct SoakJob {
  let options: SoakOptions
  let console: Console

  /// Runs what was asked for; the exit code says whether everything held.
  func run() throws -> ExitCode {
    if let file = options.caseFile { return try runCase(file) }
    let started = monotonicNow()
    let hunt = SoakHunt(
      start: options.start, seeds: options.seeds, pieces: options.pieces,
      underWay: TrapNotice.install(for: options.start))
    let report = try watch(hunt, started)
    let result = SoakResult(
      report: report, took: monotonicNow() - started, seed: options.start, pieces: options.pieces)
    var cases: [SoakResult.Written] = []
    if let first = report.violations.first, !Interruption.isRequested {
      cases.append(try shrink(first))
    }
    try result.tell(console, options, cases)
    if Interruption.isRequested { return .interrupted }
    return report.violations.isEmpty && report.missing.isEmpty ? .ok : .thresholdFailed
  }

  /// Runs all seeds while nobody interrupts, with a bar that says how far it is.
  private func watch(_ hunt: SoakHunt, _ started: Nanoseconds) throws -> SoakReport {
    let display = ProgressDisplay(
      label: "soak", sink: console.err, traits: console.errTraits, isQuiet: options.isQuiet, now: started)
    func snapshot() -> ProgressSnapshot {
      let progress = hunt.progress
      return ProgressSnapshot(
        pieces: progress.pieces, expectedPieces: options.seeds * options.pieces, simulated: progress.lasted)
    }
    let report = try hunt.run(jobs: options.jobs) {
      display.update(snapshot(), now: monotonicNow())
      if Interruption.isRequested { hunt.stop() }
    }
    display.finish(snapshot(), now: monotonicNow(), interrupted: Interruption.isRequested)
    return report
  }

  /// Makes a small case of a seed that broke something, and writes it.
  private func shrink(_ failure: SoakReport.Failure) throws -> SoakResult.Written {
    if !options.isQuiet {
      console.note(
        "Seed \(failure.seed) broke \(failure.violation.invariant.rawValue); looking for a small case of it.")
    }
    let shrink = SoakShrink(
      SoakCase(seed: failure.seed, pieces: options.pieces), failure.violation
    ) { !Interruption.isRequested }
    let path = (options.out == "." ? "" : options.out + "/") + "soak-\(failure.seed).json5"
    let text = SoakCaseText(shrink.smallest, shrink.violation).text
    try writeWhole(Array(text.utf8), to: path)
    return SoakResult.Written(path: path, smallest: shrink.smallest, violation: shrink.violation)
  }

  /// Runs one case from its file.
  private func runCase(_ path: String) throws -> ExitCode {
    let file = try SoakCaseFile(path: path, kinds: SoakFault.Kind.allCases.map(\.rawValue))
    let started = monotonicNow()
    let outcome = SoakCase(file).run()
    var report = SoakReport()
    report.add(outcome, seed: file.seed)
    let result = SoakResult(
      report: report, took: monotonicNow() - started, seed: file.seed, pieces: file.pieces)
    try result.tell(console, options, [])
    return report.violations.isEmpty ? .ok : .thresholdFailed
  }
}

extension SoakCase {
  /// The case that a file says.
  init(_ file: SoakCaseFile) {
    self.init(
      seed: file.seed, pieces: file.pieces,
      faults: file.faults.compactMap { fault in
        SoakFault.Kind(rawValue: fault.kind).map {
          SoakFault($0, at: fault.at, lasts: fault.lasts, bin: fault.bin, amount: fault.amount)
        }
      })
  }
}

/// A case as a file that people can read and change.
package struct SoakCaseText {
  let soakCase: SoakCase
  let violation: SoakViolation

  /// The text of a case that was made for a violation.
  package init(_ soakCase: SoakCase, _ violation: SoakViolation) {
    self.soakCase = soakCase
    self.violation = violation
  }

  /// The file's text: JSON5, a fault a line.
  package var text: String {
    var lines = [
      "// \(violation.invariant.rawValue) at \(milliseconds(violation.at)) ms: \(printable(violation.what))",
      "{", "  schema_version: 1,", "  seed: \(soakCase.seed),", "  pieces: \(soakCase.pieces),",
      "  faults: [",
    ]
    for fault in soakCase.faults {
      var parts = ["fault: \"\(fault.kind.rawValue)\"", "at_ms: \(milliseconds(fault.at))"]
      if fault.lasts > .zero { parts.append("lasts_ms: \(milliseconds(fault.lasts))") }
      if fault.bin != 0 { parts.append("bin: \(fault.bin)") }
      if fault.amount != 0 { parts.append("amount: \(fault.amount)") }
      lines.append("    { " + parts.joined(separator: ", ") + " },")
    }
    return (lines + ["  ],", "}", ""]).joined(separator: "\n")
  }

  private func milliseconds(_ time: Nanoseconds) -> String {
    let rest = String(time.rawValue % 1_000_000)
    return "\(time.rawValue / 1_000_000)." + String(repeating: "0", count: 6 - rest.count) + rest
  }
}
