/// A value of a JSON5 file that remembers where it stands.
public struct JSONNode: Hashable, Sendable {
  /// Where its first byte stands in the file.
  public var offset: Int
  /// What it is.
  public var kind: Kind

  /// What a JSON5 value can be.
  public enum Kind: Hashable, Sendable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A number as it is written: exact, of any size, `NaN` and `Infinity` included.
    case number(DecimalText)
    /// A text, its escapes resolved.
    case string(String)
    /// Values in order.
    case array([JSONNode])
    /// Members in order; no key twice.
    case object([JSONMember])
  }
}

/// A key of a JSON5 object with its value.
public struct JSONMember: Hashable, Sendable {
  /// The key, its escapes resolved.
  public var key: String
  /// Where the key's first byte stands in the file.
  public var keyOffset: Int
  /// The value.
  public var value: JSONNode
}

extension JSONNode {
  /// Reads a text as JSON5 of at most `maximumValues` values, a million if nothing else is said.
  ///
  /// - Throws: every error that was found. Reading goes on behind a duplicate key and a missing comma
  ///   and ends at any other error in the grammar.
  public static func read(_ source: SourceText, maximumValues: Int = 1_000_000) throws(InvalidInput)
    -> JSONNode
  {
    let issues = Issues()
    let node = JSON5Reader.read(source, issues: issues, limit: maximumValues)
    try issues.throwIfFailed()
    guard let node else { throw InvalidInput(issues.ordered, category: .badData) }
    return node
  }

  /// What stands there, in words for messages: `"lien"`, `12.5`, `true`, `an object`.
  public var found: String {
    switch kind {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let number): printable(number.text, limit: 40)
    case .string(let text): quoted(text)
    case .array(let items): items.isEmpty ? "an empty list" : "a list"
    case .object: "an object"
    }
  }
}
