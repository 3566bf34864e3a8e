/// A length in tenths of a millimetre: fine enough for the thickness of a letter.
@frozen
public struct Millimetres: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// Tenths of a millimetre.
  public var tenths: Int32

  /// A length of `tenths` tenths of a millimetre.
  @inlinable public init(tenths: Int32) { self.tenths = tenths }

  /// A length in whole millimetres, within ±214 km; traps beyond.
  @inlinable public init(_ whole: Int) { self.tenths = Int32(whole * 10) }

  /// No length.
  @inlinable public static var zero: Millimetres { Millimetres(tenths: 0) }

  @inlinable public static func < (a: Millimetres, b: Millimetres) -> Bool { a.tenths < b.tenths }
  @inlinable public static func + (a: Millimetres, b: Millimetres) -> Millimetres {
    Millimetres(tenths: a.tenths + b.tenths)
  }
  @inlinable public static func - (a: Millimetres, b: Millimetres) -> Millimetres {
    Millimetres(tenths: a.tenths - b.tenths)
  }
}

extension Millimetres: CustomStringConvertible {
  /// The length as it is written in files: `12` or `12.3`, without a unit.
  public var description: String { decimal(tenths: Int64(tenths)) }
}

/// A belt position or distance in encoder pulses, extended to 64 bits.
///
/// Sums beyond 2^63 wrap round: what the field sends must never stop the dispatcher.
@frozen
public struct Pulses: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The number of pulses.
  public var rawValue: Int64

  /// A position or distance of `rawValue` pulses.
  @inlinable public init(_ rawValue: Int64) { self.rawValue = rawValue }

  /// The position at which the run began.
  @inlinable public static var zero: Pulses { Pulses(0) }

  @inlinable public static func < (a: Pulses, b: Pulses) -> Bool { a.rawValue < b.rawValue }
  @inlinable public static func + (a: Pulses, b: Pulses) -> Pulses { Pulses(a.rawValue &+ b.rawValue) }
  @inlinable public static func - (a: Pulses, b: Pulses) -> Pulses { Pulses(a.rawValue &- b.rawValue) }
}

/// A mass in tenths of a gram.
@frozen
public struct Grams: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// Tenths of a gram.
  public var tenths: Int32

  /// A mass of `tenths` tenths of a gram.
  @inlinable public init(tenths: Int32) { self.tenths = tenths }

  /// A mass in whole grams, up to 214 tonnes; traps beyond.
  @inlinable public init(_ whole: Int) { self.tenths = Int32(whole * 10) }

  /// No mass.
  @inlinable public static var zero: Grams { Grams(tenths: 0) }

  @inlinable public static func < (a: Grams, b: Grams) -> Bool { a.tenths < b.tenths }
  @inlinable public static func + (a: Grams, b: Grams) -> Grams { Grams(tenths: a.tenths + b.tenths) }
}

extension Grams: CustomStringConvertible {
  /// The mass as it is written in files: `12` or `12.3`, without a unit.
  public var description: String { decimal(tenths: Int64(tenths)) }
}

/// Writes a count of tenths as a decimal: `12`, `12.3`, `-0.5`.
func decimal(tenths: Int64) -> String {
  let magnitude = tenths.magnitude
  let sign = tenths < 0 ? "-" : ""
  return magnitude % 10 == 0 ? "\(sign)\(magnitude / 10)" : "\(sign)\(magnitude / 10).\(magnitude % 10)"
}
