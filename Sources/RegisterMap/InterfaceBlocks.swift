import Quantities

/// What the machine says of itself when a controller comes: the `id` block, 10 registers.
public struct IdentityBlock: Hashable, Sendable, BitwiseCopyable {
  /// 0x534F5254, "SORT": another value means another device or another word order.
  public var magic = RegisterInterface.magic
  /// The version of the interface, 1.
  public var version = RegisterInterface.version
  /// Another number after each start of the machine's program; never 0.
  public var epoch: UInt16 = 0
  /// How many bins the machine has.
  public var bins: UInt16 = 0
  /// Slots of the event ring.
  public var eventSlots: UInt16 = 0
  /// Slots of the command ring, and of the answer ring.
  public var mailboxSlots: UInt16 = 0
  /// After how many milliseconds without a heartbeat the machine goes safe; 0 where its watchdog is off.
  public var watchdogMilliseconds: UInt16 = 0
  /// Encoder pulses a metre of belt.
  public var pulsesPerMetre: UInt32 = 0

  /// How many registers the block takes up.
  public static let registers = 10

  /// An empty block.
  public init() {}
}

/// What the machine shows all the time: the `machine` block, 16 registers, read in one request.
public struct MachineBlock: Hashable, Sendable, BitwiseCopyable {
  /// Counts up whenever the block changes; stands at its start and at its end.
  public var snapshot: UInt16 = 0
  /// The epoch of the identity block once more, so that a restart shows at once.
  public var epoch: UInt16 = 0
  /// Counts up at least every 50 ms.
  public var heartbeat: UInt16 = 0
  /// What stands and what is latched, bit by bit.
  public var flags = Flags()
  /// PackML state by its number in ISA-TR88.00.02.
  public var state: UInt16 = 0
  /// PackML mode by its number in ISA-TR88.00.02.
  public var mode: UInt16 = 0
  /// Pulses of belt since the machine started; wraps at 2^32.
  public var encoder: UInt32 = 0
  /// The number of the newest event.
  public var eventHead: UInt16 = 0
  /// The sequence number of the last command that was carried out or refused.
  public var mailboxDone: UInt16 = 0
  /// Events that found the ring full; induction is held before that happens.
  public var eventsLost: UInt16 = 0
  /// Writes that the machine refused.
  public var writesRefused: UInt16 = 0
  /// The owner in force.
  public var owner: UInt16 = 0
  /// Belt speed now, in millimetres a second.
  public var speed: UInt16 = 0
  /// The last reset that was carried out.
  public var resetDone: UInt16 = 0

  /// How many registers the block takes up.
  public static let registers = 16

  /// An empty block.
  public init() {}

  /// The bits of `machine.flags`.
  public struct Flags: OptionSet, Hashable, Sendable, BitwiseCopyable {
    /// The register.
    public var rawValue: UInt16
    /// The flags of a register.
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// Outputs follow the controller.
    public static let armed = Flags(rawValue: 1)
    /// The safe state is latched: nothing is diverted until an acknowledged reset.
    public static let safe = Flags(rawValue: 2)
    /// The emergency stop is latched; software never clears it.
    public static let emergencyStop = Flags(rawValue: 4)
    /// The watchdog is armed.
    public static let watchdog = Flags(rawValue: 8)
    /// The belt is jammed.
    public static let jam = Flags(rawValue: 16)
    /// Induction is held.
    public static let inductionHeld = Flags(rawValue: 32)
    /// The belt runs.
    public static let beltRuns = Flags(rawValue: 64)
  }
}

/// What the controller shows all the time: the `controller` block, 9 registers, written in one request.
public struct ControllerBlock: Hashable, Sendable, BitwiseCopyable {
  /// Counts up with each write.
  public var heartbeat: UInt16 = 0
  /// A number of the controller's own, drawn at its start; never 0.
  public var owner: UInt16 = 0
  /// The machine's epoch that the controller has seen: a command of another epoch is refused.
  public var epoch: UInt16 = 0
  /// The number of the last event that was taken over.
  public var eventTail: UInt16 = 0
  /// 1 while outputs are to follow the controller.
  public var arm: UInt16 = 0
  /// Counts up to ask for a reset of the latched safe state.
  public var reset: UInt16 = 0
  /// A PackML command, carried out once whenever `commandNumber` changes.
  public var command: UInt16 = 0
  /// Changes to have `command` carried out.
  public var commandNumber: UInt16 = 0
  /// The PackML mode that is wanted.
  public var mode: UInt16 = 0

  /// How many registers the block takes up.
  public static let registers = 9

  /// An empty block.
  public init() {}
}
