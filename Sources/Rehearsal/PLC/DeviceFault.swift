import Quantities

/// Something that the device itself does wrong, for rehearsals; the faults of a scenario are the machine's.
public struct DeviceFault: Hashable, Sendable {
  /// What goes wrong.
  public var kind: Kind
  /// When it begins, in real time since the machine's start; nil: from the program's start on.
  public var at: Nanoseconds?
  /// How long it lasts; nil: what is usual for its kind.
  public var lasts: Nanoseconds?

  /// A fault.
  public init(_ kind: Kind, at: Nanoseconds? = nil, lasts: Nanoseconds? = nil) {
    self.kind = kind
    self.at = at
    self.lasts = lasts
  }

  /// The closed list; the raw values are what a command line calls them.
  public enum Kind: String, CaseIterable, Sendable {
    /// The machine's heartbeat stands still.
    case freezeHeartbeat = "freeze-heartbeat"
    /// The PLC restarts, with another epoch.
    case reboot
    /// The emergency stop is pressed.
    case emergencyStop = "emergency-stop"
    /// Another controller seizes the machine.
    case secondMaster = "second-master"
    /// The watchdog is off.
    case watchdogOff = "watchdog-off"
    /// Longs have the other word order.
    case swapWords = "swap-words"
    /// The status block is torn.
    case tornSnapshot = "torn-snapshot"
    /// The mailbox is not looked at.
    case ignoreCommands = "ignore-commands"
    /// Commands are refused.
    case refuseCommands = "refuse-commands"
    /// Events are lost.
    case loseEvents = "lose-events"

    /// What it does, in one line.
    public var about: String {
      switch self {
      case .freezeHeartbeat: "the machine's heartbeat stands still"
      case .reboot: "the PLC restarts: all registers zero for a second, then another epoch"
      case .emergencyStop: "somebody presses the emergency stop; the time is how long until it is pulled out"
      case .secondMaster: "another controller takes the machine over"
      case .watchdogOff: "the machine's watchdog is off: a controller must refuse to arm"
      case .swapWords: "the two registers of every long are swapped"
      case .tornSnapshot: "the status block looks as if it was read while it changed"
      case .ignoreCommands: "commands are not taken from the mailbox, nor answered"
      case .refuseCommands: "every command is answered 'refused'"
      case .loseEvents: "events are lost, and counted as lost"
      }
    }

    /// How long it lasts where nothing is said; nil: for good.
    public var usualTime: Nanoseconds? {
      switch self {
      case .reboot: .seconds(1)
      case .emergencyStop: .seconds(5)
      default: nil
      }
    }
  }
}
