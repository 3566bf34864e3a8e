import Experiments
import FileFormats
import Telemetry

/// How often `simulate` runs a scenario: so many replications, or until figures are known well enough.
struct ReplicationOptions {
  /// How many there are at least.
  var least: Int
  /// How many there are at most.
  var most: Int
  /// How precise figures are to be; empty: `least` are run, and no more.
  var targets: [StudyRecord.PrecisionTarget]
  var jobs: Int
  /// Whether the run directory of each is kept.
  var keepsLogs: Bool

  /// Fewer say too little of how much figures vary.
  static let usualLeast = 5
  /// More than that are asked for in so many words.
  static let usualMost = 1000

  /// What a command line says; nil where it asks for a single run.
  init?(_ line: ParsedCommand) throws(UsageError) {
    let asked = ["replications", "until-precision"].filter { line.has($0) }
    guard let first = asked.first else {
      for option in ["jobs", "logs", "max-replications"] where line.has(option) {
        throw UsageError(
          "--\(option) needs --replications or --until-precision", advice: "It is about many runs.",
          command: "simulate")
      }
      return nil
    }
    for (option, advice) in [
      ("replication", "--replication runs one alone."), ("summary-only", "Without --logs no logs are kept."),
      ("report", "'sortline report' makes the page of a study."),
    ] where line.has(option) {
      throw UsageError(
        "'simulate' takes --\(first) or --\(option), not both", advice: advice, command: "simulate")
    }
    if line.has("max-replications") && !line.has("until-precision") {
      throw UsageError("--max-replications needs --until-precision", command: "simulate")
    }
    targets = []
    for text in line.values["until-precision"] ?? [] { targets.append(try Self.target(text)) }
    let range = 1...UInt64(StudyRecord.mostRuns)
    let wanted = try line.integer("replications", in: range).map { Int($0) }
    least = wanted ?? Self.usualLeast
    most = Int(try line.integer("max-replications", in: range) ?? UInt64(max(Self.usualMost, least)))
    if targets.isEmpty { most = least }
    if !targets.isEmpty && least < 2 { least = 2 }
    guard least <= most else {
      throw UsageError(
        "--max-replications \(most) is less than the \(least) that are run at least", command: "simulate")
    }
    jobs = Int(try line.integer("jobs", in: 1...UInt64(StudyRunner.mostJobs)) ?? StudyRunner.usualJobs)
    keepsLogs = line.has("logs")
  }

  /// `throughput_per_hour=0.5%`: half the confidence interval of that mean is to be at most that part of it.
  private static func target(_ text: String) throws(UsageError) -> StudyRecord.PrecisionTarget {
    let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let figure = String(halves[0])
    let names = Figures.names
    guard names.contains(figure) else {
      throw UsageError(
        "--until-precision names no figure: '\(printable(figure))'",
        advice: nearestName(to: figure, among: names).map { "Did you mean \($0)?" }
          ?? "The figures are those of summary.json.", command: "simulate")
    }
    guard halves.count == 2, halves[1].hasSuffix("%"),
      let parts = try? DecimalText(String(halves[1].dropLast())).scaled(places: 4),
      (1...1_000_000).contains(parts)
    else {
      throw UsageError(
        "--until-precision needs a figure and a percentage, not '\(printable(text))'",
        advice: "Write it as \(figure)=0.5%, above 0 and up to 100, with at most 4 decimals.",
        command: "simulate")
    }
    return StudyRecord.PrecisionTarget(figure: figure, halfWidthPartsPerMillion: parts)
  }
}

extension StudyRecord.PrecisionTarget {
  /// How near a mean is to the target: the half width in millionths of it, and whether that is near enough.
  func reached(by figure: FigureStatistics) -> (partsPerMillion: Int, isReached: Bool)? {
    guard let half = figure.halfWidth else { return nil }
    if half.count == 0 { return (0, true) }
    let mean = Int128(figure.mean.count.magnitude)
    if mean == 0 { return (Int.max, false) }
    return (
      Int(clamping: (half.count * 1_000_000 + mean - 1) / mean),
      half.count * 1_000_000 <= mean * Int128(halfWidthPartsPerMillion)
    )
  }

  /// A part in millionths as a percentage, to as many decimals as it needs.
  static func percent(_ partsPerMillion: Int) -> String {
    var text = decimalRounded(micros: partsPerMillion * 100, places: 4)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text + " %"
  }
}
