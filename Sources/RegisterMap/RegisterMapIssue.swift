/// Something wrong with a register map.
public struct RegisterMapIssue: Hashable, Sendable {
  /// Whether the map cannot be used; else it is a warning.
  public var isError: Bool
  /// The point it is about, by its place in the map; nil where one is missing.
  public var point: Int?
  /// What of the point it is about.
  public var column: Column
  /// A second point that is concerned, by its place in the map.
  public var other: Int?
  /// What is the matter, as a sentence without its full stop.
  public var message: String
  /// What stands there.
  public var found: String?
  /// What should stand there.
  public var expected: String?

  /// What of a point an issue is about, by the name of its column.
  public enum Column: String, CaseIterable, Sendable {
    /// Its name.
    case name
    /// Its unit id.
    case unit
    /// Its table.
    case table
    /// Its address.
    case address
    /// Its bit.
    case bit
    /// Its type.
    case type
    /// The order of its bytes.
    case byteOrder = "byte_order"
    /// Whether it may be written.
    case access
    /// What it does when the link is lost.
    case onLinkLoss = "on_link_loss"
  }

  /// An issue; an error unless said otherwise.
  public init(
    _ point: Int?, _ column: Column, _ message: String, found: String? = nil, expected: String? = nil,
    other: Int? = nil, isError: Bool = true
  ) {
    self.isError = isError
    self.point = point
    self.column = column
    self.other = other
    self.message = message
    self.found = found
    self.expected = expected
  }
}
