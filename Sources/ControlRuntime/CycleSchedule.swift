import Quantities

/// When a control cycle began, and how that lay against its deadline.
@frozen
public struct Wake: Hashable, Sendable, BitwiseCopyable {
  /// When this cycle should have begun, on the monotonic clock.
  public var deadline: Nanoseconds
  /// When it did begin: the one timestamp of the cycle, on the monotonic clock.
  public var moment: Nanoseconds
  /// How many whole periods passed in between and will have no cycle of their own; 0 in a healthy run.
  public var skippedPeriods: Int

  /// How late the cycle began; never below zero.
  @inlinable public var lateness: Nanoseconds { moment - deadline }

  /// A wake as given.
  @inlinable public init(deadline: Nanoseconds, moment: Nanoseconds, skippedPeriods: Int) {
    self.deadline = deadline
    self.moment = moment
    self.skippedPeriods = skippedPeriods
  }
}

/// The deadlines of a periodic task: pure arithmetic, no clock.
///
/// Deadlines are absolute, first deadline plus a whole number of periods, so that lateness never adds up. The rule
/// for a task that overslept is cyclictest's: the late cycle still runs, periods whose deadline has passed
/// by then are skipped and counted, and the next deadline is the first one that lies not before now.
@frozen
public struct CycleSchedule: Hashable, Sendable, BitwiseCopyable {
  /// The time from one deadline to the next, above zero.
  public let period: Nanoseconds
  /// When the next cycle is due.
  public private(set) var deadline: Nanoseconds

  /// A schedule whose first cycle is due at `first`; the period must be above zero.
  public init(period: Nanoseconds, first: Nanoseconds) {
    precondition(period > .zero, "a cycle's period is above zero")
    self.period = period
    deadline = first
  }

  /// Notes that the task woke at `moment`, and moves on to the next deadline that has not passed.
  public mutating func woke(at moment: Nanoseconds) -> Wake {
    var wake = Wake(deadline: deadline, moment: moment, skippedPeriods: 0)
    deadline += period
    if moment > deadline {
      // Not a loop: the machine may have been asleep for a night.
      let behind = (moment - deadline).rawValue
      let missed = (behind &+ (period.rawValue &- 1)) / period.rawValue
      deadline += Nanoseconds(missed &* period.rawValue)
      wake.skippedPeriods = Int(missed)
    }
    return wake
  }
}
