import FileFormats
import SorterModel
import Telemetry

/// One run as report.html tells it: figures, charts, the machine, and the log in the form that is animated.
///
/// The same run gives the same bytes.
package struct RunReport {
  /// What run.json says.
  let facts: RunFacts
  let profile: HardwareProfile
  /// Nil of a run that a crash cut short.
  let summary: RunSummary?
  /// The rows of metrics.csv; none where it is not there.
  let intervals: [RunInterval]
  /// Nil of a run that kept no log.
  let log: RunLog?
  /// What a reader must know before the figures: that the run was cut short, that logs are missing.
  private(set) var notices: [String] = []

  /// Reads the run in a folder.
  ///
  /// - Parameters:
  ///   - facts: its run.json.
  ///   - summary: its summary.json; nil where there is none.
  ///   - start: where the animation begins, in milliseconds since the run's start.
  /// - Throws: what is wrong with a file, and where. Files that are not there are left out and told in the page.
  package init(
    folder: String, facts: JSONValue, summary: JSONValue?, animatedFrom start: Int64 = 0
  ) throws(InvalidInput) {
    let input = facts["inputs"]?.items.first { $0["role"]?.text == "profile" }
    guard let text = input?["text"]?.text else {
      throw InvalidInput(
        [
          Diagnostic(
            file: folder + "/run.json", "the text of the machine's profile is not in it",
            expected: "a run of sortline 0.3 or later")
        ], category: .badData)
    }
    let name = "\(folder)/run.json: \(input?["path"]?.text ?? "profile")"
    let machine = try RecordedMachine.profile(text, file: name)
    let isCutShort = summary == nil
    let log = try Self.present { () throws(InvalidInput) in
      try RunLog.read(folder + "/events.jsonl", profile: machine, from: start)
    }
    let intervals = try Self.present { () throws(InvalidInput) in
      try RunIntervals.read(folder + "/metrics.csv", isCutShort: isCutShort)
    }
    self.init(
      facts: RunFacts(facts), profile: machine, summary: summary.map { RunSummary($0) },
      intervals: intervals ?? [], log: log)
  }

  /// A run by what was read of it.
  init(
    facts: RunFacts, profile: HardwareProfile, summary: RunSummary?, intervals: [RunInterval], log: RunLog?
  ) {
    self.facts = facts
    self.profile = profile
    self.summary = summary
    self.intervals = intervals
    self.log = log
    notices = findNotices()
  }

  /// What `body` reads, or nil where the file is not there.
  private static func present<Value>(
    _ body: () throws(InvalidInput) -> Value
  ) throws(InvalidInput) -> Value? {
    do throws(InvalidInput) {
      return try body()
    } catch  where error.category == .noInput {
      return nil
    }
  }

  /// When the last thing of the run happened, in milliseconds since its start; nil of a run without logs.
  package var end: Int64? { log?.end }

  /// How many pieces the animation shows.
  package var animatedPieces: Int { log?.pieces.count ?? 0 }

  /// Whether the run went as far as it was meant to.
  var isWhole: Bool { summary.flatMap { RunEnding(rawValue: $0.ended) }?.isWhole ?? false }

  private func findNotices() -> [String] {
    var found: [String] = []
    let until = log.map { "The log goes to \(RunClock.span($0.end))." } ?? ""
    switch summary.map({ RunEnding(rawValue: $0.ended) }) {
    case nil:
      found.append(
        "This run was cut short: it left no summary, as after a crash or while it is still going on. \(until) "
          + "Counts here are those of the log; figures with formulas need a run that ended.")
    case .interrupted: found.append("Somebody stopped this run before its end. \(until)")
    case .stuck: found.append("Nothing could move any more: pieces are still on the machine. \(until)")
    case .stopped:
      found.append("The controller stopped the machine, because it could not go on safely. \(until)")
    case .timeIsUp: found.append("The run ended when its time was over, not when its mail was. \(until)")
    case .finished, .some(nil): break
    }
    if let log {
      if log.isTorn { found.append("The last line of the log is torn off; what stands before it is shown.") }
      for away in log.absences {
        found.append("The run went on after its controller was away for \(RunClock.span(away)).")
      }
      if log.isWindowCut {
        found.append(
          "The animation shows the \(grouped(log.pieces.count)) pieces from \(RunClock.span(log.window.lowerBound)) to "
            + "\(RunClock.span(log.window.upperBound)); 'sortline report --from' begins it elsewhere.")
      }
    } else {
      found.append("This run kept no logs: there is no animation and nothing over time.")
    }
    return found
  }
}

/// The names and numbers that run.json gives a run.
struct RunFacts {
  let scenario: String
  let profile: String
  let plan: String
  let seed: String
  let runID: String
  let version: String
  let command: String
  /// When the run began, as written.
  let startsAt: String
  /// The files that it was made from.
  let inputs: [(role: String, path: String, digest: String)]

  /// What a run.json says.
  init(_ file: JSONValue) {
    scenario = file["scenario"]?.text ?? ""
    profile = file["profile"]?.text ?? ""
    plan = file["plan"]?.text ?? ""
    seed = file["seed"]?.numberText ?? ""
    runID = file["run_id"]?.text ?? ""
    version = file["program"]?["version"]?.text ?? ""
    command = file["command"]?.text ?? ""
    startsAt = file["starts_at"]?.text ?? ""
    inputs = (file["inputs"]?.items ?? []).map {
      ($0["role"]?.text ?? "", $0["path"]?.text ?? "", $0["digest"]?.text ?? "")
    }
  }
}

/// Spans of a run's time in words.
enum RunClock {
  /// `0:42`, `12:03` or `1:05:30`: minutes and seconds, with hours where there are any.
  static func text(_ milliseconds: Int64) -> String {
    let seconds = max(0, milliseconds / 1000)
    let tail = "\(twoDigits(seconds % 60))"
    if seconds < 3600 { return "\(seconds / 60):\(tail)" }
    return "\(seconds / 3600):\(twoDigits(seconds / 60 % 60)):\(tail)"
  }

  /// `42 s`, `12 min 3 s` or `1 h 5 min`.
  static func span(_ milliseconds: Int64) -> String {
    if milliseconds < 60_000 { return "\(shortNumber(Double(milliseconds) / 1000)) s" }
    let seconds = milliseconds / 1000
    if seconds < 3600 {
      return "\(seconds / 60) min" + (seconds % 60 > 0 ? " \(seconds % 60) s" : "")
    }
    return "\(grouped(seconds / 3600)) h" + (seconds / 60 % 60 > 0 ? " \(seconds / 60 % 60) min" : "")
  }
}
