/// What kind of thing the field can tell the dispatcher: the closed vocabulary of inputs.jsonl.
@frozen
public enum InputKind: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  /// A piece's head passed the induction eye.
  case pieceInducted
  /// The scanner's reading of a piece is there.
  case pieceIdentified
  /// The machine answered an assignment.
  case assignmentAnswered
  /// A piece passed a bin's confirm eye.
  case divertConfirmed
  /// The machine did not divert a piece, and says why.
  case divertRefused
  /// A piece passed the end of the line, or its starting point on a loop.
  case pieceAtEnd
  /// A person took a piece off.
  case pieceRemoved
  /// A photo-eye changed (direct control): the dispatcher finds the piece itself.
  case inductionEye, endEye, binEye
  /// The belt moved on; nothing else happened.
  case encoderAdvanced
  /// A bin's full signal came on, it takes pieces again, it went out of service or came back.
  case binFull, binAvailable, binDisabled, binEnabled
  /// The belt is jammed, or runs again.
  case jamStarted, jamCleared
  /// The machine changed its PackML state.
  case machineState
  /// The link to the machine came up or went down.
  case link
  /// Somebody wants induction held, or no longer does.
  case holdWanted
  /// The machine started anew: what was on it is nobody's any more.
  case machineRestarted
  /// Where the port stands in the machine's own numbers: no input of the dispatcher, but what a run that was cut
  /// short is gone on with.
  case session
  /// How much of the journal was safe against a power cut when this was written: no input either.
  case safe

  /// Whether the dispatcher is stepped with it.
  @inlinable public var isHeard: Bool { self != .session && self != .safe }
}

/// Which fields an input has beside its time and place, in the order in which they are written.
@frozen
public struct InputFields: OptionSet, Hashable, Sendable, BitwiseCopyable {
  /// A bit for each field.
  public var rawValue: UInt16

  /// The fields of these bits.
  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The piece.
  @inlinable public static var piece: InputFields { InputFields(rawValue: 1) }
  /// The bin, by its place in the machine's list.
  @inlinable public static var bin: InputFields { InputFields(rawValue: 2) }
  /// The number of the command that was answered, or who wants induction held.
  @inlinable public static var sequence: InputFields { InputFields(rawValue: 4) }
  /// A reading quality, an answer, a reason, a machine state, or 0 and 1 for off and on.
  @inlinable public static var detail: InputFields { InputFields(rawValue: 8) }
  /// A moment, in nanoseconds of the run.
  @inlinable public static var time: InputFields { InputFields(rawValue: 16) }
  /// A destination code.
  @inlinable public static var code: InputFields { InputFields(rawValue: 32) }
  /// A distance or a place on the belt.
  @inlinable public static var pulses: InputFields { InputFields(rawValue: 64) }
  /// Length, width, height and mass in tenths.
  @inlinable public static var dimensions: InputFields { InputFields(rawValue: 128) }
  /// Where the port stands in the machine's own numbers: a `SessionPlace`.
  @inlinable public static var session: InputFields { InputFields(rawValue: 256) }
  /// The numbers of the last event and of the last input that were safe.
  @inlinable public static var safe: InputFields { InputFields(rawValue: 512) }

  /// Each field with its name, in the order in which they are written.
  public static let named: [(field: InputFields, names: [String])] = [
    (.piece, ["piece"]), (.bin, ["bin_index"]), (.sequence, ["sequence"]), (.detail, ["detail"]),
    (.time, ["arrived_ns"]), (.code, ["destination"]), (.pulses, ["pulses"]),
    (.dimensions, ["length_tenths", "width_tenths", "height_tenths", "weight_tenths"]),
    (.session, ["owner", "epoch", "event", "piece_base", "belt_offset_pulses"]),
    (.safe, ["events", "inputs"]),
  ]
}

extension InputKind {
  /// The fields that inputs of this kind have.
  @inlinable public var fields: InputFields {
    switch self {
    case .pieceInducted: [.piece, .time, .pulses]
    case .pieceIdentified: [.piece, .detail, .code, .dimensions]
    case .assignmentAnswered: [.piece, .sequence, .detail, .pulses]
    case .divertConfirmed: [.piece, .bin]
    case .divertRefused: [.piece, .bin, .detail]
    case .pieceAtEnd, .pieceRemoved: [.piece]
    case .inductionEye, .endEye, .machineState, .link: [.detail]
    case .binEye, .binAvailable: [.bin, .detail]
    case .binFull, .binDisabled, .binEnabled: [.bin]
    case .holdWanted: [.sequence, .detail]
    case .encoderAdvanced, .jamStarted, .jamCleared, .machineRestarted: []
    case .session: .session
    case .safe: .safe
    }
  }

  /// The kind's name in files.
  public var name: String {
    switch self {
    case .pieceInducted: "inducted"
    case .pieceIdentified: "identified"
    case .assignmentAnswered: "answered"
    case .divertConfirmed: "confirmed"
    case .divertRefused: "refused"
    case .pieceAtEnd: "at_end"
    case .pieceRemoved: "removed"
    case .inductionEye: "induction_eye"
    case .endEye: "end_eye"
    case .binEye: "bin_eye"
    case .encoderAdvanced: "encoder"
    case .binFull: "bin_full"
    case .binAvailable: "bin_available"
    case .binDisabled: "bin_disabled"
    case .binEnabled: "bin_enabled"
    case .jamStarted: "jam"
    case .jamCleared: "jam_cleared"
    case .machineState: "machine_state"
    case .link: "link"
    case .holdWanted: "hold"
    case .machineRestarted: "machine_restarted"
    case .session: "session"
    case .safe: "safe"
    }
  }
}
