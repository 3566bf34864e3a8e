import EventRecords
import FileFormats
import Quantities
import Replay
import SorterModel
import Telemetry

/// What an earlier run amounts to: its summary.json, or the same counted anew from the events of a run cut short.
struct RunSummary {
  let directory: RunDirectory
  /// The members of summary.json.
  let facts: JSONValue
  /// Whether the run left no summary, so that this was counted from its events up to where they end.
  let isRecounted: Bool

  /// Reads the summary of the run at `path`, or counts its events.
  init(path: String) throws {
    directory = try RunDirectory(path: path)
    if folderEntries(directory.path)?.contains("summary.json") ?? false {
      facts = try Self.read(directory)
      isRecounted = false
    } else {
      let run = try RecordedRun(path: path)
      var walk = try RecordedWalk(run)
      while try walk.next() != nil {}
      facts = try Self.value(of: try walk.summary(digest: 0))
      isRecounted = true
    }
  }

  /// The text of a member; empty where there is none.
  func text(_ key: String) -> String { facts[key]?.text ?? "" }

  /// The key figures in their order; one whose value cannot be used is left out.
  var figures: [(name: String, micros: Int, unit: String, formula: String)] {
    (facts["figures"]?.items ?? []).compactMap { item in
      guard let name = item["name"]?.text, let value = item["value"]?.numberText,
        let micros = try? DecimalText(value).scaled(places: 6)
      else { return nil }
      return (name, micros, item["unit"]?.text ?? "", item["formula"]?.text ?? "")
    }
  }

  /// The value of a figure in millionths of its unit; nil where the summary has none of this name.
  func micros(_ name: String) -> Int? { figures.first { $0.name == name }?.micros }

  private static func read(_ directory: RunDirectory) throws -> JSONValue {
    let file = directory.file("summary.json")
    guard let bytes = readWhole(file, limit: 1 << 26) else {
      throw CommandFailure(
        .noInput, "'\(printable(file, limit: 240))' cannot be read: \(describeError(lastError))")
    }
    let value: JSONValue
    do throws(JSONSyntaxError) { value = try JSONValue(bytes: bytes[...]) } catch {
      throw CommandFailure(InvalidInput(error, file: file, bytes))
    }
    guard let own = value["run_id"]?.text, own == directory.text("run_id") else {
      let found = value["run_id"]?.text
      throw CommandFailure(
        InvalidInput(
          [
            Diagnostic(
              file: file, "it belongs to another run than the run.json beside it",
              found: found.map { quoted($0) } ?? "no \"run_id\"", expected: quoted(directory.text("run_id")))
          ], category: .badData))
    }
    return value
  }

  private static func value(of summary: Summary) throws -> JSONValue {
    do throws(JSONSyntaxError) { return try JSONValue(bytes: summary.json[...]) } catch {
      throw CommandFailure(.internalError, "a summary was written that cannot be read: \(error.message)")
    }
  }
}

/// Goes through the events of a run once, as lines and as records, and counts them anew.
struct RecordedWalk: ~Copyable {
  let run: RecordedRun
  /// The run with the times and thresholds of its scenario.
  let description: RunDescription
  let scenario: Scenario
  private let reader: EventLineReader
  private let names: RecordedEvents
  private var count: Recount
  private var lastNumber = 0
  private var lastElapsed: Int64 = 0
  /// Where a crash tore the log; nil where it ends with a whole line.
  private(set) var torn: Diagnostic?

  /// Opens the events of a run.
  init(_ run: RecordedRun) throws {
    let scenario = try run.scenario().scenario
    let reader = try Self.open(run.directory)
    var description = run.description
    description.metricsInterval = scenario.metricsInterval
    description.warmUp = scenario.warmUp
    description.sweepers = scenario.sweeping.sweepers
    self.run = run
    self.scenario = scenario
    self.reader = reader
    self.description = description
    names = RecordedEvents(run.profile)
    count = Recount(description)
  }

  private static func open(_ directory: RunDirectory) throws(CommandFailure) -> EventLineReader {
    do throws(InvalidInput) {
      return try EventLineReader(path: directory.file("events.jsonl"), checkingSums: true)
    } catch {
      throw CommandFailure(error, advice: "A run made with --summary-only keeps no events.")
    }
  }

  /// The next event with its number; nil at the end of what is whole.
  ///
  /// - Throws: where a line is damaged that no crash can have torn, or belongs to another run.
  mutating func next() throws -> (record: EventRecord, sequence: Int)? {
    while true {
      switch try read() {
      case .end: return nil
      case .damaged(let diagnostic):
        guard reader.isTorn else {
          throw CommandFailure(
            InvalidInput([diagnostic], category: .badData),
            advice: "'sortline verify' says what else is wrong; nothing was counted.")
        }
        torn = diagnostic
        return nil
      case .event(let line):
        guard line.runID == run.directory.text("run_id") else {
          throw CommandFailure(
            InvalidInput(
              [
                Diagnostic(
                  file: reader.name, line: line.line, "the event belongs to another run",
                  found: quoted(line.runID), expected: quoted(run.directory.text("run_id")))
              ], category: .badData))
        }
        try checkOrder(line)
        guard let record = names.record(line) else { continue }
        count.take(record)
        return (record, line.sequence)
      }
    }
  }

  /// Each event follows the one before it, by its number and in time: what is counted rests on that.
  private mutating func checkOrder(_ line: EventLine) throws(CommandFailure) {
    defer { (lastNumber, lastElapsed) = (line.sequence, line.elapsed) }
    if line.sequence == lastNumber &+ 1, line.elapsed >= lastElapsed { return }
    let what =
      line.sequence == lastNumber &+ 1
      ? "the event is earlier than the one before it"
      : "event \(line.sequence) follows event \(lastNumber)"
    throw CommandFailure(
      InvalidInput([Diagnostic(file: reader.name, line: line.line, what)], category: .badData),
      advice: "'sortline check' says what else is wrong with the run.")
  }

  /// Whether the lines bore checksums, which then fitted.
  var hasChecksums: Bool { reader.hasChecksums }

  /// Whether the run's last event was read.
  var hasEnded: Bool { count.hasEnded }

  /// What the events amount to; ends the walk.
  consuming func summary(digest: UInt64) throws -> Summary {
    do throws(RecorderError) {
      return try count.summary(expecting: scenario.expectations, digest: digest)
    } catch {
      throw CommandFailure(
        .badData, "the events of '\(printable(run.directory.path, limit: 240))' do not add up: \(error)")
    }
  }

  private func read() throws(CommandFailure) -> EventLineReader.Found {
    do throws(InvalidInput) { return try reader.next() } catch { throw CommandFailure(error) }
  }
}
