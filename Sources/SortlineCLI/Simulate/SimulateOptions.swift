import FileFormats
import Quantities

/// What the command line of `simulate` asks for.
struct SimulateOptions {
  var scenario: String
  var overrides: ScenarioOverrides
  /// When the run ends at the latest, in its own time.
  var until: Nanoseconds?
  /// That time as it was typed.
  var untilText: String?
  var isStrict: Bool
  /// Where the run directory goes; nil: the first free name under `runs`.
  var out: String?
  var replacesRun: Bool
  /// Whether the logs are left out.
  var summaryOnly: Bool
  /// Whether report.html is made too.
  var writesReport: Bool
  var junit: String?
  /// In which form the result is printed.
  var format: OutputFormat
  var isQuiet: Bool
  /// Which replication alone is run, from 1; nil: the scenario's own seed as it stands.
  var replication: Int?
  /// What figures leave out.
  var warmUp: StudyRecord.WarmUpRule
  /// That as it was typed.
  var warmUpText: String?

  /// The options of a command line.
  init(_ line: ParsedCommand) throws(UsageError) {
    scenario = line.operands[0]
    overrides = ScenarioOverrides(
      profile: line.text("profile"), plan: line.text("plan"), mail: line.text("mail"),
      seed: try line.integer("seed", in: .min ... .max))
    until = try line.duration("until")
    untilText = line.text("until")
    isStrict = line.has("strict")
    out = line.text("out")
    replacesRun = line.has("force")
    summaryOnly = line.has("summary-only")
    writesReport = line.has("report")
    junit = line.text("junit")
    format = try OutputFormat(line)
    isQuiet = line.has("quiet")
    replication = try line.integer("replication", in: 1...UInt64(StudyRecord.mostRuns)).map { Int($0) }
    warmUp = try WarmUpWords.rule(line)
    warmUpText = line.text("warm-up")
    if replacesRun && out == nil {
      throw UsageError(
        "--force needs --out", advice: "Without --out a run gets a folder of its own and replaces nothing.",
        command: "simulate")
    }
  }

  /// The words that say again what run this is, for `run.json`: nothing about where it was written or shown.
  func canonicalCommand(_ inputs: [InputFile]) -> [String] {
    func shown(_ role: String, _ given: String) -> String {
      given.hasPrefix("/") ? inputs.first { $0.role == role }?.path ?? role : given
    }
    var words = ["sortline", "simulate", shown("scenario", scenario)]
    if let seed = overrides.seed { words += ["--seed", "\(seed)"] }
    for (role, given) in [("profile", overrides.profile), ("plan", overrides.plan), ("mail", overrides.mail)]
    {
      if let given { words += ["--\(role)", shown(role, given)] }
    }
    if let untilText { words += ["--until", untilText] }
    if let warmUpText { words += ["--warm-up", warmUpText] }
    if let replication { words += ["--replication", "\(replication)"] }
    if isStrict { words.append("--strict") }
    if summaryOnly { words.append("--summary-only") }
    return words
  }
}
