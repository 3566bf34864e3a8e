import Glibc
import Quantities
import RegisterMap
import Simulation
import SorterModel
import Synchronization

/// A virtual PLC that runs by the monotonic clock: a lock around its program, and a thread that keeps it going.
///
/// Requests may come from any thread; each is one whole against all others and against the plant's steps. The
/// plant never waits for anybody: a late controller misses decision points.
public final class VirtualPLC: Sendable {
  private let program: Mutex<PLCProgram>
  private let shouldStop = Atomic<Bool>(false)
  private let thread = Mutex<pthread_t?>(nil)

  /// A PLC that runs this program, whose start was at `now`.
  public init(_ program: consuming sending PLCProgram) { self.program = Mutex(program) }

  /// The monotonic clock in nanoseconds, by which it runs.
  public static var now: Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

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

  /// Presses the emergency stop, or pulls it out.
  public func stopEmergency(_ isPressed: Bool) {
    program.withLock {
      $0.step(to: Self.now)
      $0.stopEmergency(isPressed)
    }
  }

  /// The account so far and the present status.
  public var totals: (account: PLCAccount, status: MachineBlock) {
    program.withLock {
      $0.step(to: Self.now)
      $0.refreshStatus()
      return ($0.totals, $0.state)
    }
  }

  /// Where pieces ended, if the program keeps that.
  public var endings: [PLCPiece] { program.withLock { $0.endings } }

  /// Whether all mail has been fed and has left the machine.
  public var isFinished: Bool { program.withLock { $0.isFinished } }

  /// Lets everything happen that is due, and says when something is due again.
  public func step() -> Int64 {
    program.withLock {
      $0.step(to: Self.now)
      return $0.nextDue
    }
  }

  /// Starts the thread that keeps it going; an error's number where the system has none to give.
  public func start() -> Int32 {
    shouldStop.store(false, ordering: .relaxed)
    let held = unsafe Unmanaged.passRetained(self)
    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    var handle = pthread_t()
    let code = unsafe pthread_create(
      &handle, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        unsafe Unmanaged<VirtualPLC>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, held.toOpaque())
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    if code != 0 {
      unsafe held.release()
    } else {
      thread.withLock { $0 = handle }
    }
    return code
  }

  /// Ends the thread and waits for it; may be called twice.
  public func stop() {
    shouldStop.store(true, ordering: .relaxed)
    let running = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    if let running { pthread_join(running, nil) }
  }

  /// The longest sleep between two steps: the heartbeat and the watchdog go by it.
  private static let longestSleep: Int64 = 2_000_000

  private func run() {
    while !shouldStop.load(ordering: .relaxed) {
      let due = min(step(), Self.now + Self.longestSleep)
      var until = timespec(tv_sec: Int(due / 1_000_000_000), tv_nsec: Int(due % 1_000_000_000))
      while unsafe clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nil) == EINTR {}
    }
  }
}
