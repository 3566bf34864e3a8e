import Quantities

/// One line of `events.jsonl`.
package struct RunEvent: Sendable {
  /// Its sequence number.
  package var seq: Int
  /// Its wall-clock time as written, such as `2026-01-05T18:00:01.440000000Z`.
  package var timestamp: String
  /// Its time in the run.
  package var elapsed: Nanoseconds
  /// What happened, such as `piece.assigned`.
  package var name: String
  /// The details.
  package var attributes: JSONValue

  /// The event of one line.
  package init(line: ArraySlice<UInt8>) throws(JSONSyntaxError) {
    let value = try JSONValue(bytes: line)
    guard let seq = value["seq"]?.integer, let name = value["event_name"]?.text,
      let elapsed = value["elapsed_ns"]?.integer, let timestamp = value["timestamp"]?.text
    else {
      throw JSONSyntaxError(offset: 0, message: "an event needs seq, timestamp, elapsed_ns and event_name")
    }
    self.seq = seq
    self.name = name
    self.timestamp = timestamp
    self.elapsed = Nanoseconds(Int64(elapsed))
    attributes = value["attributes"] ?? .object([])
  }

  /// A whole number among the details.
  package func integer(_ key: String) -> Int? { attributes[key]?.integer }

  /// A text among the details, safe to print; nil where there is none or it is empty.
  package func text(_ key: String) -> String? {
    guard let text = attributes[key]?.text, !text.isEmpty else { return nil }
    return printable(text)
  }

  /// A detail as it is written: the text, or the number.
  package func written(_ key: String) -> String? {
    switch attributes[key] {
    case .number(let text): text
    case .string(let text): text.isEmpty ? nil : printable(text)
    default: nil
    }
  }

  /// The time of day as written, to milliseconds: `18:00:01.440`.
  package var timeOfDay: String {
    guard let mark = timestamp.firstIndex(of: "T") else { return timestamp }
    return String(timestamp[timestamp.index(after: mark)...].prefix(12))
  }
}
