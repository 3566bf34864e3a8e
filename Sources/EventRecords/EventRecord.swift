import Quantities
import SorterModel

/// One event as it passes through rings: 64 bytes, trivially copyable, meaning by `kind`.
///
/// The first fields mean the same for every kind. `a`, `b`, `count` and `span` are shared storage:
/// read them through the accessors named after what they hold.
@frozen
public struct EventRecord: Hashable, Sendable, BitwiseCopyable {
  /// When it happened.
  public var elapsed: Instant
  /// Where the belt was.
  public var position: Pulses
  /// The piece it is about, or `.none`.
  public var piece: PieceID
  /// Shared storage: a destination code, or the moment of arrival.
  public var a: UInt64
  /// Shared storage: packed sides, or the moment of induction.
  public var b: UInt64
  /// Shared storage: a mass in tenths of a gram, or a count.
  public var count: UInt32
  /// The line of the plan that decided, or 0.
  public var planLine: UInt32
  /// The command's sequence number, or 0.
  public var sequence: UInt32
  /// Shared storage: a distance in pulses or a time in milliseconds.
  public var span: UInt32
  /// The bin it is about, or `.none`.
  public var bin: BinID
  /// What happened.
  public var kind: EventKind
  /// Why.
  public var reason: Reason
  /// What the scanner made of the piece.
  public var quality: ReadQuality
  /// The piece's size class, or `.none`.
  public var sizeClass: SizeClassID
  /// How the bin was chosen.
  public var choice: Choice
  /// How often the piece has gone round.
  public var lap: UInt8

  /// A record of this kind with every other field empty.
  @inlinable
  public init(_ kind: EventKind, at elapsed: Instant, position: Pulses, piece: PieceID = .none) {
    self.elapsed = elapsed
    self.position = position
    self.piece = piece
    a = 0
    b = 0
    count = 0
    planLine = 0
    sequence = 0
    span = 0
    bin = .none
    self.kind = kind
    reason = .none
    quality = .good
    sizeClass = .none
    choice = .primary
    lap = 0
  }
}

extension EventRecord {
  /// The destination that was read (`pieceAssigned`, `pieceReassigned`).
  @inlinable public var code: DestinationCode {
    get { DestinationCode(rawValue: a) }
    set { a = newValue.rawValue }
  }

  /// The piece's measures (`pieceAssigned`).
  @inlinable public var dimensions: Dimensions {
    get {
      Dimensions(
        length: Millimetres(tenths: Int32(b & 0xFFFF)), width: Millimetres(tenths: Int32((b >> 16) & 0xFFFF)),
        height: Millimetres(tenths: Int32((b >> 32) & 0xFFFF)),
        weight: Grams(tenths: Int32(truncatingIfNeeded: count)))
    }
    set {
      b =
        UInt64(UInt16(truncatingIfNeeded: newValue.length.tenths))
        | UInt64(UInt16(truncatingIfNeeded: newValue.width.tenths)) << 16
        | UInt64(UInt16(truncatingIfNeeded: newValue.height.tenths)) << 32
      count = UInt32(truncatingIfNeeded: newValue.weight.tenths)
    }
  }

  /// When the piece arrived at the feeder (`pieceInducted` and the four outcomes).
  @inlinable public var arrivedAt: Instant {
    get { Instant(Int64(truncatingIfNeeded: a)) }
    set { a = UInt64(truncatingIfNeeded: newValue.rawValue) }
  }

  /// When the piece passed the induction eye (the four outcomes).
  @inlinable public var inductedAt: Instant {
    get { Instant(Int64(truncatingIfNeeded: b)) }
    set { b = UInt64(truncatingIfNeeded: newValue.rawValue) }
  }

  /// Whether the record ends its piece: sorted, rejected, removed or lost.
  @inlinable public var outcome: Outcome {
    switch kind {
    case .pieceSorted: .sorted
    case .pieceRejected: .rejected
    case .pieceRemoved: .removed
    case .pieceLost: .lost
    default: .onMachine
    }
  }
}

extension EventRecord {
  /// The record's 64 bytes as they lie in memory, eight a word, the first one lowest.
  ///
  /// They leave no gap, and all machines that this runs on put the low byte first: equal records have equal words.
  @inlinable public var words: Words {
    @inline(__always) get { unsafe unsafeBitCast(self, to: Words.self) }
  }

  /// Eight words.
  public typealias Words = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

  /// A record of kind `.text` that carries `text` through a ring ahead of the record it belongs to.
  @inlinable
  public init(text: ShortText) {
    self.init(
      .text, at: Instant(Int64(bitPattern: text.words.0)), position: Pulses(Int64(bitPattern: text.words.1)),
      piece: PieceID(text.words.2))
    a = text.words.3
    b = text.words.4
    count = UInt32(truncatingIfNeeded: text.words.5)
    planLine = UInt32(truncatingIfNeeded: text.words.5 >> 32)
    sequence = UInt32(truncatingIfNeeded: text.words.6)
    span = UInt32(truncatingIfNeeded: text.words.6 >> 32)
    bin = BinID(UInt16(text.count))
  }

  /// The text of a record of kind `.text`.
  @inlinable public var text: ShortText {
    var text = ShortText()
    text.words = (
      UInt64(bitPattern: elapsed.rawValue), UInt64(bitPattern: position.rawValue), piece.rawValue, a, b,
      UInt64(count) | UInt64(planLine) << 32, UInt64(sequence) | UInt64(span) << 32
    )
    text.count = UInt8(truncatingIfNeeded: min(bin.rawValue, UInt16(ShortText.capacity)))
    return text
  }
}
