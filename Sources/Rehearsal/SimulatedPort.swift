import ControlRuntime
import Dispatching
import EventRecords
import Quantities
import Simulation
import SorterModel
import Synchronization
import Telemetry

/// The simulated backend: a virtual plant in this process, in lock step with the control thread.
///
/// The plant's thread lets an event happen when its time has come by the wall, hands over what the field
/// tells, and waits until the control thread has handled it and given its commands. A controller that stalls
/// so slows the plant down instead of making pieces miss their decision points: the run takes the same
/// decisions as `SimulationRun`, at any speed, on any machine.
public final class SimulatedPort: PlantPort, @unchecked Sendable {
  /// What the plant's thread and the control thread share.
  public let signals: PortSignals
  /// The control thread's ends of the rings, taken once.
  public let control: PortEnds<ControlSide>
  /// Inputs carry the plant's own time, and truths come with them.
  public var isVirtual: Bool { true }
  private let cargo: Cargo
  // Used by the one thread that starts and stops the port.
  private var thread: WorkerThread?

  /// How a virtual plant's run ended; readable once the port was stopped.
  public struct Ending: Sendable, Hashable {
    /// Why.
    public var cause: SimulationRun.Cause
    /// The plant's time at the end.
    public var now: Instant
    /// Pieces still on the machine, by the plant's own count.
    public var onMachine: Int
    /// Pieces fed, by the plant's own count.
    public var fed: Int
    /// How often the plant stood still for a hundredth of a second or more because the controller was busy.
    public var waits: Int
    /// The longest time it stood still for the controller.
    public var longestWait: Nanoseconds
  }

  /// What the plant's thread owns, carried to it, and what it leaves.
  private final class Cargo: @unchecked Sendable {
    var plant: LockStepPlant?
    var ending: Ending?
    init(_ plant: consuming LockStepPlant) { self.plant = consume plant }
  }

  /// A port over a virtual plant for a scenario.
  ///
  /// - Parameters:
  ///   - until: ends the run at this time of the plant.
  ///   - speed: how many plant seconds pass in one real second, 1 to 1,000,000; 0 for as many as can be.
  ///   - slots: of each ring, a power of two; at least `ControlLoop.leastSlots`.
  public init(
    profile: HardwareProfile, scenario: Scenario, plan: CompiledPlan, mail: any MailSupply,
    until: Nanoseconds? = nil, speed: Int = 1, slots: Int
  ) {
    let ends = PortRings.make(slots: slots)
    control = ends.control
    let side = ends.port.take()
    signals = side.signals
    cargo = Cargo(
      LockStepPlant(
        plant: VirtualPlant(profile: profile, scenario: scenario, mail: mail), plan: plan, side: side,
        until: Instant(min(until?.rawValue ?? .max, .max - 1)), speed: speed))
  }

  /// Starts the plant's thread; a port is started once.
  ///
  /// - Throws: `RecorderError.thread` when the system gives no thread.
  public func start() throws {
    let cargo = cargo
    thread = try WorkerThread {
      guard var plant = cargo.plant.take() else { return }
      cargo.ending = plant.run()
    }
  }

  /// Ends the plant's run if it still goes on, and waits for its thread.
  public func stop() {
    signals.shouldStop.store(true, ordering: .releasing)
    if let thread = thread.take() { thread.join() }
  }

  /// How the plant's run ended; nil before `stop`.
  public var ending: Ending? { thread == nil ? cargo.ending : nil }
}
