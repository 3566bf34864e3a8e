import Quantities
import SorterModel

/// What the shell must do to the machine: flat, for the same reason as `FieldInput.Event`.
@frozen
public struct Command: Hashable, Sendable, BitwiseCopyable {
  /// What is to be done.
  public var kind: Kind
  /// The bin, or `.none` for the end of the line.
  public var bin: BinID
  /// The command's number, counted up and wrapping at 2^32.
  public var sequence: UInt32
  /// The piece it is about.
  public var piece: PieceID
  /// `assign`: the belt position from which the command is void. `fire`: that at which to fire.
  public var position: Pulses

  /// What a shell can be told to do.
  @frozen
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
    /// Tell the machine a piece's bin.
    case assign
    /// Fire a bin's diverter at a belt position (direct control).
    case fire
    /// Send a piece at the end of the line round once more, instead of into the end bin.
    case recirculate
    /// Feed no more pieces.
    case holdInduction
    /// Feed again.
    case releaseInduction
  }

  @inlinable
  init(
    _ kind: Kind, _ piece: PieceID = .none, bin: BinID = .none, sequence: UInt32 = 0,
    at position: Pulses = .zero
  ) {
    self.kind = kind
    self.bin = bin
    self.sequence = sequence
    self.piece = piece
    self.position = position
  }

  /// Tell the machine a piece's bin; void once the belt is at `deadline`.
  @inlinable
  public static func assign(_ piece: PieceID, _ bin: BinID, sequence: UInt32, deadline: Pulses) -> Self {
    Self(.assign, piece, bin: bin, sequence: sequence, at: deadline)
  }

  /// Fire a bin's diverter at a belt position (direct control).
  @inlinable
  public static func fire(_ bin: BinID, _ piece: PieceID, at position: Pulses) -> Self {
    Self(.fire, piece, bin: bin, at: position)
  }

  /// Send a piece at the end of the line round once more, instead of into the end bin.
  @inlinable
  public static func recirculate(_ piece: PieceID) -> Self { Self(.recirculate, piece) }

  /// Feed no more pieces.
  @inlinable public static var holdInduction: Self { Self(.holdInduction) }

  /// Feed again.
  @inlinable public static var releaseInduction: Self { Self(.releaseInduction) }
}
