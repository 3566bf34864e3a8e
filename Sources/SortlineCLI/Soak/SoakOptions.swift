import FileFormats
import Glibc
import Soak

/// What the command line of `soak` asks for.
struct SoakOptions {
  var seeds: Int
  var pieces: Int
  var start: UInt64
  /// The file of the one case to run; nil for seeds.
  var caseFile: String?
  var jobs: Int
  /// Where case files go.
  var out: String
  var printsJSON: Bool
  var isQuiet: Bool

  /// The most seeds of one soak.
  static let mostSeeds: UInt64 = 10_000_000

  /// The options of a command line.
  init(_ line: ParsedCommand) throws(UsageError) {
    seeds = Int(try line.integer("seeds", in: 1...Self.mostSeeds) ?? 100)
    pieces = Int(try line.integer("pieces", in: 1...UInt64(SoakCaseFile.mostPieces)) ?? 300)
    start = try line.integer("start", in: 0...UInt64.max - Self.mostSeeds) ?? 1
    caseFile = line.text("case")
    jobs = Int(
      try line.integer("jobs", in: 1...UInt64(SoakHunt.mostJobs))
        ?? UInt64(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    jobs = min(jobs, seeds)
    out = line.text("out") ?? "."
    printsJSON = line.has("json")
    isQuiet = line.has("quiet")
    guard caseFile != nil else { return }
    if let other = ["seeds", "pieces", "start", "jobs"].first(where: { line.has($0) }) {
      throw UsageError(
        "'soak' takes --case or --\(other), not both", advice: "A case says itself what is run.",
        command: "soak")
    }
  }
}
