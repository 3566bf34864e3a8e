import FileFormats
import Telemetry

/// What the command line of `compare` asks for.
struct CompareOptions {
  var paths: [String]
  /// The figures to show and to hold; nil for all.
  var figures: [String]?
  /// By how many millionths of a per cent a figure may be worse.
  var tolerance: Int
  var failsOnRegression: Bool
  var showsAll: Bool
  var format: OutputFormat
  var isQuiet: Bool

  /// The options of a command line.
  init(_ line: ParsedCommand) throws(UsageError) {
    paths = line.operands
    guard paths.count >= 2 else {
      throw UsageError(
        "'compare' needs two run directories or more",
        advice: "The first is what the others are held against.",
        command: "compare")
    }
    format = try OutputFormat(line)
    figures = line.values["kpi"]
    for name in figures ?? [] where !Figures.names.contains(name) {
      throw UsageError(
        "there is no figure '\(printable(name))'",
        advice: nearestName(to: name, among: Figures.names).map { "Did you mean \($0)?" }
          ?? "They are listed in summary.json under \"figures\".", command: "compare")
    }
    tolerance = 0
    if let text = line.text("tolerance") {
      let number = text.hasSuffix("%") ? String(text.dropLast()) : text
      guard let micros = try? DecimalText(number).scaled(places: 6), (0...100_000_000).contains(micros) else {
        throw UsageError(
          "--tolerance needs a percentage from 0 to 100, not '\(printable(text))'",
          advice: "Write it as 0.5% or 0.5.", command: "compare")
      }
      tolerance = micros
    }
    failsOnRegression = line.has("fail-on-regression")
    showsAll = line.has("all")
    isQuiet = line.has("quiet")
  }
}
