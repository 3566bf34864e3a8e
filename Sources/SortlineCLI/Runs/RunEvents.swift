import FileFormats
import Quantities

/// The event log of a run, searched without reading more of it into memory than is asked for.
package struct RunEvents {
  /// The path of `events.jsonl`.
  package var path: String

  /// The log at this path.
  package init(path: String) { self.path = path }

  /// Hands over every event until `body` answers false.
  package func forEach(_ body: (EventLine) throws(CommandFailure) -> Bool) throws(CommandFailure) {
    let reader = try open()
    while let event = try next(of: reader, aboutPiece: nil) {
      if try !body(event) { return }
    }
  }

  /// Every event of one piece.
  package func events(ofPiece number: UInt64) throws(CommandFailure) -> [EventLine] {
    let reader = try open()
    var found: [EventLine] = []
    while let event = try next(of: reader, aboutPiece: number) { found.append(event) }
    return found
  }

  private func open() throws(CommandFailure) -> EventLineReader {
    do throws(InvalidInput) {
      return try EventLineReader(path: path)
    } catch {
      throw CommandFailure(error, advice: "A run made with --summary-only has no events to explain.")
    }
  }

  /// The next event; a damaged line is never stepped over in silence: it ends the search.
  private func next(
    of reader: EventLineReader, aboutPiece piece: UInt64?
  ) throws(CommandFailure) -> EventLine? {
    do throws(InvalidInput) {
      let found: EventLineReader.Found
      if let piece { found = try reader.next(aboutPiece: piece) } else { found = try reader.next() }
      switch found {
      case .event(let event): return event
      case .end: return nil
      case .damaged(let diagnostic):
        throw InvalidInput([diagnostic], category: .badData)
      }
    } catch {
      throw CommandFailure(error, advice: "'sortline check' on the run directory says what else is wrong.")
    }
  }
}

extension EventLine {
  /// A text among the details, safe to print; nil where there is none or it is empty.
  func text(_ key: String) -> String? {
    guard let text = self[key], !text.isEmpty else { return nil }
    return printable(text)
  }

  /// Its time in the run.
  var time: Nanoseconds { Nanoseconds(elapsed) }

  /// The date as written: `2026-01-05`.
  var date: String { printable(timestamp.prefix { $0 != "T" }) }

  /// The time of day as written, to milliseconds: `18:00:01.440`.
  var timeOfDay: String {
    guard let mark = timestamp.firstIndex(of: "T") else { return printable(timestamp) }
    return printable(timestamp[timestamp.index(after: mark)...].prefix(12))
  }
}
