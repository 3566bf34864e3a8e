import Quantities

/// The numbers of the register interface, version 1; `hardware-profiles/register-interface.md` specifies them.
public enum RegisterInterface {
  /// What `id.magic` holds: "SORT" in ASCII. Another value means another device or another word order.
  public static let magic: UInt32 = 0x534F_5254
  /// The version that this program speaks.
  public static let version: UInt16 = 1
  /// Stands for "no bin" and, in a command, for the end of the line.
  public static let noBin: UInt16 = 0xFFFF
  /// The longest time that a machine may go on without a controller's heartbeat.
  public static let longestWatchdogMilliseconds: UInt16 = 500
}

/// One event of the machine as it lies in the event ring: 21 registers.
public struct EventSlot: Hashable, Sendable, BitwiseCopyable {
  /// Its number: counts up from 1 and wraps from 65,535 to 0. It lies at slot `number % slots`.
  public var number: UInt16 = 0
  /// What happened, by its number in the interface.
  public var kind: UInt8 = 0
  /// What it depends on the kind to mean.
  public var detail: UInt8 = 0
  /// The machine's number of the piece, 0 for none; wraps at 2^32.
  public var piece: UInt32 = 0
  /// The encoder count at which it happened; wraps at 2^32.
  public var encoder: UInt32 = 0
  /// The bin it is about, or 0xFFFF.
  public var bin: UInt16 = RegisterInterface.noBin
  /// Kind `inducted`: the gap to the piece before in pulses.
  public var value: UInt32 = 0
  /// The destination that was read.
  public var destination = DestinationCode.none
  /// Length along the belt in tenths of a millimetre.
  public var length: UInt16 = 0
  /// Width across the belt in tenths of a millimetre.
  public var width: UInt16 = 0
  /// Height (thickness) in tenths of a millimetre.
  public var height: UInt16 = 0
  /// Weight in tenths of a gram.
  public var weight: UInt32 = 0

  /// How many registers a slot takes up.
  public static let registers = 21

  /// An empty slot.
  public init() {}

  /// The kinds of event, by their numbers in the interface.
  public enum Kind: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// The head of a piece passed the induction eye.
    case inducted = 1
    /// The scanner gave its reading of a piece.
    case identified = 2
    /// A piece passed the eye of its bin.
    case confirmed = 4
    /// A piece was not diverted; the detail is the reason.
    case refused = 5
    /// A piece passed the end of the line, or went once round the loop.
    case atEnd = 6
    /// A person took a piece off the belt.
    case removed = 7
    /// A bin takes no more pieces.
    case binFull = 8
    /// A bin takes pieces again.
    case binAvailable = 9
    /// A bin is out of service.
    case binDisabled = 10
    /// A bin is back in service.
    case binEnabled = 11
    /// The belt is jammed.
    case jamStarted = 12
    /// The jam is cleared.
    case jamCleared = 13
    /// The PackML state changed; the detail is the new one.
    case stateChanged = 14
  }
}

/// One command to the machine as it lies in the mailbox: 8 registers, the sequence number last.
public struct CommandSlot: Hashable, Sendable, BitwiseCopyable {
  /// What is to be done, by its number in the interface.
  public var kind: UInt16 = 0
  /// The machine's number of the piece.
  public var piece: UInt32 = 0
  /// The bin, or 0xFFFF for the end of the line.
  public var bin: UInt16 = RegisterInterface.noBin
  /// The encoder count from which the command is void.
  public var deadline: UInt32 = 0
  /// The epoch of the machine for which it is meant.
  public var epoch: UInt16 = 0
  /// Its number: counts up by one and wraps from 65,535 to 0. It lies at slot `sequence % slots`.
  public var sequence: UInt16 = 0

  /// How many registers a slot takes up.
  public static let registers = 8

  /// An empty slot.
  public init() {}

  /// The kinds of command, by their numbers in the interface.
  public enum Kind: UInt16, CaseIterable, Sendable, BitwiseCopyable {
    /// A piece goes to a bin.
    case assign = 1
    /// A piece goes on to the end, or round again.
    case recirculate = 2
    /// The feeder stops.
    case holdInduction = 3
    /// The feeder goes on.
    case releaseInduction = 4
  }
}

/// The machine's answer to a command as it lies in the answer ring: 4 registers.
public struct AnswerSlot: Hashable, Sendable, BitwiseCopyable {
  /// The sequence number of the command that is answered.
  public var sequence: UInt16 = 0
  /// What became of it, by its number in the interface.
  public var result: UInt16 = 0
  /// The encoder count at which it took effect, or would have.
  public var encoder: UInt32 = 0

  /// How many registers a slot takes up.
  public static let registers = 4

  /// An empty slot.
  public init() {}

  /// What can become of a command, by number.
  public enum Result: UInt16, CaseIterable, Sendable, BitwiseCopyable {
    /// It will be carried out, or was.
    case accepted = 1
    /// Its deadline had passed.
    case late = 2
    /// The machine will not do it, for a reason of its own.
    case refused = 3
    /// No piece of this number is on the machine.
    case unknownPiece = 4
    /// It was meant for the machine before its last start.
    case wrongEpoch = 5
    /// The machine is not armed, or is in its safe state.
    case notArmed = 6
  }
}
