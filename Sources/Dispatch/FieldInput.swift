import Quantities
import SorterModel

/// One thing the field told the dispatcher, with the belt position at which it happened.
@frozen
public struct FieldInput: Hashable, Sendable, BitwiseCopyable {
  /// Where the belt was, in encoder pulses extended to 64 bits; never goes back.
  public var position: Pulses
  /// What happened.
  public var event: Event

  /// An input.
  @inlinable
  public init(_ event: Event, at position: Pulses) {
    self.position = position
    self.event = event
  }

  /// What the field can tell.
  @frozen
  public enum Event: Hashable, Sendable, BitwiseCopyable {
    /// A piece's head passed the induction eye. `gap` is the distance to the tail of the piece before it.
    case pieceInducted(PieceID, arrivedAt: Instant, gap: Pulses)
    /// The scanner's reading of a piece is there.
    case pieceIdentified(PieceID, DestinationCode, Dimensions, ReadQuality)
    /// The machine answered an assignment, which took effect (or would have) at `at`.
    case assignmentAnswered(PieceID, sequence: UInt32, Answer, at: Pulses)
    /// A piece passed a bin's confirm eye.
    case divertConfirmed(PieceID, BinID)
    /// The machine did not divert a piece, and says why.
    case divertRefused(PieceID, BinID, Reason)
    /// A piece passed the end of the line, or its starting point on a loop.
    case pieceAtEnd(PieceID)
    /// A person took a piece off.
    case pieceRemoved(PieceID)
    /// A photo-eye changed (direct control): the dispatcher finds the piece itself.
    case photoEye(Eye, blocked: Bool)
    /// The belt moved on; nothing else happened.
    case encoderAdvanced
    /// A bin's full signal came on.
    case binFull(BinID)
    /// A bin takes pieces again, because it was emptied or because its full signal went off.
    case binAvailable(BinID, emptied: Bool)
    /// A bin went out of service.
    case binDisabled(BinID)
    /// A bin came back into service.
    case binEnabled(BinID)
    /// The belt is jammed.
    case jamStarted
    /// The jam is cleared, and the belt may run.
    case jamCleared
    /// The machine's PackML state, by its number in ISA-TR88.00.02.
    case machineState(UInt8)
    /// The link to the machine came up or went down.
    case link(up: Bool)
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
}
