import ControlRuntime
import Dispatching
import EventRecords
import Quantities
import Simulation
import SorterModel
import Synchronization
import Telemetry

/// A virtual plant whose every event waits for the control thread; belongs to the plant's thread.
struct LockStepPlant: ~Copyable {
  private var plant: VirtualPlant
  private let plan: CompiledPlan
  private var side: PortSide
  private let until: Instant
  private let speed: Int
  /// How many inputs were pushed.
  private var pushed: UInt64 = 0
  private var waits = 0
  private var longestWait = Nanoseconds.zero

  /// A wait of the plant that counts as one.
  private static let noticeable = Nanoseconds.milliseconds(10)
  /// So long the thread sleeps at most before it looks whether somebody wants something.
  private static let nap = Nanoseconds.milliseconds(20)

  init(
    plant: consuming VirtualPlant, plan: CompiledPlan, side: consuming PortSide, until: Instant, speed: Int
  ) {
    self.plant = plant
    self.plan = plan
    self.side = side
    self.until = until
    self.speed = speed
  }

  /// Runs to the end; the last thing that the control thread gets is the record of the run's end.
  mutating func run() -> SimulatedPort.Ending {
    side.signals.link.store(LinkState.armed.rawValue, ordering: .relaxed)
    let began = Nanoseconds(side.signals.began.load(ordering: .acquiring))
    let clock = speed > 0 ? PlantClock(startingAt: began.rawValue, speed: speed) : nil
    var cause = SimulationRun.Cause.finished
    while !plant.isFinished {
      if side.signals.shouldStop.load(ordering: .acquiring) {
        cause = .interrupted
        break
      }
      let next = plant.nextTime
      if next == .never {
        cause = .stuck
        break
      }
      if let clock, !isDue(min(next, until), clock) { continue }
      guard plant.advance(notAfter: until) else {
        cause = .timeIsUp
        break
      }
      hear()
      plant.settle()
      hear()
    }
    return end(cause)
  }

  /// Sleeps until a plant time has come by the wall, or a little of the way; obeys what comes meanwhile.
  private mutating func isDue(_ time: Instant, _ clock: PlantClock) -> Bool {
    let now = MonotonicClock.now()
    let moment = Nanoseconds(clock.moment(of: time))
    if now >= moment { return true }
    MonotonicClock.sleep(until: min(moment, now + Self.nap))
    // Only holds come when nothing was told: they may change what happens next.
    let count = plant.signalCount
    obey()
    if plant.signalCount > count { hear(from: count) }
    return false
  }

  /// Whether nobody will ever handle what is told: waiting for the controller would be for ever.
  private var isAlone: Bool { side.signals.controllerIsGone.load(ordering: .acquiring) }

  /// Tells what the last event left, and carries out what the controller makes of it.
  private mutating func hear(from first: Int = 0) {
    var index = first
    // Obeying may add signals: the count is read anew each time.
    while index < plant.signalCount {
      while index < plant.signalCount {
        switch plant.signal(index) {
        case .field(let input): push(input)
        case .truth(let record): push(record)
        }
        index += 1
      }
      waitForController()
    }
  }

  private mutating func push(_ input: FieldInput) {
    let input = PortInput(input, at: plant.now)
    while !side.inputs.tryPush(input), !isAlone { waitForController() }
    pushed &+= 1
  }

  private mutating func push(_ record: EventRecord) {
    let truth = PortTruth(record, before: pushed &+ 1)
    push(truth)
  }

  private mutating func push(_ truth: PortTruth) {
    var round = 0
    while !side.truths.tryPush(truth), !isAlone { Patience.wait(&round) }
  }

  /// Waits until the controller has handled every input, and obeys it.
  private mutating func waitForController() {
    var round = 0
    var began: Nanoseconds?
    while side.signals.handled.load(ordering: .acquiring) != pushed, !isAlone {
      Patience.wait(&round)
      // The clock is not worth a look for the first fraction of a microsecond.
      if round == 64 { began = MonotonicClock.now() }
      if round > 64 { obey() }
    }
    obey()
    guard let began else { return }
    let waited = MonotonicClock.now() - began
    longestWait = max(longestWait, waited)
    if waited >= Self.noticeable { waits += 1 }
  }

  /// Carries out commands in their order, then holds outcomes against the truth.
  private mutating func obey() {
    while let given = side.commands.tryPop() { plant.apply(given.command) }
    while let outcome = side.outcomes.tryPop() {
      let before = pushed &+ 1
      var told: [EventRecord] = []
      plant.account(for: outcome, by: plan) { told.append($0) }
      for record in told { push(PortTruth(record, before: before)) }
    }
  }

  private mutating func end(_ cause: SimulationRun.Cause) -> SimulatedPort.Ending {
    let now = cause == .timeIsUp ? until : plant.now
    var record = EventRecord(.runEnded, at: now, position: plant.position)
    record.a = UInt64(plant.machineTime(until: now).rawValue)
    record.count = UInt32(truncatingIfNeeded: plant.fed)
    if cause == .finished { side.signals.hasFinished.store(true, ordering: .releasing) }
    push(record)
    side.signals.link.store(LinkState.down.rawValue, ordering: .relaxed)
    side.signals.hasEnded.store(true, ordering: .releasing)
    return SimulatedPort.Ending(
      cause: cause, now: now, onMachine: plant.onMachine, fed: plant.fed, waits: waits,
      longestWait: longestWait)
  }
}
