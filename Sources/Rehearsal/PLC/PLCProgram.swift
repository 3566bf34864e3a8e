import Dispatching
import Quantities
import RegisterMap
import Simulation
import SorterModel

/// The program of a virtual PLC over the virtual plant: steps by a time that is given to it, and answers requests.
///
/// No threads, no clock: the same steps and requests at the same times give the same registers. It never waits for a
/// controller; one that is late misses decision points. `hardware-profiles/register-interface.md` is what it keeps to.
///
/// Plant time begins when the machine starts: with the first arming, or at once where the settings say so. It runs
/// `speed` times as fast as the time that is given; heartbeats and watchdog go by the time that is given.
public struct PLCProgram: ~Copyable {
  let layout: PLCLayout
  let settings: PLCSettings
  let binCount: Int
  let beltSpeed: UInt16
  /// How long a piece at the end of a line with a way back waits for its command, in plant time.
  let endAllowance: Nanoseconds
  var image: RegisterImage
  var plant: VirtualPlant
  /// Ties plant time to the time given; nil until the machine has started.
  var clock: PlantClock?
  /// Since when the plant's time stands still, for an emergency stop.
  var frozenAt: Int64?
  /// The last time that was given.
  var now: Int64
  /// When the piece that waits at the end goes on without a command, in plant time.
  var endDue = Instant.never
  var epoch: UInt16
  /// The newest piece that was fed before this start of the program: pieces up to it are not tracked.
  var untrackedUpTo: UInt64 = 0
  var ring = EventCounters()
  var mailboxDone: UInt16 = 0
  var supervision = ControllerSupervision()
  var pack = PLCStates()
  var status = MachineBlock()
  /// The status block as it stands in the registers.
  var shown = MachineBlock()
  /// Commands for pieces that the scanner has not read yet.
  var early: [EarlyCommand] = []
  /// When the heartbeat counts up next.
  var beatDue: Int64
  var isFeedingHeld = false
  var isHeldByCommand = false
  var faults: FaultPlayer
  var account = PLCAccount()
  var pieces: [PLCPiece] = []
  var carriedOut: [PLCCommand] = []
  /// Readings that nobody has been told; see `PLCSettings.hasOwnScanner`.
  var readings: [ScannerReading] = []
  /// The piece that waits at the end of the line, or the last one that did.
  var waitingPiece = PieceID.none
  /// Where pieces at the end of the line fall, `.none` where they only go round.
  let endBin: BinID
  var binsFull: [Bool]
  var binsDisabled: [Bool]
  let pulsesPerMetre: UInt32

  /// The machine counts its heartbeat up this often, in nanoseconds.
  static let beat: Int64 = 10_000_000

  /// A program that starts at `start` on a monotonic clock, in nanoseconds.
  public init(
    profile: HardwareProfile, scenario: Scenario, mail: any MailSupply, layout: PLCLayout,
    settings: PLCSettings,
    at start: Int64
  ) {
    precondition(settings.epoch != 0, "an epoch is never 0")
    self.layout = layout
    self.settings = settings
    binCount = profile.bins.count
    binsFull = Array(repeating: false, count: binCount)
    binsDisabled = binsFull
    endBin = profile.bins.firstIndex(where: \.isEnd).map { BinID(UInt16($0)) } ?? .none
    beltSpeed = UInt16(clamping: profile.belt.speedMillimetresPerSecond)
    endAllowance = Self.endAllowance(profile, speed: settings.speed)
    plant = VirtualPlant(profile: profile, scenario: scenario, mail: mail)
    now = start
    beatDue = start
    epoch = settings.epoch
    faults = FaultPlayer(settings.faults, at: start)
    image = RegisterImage()
    for block in layout.blocks {
      let isWritable = block == layout.controller || block == layout.mailbox
      image.add(block.table, block.range, isWritable: isWritable)
    }
    pulsesPerMetre = UInt32(clamping: profile.belt.encoderPulsesPerMetre)
    holdFeeding(true)
    boot()
    // It had been counting for long when this begins; after a start of its own it counts from zero.
    if settings.countersStart != 0 {
      ring = EventCounters(head: settings.countersStart, tail: settings.countersStart)
      mailboxDone = settings.countersStart
      refreshStatus()
    }
    playFaults()
    if settings.feedsAtOnce { startMachine(at: start) }
  }

  /// A piece at the end waits so long for its command, in real time: a controller's poll and answer take less.
  static let leastEndAllowance = Nanoseconds.milliseconds(50)

  /// The same in plant time; never so long that the piece would have come halfway round meanwhile.
  private static func endAllowance(_ profile: HardwareProfile, speed: Int) -> Nanoseconds {
    guard let path = profile.recirculation?.path else { return .zero }
    let geometry = BeltGeometry(profile.belt)
    let halfway = Nanoseconds(geometry.time(of: geometry.pulses(path)).rawValue / 2)
    let wanted = max(profile.control.answer.rawValue, leastEndAllowance.rawValue * Int64(speed))
    return min(Nanoseconds(wanted), halfway)
  }

  /// What the machine has done so far.
  public var totals: PLCAccount {
    var totals = account
    totals.fed = plant.fed
    totals.onMachine = plant.onMachine
    totals.longestLag = Nanoseconds(account.longestLag.rawValue / Int64(settings.speed))
    return totals
  }

  /// Where pieces ended, in the order of ending; empty unless the settings ask for it.
  public var endings: [PLCPiece] { pieces }

  /// Takes the commands that were carried out since the last time, in their order; see `PLCSettings.keepsCommands`.
  package mutating func takeCarriedOut() -> [PLCCommand] {
    if carriedOut.isEmpty { return [] }
    defer { carriedOut.removeAll(keepingCapacity: true) }
    return carriedOut
  }

  /// Takes the pieces that ended since the last time, in their order; see `PLCSettings.keepsPieces`.
  package mutating func takeEndings() -> [PLCPiece] {
    if pieces.isEmpty { return [] }
    defer { pieces.removeAll(keepingCapacity: true) }
    return pieces
  }

  /// Whether outputs follow a controller.
  package var isArmed: Bool { supervision.isArmed }

  /// The present epoch, and the newest piece that was fed before it began: numbers on the wire count from there.
  package var numbering: (epoch: UInt16, countsFrom: UInt64) { (epoch, untrackedUpTo) }

  /// The plant's time, and where its belt is; nil until the machine has started.
  package var plantTime: Instant? { clock == nil ? nil : plant.now }

  /// The newest piece that was fed, by the plant's own number.
  package var newestPiece: PieceID { plant.newestPiece }

  /// The encoder's count at the last step.
  package var encoderCount: UInt32 { encoder(at: plant.position) }

  /// The number of the newest event, and of the last command that was carried out.
  package var counters: (events: UInt16, commands: UInt16) { (ring.head, mailboxDone) }

  /// Whether a fault of the device stands.
  package func isOn(_ fault: DeviceFault.Kind) -> Bool { faults.isOn(fault) }

  /// Whether all mail has been fed and has left the machine.
  public var isFinished: Bool { plant.isFinished }

  /// The present status, as the last request that read it left it.
  public var state: MachineBlock { shown }

  /// The time at which something is next due by itself; `Int64.max` where nothing is.
  public var nextDue: Int64 {
    var due = min(beatDue, supervision.tripDue(watchdog), faults.nextDue)
    if let clock, frozenAt == nil {
      let next = min(plant.nextTime, endDue)
      if next != .never { due = min(due, clock.moment(of: next)) }
    }
    return due
  }

  /// Lets everything happen that is due by `time`; a time before the last is taken for the last.
  public mutating func step(to time: Int64) {
    let time = max(time, now)
    while true {
      let due = max(now, min(supervision.tripDue(watchdog), faults.nextDue))
      guard due <= time else { break }
      runPlant(to: due)
      now = due
      if faults.nextDue <= now { playFaults() } else { trip() }
    }
    runPlant(to: time)
    now = time
    if beatDue <= now {
      if !faults.isOn(.freezeHeartbeat) {
        status.heartbeat &+= UInt16(truncatingIfNeeded: 1 + (now - beatDue) / Self.beat)
      }
      beatDue += Self.beat * (1 + (now - beatDue) / Self.beat)
    }
    faults.holdMaster(&supervision, at: now)
    updateStates()
  }

  /// The machine starts: its belt moves and its time begins.
  mutating func startMachine(at time: Int64) {
    guard clock == nil else { return }
    clock = PlantClock(startingAt: time, speed: settings.speed)
    faults.machineStarted(at: time)
    updateStates()
    updateFeeding()
  }

  /// Lets the plant come to a time, event by event.
  private mutating func runPlant(to time: Int64) {
    guard let clock, frozenAt == nil else { return }
    let limit = clock.plantTime(at: time)
    guard limit >= plant.now else { return }
    account.longestLag = max(account.longestLag, limit - max(plant.now, min(plant.nextTime, limit)))
    while true {
      let next = plant.nextTime
      let before = plant.onMachine - plant.fed
      if endDue <= min(next, limit) {
        plant.moveOn(to: endDue)
        endDue = .never
        plant.settle()
        hearPlant(leaving: before)
      } else if next <= limit, plant.advance(notAfter: limit) {
        hearPlant(leaving: before)
        plant.settleExceptEnd()
      } else {
        break
      }
      updateFeeding()
    }
    plant.moveOn(to: limit)
  }
}

/// How a virtual PLC is set up.
public struct PLCSettings: Sendable {
  /// The number of this start of the program, never 0.
  public var epoch: UInt16
  /// After so long without a heartbeat of an armed controller the machine goes safe; 0 where that is off.
  public var watchdogMilliseconds: UInt16
  /// The encoder's count at the machine's start: near 2^32 it soon wraps.
  public var encoderStart: UInt32
  /// How many times faster than real the plant runs, 1 to 1,000,000.
  public var speed: Int
  /// Whether the machine starts without waiting for an armed controller.
  public var feedsAtOnce: Bool
  /// What the device does wrong.
  public var faults: [DeviceFault]
  /// Whether the end of every piece is kept.
  public var keepsPieces: Bool
  /// Whether every command that is carried out is kept.
  public var keepsCommands: Bool
  /// Whether the scanner has a wire of its own, so that readings are no events.
  public var hasOwnScanner: Bool
  /// The numbers of the last event and the last command when this begins: near 65,536 they soon wrap.
  public var countersStart: UInt16

  /// The usual settings: real time, a watchdog of 300 ms, no faults.
  public init(
    epoch: UInt16, watchdogMilliseconds: UInt16 = 300, encoderStart: UInt32 = 0, speed: Int = 1,
    feedsAtOnce: Bool = false, faults: [DeviceFault] = [], keepsPieces: Bool = false,
    keepsCommands: Bool = false, hasOwnScanner: Bool = false, countersStart: UInt16 = 0
  ) {
    self.epoch = epoch
    self.watchdogMilliseconds = watchdogMilliseconds
    self.encoderStart = encoderStart
    self.speed = speed
    self.feedsAtOnce = feedsAtOnce
    self.faults = faults
    self.keepsPieces = keepsPieces
    self.keepsCommands = keepsCommands
    self.hasOwnScanner = hasOwnScanner
    self.countersStart = countersStart
  }
}
