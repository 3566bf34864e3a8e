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
  /// Whether every input is written out for the journal instead of being handed on as a plain signal.
  let keepsInputs: Bool
  let until: Instant

  /// A run that is ready to begin; `until` ends it early.
  public init(
    profile: HardwareProfile, scenario: Scenario, plan: CompiledPlan, mail: any MailSupply,
    recorder: Recorder, until: Nanoseconds? = nil
  ) {
    dispatcher = Dispatcher(profile: profile, plan: plan)
    directives = DirectiveBuffer(capacity: dispatcher.directiveCapacity)
    plant = VirtualPlant(profile: profile, scenario: scenario, mail: mail)
    plant.foresee()
    supervisor = Supervisor(profile: profile, countedFrom: recorder.run.warmUp)
    self.recorder = recorder
    keepsInputs = recorder.keepsInputs
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
      guard next() else {
        cause = plant.nextTime == .never ? .stuck : .timeIsUp
        break
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
    if keepsInputs { mark() }
    if cause == .finished { complete(at: now) }
    var ending = EventRecord(.runEnded, at: now, position: plant.position)
    ending.a = UInt64(plant.machineTime(until: now).rawValue)
    ending.count = UInt32(truncatingIfNeeded: plant.fed)
    record(ending)
    return End(
      cause: cause, now: now, digest: directives.digest.value, onMachine: plant.onMachine, fed: plant.fed,
      supervision: supervisor.report(at: now))
  }
}
