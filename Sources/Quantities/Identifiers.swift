/// The tracking number of a mailpiece: 1 for the first piece fed in a run, then 2, 3, ...
@frozen
public struct PieceID: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The tracking number; 0 stands for no piece.
  public var rawValue: UInt64

  /// The piece with this tracking number.
  @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// No piece.
  @inlinable public static var none: PieceID { PieceID(0) }

  @inlinable public static func < (a: PieceID, b: PieceID) -> Bool { a.rawValue < b.rawValue }
}

/// A bin of the machine, by its place in the profile's list of bins.
@frozen
public struct BinID: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The index into the profile's bins.
  public var rawValue: UInt16

  /// The bin at this index.
  @inlinable public init(_ rawValue: UInt16) { self.rawValue = rawValue }

  /// No bin.
  @inlinable public static var none: BinID { BinID(.max) }

  /// The index into the profile's bins.
  @inlinable public var index: Int { Int(rawValue) }

  @inlinable public static func < (a: BinID, b: BinID) -> Bool { a.rawValue < b.rawValue }
}

/// A size class of the machine, by its place in the profile's list of size classes.
@frozen
public struct SizeClassID: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The index into the profile's size classes.
  public var rawValue: UInt8

  /// The size class at this index.
  @inlinable public init(_ rawValue: UInt8) { self.rawValue = rawValue }

  /// No size class: the piece fits none.
  @inlinable public static var none: SizeClassID { SizeClassID(.max) }

  /// The index into the profile's size classes.
  @inlinable public var index: Int { Int(rawValue) }

  @inlinable public static func < (a: SizeClassID, b: SizeClassID) -> Bool { a.rawValue < b.rawValue }
}
