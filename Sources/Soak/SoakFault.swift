import Quantities
import SorterModel

/// One thing that is made to go wrong in a soaked run: what, when, for how long, and where.
public struct SoakFault: Hashable, Sendable {
  /// What goes wrong.
  public var kind: Kind
  /// When: in nanoseconds since the run began, or since the machine started for what the machine itself does.
  public var at: Nanoseconds
  /// For how long; zero for what is over at once.
  public var lasts: Nanoseconds
  /// The bin it is about, by its place on the machine.
  public var bin: Int
  /// How much: parts per million, an exception's code, a distance; by the kind.
  public var amount: Int

  /// A fault.
  public init(_ kind: Kind, at: Nanoseconds, lasts: Nanoseconds = .zero, bin: Int = 0, amount: Int = 0) {
    self.kind = kind
    self.at = at
    self.lasts = lasts
    self.bin = bin
    self.amount = amount
  }

  /// The classes of which every soak must have seen each.
  public enum Class: String, CaseIterable, Sendable {
    /// Between controller and machine.
    case link
    /// The machine and its program.
    case device
    /// What the machine sees.
    case sensor
    /// People.
    case `operator`
    /// Time, and counters that wrap.
    case clock
    /// The disk that the journal is written to.
    case disk
    /// The controller's process dies.
    case kill
  }

  /// The closed list; the raw values are the words of case files.
  public enum Kind: String, CaseIterable, Sendable {
    /// Nobody listens for a while: connections are refused, the standing one is reset.
    case refused = "link-refused"
    /// The cable is out for a while: requests and connections time out.
    case unplugged = "link-unplugged"
    /// The connection is reset before a request goes out.
    case resetBefore = "link-reset-before"
    /// The connection is reset after a request went out; `amount` says whether it arrived (0, 1).
    case resetAfter = "link-reset-after"
    /// A request is lost.
    case lostRequest = "link-lost-request"
    /// A request is carried out and its answer is lost.
    case lostReply = "link-lost-reply"
    /// A request is carried out so much later (`lasts`); its answer comes to nobody.
    case lateRequest = "link-late-request"
    /// An answer takes so much longer (`lasts`), within the response time-out.
    case slowReply = "link-slow-reply"
    /// An answer's bytes are changed, or cut; `amount` says how.
    case corruptReply = "link-corrupt-reply"
    /// An older request's answer comes instead.
    case staleReply = "link-stale-reply"
    /// The device answers with the exception `amount`.
    case exception = "link-exception"

    /// The PLC's program restarts with another epoch.
    case reboot = "device-reboot"
    /// The machine's heartbeat stands still.
    case heartbeatFrozen = "device-heartbeat-frozen"
    /// The machine's watchdog is off.
    case watchdogOff = "device-watchdog-off"
    /// The status block is torn.
    case tornStatus = "device-torn-status"
    /// The mailbox is not looked at.
    case commandsIgnored = "device-commands-ignored"
    /// Every command is refused.
    case commandsRefused = "device-commands-refused"
    /// Events are lost, and counted as lost.
    case eventsLost = "device-events-lost"
    /// The two registers of every long are swapped.
    case wordsSwapped = "device-words-swapped"
    /// The belt jams at `amount` millimetres.
    case jam = "device-jam"
    /// A bin is out of service.
    case binDisabled = "device-bin-disabled"
    /// A bin's diverter misses `amount` of a million.
    case divertsMissed = "device-diverts-missed"
    /// `amount` of a million pieces slip.
    case slip = "device-slip"

    /// `amount` of a million pieces are not read.
    case noReads = "sensor-no-reads"
    /// `amount` of a million pieces show several codes.
    case multiReads = "sensor-multi-reads"
    /// `amount` of a million feeds take two pieces.
    case doubleFeeds = "sensor-double-feeds"
    /// A bin's full signal is stuck on.
    case fullStuckOn = "sensor-full-stuck-on"
    /// A bin's full signal never comes.
    case fullStuckOff = "sensor-full-stuck-off"
    /// A photo-eye is on all the time; `amount` says which (0 the induction's, 1 the end's, then the bins').
    case eyeStuckOn = "sensor-eye-stuck-on"
    /// A photo-eye sees nothing; `amount` says which.
    case eyeStuckOff = "sensor-eye-stuck-off"
    /// A photo-eye flickers at each piece; `amount` says which.
    case eyeChatters = "sensor-eye-chatters"
    /// The encoder stands still while the belt runs.
    case encoderStands = "sensor-encoder-stands"
    /// The encoder counts `amount` pulses that there were none of.
    case encoderJumps = "sensor-encoder-jumps"
    /// What the scanner tells gets lost on its way.
    case readingsLost = "sensor-readings-lost"

    /// Somebody presses the emergency stop.
    case emergencyStop = "operator-emergency-stop"
    /// Somebody holds induction.
    case hold = "operator-hold"
    /// Somebody takes the permission to drive away.
    case disarm = "operator-disarm"
    /// Somebody presses reset, whether or not there is anything to reset.
    case reset = "operator-reset"
    /// Somebody acknowledges, resets and shelves alarms.
    case alarmKeys = "operator-alarm-keys"
    /// Somebody takes a piece off the belt and tells nobody.
    case pieceTaken = "operator-piece-taken"
    /// Nobody sweeps.
    case sweepersGone = "operator-sweepers-gone"
    /// Another controller takes the machine over.
    case secondMaster = "operator-second-master"
    /// Somebody's panel writes a command into the mailbox.
    case foreignCommand = "operator-foreign-command"
    /// Somebody's panel writes a controller block that is not its to write.
    case foreignOwner = "operator-foreign-owner"

    /// The control thread does not come round for a while.
    case controlLate = "clock-control-late"
    /// The port's thread does not come round for a while.
    case portLate = "clock-port-late"
    /// The whole process stands still for a while.
    case suspended = "clock-suspended"
    /// The encoder begins `amount` pulses before its wrap at 2^32.
    case encoderWraps = "clock-encoder-wraps"
    /// The numbers of events and commands begin `amount` before their wrap at 2^16.
    case countersWrap = "clock-counters-wrap"

    /// The disk is full from the next write on, for so long.
    case diskFull = "disk-full"
    /// A write (`amount` 0) or a sync fails.
    case diskError = "disk-error"
    /// A write takes less than it is given.
    case diskShort = "disk-short"
    /// Nothing gets through to the disk for a while.
    case diskSlow = "disk-slow"
    /// Somebody deletes a log while it is written.
    case diskDeleted = "disk-deleted"
    /// The power goes: the process dies and the disk keeps what it likes of what is not safe; back after `lasts`.
    case powerCut = "disk-power-cut"

    /// The controller's process dies without a farewell; another goes on after `lasts`, or begins anew (`amount` 0).
    case kill = "kill"

    /// Whether a machine that is driven in a way can have it.
    func befalls(_ mode: HardwareProfile.ControlMode) -> Bool {
      switch self {
      case .eyeStuckOn, .eyeStuckOff, .eyeChatters, .encoderStands, .encoderJumps, .readingsLost:
        mode == .direct
      // Of remote input and output no register is known beforehand, by which another order of words would be found.
      case .tornStatus, .eventsLost, .secondMaster, .foreignOwner, .countersWrap, .wordsSwapped:
        mode == .assigned
      default: true
      }
    }

    /// The class it belongs to, which its word begins with.
    public var faultClass: Class {
      let word = rawValue.prefix { $0 != "-" }
      guard let found = Class(rawValue: String(word)) else {
        preconditionFailure("\(rawValue) belongs to no class of faults")
      }
      return found
    }
  }
}

/// How often each kind of fault came about.
public struct FaultCounts: Hashable, Sendable {
  private var counts = [Int](repeating: 0, count: SoakFault.Kind.allCases.count)

  /// None.
  public init() {}

  /// How often a kind came about.
  public subscript(kind: SoakFault.Kind) -> Int {
    get { counts[Self.place(of: kind)] }
    set { counts[Self.place(of: kind)] = newValue }
  }

  /// How often kinds of a class came about.
  public subscript(faultClass: SoakFault.Class) -> Int {
    SoakFault.Kind.allCases.reduce(0) { $1.faultClass == faultClass ? $0 + self[$1] : $0 }
  }

  /// How often anything came about.
  public var total: Int { counts.reduce(0, +) }

  /// Adds another run's.
  public mutating func add(_ other: FaultCounts) {
    for index in counts.indices { counts[index] += other.counts[index] }
  }

  private static func place(of kind: SoakFault.Kind) -> Int {
    guard let place = SoakFault.Kind.allCases.firstIndex(of: kind) else { return 0 }
    return place
  }
}

/// What was broken: the four invariants of every run, and the two promises that a machine relies on besides.
public enum Invariant: String, CaseIterable, Sendable {
  /// I1: fed = sorted + rejected + removed + lost + on the machine, and every piece ends once.
  case conservation = "I1"
  /// I2: at most one actuation for each command.
  case actuation = "I2"
  /// I3: no mis-sort that nobody noticed.
  case sorting = "I3"
  /// I4: no acknowledged record is lost, and a run that was cut short can be gone on with.
  case durability = "I4"
  /// The machine is safe half a second after its controller has stopped.
  case safety = "S"
  /// What waits is bounded.
  case bounds = "B"
  /// Everything comes to its end.
  case ending = "E"
}

/// A broken invariant: which, when and how.
public struct SoakViolation: Hashable, Sendable {
  /// Which.
  public var invariant: Invariant
  /// When, since the run began.
  public var at: Nanoseconds
  /// How, in plain words.
  public var what: String
}

/// What is run: a seed, from which the machine, the plan and the mail follow, so many pieces, and the faults.
public struct SoakCase: Hashable, Sendable {
  /// The seed.
  public var seed: UInt64
  /// How many pieces arrive, 1 to 10,000,000.
  public var pieces: Int
  /// What goes wrong, in order of time.
  public var faults: [SoakFault]

  /// A case with these faults.
  public init(seed: UInt64, pieces: Int, faults: [SoakFault]) {
    self.seed = seed
    self.pieces = pieces
    self.faults = faults.sorted { ($0.at, $0.kind.rawValue) < ($1.at, $1.kind.rawValue) }
  }

  /// Whether its machine is driven directly: the controller tracks the pieces itself.
  public var isDirect: Bool { SoakMachine(seed: seed, pieces: pieces).profile.control.mode == .direct }

  /// The case of a seed, with the faults that it draws.
  public init(seed: UInt64, pieces: Int) {
    self.init(
      seed: seed, pieces: pieces, faults: FaultDrawing(SoakMachine(seed: seed, pieces: pieces)).faults)
  }
}
