import ControlRuntime
import Dispatching
import EventRecords
import ModbusPlant
import Quantities
import Rehearsal
import RingBuffer
import SorterModel
import Synchronization
import Telemetry

/// A controller's process: the control loop, the session of assigned control, and between their rings a relay.
///
/// Both are the ones that drive machines. They are stepped by the time that is given; the relay passes on what goes
/// through the rings and lets the ledger see it.
final class SoakController {
  var loop: ControlLoop
  let session: any PlantSession
  private let assignedSession: AssignedSession?
  private let directSession: DirectSession?
  /// Where a scanner's readings go; nil where the machine tells them.
  private var readingsIn: RingProducer<HeardReading>?
  /// The number of the last piece that the dispatcher counted for itself.
  private var newestSeen: UInt64
  let wire: SoakWire
  let signals: PortSignals
  let wishes = ControlWishes()
  let gauges: ControlGauges
  let recorder: Recorder
  private var toLoop: PortSide
  private var toSession: ControlSide
  private var heldInput: PortInput?
  private var lastReading: PortInput?
  private var lastCode: DestinationCode?
  private var readings = 0
  private var heldCommand: PortCommand?
  /// When its run began: its time 0.
  let birth: Int64
  /// When its process began.
  let started: Int64
  var nextCycle: Int64
  var nextTurn: Int64
  /// Until when the port's thread is held up, and until when everything of the process is.
  var portFreeAt: Int64 = 0
  var standsUntil: Int64 = 0
  /// When the port's thread last did something between two turns.
  var servedAt: Int64 = 0
  /// Whether the port's thread is inside a turn: waits of its requests let everybody else go on.
  var isInTurn = false
  /// Whether its process is gone.
  var isDead = false

  /// A controller that begins a run now.
  convenience init(
    machine: SoakMachine, plan: CompiledPlan, wire: SoakWire, seed: UInt64, world: SoakWorld,
    recorder: Recorder
  ) {
    self.init(
      machine: machine, plan: plan, wire: wire, seed: seed, world: world, birth: world.now,
      recorder: recorder, gauges: ControlGauges(binCount: machine.profile.bins.count), control: nil,
      port: nil, newest: 0)
  }

  /// A controller that goes on with a run whose time 0 was at `birth`.
  convenience init(
    machine: SoakMachine, plan: CompiledPlan, wire: SoakWire, seed: UInt64, world: SoakWorld, birth: Int64,
    going recovery: consuming SoakRecovery
  ) {
    let (recorder, gauges, port) = (recovery.recorder, recovery.gauges, recovery.port)
    let newest = recovery.inducted.max() ?? 0
    // Its time goes on, and never begins before its last event.
    let last = recovery.control.lastEvent.rawValue + 1_000_000
    self.init(
      machine: machine, plan: plan, wire: wire, seed: seed, world: world, birth: min(birth, world.now - last),
      recorder: recorder, gauges: gauges, control: recovery.control, port: port, newest: newest)
  }

  private init(
    machine: SoakMachine, plan: CompiledPlan, wire: SoakWire, seed: UInt64, world: SoakWorld, birth: Int64,
    recorder: Recorder, gauges: ControlGauges, control: consuming ControlResumption?, port: PortResumption?,
    newest: UInt64
  ) {
    let profile = machine.profile
    let inner = PortRings.make(slots: machine.portSlots)
    let outer = PortRings.make(slots: machine.portSlots, signals: inner.signals)
    signals = inner.signals
    self.gauges = gauges
    self.recorder = recorder
    self.birth = birth
    started = world.now
    nextCycle = world.now
    nextTurn = world.now
    var settings = ControlSettings(period: machine.controlPeriod)
    settings.runsEmpty = false
    let scanner =
      profile.control.mode == .direct ? RingBuffer<HeardReading>(capacity: Self.scannerSlots) : nil
    readingsIn = scanner?.makeProducer()
    newestSeen = newest
    loop = ControlLoop(
      profile: profile, plan: plan, port: RingEnd(inner.control, signals), recorder: recorder,
      settings: settings, gauges: gauges, wishes: wishes, began: Nanoseconds(birth),
      scanner: scanner?.makeConsumer(), resumption: control)
    toLoop = inner.port.take()
    toSession = outer.control.take()
    var options = PortOptions()
    options.arms = true
    options.resetsByItself = machine.resetsByItself
    options.commandTimeout = machine.commandTimeout
    options.seed = seed
    options.resumption = port
    signals.mayDrive.store(true, ordering: .relaxed)
    signals.journaledEvent.store(SafeEvent.none.rawValue, ordering: .relaxed)
    self.wire = wire
    let clock = { [unowned world] in world.now }
    let pause = { [unowned world] (time: Int64) in world.pass(by: time) }
    do throws(LayoutFault) {
      switch profile.control.mode {
      case .assigned:
        let made = try AssignedSession(
          profile: profile, map: machine.map, settings: machine.settings, transport: wire,
          side: outer.port.take(), options: options, clock: clock, pause: pause)
        (session, assignedSession, directSession) = (made, made, nil)
      case .direct:
        let made = try DirectSession(
          profile: profile, map: machine.map, settings: machine.settings, transport: wire,
          side: outer.port.take(), options: options, clock: clock, pause: pause)
        (session, assignedSession, directSession) = (made, nil, made)
      }
    } catch {
      preconditionFailure("a soak's register map fits its machine: \(error)")
    }
  }

  /// When its control thread last came round, in the world's time.
  var lastCycle: Int64 { max(started, birth + signals.lastCycle.load(ordering: .relaxed)) }

  /// Whether its logs could not be written.
  var hasFailedLogs: Bool { recorder.hasFailed }

  /// Its process is gone between two instructions.
  func die() {
    isDead = true
    wire.isDead = true
    recorder.abandon()
  }

  /// What is left of its run, with these files.
  func remains(_ files: [String: [UInt8]]) -> SoakRemains {
    SoakRemains(
      files: files, birth: birth, committedEvents: recorder.committedEvents,
      committedMachineEvent: recorder.committedMachineEvent)
  }

  /// Its own time at a moment of the world's.
  func time(at now: Int64) -> Instant { Instant(now - birth) }

  /// How many commands have no outcome yet.
  var openCommands: Int { assignedSession?.openCommands ?? session.overview.commandsOpen }

  /// So many readings may wait for the control thread.
  private static let scannerSlots = 1_024

  /// A scanner on a wire of its own tells a reading; by a deliberate flaw now and then with another's destination.
  func hear(_ reading: ScannerReading, at now: Int64, _ flaw: SoakFlaw?) {
    var told = reading
    readings += 1
    if flaw == .mixesReadings, readings % 30 == 0, let lastCode { told.code = lastCode }
    lastCode = reading.code
    _ = readingsIn?.tryPush(HeardReading(told, at: Nanoseconds(now)))
  }

  /// Passes on what lies in the rings; answers whether commands went on their way.
  func relay(
    _ ledger: inout SoakLedger, _ flaw: SoakFlaw?, _ assigned: inout AssignedMachine?,
    _ direct: inout DirectMachine?
  ) -> Bool {
    while var input = heldInput ?? toSession.inputs.tryPop() {
      if flaw == .mixesReadings, heldInput == nil { mix(&input) }
      if heldInput == nil { note(input.input, &ledger, assigned, &direct) }
      heldInput = toLoop.inputs.tryPush(input) ? nil : input
      if heldInput != nil { break }
    }
    var hasCommands = false
    while let command = heldCommand ?? toLoop.commands.tryPop() {
      if heldCommand == nil { ledger.give(command.command) }
      heldCommand = toSession.commands.tryPush(command) ? nil : command
      if heldCommand != nil { break }
      hasCommands = true
    }
    while let outcome = toLoop.outcomes.tryPop() {
      let isLie = isByLie(outcome, direct)
      ledger.take(outcome: outcome, byLie: isLie)
      if flaw == .endsTwice, ledger.outcomes % 50 == 0 { ledger.take(outcome: outcome, byLie: isLie) }
    }
    return hasCommands
  }

  /// Whether an outcome was told because the eye of its bin saw what was no piece.
  func isByLie(_ outcome: EventRecord, _ direct: DirectMachine?) -> Bool {
    guard let direct, let count = directSession?.encoderCount(at: outcome.position) else { return false }
    return direct.lied(outcome.bin, at: count)
  }

  /// Notes which of the plant's pieces the dispatcher is about to hear of for the first time.
  private func note(
    _ input: FieldInput, _ ledger: inout SoakLedger, _ assigned: AssignedMachine?,
    _ direct: inout DirectMachine?
  ) {
    let event = input.event
    if event.kind == .pieceInducted {
      let own = assignedSession?.machineNumber(of: event.piece)
      ledger.induct(event.piece, plantNumber: own.flatMap { assigned?.plantNumber($0.epoch, $0.number) })
    }
    // An eye knows no numbers: the dispatcher counts for itself, and the place tells which piece it was.
    if event.kind == .inductionEye, event.isOn {
      newestSeen += 1
      let count = directSession?.encoderCount(at: input.position)
      ledger.induct(PieceID(newestSeen), plantNumber: count.flatMap { direct?.takeHead(at: $0) })
    }
  }

  /// The deliberate flaw: now and then a reading bears the destination of the one before.
  private func mix(_ input: inout PortInput) {
    guard input.input.event.kind == .pieceIdentified, input.input.event.detail == 0 else { return }
    readings += 1
    let own = input
    if readings % 30 == 0, let lastReading { input.input.event.word = lastReading.input.event.word }
    lastReading = own
  }

  /// How many of the pieces that it was told of have not ended, by its records; nil where those do not add up.
  var onMachine: Int? { gauges.onMachine == loop.onMachine ? loop.onMachine : nil }

  /// Ends it as SIGTERM does, and answers what its records amount to.
  func finish(at now: Int64) throws(RecorderError) -> UInt64 {
    wishes.stop.store(true, ordering: .relaxed)
    _ = loop.cycle(at: Nanoseconds(now))
    session.end(at: time(at: now))
    let end = loop.close()
    _ = try recorder.finish(onMachine: loop.onMachine)
    return end.digest
  }
}

/// A port that is nothing but its rings: what lies behind them is stepped by somebody else.
private final class RingEnd: PlantPort {
  let signals: PortSignals
  let control: PortEnds<ControlSide>
  var isVirtual: Bool { false }
  var wantsOutcomes: Bool { true }

  init(_ control: PortEnds<ControlSide>, _ signals: PortSignals) {
    self.control = control
    self.signals = signals
  }

  func start() {}
  func stop() {}
}
