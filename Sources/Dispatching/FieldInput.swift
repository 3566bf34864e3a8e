import EventRecords
import Quantities
import SorterModel

/// One thing the field told the dispatcher, with the belt position at which it happened: 56 bytes, flat.
@frozen
public struct FieldInput: Hashable, Sendable, BitwiseCopyable {
  /// Where the belt was, in encoder pulses extended to 64 bits; goes back for nothing but the edges of a photo-eye.
  ///
  /// An edge carries the position that was latched with it and may be told late.
  public var position: Pulses
  /// What happened.
  public var event: Event

  /// An input.
  @inlinable
  public init(_ event: Event, at position: Pulses) {
    self.position = position
    self.event = event
  }

  /// The machine's answer to an assignment.
  @frozen
  public enum Answer: UInt8, Hashable, Sendable, BitwiseCopyable {
    /// It will divert the piece.
    case accepted
    /// The decision point was passed.
    case late
    /// It will not, for a reason of its own.
    case refused
    /// It was never asked: this controller looks on, and another may be sorting.
    case withheld
  }

  /// Who, beside the dispatcher itself, can want induction held.
  @frozen
  public enum HoldWisher: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
    /// A person at the machine.
    case `operator`
    /// The journal cannot keep up, or cannot be written.
    case journal
    /// The runtime is about to stop.
    case shutdown
  }

  /// A photo-eye of the machine.
  @frozen
  public enum Eye: Hashable, Sendable, BitwiseCopyable {
    /// At the induction.
    case induction
    /// At the end of the line.
    case end
    /// In a bin's throat.
    case bin(BinID)
  }

  /// What kind of thing the field can tell.
  public typealias Kind = InputKind

  /// What happened. Made by the functions below, each of which says what it carries.
  ///
  /// A struct and not an enum with payloads, because the compiler takes such an enum apart byte by
  /// byte at every hand-over: a tenth of the simulator's time.
  @frozen
  public struct Event: Hashable, Sendable, BitwiseCopyable {
    /// What kind of event it is: says which of the other fields mean anything.
    public var kind: Kind
    /// A reading quality, an answer, a reason, a machine state, or 0 and 1 for off and on.
    public var detail: UInt8
    /// The bin it is about.
    public var bin: BinID
    /// The number of the command that was answered.
    public var sequence: UInt32
    /// The piece it is about.
    public var piece: PieceID
    /// A destination code, or a moment of arrival.
    public var word: UInt64
    /// A distance or a place on the belt.
    public var pulses: Pulses
    /// What the piece measures.
    public var dimensions: Dimensions

    @inlinable
    init(_ kind: Kind, _ piece: PieceID = .none, bin: BinID = .none, detail: UInt8 = 0) {
      self.kind = kind
      self.detail = detail
      self.bin = bin
      sequence = 0
      self.piece = piece
      word = 0
      pulses = .zero
      dimensions = Dimensions(length: .zero, width: .zero, height: .zero, weight: .zero)
    }
  }
}
