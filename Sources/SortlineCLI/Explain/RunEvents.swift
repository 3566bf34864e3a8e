import Glibc
import Quantities

/// The event log of a run, searched without reading more of it into memory than is asked for.
package struct RunEvents {
  /// The path of `events.jsonl`.
  package var path: String

  /// The log at this path.
  package init(path: String) { self.path = path }

  /// Hands over the events of each line that contains one of `patterns` (every line where there are none).
  package func forEach(
    containing patterns: [[UInt8]] = [], _ body: (RunEvent) throws(CommandFailure) -> Void
  ) throws(CommandFailure) {
    guard let file = LineFile(path: path) else {
      throw CommandFailure(
        .noInput, "'\(printable(path))' cannot be read: \(describeError(errno))",
        advice: "A run that was made with --summary-only has no events to explain.")
    }
    while let line = try file.next() {
      if !patterns.isEmpty, !patterns.contains(where: { line.contains(bytes: $0) }) { continue }
      let event: RunEvent
      do throws(JSONSyntaxError) {
        event = try RunEvent(line: line)
      } catch {
        let torn = file.isTorn ? " (the file ends in the middle of this line)" : ""
        throw CommandFailure(
          .badData, "\(printable(path)):\(file.lineNumber):\(error.offset + 1): \(error.message)\(torn)")
      }
      try body(event)
    }
  }

  /// Everything about the piece with this number or outside id.
  ///
  /// A number is a piece's number first; only if the run has no such piece is it an outside id.
  package func story(of name: String, plan: PlanText) throws(CommandFailure) -> PieceStory? {
    if let number = Int(name), number > 0 {
      let events = try events(ofPiece: number)
      if !events.isEmpty { return PieceStory(piece: number, events: events, plan: plan) }
    }
    var number: Int?
    try forEach(containing: [Self.idPattern(name)]) { event in
      if event.attributes["id"]?.text == name, let piece = event.integer("piece") { number = number ?? piece }
    }
    guard let number else { return nil }
    return PieceStory(piece: number, events: try events(ofPiece: number), plan: plan)
  }

  /// Every event of one piece.
  package func events(ofPiece number: Int) throws(CommandFailure) -> [RunEvent] {
    var found: [RunEvent] = []
    try forEach(containing: [",", "}"].map { Array("\"piece\":\(number)\($0)".utf8) }) { event in
      if event.integer("piece") == number { found.append(event) }
    }
    return found
  }

  /// The outside id as it stands in a line; without its last characters where those would be escaped.
  private static func idPattern(_ name: String) -> [UInt8] {
    let plain = name.prefix { $0.isASCII && $0 >= " " && $0 != "\"" && $0 != "\\" }
    return Array("\"id\":\"\(plain)".utf8)
  }
}
