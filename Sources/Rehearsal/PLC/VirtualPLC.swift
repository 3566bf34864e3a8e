import ControlRuntime
import Quantities
import RegisterMap
import SorterModel
import Synchronization
import Telemetry

/// A device that runs by the monotonic clock: a lock around its program, and a thread that keeps it going.
///
/// Requests may come from any thread; each is one whole against all others and against the plant's steps. The
/// plant never waits for anybody: a late controller misses decision points.
public final class VirtualPLC<Program: RehearsedDevice & SendableMetatype & ~Copyable>: Sendable {
  private let program: Mutex<Program>
  private let shouldStop = Atomic<Bool>(false)
  private let worker = Mutex<Worker?>(nil)

  /// The thread's handle, joined once.
  private final class Worker: @unchecked Sendable {
    var thread: WorkerThread?
    init(_ thread: consuming WorkerThread) { self.thread = consume thread }
  }

  /// A device that runs this program, whose start was at `now`.
  public init(_ program: consuming sending Program) { self.program = Mutex(program) }

  /// The monotonic clock in nanoseconds, by which it runs.
  public static var now: Int64 { MonotonicClock.now().rawValue }

  /// Reads `count` values from an address on; bits as 0 and 1.
  public func read(
    _ table: RegisterTable, at address: Int, count: Int
  ) -> Result<ArraySlice<UInt16>, RegisterRefusal> {
    program.withLock { $0.read(table, at: address, count: count, at: Self.now) }
  }

  /// Writes all the values or none; nil when done.
  public func write(_ table: RegisterTable, at address: Int, _ values: [UInt16]) -> RegisterRefusal? {
    program.withLock { $0.write(table, at: address, values, at: Self.now) }
  }

  /// Writes holding registers, then reads some, with nothing in between.
  public func exchange(
    writing values: [UInt16], at address: Int, readingAt readAddress: Int, count: Int
  ) -> Result<ArraySlice<UInt16>, RegisterRefusal> {
    program.withLock {
      $0.exchange(writing: values, at: address, readingAt: readAddress, count: count, at: Self.now)
    }
  }

  /// The account so far and the present status.
  public var totals: (account: PLCAccount, status: MachineBlock) {
    program.withLock {
      $0.step(to: Self.now)
      return ($0.totals, $0.presentStatus())
    }
  }

  /// Where pieces ended, if the program keeps that.
  public var endings: [PLCPiece] { program.withLock { $0.endings } }

  /// Takes the readings that a scanner of its own has made and nobody has been told.
  public func takeReadings() -> [ScannerReading] { program.withLock { $0.takeReadings() } }

  /// Lets everything happen that is due, and says when something is due again.
  public func step() -> Int64 {
    program.withLock {
      $0.step(to: Self.now)
      return $0.nextDue
    }
  }

  /// Starts the thread that keeps it going; throws where the system has none to give.
  ///
  /// - Parameter wantsRealTime: whether it asks for a real-time priority, as a PLC's program has.
  public func start(wantsRealTime: Bool = false) throws(RecorderError) {
    shouldStop.store(false, ordering: .relaxed)
    let started = Worker(
      try WorkerThread { [self] in
        if wantsRealTime { RealTimePermission.raiseThread() }
        run()
      })
    worker.withLock { $0 = started }
  }

  /// Ends the thread and waits for it; may be called twice.
  public func stop() {
    shouldStop.store(true, ordering: .relaxed)
    let running = worker.withLock { $0.take() }
    if let thread = running?.thread.take() { thread.join() }
  }

  private func run() {
    // The longest sleep between two steps: heartbeat and watchdog go by it.
    let longest: Int64 = 2_000_000
    while !shouldStop.load(ordering: .relaxed) {
      MonotonicClock.sleep(until: Nanoseconds(min(step(), Self.now + longest)))
    }
  }
}
