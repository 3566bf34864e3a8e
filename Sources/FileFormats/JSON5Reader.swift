/// Reads JSON5 (spec.json5.org, version 1.0.0) and remembers where each value stands.
///
/// Goes on after a missing comma and after a duplicate key, so that several errors are found at
/// once; any other error in the grammar ends the reading. Depth is limited to 64, values to a million.
struct JSON5Reader {
  let source: SourceText
  let issues: Issues
  var at: Int
  private var depth = 0
  private var values = 0

  /// The deepest that lists and objects may stand inside one another.
  static let maximumDepth = 64
  /// The most values a file may have, if nothing else is said.
  static let maximumValues = 1_000_000
  /// The most values this file may have.
  let limit: Int

  /// An error in the grammar after which nothing more can be read; it is already among the issues.
  struct Stop: Error {}

  init(_ source: SourceText, issues: Issues, limit: Int) {
    self.limit = limit
    self.source = source
    self.issues = issues
    at = source.start
  }

  /// The file's one value; nil, with the reasons among `issues`, if the file is not JSON5.
  static func read(_ source: SourceText, issues: Issues, limit: Int = maximumValues) -> JSONNode? {
    var reader = JSON5Reader(source, issues: issues, limit: limit)
    do throws(Stop) {
      try reader.skipSpace()
      let node = try reader.value()
      try reader.skipSpace()
      if reader.peek != nil {
        throw reader.stop("something follows the end of the value", expected: "the end of the file")
      }
      return node
    } catch {
      return nil
    }
  }

  var peek: UInt8? { at < source.bytes.count ? source.bytes[at] : nil }

  /// The byte `distance` ahead; nil past the end.
  func byte(ahead distance: Int) -> UInt8? {
    at + distance < source.bytes.count ? source.bytes[at + distance] : nil
  }

  /// Notes an error at `offset` (here, if not given) and gives what to throw.
  func stop(_ message: String, at offset: Int? = nil, found: String? = nil, expected: String? = nil) -> Stop {
    issues.add(
      source.diagnostic(
        at: offset ?? at, message, found: found ?? (offset == nil ? foundHere : nil), expected: expected))
    return Stop()
  }

  /// What stands here, for messages.
  var foundHere: String {
    guard at < source.bytes.count else { return "the end of the file" }
    let rest = source.bytes[at..<min(source.bytes.count, at + 4)]
    guard let first = String(decoding: rest, as: UTF8.self).unicodeScalars.first else { return "nothing" }
    if first == "\n" || first == "\r" { return "the end of the line" }
    return quoted(String(Character(first)))
  }

  mutating func value() throws(Stop) -> JSONNode {
    values += 1
    if values > limit {
      throw stop("the file holds too many values", at: at, expected: "at most \(limit)")
    }
    let start = at
    guard let byte = peek else { throw stop("the file ends too early", expected: "a value") }
    switch byte {
    case UInt8(ascii: "{"): return JSONNode(offset: start, kind: .object(try object()))
    case UInt8(ascii: "["): return JSONNode(offset: start, kind: .array(try array()))
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return JSONNode(offset: start, kind: .string(try string()))
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"):
      return JSONNode(offset: start, kind: .number(try number()))
    default: return try word()
    }
  }

  /// `true`, `false`, `null`, `NaN` or `Infinity`.
  private mutating func word() throws(Stop) -> JSONNode {
    let start = at
    guard let scalar = scalarHere, isIdentifierStart(scalar) else {
      throw stop("this is not a value", expected: "a value")
    }
    let text = try identifier()
    switch text {
    case "true": return JSONNode(offset: start, kind: .bool(true))
    case "false": return JSONNode(offset: start, kind: .bool(false))
    case "null": return JSONNode(offset: start, kind: .null)
    case "NaN", "Infinity": return JSONNode(offset: start, kind: .number(DecimalText(text)))
    default:
      let near = nearestName(to: text, among: ["true", "false", "null"])
      issues.add(
        source.diagnostic(
          at: start, "this is not a value", found: printable(text),
          expected: near == nil ? "a value; a text stands in quotes" : "a value", suggestion: near))
      throw Stop()
    }
  }

  private mutating func enter() throws(Stop) {
    depth += 1
    if depth > Self.maximumDepth {
      throw stop(
        "lists and objects are nested too deeply", at: at, found: "more than \(Self.maximumDepth) levels",
        expected: "at most \(Self.maximumDepth)")
    }
    at += 1
    try skipSpace()
  }

  private mutating func array() throws(Stop) -> [JSONNode] {
    let start = at
    try enter()
    var items: [JSONNode] = []
    while true {
      if try closes(UInt8(ascii: "]"), "list", openedAt: start) { return items }
      items.append(try value())
      try comma(before: UInt8(ascii: "]"), "list")
    }
  }

  private mutating func object() throws(Stop) -> [JSONMember] {
    let start = at
    try enter()
    var members: [JSONMember] = []
    var places: [String: Int] = [:]
    while true {
      if try closes(UInt8(ascii: "}"), "object", openedAt: start) { return members }
      let keyOffset = at
      let key = try self.key()
      try skipSpace()
      guard peek == UInt8(ascii: ":") else {
        throw stop("the key \(quoted(key)) has no value", expected: "\":\"")
      }
      at += 1
      try skipSpace()
      let value = try self.value()
      if let first = places[key] {
        let (line, column) = source.position(at: first)
        issues.add(
          source.diagnostic(
            at: keyOffset, "this key stands here for the second time", found: quoted(key),
            expected: "each key once; the first is at \(line):\(column)"))
      } else {
        places[key] = keyOffset
        members.append(JSONMember(key: key, keyOffset: keyOffset, value: value))
      }
      try comma(before: UInt8(ascii: "}"), "object")
    }
  }

  /// Whether the list or object ends here; steps over its end.
  private mutating func closes(_ end: UInt8, _ what: String, openedAt start: Int) throws(Stop) -> Bool {
    if peek == end {
      at += 1
      depth -= 1
      return true
    }
    if peek == nil {
      let (line, column) = source.position(at: start)
      throw stop(
        "the file ends inside the \(what) that begins at \(line):\(column)",
        expected: quoted(String(Character(Unicode.Scalar(end)))))
    }
    return false
  }

  /// Steps over a comma; says so and goes on where one is missing between two items.
  private mutating func comma(before end: UInt8, _ what: String) throws(Stop) {
    let after = at
    try skipSpace()
    if peek == UInt8(ascii: ",") {
      at += 1
      try skipSpace()
    } else if let next = peek, next != end {
      let closing = quoted(String(Character(Unicode.Scalar(end))))
      let begins =
        next == UInt8(ascii: "\"") || next == UInt8(ascii: "'") || next == UInt8(ascii: "{")
        || next == UInt8(ascii: "[") || scalarHere.map(isIdentifierStart) ?? false
        || (end == UInt8(ascii: "]") && (next >= 0x30 && next <= 0x39))
      if !begins { throw stop("the \(what) goes wrong here", expected: "\",\" or \(closing)") }
      issues.add(
        source.diagnostic(
          at: after, "a comma is missing here", expected: "\",\" or \(closing)"))
    }
  }

  private mutating func key() throws(Stop) -> String {
    if peek == UInt8(ascii: "\"") || peek == UInt8(ascii: "'") { return try string() }
    guard let scalar = scalarHere, isIdentifierStart(scalar) || scalar == "\\" else {
      throw stop("this is not a key", expected: "a key or \"}\"")
    }
    return try identifier()
  }
}
