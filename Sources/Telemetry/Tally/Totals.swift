import Quantities
import SorterModel

/// What a tally amounts to: every counter and time of the measured part of a run, as a plain value.
public struct Totals: Hashable, Sendable {
  /// What is counted for each piece.
  public struct Pieces: Hashable, Sendable {
    /// Pieces that passed the induction eye.
    public var fed = 0
    /// Pieces that ended in a bin as assigned; missorted ones too, because the machine does not know.
    public var sorted = 0
    /// Pieces that ended in a reject bin.
    public var rejected = 0
    /// Pieces that a person took off.
    public var removed = 0
    /// Pieces that nobody can find.
    public var lost = 0
    /// Pieces fed that have not ended.
    public var onMachine = 0
    /// Laps begun again, all pieces together.
    public var recirculations = 0
    /// Pieces that lie in a bin their plan does not name (ground truth of the plant).
    public var missorted = 0
    /// Feeds that took two pieces (ground truth of the plant).
    public var doubleFeeds = 0
    /// Pieces given another bin on their way.
    public var reassigned = 0
    /// Commanded diverts that did not happen.
    public var divertsMissed = 0
    /// Diverts that the machine refused.
    public var divertsRefused = 0
    /// Rejected pieces by `Reason.rawValue`.
    public var rejectedByReason = [Int](repeating: 0, count: Reason.allCases.count)
    /// Readings by `ReadQuality.rawValue`; a piece that goes round is read again.
    public var reads = [Int](repeating: 0, count: ReadQuality.allCases.count)
    /// How often a piece passed the scanner: every reading, and every passage without one.
    public var scannerPassages = 0

    /// Nothing counted.
    public init() {}
  }

  /// What is counted for each bin.
  public struct Bin: Hashable, Sendable {
    /// Pieces that ended in it.
    public var pieces = 0
    /// How often it was emptied.
    public var sweeps = 0
    /// Pieces taken out in those sweeps.
    public var swept = 0
    /// For how long it was full.
    public var full = Nanoseconds.zero

    /// Nothing counted.
    public init() {}
  }

  /// Quantiles of a duration, each less than 1/256 above the exact value and never below it.
  public struct Quantiles: Hashable, Sendable {
    /// How many durations.
    public var count = 0
    /// The median.
    public var p50 = Nanoseconds.zero
    /// The 95th percentile.
    public var p95 = Nanoseconds.zero
    /// The 99th percentile.
    public var p99 = Nanoseconds.zero
    /// The longest, exactly.
    public var largest = Nanoseconds.zero

    /// No durations.
    public init() {}

    init(_ histogram: borrowing DurationHistogram) {
      count = histogram.count
      p50 = histogram.quantile(perMille: 500)
      p95 = histogram.quantile(perMille: 950)
      p99 = histogram.quantile(perMille: 990)
      largest = histogram.largest
    }
  }

  /// The pieces fed after the warm-up.
  public var pieces = Pieces()
  /// The pieces fed in the warm-up, which appear in no figure.
  public var warmUpPieces = Pieces()
  /// The bins, in the order of the profile; measured pieces only.
  public var bins: [Bin] = []
  /// How many bins are full now.
  public var binsFullNow = 0
  /// The most bins that were full at once.
  public var binsFullPeak = 0
  /// How often a bin was emptied.
  public var sweeps = 0
  /// How often the belt jammed.
  public var jams = 0
  /// For how long at least one jam was uncleared.
  public var jamTime = Nanoseconds.zero
  /// For how long the belt was stopped.
  public var beltStoppedTime = Nanoseconds.zero
  /// For how long induction was held.
  public var inductionHeldTime = Nanoseconds.zero
  /// For how long the feeder had nothing to feed.
  public var starvedTime = Nanoseconds.zero
  /// The machine time, shared out among the states by `MachineState.rawValue`.
  public var stateTimes = [Nanoseconds](repeating: .zero, count: MachineState.allCases.count)
  /// From the warm-up's end to the end of feeding; the drain of the machine is no machine time.
  public var machineTime = Nanoseconds.zero
  /// From the run's beginning to its last record, warm-up and drain included.
  public var runTime = Nanoseconds.zero
  /// From a piece's arrival at the feeder to its end.
  public var timeInSystem = Quantiles()
  /// From a piece's induction to its end.
  public var timeOnMachine = Quantiles()
  /// The most records of any 1 ms control cycle: what a ring drained every cycle would hold.
  public var ringDepthMax = 0
  /// Refused rows of the mail file by `MailFault.rawValue`.
  public var mailRefused: [Int] = []
  /// Inputs that made no sense.
  public var inputsIgnored = 0
  /// Alarms raised.
  public var alarms = 0

  /// Nothing counted.
  public init() {}

  /// Refused rows of the mail file, all faults together.
  public var mailRowsRefused: Int { mailRefused.reduce(0, +) }
}
