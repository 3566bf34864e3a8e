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
  /// Length, width, height in tenths of a millimetre, and weight in tenths of a gram.
  public var length: UInt16 = 0
  public var width: UInt16 = 0
  public var height: UInt16 = 0
  public var weight: UInt32 = 0

  /// How many registers a slot takes up.
  public static let registers = 21

  /// An empty slot.
  public init() {}

  /// The kinds of event, by their numbers in the interface.
  public enum Kind: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case inducted = 1
    case identified = 2
    case confirmed = 4
    case refused = 5
    case atEnd = 6
    case removed = 7
    case binFull = 8
    case binAvailable = 9
    case binDisabled = 10
    case binEnabled = 11
    case jamStarted = 12
    case jamCleared = 13
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
    case assign = 1
    case recirculate = 2
    case holdInduction = 3
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
    case accepted = 1
    case late = 2
    case refused = 3
    case unknownPiece = 4
    case wrongEpoch = 5
    case notArmed = 6
  }
}
