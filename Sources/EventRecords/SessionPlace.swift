import Quantities

/// Where a port stands in its machine's own numbers, which the dispatcher never sees.
///
/// Written down among the inputs, so that a controller that was cut short goes on as the same one: with its
/// number, behind the last event that it took over, with belt and piece numbers on the same scale.
@frozen
public struct SessionPlace: Hashable, Sendable, BitwiseCopyable {
  /// The controller's number; 0 where the machine knows no owners.
  public var owner: UInt16
  /// The machine's epoch; 0 where it has none.
  public var epoch: UInt16
  /// The number of the last event that was taken over, extended to 64 bits.
  public var event: Int64
  /// What is added to the machine's piece numbers.
  public var pieceBase: Int64
  /// What is added to the machine's encoder count, extended to 64 bits, in pulses.
  public var beltOffset: Int64

  /// A place.
  @inlinable
  public init(owner: UInt16, epoch: UInt16, event: Int64, pieceBase: Int64, beltOffset: Int64) {
    self.owner = owner
    self.epoch = epoch
    self.event = event
    self.pieceBase = pieceBase
    self.beltOffset = beltOffset
  }
}

/// The last of a machine's own events that is safe in the journal, with the epoch in whose numbers that is said.
///
/// A machine that begins anew counts its events anew: a number alone would speak of events that it has not had yet.
@frozen
public struct SafeEvent: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// The epoch in the upper 16 bits, the event's number in the lower 48.
  public var rawValue: UInt64

  /// A mark as it is kept in an atomic word.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Nothing is safe.
  public static let none = SafeEvent(rawValue: 0)
  /// Nothing is promised, so that everything may be told as taken over.
  public static let all = SafeEvent(rawValue: .max)

  /// What a place that is safe itself says.
  @inlinable
  public init(_ place: SessionPlace) {
    rawValue = UInt64(place.epoch) << 48 | UInt64(clamping: place.event) & 0xFFFF_FFFF_FFFF
  }

  /// The number of the last event of this epoch that is safe; `.min` where none is.
  @inlinable
  public func event(in epoch: UInt16) -> Int64 {
    if self == .all { return .max }
    return self != .none && UInt16(rawValue >> 48) == epoch ? Int64(rawValue & 0xFFFF_FFFF_FFFF) : .min
  }
}

extension EventRecord {
  /// The port's place (an input of kind `.session`).
  @inlinable public var sessionPlace: SessionPlace {
    get {
      SessionPlace(
        owner: UInt16(truncatingIfNeeded: sequence), epoch: UInt16(truncatingIfNeeded: sequence >> 16),
        event: Int64(bitPattern: a), pieceBase: Int64(bitPattern: piece.rawValue),
        beltOffset: Int64(bitPattern: b))
    }
    set {
      sequence = UInt32(newValue.owner) | UInt32(newValue.epoch) << 16
      a = UInt64(bitPattern: newValue.event)
      piece = PieceID(UInt64(bitPattern: newValue.pieceBase))
      b = UInt64(bitPattern: newValue.beltOffset)
    }
  }
}
