import Dispatching
import EventRecords
import Quantities
import SorterModel
import Supervision
import Telemetry

/// One simulated run: the dispatcher steps on what the virtual plant reports, and the plant obeys.
///
/// There is no waiting and no clock: time jumps from event to event. The same scenario, seed and mail
/// give the same records, in the same order, on any machine.
public struct SimulationRun: ~Copyable {
  var dispatcher: Dispatcher
  var directives: DirectiveBuffer
  var plant: VirtualPlant
  var supervisor: Supervisor
  let recorder: Recorder
  let until: Instant

  /// A run that is ready to begin; `until` ends it early.
  public init(
    profile: HardwareProfile, scenario: Scenario, plan: CompiledPlan, mail: any MailSupply,
    recorder: Recorder, until: Nanoseconds? = nil
  ) {
    dispatcher = Dispatcher(profile: profile, plan: plan)
    directives = DirectiveBuffer(capacity: dispatcher.directiveCapacity)
    plant = VirtualPlant(profile: profile, scenario: scenario, mail: mail)
    supervisor = Supervisor(profile: profile, countedFrom: recorder.run.warmUp)
    self.recorder = recorder
    self.until = Instant(min(until?.rawValue ?? .max, .max - 1))
  }

  /// How far a run is, for those who watch it.
  public struct Progress: Sendable {
    /// The simulated moment.
    public var now: Instant
    /// Pieces fed so far.
    public var fed: Int
  }

  /// How a run ended.
  public struct End: Sendable, Hashable {
    /// Why it ended.
    public var cause: Cause
    /// The moment of the last event, or the end that was asked for.
    public var now: Instant
    /// The digest over every directive.
    public var digest: UInt64
    /// Pieces still on the machine, by the plant's own count.
    public var onMachine: Int
    /// Pieces fed, by the plant's own count.
    public var fed: Int
    /// The machine's states and alarms.
    public var supervision: SupervisionReport
  }

  /// Why a run ended.
  public enum Cause: Sendable, Hashable {
    /// All mail has left the machine.
    case finished
    /// The time that was asked for is over.
    case timeIsUp
    /// The watcher wanted no more.
    case interrupted
    /// Nothing can happen any more, though pieces are on the machine.
    case stuck
  }

  /// Events between two looks at the watcher.
  private static let stride = 1 << 14

  /// Runs to the end. `watch` is called every few thousand events; the run stops when it answers false.
  public mutating func run(watch: (Progress) -> Bool = { _ in true }) -> End {
    record(EventRecord(.runStarted, at: .start, position: .zero))
    var cause = Cause.finished
    var countdown = Self.stride
    while !plant.isFinished {
      guard plant.advance(notAfter: until) else {
        cause = plant.nextTime == .never ? .stuck : .timeIsUp
        break
      }
      hearOne()
      if plant.needsSettling {
        plant.settle()
        hearPlant()
      }
      countdown -= 1
      if countdown == 0 {
        countdown = Self.stride
        if !watch(Progress(now: plant.now, fed: plant.fed)) {
          cause = .interrupted
          break
        }
      }
    }
    return end(cause)
  }

  private mutating func end(_ cause: Cause) -> End {
    passRecordsOn()
    // The last pieces may have been written off only now.
    let cause = cause == .stuck && plant.isFinished ? .finished : cause
    let now = cause == .timeIsUp ? until : plant.now
    if cause == .finished { complete(at: now) }
    var ending = EventRecord(.runEnded, at: now, position: plant.position)
    ending.a = UInt64(plant.machineTime(until: now).rawValue)
    ending.count = UInt32(truncatingIfNeeded: plant.fed)
    record(ending)
    return End(
      cause: cause, now: now, digest: directives.digest.value, onMachine: plant.onMachine, fed: plant.fed,
      supervision: supervisor.report(at: now))
  }

  /// Hands on what an event left: a single input by the short way.
  @inline(__always)
  private mutating func hearOne() {
    guard plant.signals.isOneInput else { return hearPlant() }
    dispatcher.step(plant.signals.inputs, 0, at: plant.now, into: &directives)
    if directives.commandCount > 0 { obey() }
    if directives.isNearlyFull { passRecordsOn() }
    // The PLC's answer to a command is the usual second signal.
    if plant.signals.count > 1 { hearPlant(from: 1) }
  }

  /// Hands the plant's signals to the dispatcher, and the dispatcher's commands to the plant.
  private mutating func hearPlant(from first: Int = 0) {
    var index = first
    // Obeying may add signals: the count is read anew each time.
    while index < plant.signals.count {
      if let input = plant.signals.inputIndex(index) {
        dispatcher.step(plant.signals.inputs, input, at: plant.now, into: &directives)
        obey()
        if directives.isNearlyFull { passRecordsOn() }
      } else {
        passRecordsOn()
        record(plant.signals.truth(index))
      }
      index &+= 1
    }
  }

  private mutating func obey() {
    for index in 0..<directives.commandCount { plant.apply(directives.command(index)) }
    directives.removeCommands()
  }

  /// Gives the recorder what the dispatcher has written since the last time.
  private mutating func passRecordsOn() {
    let recorder = recorder
    var truths = PlantTruths()
    for index in 0..<directives.recordCount {
      let told = directives.record(index)
      // As `record` does, with the recorder at hand: nine of ten records come this way.
      if supervisor.concerns(told) { recordSupervised(told) } else { recorder.emit(told) }
      if told.outcome != .onMachine {
        plant.account(for: told, by: dispatcher.plan) { truths.append($0) }
        if truths.count > 0 { record(&truths) }
      }
    }
    directives.removeAll()
  }
}
