import Quantities
import SorterModel

/// A record of kind `.inputHeard`: something the field told the dispatcher, on its way to inputs.jsonl.
///
/// Not an event: tallies, supervision and events.jsonl leave it aside. Time, place, piece, bin and sequence
/// are where every record has them.
extension EventRecord {
  /// What kind of input it is; nil for a number that no kind has.
  @inlinable public var inputKind: InputKind? { InputKind(rawValue: lap) }

  /// A reading quality, an answer, a reason, a machine state, or 0 and 1 for off and on.
  @inlinable public var inputDetail: UInt8 {
    get { sizeClass.rawValue }
    set { sizeClass = SizeClassID(newValue) }
  }

  /// A destination code, or a moment of arrival.
  @inlinable public var inputWord: UInt64 {
    get { a }
    set { a = newValue }
  }

  /// A distance or a place on the belt; kinds that have it have no dimensions.
  @inlinable public var inputPulses: Pulses {
    get { Pulses(Int64(bitPattern: b)) }
    set { b = UInt64(bitPattern: newValue.rawValue) }
  }

  /// What the piece measures, in full width; kinds that have it have no pulses.
  @inlinable public var inputDimensions: Dimensions {
    get {
      Dimensions(
        length: Millimetres(tenths: Int32(truncatingIfNeeded: b)),
        width: Millimetres(tenths: Int32(truncatingIfNeeded: b >> 32)),
        height: Millimetres(tenths: Int32(bitPattern: count)), weight: Grams(tenths: Int32(bitPattern: span)))
    }
    set {
      b =
        UInt64(UInt32(bitPattern: newValue.length.tenths))
        | UInt64(UInt32(bitPattern: newValue.width.tenths)) << 32
      count = UInt32(bitPattern: newValue.height.tenths)
      span = UInt32(bitPattern: newValue.weight.tenths)
    }
  }

  /// A record of an input of this kind with every field of its own empty.
  @inlinable
  public init(inputOf kind: InputKind, at elapsed: Instant, position: Pulses) {
    self.init(.inputHeard, at: elapsed, position: position)
    lap = kind.rawValue
  }

  /// A mark in inputs.jsonl: the digest over every directive up to here.
  @inlinable
  public init(mark digest: UInt64, at elapsed: Instant, position: Pulses) {
    self.init(.digestMarked, at: elapsed, position: position)
    a = digest
  }
}
