import Quantities

/// What a supplier and an operator sign after a site test: every minute and every piece with its one cause.
///
/// Each figure names its formula and the numbers of the events behind it in the run's journal. Times are whole
/// nanoseconds and pieces whole pieces, so that sums are equal and not nearly so.
public struct AcceptanceReport: Sendable {
  /// A stretch of time, by the events that began and ended it.
  public struct Span: Sendable, Equatable {
    /// Its beginning in nanoseconds since the run's start.
    public var from: Int64
    /// Its end in nanoseconds since the run's start.
    public var to: Int64
    /// The number of the event that began it; 0 for the run's beginning.
    public var beganBy: Int
    /// The number of the event that ended it; nil where the end of the run did.
    public var endedBy: Int?
    /// What it is about; empty where its cause says that.
    public var subject: String
  }

  /// A part of the machine time and its one cause.
  public struct TimeLoss: Sendable, Equatable {
    /// The cause's name in files.
    public var cause: String
    /// What it is called in the report.
    public var title: String
    /// Who must act on it.
    public var party: Party
    /// How much of the machine time, in nanoseconds.
    public var time: Int64
    /// How that is found.
    public var formula: String
    /// The stretches that make it up; empty for what is left when all others are taken away.
    public var spans: [Span]
  }

  /// Pieces that ended alike, and why.
  public struct PieceLoss: Sendable, Equatable {
    /// How they ended: an outcome's name, or `missorted`.
    public var outcome: String
    /// Why; empty where the outcome says it.
    public var reason: String
    /// Who must act on it.
    public var party: Party
    /// How many.
    public var count: Int
    /// The events of their ends; of pieces still on the machine, of their feeding.
    public var evidence: Evidence
  }

  /// Availability after FEM 9.222 (1989), 3.4 and 3.5: one less weighted down time over time in service.
  public struct Availability: Sendable, Equatable {
    /// Machine time less the time out of service (t_E), in nanoseconds.
    public var timeInService: Int64 = 0
    /// Down time of the whole machine, weight 1, in nanoseconds.
    public var machineDown: Int64 = 0
    /// Down time of single bins by faults of their diverters, weight 1 over `bins`, in nanoseconds.
    public var binDown: Int64 = 0
    /// How many bins have a diverter.
    public var bins = 1
    /// Every failure that counts.
    public var failures: [Span] = []
    /// Bins taken out of service by order, which do not count.
    public var takenOut: [Span] = []
  }

  /// The rated speed of the machine, in pieces an hour.
  public var rated: Int
  /// How many events the journal has: the number of the last.
  public var events: Int
  /// Whether the run went to its end.
  public var hasEnded = false
  /// From the warm-up's end to the end of feeding.
  public var machineTime = Nanoseconds.zero
  /// Measured pieces fed.
  public var fed = Evidence()
  /// Pieces fed in the warm-up, which are not judged.
  public var warmUpFed = 0
  /// Ends of pieces that were not on the machine: the account is wrong if there are any.
  public var unaccounted = Evidence()
  /// The most pieces fed in five whole minutes on end, and the minute they began with, from the warm-up's end.
  public var bestFiveMinutes: (pieces: Int, firstMinute: Int)?
  /// The machine time, part by part; the sum is the machine time.
  public var minutes: [TimeLoss] = []
  /// The measured pieces, part by part; the sum is the pieces fed.
  public var pieces: [PieceLoss] = []
  /// How available the machine was.
  public var availability = Availability()
  /// What the run exercised.
  public var functions: [ExercisedFunction] = []

  init(rated: Int, events: Int) {
    self.rated = rated
    self.events = events
  }

  /// Whether the parts of the machine time make the whole.
  public var timeCloses: Bool { minutes.reduce(0) { $0 + $1.time } == machineTime.rawValue }

  /// Whether every piece that was fed has exactly one end.
  public var piecesClose: Bool {
    unaccounted.count == 0 && pieces.reduce(0) { $0 + $1.count } == fed.count
  }

  /// The functions that should have been exercised and were not.
  public var open: [ExercisedFunction] { functions.filter(\.isOpen) }
}

extension AcceptanceReport.Availability {
  /// Availability in millionths of a per cent; nil where there was no time in service.
  public var microPercent: Int? {
    guard timeInService > 0 else { return nil }
    let weight = Int128(max(1, bins))
    let down = Int128(machineDown) * weight + Int128(binDown)
    let whole = Int128(timeInService) * weight
    return Int(AcceptanceLedger.rounded((whole - down) * 100_000_000, whole))
  }

  /// Weighted down time (t_A) in nanoseconds.
  public var downTime: Int64 {
    AcceptanceLedger.rounded(
      Int128(machineDown) * Int128(max(1, bins)) + Int128(binDown), Int128(max(1, bins)))
  }

  /// Mean time between failures in nanoseconds; nil where there was no failure.
  public var meanBetweenFailures: Int64? {
    failures.isEmpty
      ? nil : AcceptanceLedger.rounded(Int128(timeInService - downTime), Int128(failures.count))
  }

  /// Mean time to repair in nanoseconds, unweighted; nil where there was no failure.
  public var meanToRepair: Int64? {
    failures.isEmpty
      ? nil
      : AcceptanceLedger.rounded(
        failures.reduce(0) { $0 + Int128($1.to - $1.from) }, Int128(failures.count))
  }
}
