import Quantities
import RegisterMap
import SorterModel

/// What a virtual PLC has done: the machine's own account, to be held against the controller's.
public struct PLCAccount: Hashable, Sendable {
  /// Pieces fed, each of a double feed counted.
  public var fed = 0
  /// Pieces that fell past a bin's eye.
  public var diverted = 0
  /// Pieces that fell into the end bin.
  public var toEnd = 0
  /// Pieces that a person took off.
  public var removed = 0
  /// Pieces that are on the machine.
  public var onMachine = 0
  /// Times that a piece came to the end of the line, or once round the loop.
  public var endsPassed = 0
  /// Diverts that the machine refused at the decision point.
  public var divertsRefused = 0
  /// Commands by their result, by its number in the register interface.
  public var commands = [Int](repeating: 0, count: 7)
  /// Times that the controller's heartbeat stopped while it was armed.
  public var watchdogTrips = 0
  /// Times that the machine went safe, trips of the watchdog among them.
  public var safeStates = 0
  /// Resets of the safe state that were carried out.
  public var resets = 0
  /// Events that found the ring full.
  public var eventsLost = 0
  /// Events put into the ring.
  public var events = 0
  /// Requests to write that were refused.
  public var writesRefused = 0
  /// Controllers that became owner.
  public var owners = 0
  /// Starts of the PLC's program after the first.
  public var restarts = 0
  /// Events of pieces that the program does not know because it was started anew.
  public var untracked = 0
  /// How far the plant lagged behind the clock at worst.
  public var longestLag = Nanoseconds.zero

  /// An empty account.
  public init() {}

  /// Commands with a result.
  public func commands(_ result: AnswerSlot.Result) -> Int { commands[Int(result.rawValue)] }

  /// Whether every piece that was fed is accounted for.
  public var isBalanced: Bool { fed == diverted + toEnd + removed + onMachine }
}

/// Where a piece ended by the plant's own knowledge.
public struct PLCPiece: Hashable, Sendable, BitwiseCopyable {
  /// Its number: that on the wire, unless the PLC was started anew meanwhile.
  public var piece: PieceID
  /// How it left the machine.
  public var ending: Ending
  /// The bin it lies in, `.none` for a piece that was taken off.
  public var bin: BinID
  /// Where it should go by what is written on it; none where a device knows no pieces.
  public var destination = DestinationCode.none
  /// Whether a second piece lay under it and went along.
  public var hasRider = false

  /// How a piece leaves a machine.
  public enum Ending: UInt8, Sendable, BitwiseCopyable {
    /// Past a bin's eye.
    case diverted
    /// Into the end bin.
    case end
    /// By hand.
    case removed
  }
}

/// A command that lay in the mailbox and what the machine made of it.
public struct PLCCommand: Hashable, Sendable, BitwiseCopyable {
  /// The command, with its number.
  public var slot: CommandSlot
  /// The piece that it is about by the plant's own number, `.none` for one that is not on the machine.
  public var piece: PieceID
  /// What became of it.
  public var result: AnswerSlot.Result
  /// The epoch of the machine when it was carried out.
  public var epoch: UInt16
}
