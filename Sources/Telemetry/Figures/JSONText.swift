/// Puts JSON together piece by piece, indented by two spaces, keys in the order they are given.
package struct JSONText {
  /// What was put together so far.
  package private(set) var bytes: [UInt8] = []
  private var depth = 0
  private var isFirst = true

  /// Nothing yet.
  package init() {}

  /// Opens an object.
  package mutating func openObject(_ key: String? = nil) { open(key, 0x7B) }

  /// Opens a list.
  package mutating func openList(_ key: String? = nil) { open(key, 0x5B) }

  /// Closes an object.
  package mutating func closeObject() { close(0x7D) }

  /// Closes a list.
  package mutating func closeList() { close(0x5D) }

  /// A member with a text.
  package mutating func text(_ key: String, _ value: String) {
    begin(key)
    quoted(value)
  }

  /// An item of a list that is a text.
  package mutating func item(_ value: String) {
    begin(nil)
    quoted(value)
  }

  /// A member with a number that is already written out.
  package mutating func number(_ key: String, _ digits: String) {
    begin(key)
    bytes += digits.utf8
  }

  /// A member with a whole number.
  package mutating func number(_ key: String, _ value: some BinaryInteger) { number(key, String(value)) }

  /// A member that is true or false.
  package mutating func flag(_ key: String, _ value: Bool) { number(key, value ? "true" : "false") }

  private mutating func open(_ key: String?, _ bracket: UInt8) {
    begin(key)
    bytes.append(bracket)
    depth += 1
    isFirst = true
  }

  private mutating func close(_ bracket: UInt8) {
    depth -= 1
    if !isFirst { newLine() }
    bytes.append(bracket)
    isFirst = false
    if depth == 0 { bytes.append(0x0A) }
  }

  private mutating func begin(_ key: String?) {
    if depth > 0 {
      if !isFirst { bytes.append(0x2C) }
      newLine()
    }
    isFirst = false
    if let key {
      quoted(key)
      bytes += ": ".utf8
    }
  }

  private mutating func quoted(_ value: String) {
    bytes.append(0x22)
    bytes += Escaping.json(value.utf8)
    bytes.append(0x22)
  }

  private mutating func newLine() {
    bytes.append(0x0A)
    bytes += repeatElement(0x20, count: 2 * depth)
  }
}
