/// Takes one line of events.jsonl apart: plain JSON, the known keys in any order, others stepped over.
struct EventLineScanner {
  private let window: ByteWindow
  /// Where the scan stands; after a failure, where it went wrong.
  private(set) var at: Int
  private let end: Int
  /// What was expected where it went wrong.
  private(set) var expected = "an object"

  init(window: ByteWindow, at start: Int, end: Int) {
    self.window = window
    at = start
    self.end = end
  }

  /// The event; nil if the line is none.
  mutating func event() -> EventLine? {
    var event = EventLine(
      line: 0, byteOffset: 0, sequence: -1, elapsed: -1, timestamp: "", severity: "", name: "", attributes: []
    )
    guard take(UInt8(ascii: "{")) else { return nil }
    var first = true
    while true {
      if take(UInt8(ascii: "}")) { break }
      if !first { guard take(UInt8(ascii: ",")) else { return fail("\",\" or \"}\"") } }
      first = false
      guard let key = string(), take(UInt8(ascii: ":")) else { return fail("a key and \":\"") }
      let start = at
      if key == "attributes" {
        guard attributes(into: &event) else { return nil }
        continue
      }
      guard let value = value() else { return nil }
      switch key {
      case "event_name": event.name = value
      case "run_id": event.runID = value
      case "schema_version":
        guard value == "1" else {
          at = start
          return fail("schema_version 1")
        }
      case "severity_text": event.severity = value
      case "timestamp": event.timestamp = value
      case "seq", "elapsed_ns":
        guard let number = Int(value) else {
          at = start
          return fail("a whole number")
        }
        if key == "seq" { event.sequence = number } else { event.elapsed = Int64(number) }
      default: break
      }
    }
    guard at == end else { return fail("the end of the line") }
    guard !event.name.isEmpty, event.sequence >= 0, event.elapsed >= 0 else {
      return fail("the keys seq, elapsed_ns and event_name")
    }
    return event
  }

  private mutating func fail(_ expected: String) -> EventLine? {
    self.expected = expected
    return nil
  }

  private mutating func attributes(into event: inout EventLine) -> Bool {
    guard take(UInt8(ascii: "{")) else {
      expected = "an object of attributes"
      return false
    }
    event.attributes.reserveCapacity(12)
    if take(UInt8(ascii: "}")) { return true }
    while true {
      guard let key = string(), take(UInt8(ascii: ":")) else {
        expected = "a key and \":\""
        return false
      }
      guard let value = value() else { return false }
      event.attributes.append(EventLine.Attribute(key: key, value: value))
      if take(UInt8(ascii: "}")) { return true }
      guard take(UInt8(ascii: ",")) else {
        expected = "\",\" or \"}\""
        return false
      }
    }
  }

  /// Steps over spaces and then `byte`, if it stands there.
  private mutating func take(_ byte: UInt8) -> Bool {
    while at < end, window[at] == 0x20 || window[at] == 0x09 || window[at] == 0x0D { at += 1 }
    guard at < end, window[at] == byte else { return false }
    at += 1
    return true
  }

  /// A text, number or word.
  private mutating func value() -> String? {
    while at < end, window[at] == 0x20 { at += 1 }
    if at < end, window[at] == UInt8(ascii: "\"") { return string() }
    let start = at
    while at < end {
      switch window[at] {
      case 0x30...0x39, 0x61...0x7A, 0x41...0x5A, 0x2B, 0x2D, 0x2E: at += 1
      default: return word(from: start)
      }
    }
    return word(from: start)
  }

  private mutating func word(from start: Int) -> String? {
    let text = text(start, at)
    let isNumber = text.utf8.first.map { $0 == 0x2D || ($0 >= 0x30 && $0 <= 0x39) } ?? false
    if isNumber || text == "true" || text == "false" || text == "null" { return text }
    at = start
    expected = "a text, a number, true, false or null"
    return nil
  }

  private func text(_ start: Int, _ end: Int) -> String {
    unsafe String(
      decoding: UnsafeRawBufferPointer(start: window.base + start, count: end - start), as: UTF8.self)
  }

  /// A text in double quotes, its escapes resolved.
  private mutating func string() -> String? {
    guard take(UInt8(ascii: "\"")) else {
      expected = "a text in quotes"
      return nil
    }
    let start = at
    while at < end, window[at] != UInt8(ascii: "\""), window[at] != UInt8(ascii: "\\"), window[at] >= 0x20 {
      at += 1
    }
    guard at < end else {
      expected = "the closing quote"
      return nil
    }
    if window[at] == UInt8(ascii: "\"") {
      at += 1
      return text(start, at - 1)
    }
    return escapedString(from: start)
  }

  /// The rest of a text in which a backslash stands.
  private mutating func escapedString(from start: Int) -> String? {
    var bytes = (start..<at).map { window[$0] }
    while at < end {
      let byte = window[at]
      at += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
      case 0..<0x20:
        at -= 1
        expected = "no control character"
        return nil
      case UInt8(ascii: "\\"):
        guard let scalar = escape() else {
          expected = "an escape of JSON"
          return nil
        }
        bytes += Array(String(Character(scalar)).utf8)
      default: bytes.append(byte)
      }
    }
    expected = "the closing quote"
    return nil
  }

  private mutating func escape() -> Unicode.Scalar? {
    guard at < end else { return nil }
    let byte = window[at]
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      guard let first = unit() else { return nil }
      if (0xD800...0xDBFF).contains(first) {
        guard at + 1 < end, window[at] == UInt8(ascii: "\\"), window[at + 1] == UInt8(ascii: "u") else {
          return nil
        }
        at += 2
        guard let second = unit(), (0xDC00...0xDFFF).contains(second) else { return nil }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      }
      return Unicode.Scalar(first)
    default: return nil
    }
  }

  private mutating func unit() -> UInt32? {
    guard at + 4 <= end else { return nil }
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(window[at])).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
      at += 1
    }
    return value
  }
}
