/// One line of an events.jsonl, as read back.
public struct EventLine: Hashable, Sendable {
  /// The line's number in the file, from 1.
  public var line: Int
  /// Where in the file its first byte stands.
  public var byteOffset: Int
  /// The run it belongs to; empty where the line does not say.
  public var runID = ""
  /// Its number in the journal.
  public var sequence: Int
  /// Nanoseconds since the run began.
  public var elapsed: Int64
  /// The wall-clock time it stands for, as written.
  public var timestamp: String
  /// `INFO`, `WARN` or `ERROR`.
  public var severity: String
  /// What happened, such as `piece.assigned`.
  public var name: String
  /// What more is said of it, in the order written.
  public var attributes: [Attribute]

  /// A key with its value.
  public struct Attribute: Hashable, Sendable {
    /// The key.
    public var key: String
    /// The value: a text with its escapes resolved, or a number, `true`, `false` or `null` as written.
    public var value: String
  }

  /// The value of an attribute, if the event has it.
  public subscript(key: String) -> String? { attributes.first { $0.key == key }?.value }

  /// The value of an attribute as a whole number, if it is there and is one.
  public func number(_ key: String) -> Int? { self[key].flatMap { Int($0) } }
}
