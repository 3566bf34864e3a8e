import FileFormats
import Quantities

/// Where two runs part: the first event that is not the same in both, and what came before it.
///
/// Numbers and checksums of lines, the run's id and its description at the start are left aside: they differ where
/// anything does. What happened, when, and with what attributes is compared.
struct FirstDifference {
  /// How many events are the same.
  var sameEvents = 0
  /// The first that differs on either side; nil where that side has no more.
  var first: EventLine?
  var second: EventLine?
  /// The events before it, the last one last.
  var before: [EventLine] = []

  /// How many events before the difference are shown.
  static let shown = 3

  /// Whether nothing differs.
  var isNone: Bool { first == nil && second == nil }

  /// Goes through the events of both runs.
  init(_ one: RunDirectory, _ other: RunDirectory) throws(CommandFailure) {
    let (left, right) = (try Self.open(one), try Self.open(other))
    while true {
      if Interruption.isRequested {
        throw CommandFailure(.interrupted, "interrupted by \(Interruption.signalName)")
      }
      let (a, b) = (try Self.next(left), try Self.next(right))
      guard let a, let b, Self.areSame(a, b) else {
        first = a
        second = b
        return
      }
      sameEvents += 1
      before.append(a)
      if before.count > Self.shown { before.removeFirst() }
    }
  }

  private static func areSame(_ a: EventLine, _ b: EventLine) -> Bool {
    guard a.elapsed == b.elapsed, a.name == b.name else { return false }
    return a.name == "run.started" || a.attributes == b.attributes
  }

  private static func open(_ run: RunDirectory) throws(CommandFailure) -> EventLineReader {
    do throws(InvalidInput) { return try EventLineReader(path: run.file("events.jsonl")) } catch {
      throw CommandFailure(error, advice: "A run made with --summary-only keeps no events.")
    }
  }

  private static func next(_ reader: EventLineReader) throws(CommandFailure) -> EventLine? {
    do throws(InvalidInput) {
      switch try reader.next() {
      case .event(let event): return event
      case .end: return nil
      case .damaged(let diagnostic):
        // A torn tail is where a crash ended the run.
        if reader.isTorn { return nil }
        throw InvalidInput([diagnostic], category: .badData)
      }
    } catch {
      throw CommandFailure(error, advice: "'sortline verify' says what else is wrong with the run.")
    }
  }

  /// An event in one line.
  static func words(_ event: EventLine?) -> String {
    guard let event else { return "nothing more" }
    let facts = event.attributes.map { "\($0.key) \(printable($0.value))" }.joined(separator: ", ")
    return "\(Nanoseconds(event.elapsed).secondsText) s \(printable(event.name)): \(facts)"
  }
}
