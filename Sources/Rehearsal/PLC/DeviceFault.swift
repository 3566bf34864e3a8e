import Quantities

/// Something that the device itself does wrong, for rehearsals; the faults of a scenario are the machine's.
public struct DeviceFault: Hashable, Sendable {
  /// What goes wrong.
  public var kind: Kind
  /// When it begins, in real time since the machine's start; nil: from the program's start on.
  public var at: Nanoseconds?
  /// How long it lasts; nil: what is usual for its kind.
  public var lasts: Nanoseconds?
  /// Which eye it is about (0 the induction's, 1 the end's, then those of the bins on their way along the belt), or
  /// how many pulses an encoder jumps.
  public var amount: Int

  /// A fault.
  public init(_ kind: Kind, at: Nanoseconds? = nil, lasts: Nanoseconds? = nil, amount: Int = 0) {
    self.kind = kind
    self.at = at
    self.lasts = lasts
    self.amount = amount
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
    /// A photo-eye is on all the time.
    case eyeStuckOn = "eye-stuck-on"
    /// A photo-eye sees nothing.
    case eyeStuckOff = "eye-stuck-off"
    /// A photo-eye flickers at each piece.
    case eyeChatters = "eye-chatters"
    /// The encoder stands still while the belt runs.
    case encoderStands = "encoder-stands"
    /// The encoder counts pulses that there were none of.
    case encoderJumps = "encoder-jumps"

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
      case .eyeStuckOn: "the photo-eye of the induction is on all the time (direct control)"
      case .eyeStuckOff: "the photo-eye of the induction sees nothing (direct control)"
      case .eyeChatters: "the photo-eye of the induction flickers at each piece (direct control)"
      case .encoderStands: "the encoder stands still while the belt runs (direct control)"
      case .encoderJumps: "the encoder counts 20 pulses that there were none of (direct control)"
      }
    }

    /// How long it lasts where nothing is said; nil: for good.
    public var usualTime: Nanoseconds? {
      switch self {
      case .reboot: .seconds(1)
      case .emergencyStop: .seconds(5)
      case .encoderStands: .milliseconds(50)
      default: nil
      }
    }

    /// Whether remote input and output has it: a device without a program of its own.
    public var befallsRemoteIO: Bool {
      switch self {
      case .freezeHeartbeat, .reboot, .emergencyStop, .watchdogOff, .ignoreCommands, .refuseCommands,
        .swapWords, .eyeStuckOn, .eyeStuckOff, .eyeChatters, .encoderStands, .encoderJumps:
        true
      case .secondMaster, .tornSnapshot, .loseEvents: false
      }
    }

    /// Whether a PLC with a program has it.
    public var befallsPLC: Bool {
      switch self {
      case .eyeStuckOn, .eyeStuckOff, .eyeChatters, .encoderStands, .encoderJumps: false
      default: true
      }
    }
  }
}
