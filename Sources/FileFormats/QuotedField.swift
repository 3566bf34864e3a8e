/// Where a scan stands in a CSV field that may be quoted.
enum QuotedField {
  /// At the field's first byte.
  case start
  /// In a field without quotes.
  case plain
  /// Between quotes.
  case inside
  /// Behind a quote that either closes the field or is the first of two.
  case closed

  /// What a byte means where the scan stands.
  enum Meaning { case keep, drop, comma, lineEnd, fault }

  /// Takes in one byte.
  mutating func step(_ byte: UInt8) -> Meaning {
    switch (self, byte) {
    case (.start, 0x22):
      self = .inside
      return .drop
    case (.inside, 0x22):
      self = .closed
      return .drop
    case (.inside, _): return .keep
    case (.closed, 0x22):
      self = .inside
      return .keep
    case (_, 0x2C):
      self = .start
      return .comma
    case (_, 0x0A): return .lineEnd
    case (.closed, 0x0D): return .drop
    case (.closed, _): return .fault
    default:
      self = .plain
      return .keep
    }
  }
}
