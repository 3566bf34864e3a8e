import ControlRuntime
import Dispatching
import EventRecords
import Quantities
import RegisterMap
import SorterModel

/// The controller's side of assigned control, one poll at a time: a state machine without a clock or a thread.
///
/// `turn` connects, checks, takes the ownership, and then goes round: commands, heartbeat and status, events,
/// answers. What goes wrong closes the connection; the next connection settles what was under way by reading
/// it back. A command keeps its mailbox number for ever, and the machine carries out a number once: so a
/// command is carried out at most once, whatever became of the request that brought it.
public final class AssignedSession: PlantSession {
  let profile: HardwareProfile
  let map: RegisterMap
  let layout: AssignedLayout
  let link: PlantLink
  let options: PortOptions
  let signals: PortSignals
  var side: PortSide
  var random: SeededNumbers
  /// This controller's number, drawn at its start.
  let owner: UInt16

  var time: TurnTime
  var phase = Phase.down
  var retryAt = Instant.start
  var policy: ReconnectPolicy
  var lastFault: SessionFault?
  var report = PreflightReport()
  var hasCheckedPoints = false
  /// Points that the device refuses; it is gone on without them.
  var quarantined: Set<String> = []
  var conditions = ConditionBoard()

  /// The machine's epoch that this session works with; nil before the first.
  var epoch: UInt16?
  /// Whether the machine's numbers went back under the same epoch, so that it counts as begun anew.
  var mustBeginAnew = false
  var identity = IdentityBlock()
  var status = MachineBlock()
  var statusAt = Instant.start
  /// When the encoder's count was last believed, and when the watchdog was last looked at anew.
  var encoderAt = Instant.start
  var watchdogSeenAt = Instant.start
  var controller = ControllerBlock()
  var wroteControllerAt: Instant?
  var drive = Drive.off
  var resetsSeen: UInt32
  var machineHeart = StandstillWatch()
  var otherOwner = StandstillWatch()
  /// Whether the machine has shown this controller as its owner.
  var hasOwned = false
  /// Whether another controller took the machine: nothing is written until a person lets it go on.
  var hasYielded = false
  /// When the machine was asked to leave an owner whose heartbeat had stopped; nil before.
  var claimedAt: Instant?

  var encoder = BeltCounter(wire: 0, position: 0)
  var pieces = PieceNumbers()
  var eventHead = ExtendedCounter(0)
  /// The number of the last event that was read, and of the last that was handed on.
  var eventRead: Int64 = 0
  var eventTail: Int64 = 0
  /// Where the tail stood when the connection began.
  var firstTail: Int64 = 0
  /// Turns in a row in which the next event was announced and could not be read whole.
  var eventTries = 0
  /// The last place that was written down, and events that were written down behind it by the controller before.
  var marked: SessionPlace?
  var takenBefore = TakenEvents()
  /// Whether this controller goes on where one was cut short, and has not seen the machine yet.
  var isResuming = false
  var arrivals: [Arrival] = []
  var outbox = PortOutbox()
  var book = CommandBook()
  var wantsHold = false
  /// Whether the machine holds induction by our command; nil while that is not known.
  var machineHolds: Bool? = false
  var holdRestatedAt = Instant.start
  var binsFull: [Bool]
  var binsDisabled: [Bool]
  var needsBins = false
  /// The machine's PackML state as the dispatcher knows it; 0 before the first.
  var toldState: UInt16 = 0
  /// Whether the dispatcher was told of a jam (nil where the controller before knows), and whether the machine must
  /// be asked because that may be of old.
  var toldJam: Bool? = false
  var needsJam = false
  var isLinkUp = true
  /// Whether events of before the connection are still to be read: the link counts as down until then, because
  /// what they tell happened while it was.
  var isBehind = true
  var advancedAt = Instant.start
  /// Commands that were written a second time because a read-back found them missing.
  var rewritten: UInt64 = 0
  /// Events of kinds that the interface does not have, and events that were never to be had.
  var unknownEvents: UInt64 = 0
  var lostEvents: UInt64 = 0
  /// Events lost and writes refused by the machine's own count, as last seen.
  var lastLost: UInt16?
  var lastRefused: UInt16?
  var words: [UInt16] = []

  /// How far the connection has come.
  enum Phase { case down, claiming, running }

  /// How far the driving has come.
  enum Drive: Equatable {
    /// Outputs do not follow.
    case off
    /// It was asked for, and the machine has not confirmed yet.
    case arming(since: Instant)
    /// Outputs follow.
    case armed
    /// It was driven and something happened: a person has to say that it may go on.
    case latched
  }

  /// A session that will connect at its first turn; throws where the map cannot serve.
  package init(
    profile: HardwareProfile, map: RegisterMap, settings: ModbusSettings, transport: any ModbusTransport,
    side: consuming PortSide, options: PortOptions, clock: @escaping () -> Int64,
    pause: @escaping (Int64) -> Void = { _ in }
  ) throws(LayoutFault) {
    layout = try AssignedLayout(map, unit: settings.unit, bins: profile.bins.count)
    self.profile = profile
    self.map = map
    self.options = options
    time = TurnTime(clock)
    link = PlantLink(
      transport, map: map, settings: settings, isReadOnly: options.isDryRun, clock: clock, pause: pause)
    signals = side.signals
    resetsSeen = signals.resetsAsked.load(ordering: .relaxed)
    self.side = side
    random = SeededNumbers(seed: options.seed)
    let drawn = random.owner()
    owner = options.resumption?.place.owner ?? drawn
    policy = ReconnectPolicy(firstWait: settings.reconnect.lowerBound, cap: settings.reconnect.upperBound)
    binsFull = [Bool](repeating: false, count: profile.bins.count)
    binsDisabled = binsFull
    if let resumption = options.resumption { goOn(from: resumption) }
  }

  /// Takes over what the controller before knew of the machine.
  private func goOn(from before: PortResumption) {
    isResuming = true
    toldJam = nil
    epoch = before.place.epoch
    encoder = before.belt
    pieces = PieceNumbers(base: before.place.pieceBase, newest: Int64(clamping: before.newestPiece.rawValue))
    eventHead = ExtendedCounter(value: before.place.event)
    eventRead = before.place.event
    eventTail = eventRead
    firstTail = eventRead
    marked = before.place
    takenBefore = TakenEvents(before.taken)
    outbox = PortOutbox(position: before.position)
    isLinkUp = before.isLinkUp
    for bin in binsFull.indices {
      binsFull[bin] = before.fullBins.contains(bin)
      binsDisabled[bin] = before.disabledBins.contains(bin)
    }
  }

  /// When the turn began.
  var now: Instant { time.now }

  /// One poll. `now` never goes back.
  public func turn(at now: Instant) {
    time.begin(now)
    takeCommands()
    passInputsOn()
    do throws(SessionFault) {
      switch phase {
      case .down: if now >= retryAt { try open() }
      case .claiming: try claim()
      case .running: try poll()
      }
    } catch {
      drop(because: error)
    }
    finishTurn()
  }

  /// Sends what waits, between two polls; commands go ahead of the next poll.
  public func serve(at now: Instant) {
    time.begin(now)
    takeCommands()
    guard phase == .running, mayCommand, isStatusFresh, !book.waiting.isEmpty else { return }
    do throws(SessionFault) {
      try sendCommands()
    } catch {
      drop(because: error)
    }
    finishTurn()
  }

  /// How many commands have no outcome yet.
  package var openCommands: Int { book.open }

  /// The machine's own number for one of the dispatcher's, and the epoch in which it counts; nil where it has none.
  package func machineNumber(of piece: PieceID) -> (epoch: UInt16, number: UInt32)? {
    guard let epoch, let number = pieces.wire(of: piece.rawValue) else { return nil }
    return (epoch, number)
  }

  /// Nothing has to be done at a moment of its own.
  public var nextMoment: Instant? { nil }

  /// What is known of the machine, and what became of the commands.
  public var overview: PortOverview {
    var overview = PortOverview()
    overview.preflight = report
    overview.isChecked = hasCheckedPoints || report.checks.contains { $0.verdict == .failed }
    overview.lastFault = lastFault?.description ?? ""
    overview.commandsTaken = book.taken
    overview.outcomes = book.tallies
    overview.commandsOpen = book.open
    overview.conditions = conditions.counts
    overview.refusedWrites = link.audit
    overview.quarantined = quarantined.sorted()
    overview.lostEvents = lostEvents
    overview.unknownEvents = unknownEvents
    return overview
  }

  /// Makes the outputs safe, gives every open command its outcome and closes the connection.
  public func end(at now: Instant) {
    time.begin(now)
    takeCommands()
    if phase == .running && !options.isDryRun && link.transport.isConnected {
      controller.arm = 0
      controller.heartbeat &+= 1
      do throws(SessionFault) {
        try asking { () throws(ModbusFault) in
          try self.link.write(self.layout.controller, from: 0, self.controllerWords())
        }
      } catch {
        lastFault = error
      }
    }
    phase = .down
    drive = .off
    link.transport.close()
    for _ in book.removeWaiting(where: { _ in true }) { book.close(.refused, wasSent: false) }
    for _ in book.startAnew(done: 0) { closeUnknown() }
    finishTurn()
  }

  /// Makes a request's fault one of the session's.
  func asking(_ request: () throws(ModbusFault) -> Void) throws(SessionFault) {
    do throws(ModbusFault) {
      try request()
    } catch {
      throw .modbus(error)
    }
  }

  /// The connection is of no more use: closes it and waits before the next.
  private func drop(because fault: SessionFault) {
    lastFault = fault
    if case .modbus(.protocolFault) = fault { conditions.happened(.protocolFault, at: now) }
    if case .modbus(.badRequest) = fault { conditions.happened(.writeRefused, at: now) }
    link.transport.close()
    if phase != .down { signals.reconnects.add(1, ordering: .relaxed) }
    phase = .down
    if drive == .off || drive == .latched { controller.arm = 0 }
    retryAt = now + (policy.waitAfterFailure(using: &random) ?? .seconds(5))
  }

  /// Takes what the control thread gave, as long as the queue is bounded.
  private func takeCommands() {
    while book.waiting.count < Self.longestQueue, let command = side.commands.tryPop() {
      book.take(command)
      if command.command.kind == .holdInduction { wantsHold = true }
      if command.command.kind == .releaseInduction { wantsHold = false }
    }
  }

  /// More commands than this are left in the ring, which then tells the control thread that it is full.
  package static let longestQueue = 4_096

  /// The last event that the machine may forget: it was handed on, and is safe in the journal.
  var safeTail: Int64 {
    let safe = SafeEvent(rawValue: signals.journaledEvent.load(ordering: .relaxed))
    return max(firstTail, min(eventTail, safe.event(in: epoch ?? 0)))
  }

  /// Hands inputs on and moves the event tail behind them.
  func passInputsOn() {
    if let event = outbox.pass(to: &side) { eventTail = event }
    if !outbox.isEmpty { signals.backPressure.add(1, ordering: .relaxed) }
  }

  private func finishTurn() {
    tellLink()
    passInputsOn()
    publish()
  }
}

/// Why a session's connection was of no more use.
enum SessionFault: Error, Hashable {
  /// A request failed.
  case modbus(ModbusFault)
  /// The status block never stood still while it was read.
  case tornStatus
  /// The machine began anew, or its numbers went back.
  case restarted
  /// The encoder's count is further off than the belt can have run.
  case encoderJumped
  /// A check failed: the machine must not be driven.
  case unfit(String)
}

extension SessionFault: CustomStringConvertible {
  var description: String {
    switch self {
    case .modbus(let fault): fault.description
    case .tornStatus: "the status block changed each time while it was read"
    case .restarted: "the machine began anew"
    case .encoderJumped: "the encoder's count jumped further than the belt can have run"
    case .unfit(let check): "the pre-flight check \"\(check)\" failed"
    }
  }
}
