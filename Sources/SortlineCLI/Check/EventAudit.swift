import EventRecords
import FileFormats
import Telemetry

/// Reads a run's events in order and keeps count.
struct EventAudit {
  /// How a piece ended, as its event tells it.
  struct End {
    var line: Int
    var piece: Int
    var outcome: String
    var bin: String
    var reason: String

    /// Where a row of the list of pieces tells something else.
    func difference(from row: TableReader) -> Diagnostic? {
      for (column, value) in [
        ("piece", "\(piece)"), ("outcome", outcome), ("bin", bin), ("reason", reason),
      ] where row[column] != value {
        return row.diagnostic(
          at: row.index(of: column) ?? 0,
          "the row tells another \(column) than line \(line) of events.jsonl", expected: quoted(value))
      }
      return nil
    }
  }

  /// The run that every event must belong to.
  let runID: String
  var totals = RunTotals()
  /// The ends in their order.
  private(set) var ends: [End] = []
  /// Whether nothing was wrong so far.
  var isSound = true
  /// Whether the events are those of another run.
  private(set) var isForeign = false
  private var nextSequence = 1
  private var elapsed: Int64 = 0
  private var line = 0
  private var last = ""
  private var underWay: Set<Int> = []
  private var moved: Set<Int> = []
  private var riders: Set<Int> = []
  private static let names = EventKind.allCases.filter(\.isEvent).map(\.eventName)
  private static let known = Set(names)

  /// An audit of the events of one run.
  init(runID: String) { self.runID = runID }

  /// Takes in one event; says what is wrong with it.
  mutating func take(_ event: EventLine, in file: String) -> [Diagnostic] {
    var wrong: [Diagnostic] = []
    func fault(_ message: String, found: String? = nil, expected: String? = nil, near: String? = nil) {
      wrong.append(
        Diagnostic(
          file: file, line: event.line, message, found: found, expected: expected, suggestion: near))
    }
    if event.runID != runID {
      isForeign = true
      fault("the event belongs to another run", found: quoted(event.runID), expected: quoted(runID))
    }
    if !Self.known.contains(event.name) {
      fault(
        "there is no such event", found: quoted(event.name), expected: "a name of the vocabulary",
        near: nearestName(to: event.name, among: Self.names))
    }
    if let again = count(event) { fault(again) }
    if event.sequence != nextSequence {
      wrong = []
      fault("event \(event.sequence) follows event \(nextSequence - 1)")
    } else if event.elapsed < elapsed {
      fault("the event is earlier than the one before it")
    }
    nextSequence = event.sequence < .max ? event.sequence + 1 : 0
    elapsed = max(elapsed, event.elapsed)
    line = event.line
    last = event.name
    if !wrong.isEmpty { isSound = false }
    return wrong
  }

  /// Counts what the event tells of a piece; says where it cannot be.
  private mutating func count(_ event: EventLine) -> String? {
    let piece = event.number("piece") ?? 0
    switch event.name {
    case "piece.inducted":
      totals.fed += 1
      if !underWay.insert(piece).inserted { return "piece \(piece) is fed and has not ended" }
    case "piece.sorted", "piece.rejected", "piece.removed", "piece.lost":
      let outcome = String(event.name.dropFirst("piece.".count))
      // A command's numbers count up and wrap after four thousand million: within a run none comes twice. The
      // second piece of a double feed rides along with the first and its command.
      if outcome == "sorted", riders.remove(piece) == nil, let command = event.number("sequence"),
        command > 0,
        !moved.insert(command).inserted
      {
        return "command \(command) has moved a piece already"
      }
      _ = totals.add(outcome: outcome)
      ends.append(
        End(
          line: event.line, piece: piece, outcome: outcome, bin: event["bin"] ?? "",
          reason: event["reason"] ?? ""))
      // The second piece of a double feed ends without having been seen at induction.
      if underWay.remove(piece) == nil { totals.fed += 1 }
    case "plant.double_feed": riders.insert(event.number("rider") ?? 0)
    case "piece.recirculated": totals.recirculations += 1
    default: break
    }
    return nil
  }

  mutating func finish() -> [(line: Int, message: String)] {
    totals.onMachine = underWay.count
    if last == "run.ended" { return [] }
    isSound = false
    return [(line, "the last event is not run.ended: the log was cut")]
  }
}
