import EventRecords
import Quantities
import SorterModel

/// What the field can tell, by name.
extension FieldInput.Event {
  /// A piece's head passed the induction eye. `gap` is the distance to the tail of the piece before it.
  @inlinable
  public static func pieceInducted(_ piece: PieceID, arrivedAt: Instant, gap: Pulses) -> Self {
    var event = Self(.pieceInducted, piece)
    event.word = UInt64(truncatingIfNeeded: arrivedAt.rawValue)
    event.pulses = gap
    return event
  }

  /// The scanner's reading of a piece is there; `code` is `.none` where nothing was read.
  @inlinable
  public static func pieceIdentified(
    _ piece: PieceID, _ code: DestinationCode, _ dimensions: Dimensions, _ quality: ReadQuality
  ) -> Self {
    var event = Self(.pieceIdentified, piece, detail: quality.rawValue)
    event.word = code.rawValue
    event.dimensions = dimensions
    return event
  }

  /// A reading came that names no piece: the dispatcher finds the one that must have been read now.
  ///
  /// Its position is where the belt was when the reading came. A reading that fits no piece, or one that
  /// was read already, is ignored: a piece without a reading is rejected or goes round, never guessed.
  @inlinable
  public static func readingArrived(
    _ code: DestinationCode, _ dimensions: Dimensions, _ quality: ReadQuality
  ) -> Self { pieceIdentified(.none, code, dimensions, quality) }

  /// The machine answered an assignment, which took effect (or would have) at `at`.
  @inlinable
  public static func assignmentAnswered(
    _ piece: PieceID, sequence: UInt32, _ answer: FieldInput.Answer, at position: Pulses
  ) -> Self {
    var event = Self(.assignmentAnswered, piece, detail: answer.rawValue)
    event.sequence = sequence
    event.pulses = position
    return event
  }

  /// A piece passed a bin's confirm eye.
  @inlinable
  public static func divertConfirmed(_ piece: PieceID, _ bin: BinID) -> Self {
    Self(.divertConfirmed, piece, bin: bin)
  }

  /// The machine did not divert a piece, and says why.
  @inlinable
  public static func divertRefused(_ piece: PieceID, _ bin: BinID, _ reason: Reason) -> Self {
    Self(.divertRefused, piece, bin: bin, detail: reason.rawValue)
  }

  /// A piece passed the end of the line, or its starting point on a loop.
  @inlinable
  public static func pieceAtEnd(_ piece: PieceID) -> Self { Self(.pieceAtEnd, piece) }

  /// A person took a piece off.
  @inlinable
  public static func pieceRemoved(_ piece: PieceID) -> Self { Self(.pieceRemoved, piece) }

  /// A photo-eye changed (direct control): the dispatcher finds the piece itself.
  @inlinable
  public static func photoEye(_ eye: FieldInput.Eye, blocked: Bool) -> Self {
    switch eye {
    case .induction: Self(.inductionEye, detail: blocked ? 1 : 0)
    case .end: Self(.endEye, detail: blocked ? 1 : 0)
    case .bin(let bin): Self(.binEye, bin: bin, detail: blocked ? 1 : 0)
    }
  }

  /// The belt moved on; nothing else happened.
  @inlinable
  public static var encoderAdvanced: Self { Self(.encoderAdvanced) }

  /// A bin's full signal came on.
  @inlinable
  public static func binFull(_ bin: BinID) -> Self { Self(.binFull, bin: bin) }

  /// A bin takes pieces again, because it was emptied or because its full signal went off.
  @inlinable
  public static func binAvailable(_ bin: BinID, emptied: Bool) -> Self {
    Self(.binAvailable, bin: bin, detail: emptied ? 1 : 0)
  }

  /// A bin went out of service.
  @inlinable
  public static func binDisabled(_ bin: BinID) -> Self { Self(.binDisabled, bin: bin) }

  /// A bin came back into service.
  @inlinable
  public static func binEnabled(_ bin: BinID) -> Self { Self(.binEnabled, bin: bin) }

  /// The belt is jammed.
  @inlinable
  public static var jamStarted: Self { Self(.jamStarted) }

  /// The jam is cleared, and the belt runs.
  @inlinable
  public static var jamCleared: Self { Self(.jamCleared) }

  /// The machine's PackML state, by its number in ISA-TR88.00.02.
  @inlinable
  public static func machineState(_ state: UInt8) -> Self { Self(.machineState, detail: state) }

  /// The link to the machine came up or went down.
  @inlinable
  public static func link(up: Bool) -> Self { Self(.link, detail: up ? 1 : 0) }

  /// Somebody wants induction held, or no longer does; it runs again when nobody wants it held.
  @inlinable
  public static func hold(_ wisher: FieldInput.HoldWisher, _ on: Bool) -> Self {
    var event = Self(.holdWanted, detail: on ? 1 : 0)
    event.sequence = UInt32(wisher.rawValue)
    return event
  }

  /// The machine started anew and knows nothing of the pieces that were on it: each of them is lost.
  @inlinable
  public static var machineRestarted: Self { Self(.machineRestarted) }

  /// Where a port stands in its machine's own numbers: for the journal, and nothing to the dispatcher.
  @inlinable
  public static func session(_ place: SessionPlace) -> Self {
    var record = EventRecord(inputOf: .session, at: .start, position: .zero)
    record.sessionPlace = place
    var event = Self(.session, record.piece)
    event.sequence = record.sequence
    event.word = record.inputWord
    event.pulses = record.inputPulses
    return event
  }
}

/// What an event carries, read back by its kind.
extension FieldInput.Event {
  /// The destination that was read (`pieceIdentified`).
  @inlinable public var code: DestinationCode { DestinationCode(rawValue: word) }

  /// When the piece arrived at the feeder (`pieceInducted`).
  @inlinable public var arrivedAt: Instant { Instant(Int64(truncatingIfNeeded: word)) }

  /// What the scanner made of the piece (`pieceIdentified`); an unknown value counts as no data.
  @inlinable public var quality: ReadQuality { ReadQuality(rawValue: detail) ?? .noData }

  /// What the machine said (`assignmentAnswered`); an unknown value counts as a refusal.
  @inlinable public var answer: FieldInput.Answer { FieldInput.Answer(rawValue: detail) ?? .refused }

  /// Why a divert was refused (`divertRefused`); an unknown value counts as no particular reason.
  @inlinable public var reason: Reason { Reason(rawValue: detail) ?? .divertRefused }

  /// Who wants induction held (`holdWanted`); an unknown value counts as the operator.
  @inlinable public var wisher: FieldInput.HoldWisher {
    FieldInput.HoldWisher(rawValue: UInt8(truncatingIfNeeded: sequence)) ?? .operator
  }

  /// Whether the eye is blocked, the bin emptied, the link up, the hold wanted.
  @inlinable public var isOn: Bool { detail != 0 }
}
