import ControlRuntime
import Dispatching
import ModbusPlant
import Quantities
import Rehearsal
import SorterModel
import Synchronization
import Telemetry

/// A controller's process: the control loop, the session of assigned control, and between their rings a relay.
///
/// Both are the ones that drive machines. They are stepped by the time that is given; the relay passes on what goes
/// through the rings and lets the ledger see it.
final class SoakController {
  var loop: ControlLoop
  let session: AssignedSession
  let wire: SoakWire
  let signals: PortSignals
  let wishes = ControlWishes()
  let gauges: ControlGauges
  private let recorder: Recorder
  private var toLoop: PortSide
  private var toSession: ControlSide
  private var heldInput: PortInput?
  private var lastReading: PortInput?
  private var readings = 0
  private var heldCommand: PortCommand?
  /// When its process began: its time 0.
  let birth: Int64
  var nextCycle: Int64
  var nextTurn: Int64
  /// Until when the port's thread is held up.
  var portFreeAt: Int64 = 0
  /// Whether the port's thread is inside a turn: waits of its requests let everybody else go on.
  var isInTurn = false
  /// Whether its process is gone.
  var isDead = false

  init(machine: SoakMachine, plan: CompiledPlan, wire: SoakWire, seed: UInt64, world: SoakWorld) {
    let profile = machine.profile
    let slots = ControlLoop.leastSlots(for: profile) * 4
    let inner = PortRings.make(slots: slots)
    let outer = PortRings.make(slots: slots, signals: inner.signals)
    signals = inner.signals
    gauges = ControlGauges(binCount: profile.bins.count)
    recorder = Recorder(
      RunDescription(
        runID: seed, scenario: "soak", plan: "soak", seed: machine.seed, startsAt: 0,
        metricsInterval: .seconds(60), warmUp: .zero, sweepers: 1, profile: profile, programVersion: ""))
    birth = world.now
    nextCycle = world.now
    nextTurn = world.now
    var settings = ControlSettings(period: machine.controlPeriod)
    settings.runsEmpty = false
    loop = ControlLoop(
      profile: profile, plan: plan, port: RingEnd(inner.control, signals), recorder: recorder,
      settings: settings, gauges: gauges, wishes: wishes, began: Nanoseconds(world.now))
    toLoop = inner.port.take()
    toSession = outer.control.take()
    var options = PortOptions()
    options.arms = true
    options.resetsByItself = machine.resetsByItself
    options.commandTimeout = machine.commandTimeout
    options.seed = seed
    signals.mayDrive.store(true, ordering: .relaxed)
    self.wire = wire
    do throws(LayoutFault) {
      session = try AssignedSession(
        profile: profile, map: machine.map, settings: machine.settings, transport: wire,
        side: outer.port.take(), options: options, clock: { [unowned world] in world.now },
        pause: { [unowned world] in world.pass(by: $0) })
    } catch {
      preconditionFailure("a soak's register map fits its machine: \(error)")
    }
  }

  /// Its own time at a moment of the world's.
  func time(at now: Int64) -> Instant { Instant(now - birth) }

  /// Passes on what lies in the rings; answers whether commands went on their way.
  func relay(
    _ ledger: inout SoakLedger, _ flaw: SoakFlaw?, plantNumber: (UInt16, UInt32) -> UInt64?
  ) -> Bool {
    while var input = heldInput ?? toSession.inputs.tryPop() {
      if flaw == .mixesReadings, heldInput == nil { mix(&input) }
      if heldInput == nil, input.input.event.kind == .pieceInducted {
        let piece = input.input.event.piece
        let own = session.machineNumber(of: piece)
        ledger.induct(piece, plantNumber: own.flatMap { plantNumber($0.epoch, $0.number) })
      }
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
      ledger.take(outcome: outcome)
      if flaw == .endsTwice, ledger.outcomes % 50 == 0 { ledger.take(outcome: outcome) }
    }
    return hasCommands
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
