import Glibc
import Quantities

/// The machine's monotonic clock: a step of the wall clock does not move it.
///
/// `CLOCK_MONOTONIC` is read without a system call (the kernel maps it into the process): some 20 ns.
public enum MonotonicClock {
  /// The present moment in nanoseconds since some moment before the process began; never goes back.
  public static func now() -> Nanoseconds {
    var time = timespec()
    // Cannot fail: the clock is always there and the pointer is good.
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Nanoseconds(Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
  }

  /// Sleeps until `moment` on this clock; returns at once when it has passed.
  ///
  /// A signal does not shorten the sleep. May end late, as the scheduler pleases, but never early.
  public static func sleep(until moment: Nanoseconds) {
    guard moment.rawValue > 0 else { return }
    var time = timespec()
    time.tv_sec = Int(moment.rawValue / 1_000_000_000)
    time.tv_nsec = Int(moment.rawValue % 1_000_000_000)
    while unsafe clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
  }
}
