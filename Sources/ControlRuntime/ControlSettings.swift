import Quantities
import SorterModel
import Supervision

/// How a control thread works: its period, its limits, and when the run ends.
public struct ControlSettings: Sendable, Hashable {
  /// The time from one cycle to the next; 1 ms is usual.
  public var period: Nanoseconds
  /// How long before each cycle the thread spins instead of sleeping.
  public var spin: Nanoseconds
  /// The most inputs that one cycle handles; the rest wait for the next.
  public var inputsACycle: Int
  /// A piece acknowledged with less time left than this raises a condition.
  public var leastMargin: Nanoseconds
  /// Whether cycles follow each other without a period: for virtual plants that run much faster than real.
  public var isEager: Bool
  /// When the run ends, on the monotonic clock and counted from its beginning; nil for never.
  public var length: Nanoseconds?
  /// Whether a machine is then given time to run empty; one that is not driven would go on being fed.
  public var runsEmpty = true

  /// Settings; the standard ones are those of a machine that runs in real time.
  public init(
    period: Nanoseconds = .milliseconds(1), spin: Nanoseconds = CyclePacer.usualSpin, inputsACycle: Int = 256,
    leastMargin: Nanoseconds = .milliseconds(20), isEager: Bool = false, length: Nanoseconds? = nil
  ) {
    precondition(period > .zero, "a cycle's period is above zero")
    precondition(inputsACycle > 0, "a cycle handles at least one input")
    self.period = period
    self.spin = min(spin, period)
    self.inputsACycle = inputsACycle
    self.leastMargin = leastMargin
    self.isEager = isEager
    self.length = length
  }
}

/// How a controlled run ended.
public struct ControlEnd: Sendable, Hashable {
  /// Why.
  public var cause: Cause
  /// The time of the last input, or of the last cycle of a real machine.
  public var now: Instant
  /// The digest over every directive.
  public var digest: UInt64
  /// The machine's states and the alarms.
  public var supervision: SupervisionReport

  /// Why a controlled run ended.
  public enum Cause: Sendable, Hashable {
    /// The port said that nothing more will come.
    case portEnded
    /// The time that was asked for is over.
    case timeIsUp
    /// Somebody wanted it to stop.
    case stopped
    /// The journal had no room left, although induction was held: the machine was stopped.
    case journalStalled
    /// The logs could not be written; the machine was emptied and stopped.
    case journalFailed
  }
}
