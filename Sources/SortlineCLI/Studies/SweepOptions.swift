import Experiments
import FileFormats
import Telemetry

/// What the command line of `sweep` asks for.
struct SweepOptions {
  var study: String
  /// Where the study's folder is; nil: under `runs`, by its name.
  var out: String?
  /// Whether earlier runs that have no place in the study any more are dropped.
  var force: Bool
  /// The runs that are wanted, as they were typed.
  var runs: String?
  var shard: Shard?
  var jobs: Int
  var keepsLogs: Bool
  var lists: Bool
  /// The figures of the table; nil: the usual ones.
  var shown: [String]?
  var printsJSON: Bool
  var isQuiet: Bool

  /// What the table shows where nothing else is said.
  static let usualFigures = [
    "throughput_per_hour", "accept_rate_percent", "time_in_system_p95_ms", "cost_per_piece",
  ]

  /// The options of a command line.
  init(_ line: ParsedCommand, environment: [String: String]) throws(UsageError) {
    study = line.operands[0]
    out = line.text("out")
    force = line.has("force")
    runs = line.text("runs")
    shard = try Shard(line, environment: environment)
    jobs = Int(try line.integer("jobs", in: 1...UInt64(StudyRunner.mostJobs)) ?? StudyRunner.usualJobs)
    keepsLogs = line.has("logs")
    lists = line.has("list")
    shown = line.values["show"]
    printsJSON = line.has("json")
    isQuiet = line.has("quiet")
    let names = Figures.names
    for name in shown ?? [] where !names.contains(name) {
      throw UsageError(
        "--show names no figure: '\(printable(name))'",
        advice: nearestName(to: name, among: names).map { "Did you mean \($0)?" }
          ?? "The figures are those of summary.json.", command: "sweep")
    }
  }

  /// The words that say one run of the study again.
  func canonicalCommand(_ run: Int) -> [String] {
    let study = study.hasPrefix("/") ? String(study.split(separator: "/").last ?? "") : study
    return ["sortline", "sweep", study, "--runs", "\(run)", "--logs"]
  }
}
