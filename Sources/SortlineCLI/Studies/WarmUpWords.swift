import FileFormats
import Quantities
import SorterModel

/// The option `--warm-up`, and what is said about warm-ups.
enum WarmUpWords {
  /// The option, for the commands that have it.
  static let option = OptionSpec(
    "warm-up", value: "TIME|mser-5",
    "Leave so much out of all figures, or what MSER-5 finds in each run, which runs twice then.",
    standard: "the scenario's")

  /// What the command line says.
  static func rule(_ line: ParsedCommand) throws(UsageError) -> StudyRecord.WarmUpRule {
    guard let text = line.text("warm-up") else { return .scenario }
    if text == "mser-5" { return .mser5 }
    if let time = Nanoseconds(spelled: text) { return .fixed(time) }
    throw UsageError(
      "--warm-up needs a time with its unit or mser-5, not '\(printable(text))'",
      advice: nearestName(to: text, among: ["mser-5"]).map { "Did you mean \($0)?" }
        ?? "Write it as 300s, 5m or 1h30m.", command: line.spec.name)
  }

  /// Why a fixed warm-up leaves nothing of a run; nil where it does.
  static func fault(
    _ rule: StudyRecord.WarmUpRule, of scenario: Scenario, until: Nanoseconds?
  ) -> CommandFailure? {
    guard case .fixed(let time) = rule, let end = [scenario.duration, until].compactMap(\.self).min(),
      time >= end
    else { return nil }
    return CommandFailure(
      .usage, "a warm-up of \(time.secondsText) s leaves nothing of a run of \(end.secondsText) s",
      advice: "Give a shorter one, or --warm-up mser-5.")
  }

  /// What is said where MSER-5 found no steady state.
  static func unsteady(replications: [Int]) -> String {
    let which =
      replications == [0]
      ? "the run" : "replication \(RunSelection(replications).text)"
    return
      "MSER-5 finds no steady state within the first half of \(which); the figures leave out the best cut there"
  }
}

extension SimulateOptions {
  /// Throws where the warm-up leaves nothing of the scenario's runs.
  func checkWarmUp(of scenario: Scenario) throws(CommandFailure) {
    if let fault = WarmUpWords.fault(warmUp, of: scenario, until: until) { throw fault }
  }
}
