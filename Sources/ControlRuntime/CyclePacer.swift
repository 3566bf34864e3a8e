import Quantities

/// Paces a control thread: sleeps to an absolute deadline each period, and spins the last stretch.
///
/// The kernel wakes a sleeper tens of microseconds late, because the processor must leave its idle state and the
/// scheduler must run. So the pacer sleeps until `spin` before the deadline and then reads the clock until
/// it is there: what remains of the lateness is what the processor was taken away for. The cost is `spin / period`
/// of one core.
///
/// Belongs to one thread. `sleep` and `wait` make one system call, `clock_nanosleep`; they allocate nothing and
/// take no lock.
public struct CyclePacer: Sendable {
  /// How long before each deadline the pacer stops sleeping; zero means that it never spins.
  public let spin: Nanoseconds
  /// The deadlines to come.
  public private(set) var schedule: CycleSchedule

  /// A stretch that covers the wake-up of a processor held out of deep sleep: 150 us.
  public static let usualSpin = Nanoseconds(150_000)

  /// A pacer whose first deadline lies one period after now.
  ///
  /// - Parameters:
  ///   - period: above zero; 1 ms is usual.
  ///   - spin: from zero to the period.
  public init(period: Nanoseconds, spin: Nanoseconds = usualSpin) {
    precondition(spin >= .zero && spin <= period, "a pacer spins from none to all of its period")
    self.spin = spin
    schedule = CycleSchedule(period: period, first: MonotonicClock.now() + period)
  }

  /// The time from one deadline to the next.
  public var period: Nanoseconds { schedule.period }

  /// Sleeps until the last stretch before the next deadline begins, and says how long that stretch still is.
  ///
  /// Not above zero when the deadline has passed. `wait` does the same by itself: this is for a thread that has
  /// something to do in between.
  public func sleep() -> Nanoseconds {
    let alarm = schedule.deadline - spin
    var now = MonotonicClock.now()
    if now < alarm {
      MonotonicClock.sleep(until: alarm)
      now = MonotonicClock.now()
    }
    return schedule.deadline - now
  }

  /// Waits for the next deadline and says when the cycle begins; at once, and late, when it has passed already.
  public mutating func wait() -> Wake {
    let deadline = schedule.deadline
    var now = deadline - sleep()
    while now < deadline { now = MonotonicClock.now() }
    return schedule.woke(at: now)
  }
}
