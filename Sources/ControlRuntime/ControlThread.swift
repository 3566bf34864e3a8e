import Quantities
import SorterModel
import Supervision
import Synchronization
import Telemetry

/// Runs a control loop on a thread of its own, at a real-time priority where the system permits it.
///
/// `start` begins, others look at the gauges and put their wishes, `join` waits for the end. The recorder
/// belongs to the thread in between.
public final class ControlThread: Sendable {
  /// What the thread shows of itself.
  public let gauges: ControlGauges
  /// What others ask of it.
  public let wishes: ControlWishes
  /// What the system granted and refused; complete once the thread runs.
  public var permission: RealTimePermission { outcome.permission }
  /// Whether the thread has left its loop.
  public var hasEnded: Bool { outcome.hasEnded.load(ordering: .acquiring) }
  private let outcome: Outcome

  /// What the thread leaves behind: written by it before `hasEnded`, read after.
  private final class Outcome: @unchecked Sendable {
    var end = ControlEnd(cause: .stopped, now: .start, digest: 0, supervision: SupervisionReport())
    var permission = RealTimePermission()
    let hasEnded = Atomic<Bool>(false)
  }

  /// A thread's own things, carried to it.
  private final class Cargo: @unchecked Sendable {
    var loop: ControlLoop?
    init(_ loop: consuming ControlLoop) { self.loop = consume loop }
  }

  private let thread: JoinBox

  /// The thread's handle, joined once.
  private final class JoinBox: @unchecked Sendable {
    var thread: WorkerThread?
    init(_ thread: consuming WorkerThread) { self.thread = consume thread }
  }

  /// Starts a thread that runs `loop` to its end.
  ///
  /// - Parameter wantsRealTime: whether a real-time priority, locked memory and awake processors are asked for.
  /// - Throws: `RecorderError.thread` when the system gives no thread.
  public init(running loop: consuming ControlLoop, wantsRealTime: Bool) throws(RecorderError) {
    gauges = loop.gauges
    wishes = loop.wishes
    let outcome = Outcome()
    self.outcome = outcome
    let cargo = Cargo(loop)
    thread = JoinBox(
      try WorkerThread {
        guard let loop = cargo.loop.take() else { return }
        Self.run(loop, outcome, wantsRealTime: wantsRealTime)
      })
  }

  /// Waits for the end of the thread and says how the run ended.
  public func join() -> ControlEnd {
    if let thread = thread.thread.take() { thread.join() }
    return outcome.end
  }

  private static func run(_ loop: consuming ControlLoop, _ outcome: Outcome, wantsRealTime: Bool) {
    var loop = loop
    if wantsRealTime {
      RealTimePermission.hold { permission in
        outcome.permission = permission
        if !permission.isComplete { loop.report(.noRealTimePermission, .begins) }
        loop.run()
      }
    } else {
      loop.run()
    }
    outcome.end = loop.close()
    outcome.hasEnded.store(true, ordering: .releasing)
  }
}

extension ControlLoop {
  /// Cycles until the run is over: by the period, or one after the other where the settings say so.
  mutating func run() {
    settings.isEager ? runEagerly() : runPaced()
  }

  private mutating func runPaced() {
    var pacer = CyclePacer(period: settings.period, spin: settings.spin)
    if settings.spin >= Practice.leastSpin { practice = Practice(for: self) }
    while !isOver {
      while pacer.sleep() >= Practice.time { practise() }
      let wake = pacer.wait()
      _ = cycle(at: wake.moment)
      note(wake, done: MonotonicClock.now())
    }
  }

  /// Looks for inputs again and again; yields and then sleeps a little while there are none.
  private mutating func runEagerly() {
    var idle = 0
    while !isOver {
      let began = MonotonicClock.now()
      if cycle(at: began) > 0 {
        idle = 0
        gauges.cycleTimes.record(MonotonicClock.now() - began)
      } else {
        Patience.wait(&idle)
      }
    }
  }
}
