/// A value of a run's own JSON files; numbers stay as they are written, members in their order.
package enum JSONValue: Sendable, Equatable {
  /// `null`
  case null
  /// `true` or `false`
  case bool(Bool)
  /// A number as it is written.
  case number(String)
  /// A text, its escapes resolved.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Members in order.
  case object([Member])

  /// A member of an object.
  package struct Member: Sendable, Equatable {
    /// The key.
    package var key: String
    /// The value.
    package var value: JSONValue
  }

  /// The value of this member; nil where there is none.
  package subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The text of a string.
  package var text: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  /// The value of a whole number.
  package var integer: Int? {
    if case .number(let text) = self { return Int(text) }
    return nil
  }

  /// A number as it is written, or a text.
  package var numberText: String? {
    if case .number(let text) = self { return text }
    return text
  }

  /// The items of an array; none for anything else.
  package var items: [JSONValue] {
    if case .array(let items) = self { return items }
    return []
  }

  /// The members of an object; none for anything else.
  package var members: [Member] {
    if case .object(let members) = self { return members }
    return []
  }
}

/// Where strict JSON was left, and what was expected there.
package struct JSONSyntaxError: Error, Equatable {
  /// The offset of the byte that is wrong, from 0.
  package var offset: Int
  /// What is wrong with it.
  package var message: String
}

extension JSONValue {
  /// The value that the bytes spell by RFC 8259, with nothing but white space around it.
  ///
  /// Strict: no comments, no trailing commas, no duplicate keys, valid UTF-8; at most 32 levels deep.
  package init(bytes: ArraySlice<UInt8>) throws(JSONSyntaxError) {
    var parser = StrictJSONParser(bytes: bytes)
    self = try parser.document()
  }
}

private struct StrictJSONParser {
  let bytes: ArraySlice<UInt8>
  var at: Int
  var depth = 0

  init(bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    at = bytes.startIndex
  }

  var peek: UInt8? { at < bytes.endIndex ? bytes[at] : nil }

  func wrong(_ message: String) -> JSONSyntaxError {
    JSONSyntaxError(offset: at - bytes.startIndex, message: message)
  }

  mutating func document() throws(JSONSyntaxError) -> JSONValue {
    skipSpace()
    let value = try value()
    skipSpace()
    if peek != nil { throw wrong("something follows the value") }
    return value
  }

  mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { at += 1 }
  }

  mutating func value() throws(JSONSyntaxError) -> JSONValue {
    guard let byte = peek else { throw wrong("the text ends where a value should stand") }
    switch byte {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  mutating func word(_ text: String, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
    guard bytes[at...].starts(with: text.utf8) else { throw wrong("this is no JSON value") }
    at += text.utf8.count
    return value
  }

  mutating func digits() -> Int {
    let start = at
    while let byte = peek, byte >= 0x30, byte <= 0x39 { at += 1 }
    return at - start
  }

  mutating func number() throws(JSONSyntaxError) -> JSONValue {
    let start = at
    if peek == UInt8(ascii: "-") { at += 1 }
    let zero = peek == UInt8(ascii: "0")
    let whole = digits()
    guard whole == 1 || (whole > 1 && !zero) else { throw wrong("this is no JSON value") }
    if peek == UInt8(ascii: ".") {
      at += 1
      guard digits() > 0 else { throw wrong("a digit should follow the point") }
    }
    if let byte = peek, byte | 0x20 == UInt8(ascii: "e") {
      at += 1
      if let sign = peek, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { at += 1 }
      guard digits() > 0 else { throw wrong("a digit should stand in the exponent") }
    }
    return .number(String(decoding: bytes[start..<at], as: UTF8.self))
  }

  mutating func enter() throws(JSONSyntaxError) {
    depth += 1
    if depth > 32 { throw wrong("the text is nested more than 32 deep") }
    at += 1
    skipSpace()
  }

  mutating func array() throws(JSONSyntaxError) -> JSONValue {
    try enter()
    var items: [JSONValue] = []
    if peek == UInt8(ascii: "]") {
      at += 1
      depth -= 1
      return .array(items)
    }
    while true {
      skipSpace()
      items.append(try value())
      skipSpace()
      if try !another(closedBy: UInt8(ascii: "]")) { return .array(items) }
    }
  }

  mutating func object() throws(JSONSyntaxError) -> JSONValue {
    try enter()
    var members: [JSONValue.Member] = []
    if peek == UInt8(ascii: "}") {
      at += 1
      depth -= 1
      return .object(members)
    }
    while true {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw wrong("a key in double quotes should stand here") }
      let key = try string()
      if members.contains(where: { $0.key == key }) {
        throw wrong("the key '\(printable(key))' stands twice")
      }
      skipSpace()
      guard peek == UInt8(ascii: ":") else { throw wrong("a colon should follow the key") }
      at += 1
      skipSpace()
      members.append(.init(key: key, value: try value()))
      skipSpace()
      if try !another(closedBy: UInt8(ascii: "}")) { return .object(members) }
    }
  }

  /// After a value: true at a comma, false at the closing bracket.
  mutating func another(closedBy bracket: UInt8) throws(JSONSyntaxError) -> Bool {
    guard let byte = peek, byte == bracket || byte == UInt8(ascii: ",") else {
      throw wrong("a comma or a closing bracket should stand here")
    }
    at += 1
    if byte == bracket { depth -= 1 }
    return byte != bracket
  }

  mutating func string() throws(JSONSyntaxError) -> String {
    at += 1
    var start = at
    var text = ""
    while let byte = peek {
      if byte == UInt8(ascii: "\"") {
        text += try decoded(start..<at)
        at += 1
        return text
      }
      if byte < 0x20 { throw wrong("a control character stands in a text") }
      at += 1
      if byte == UInt8(ascii: "\\") {
        text += try decoded(start..<at - 1)
        text.unicodeScalars.append(try escape())
        start = at
      }
    }
    throw wrong("a text is not closed")
  }

  func decoded(_ range: Range<Int>) throws(JSONSyntaxError) -> String {
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw wrong("a text is not valid UTF-8")
    }
    return text
  }

  mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
    guard let byte = peek else { throw wrong("a text is not closed") }
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let first = try hexadecimal()
      if let scalar = Unicode.Scalar(first) { return scalar }
      guard (0xD800...0xDBFF).contains(first), bytes[at...].starts(with: "\\u".utf8) else {
        throw wrong("half of a surrogate pair stands alone")
      }
      at += 2
      let second = try hexadecimal()
      guard (0xDC00...0xDFFF).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      else { throw wrong("half of a surrogate pair stands alone") }
      return scalar
    default: throw wrong("this escape means nothing in JSON")
    }
  }

  mutating func hexadecimal() throws(JSONSyntaxError) -> UInt32 {
    guard at + 4 <= bytes.endIndex,
      let value = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
    else { throw wrong("four hexadecimal digits should follow \\u") }
    at += 4
    return value
  }
}
