import Quantities

/// One experiment: a machine, a plan, mail, and what happens to them.
public struct Scenario: Sendable {
  /// The name of the folder it lives in.
  public var name: String
  /// One line for people.
  public var title: String
  /// The seed of every random stream.
  public var seed: UInt64
  /// The wall-clock time that the run's beginning stands for, in seconds since 1970 (UTC).
  public var startsAt: Int64
  /// How long the feeder runs; nil: until the mail is used up.
  public var duration: Nanoseconds?
  /// Figures leave out what happened before this.
  public var warmUp: Nanoseconds
  /// One row of metrics.csv stands for this much time.
  public var metricsInterval: Nanoseconds
  /// Where the pieces come from.
  public var mail: MailSource
  /// The crew, where it differs from the profile's.
  public var sweeping: Sweeping
  /// The rates, where they differ from the profile's.
  public var imperfections: Imperfections
  /// What is made to go wrong, in order of time.
  public var faults: [TimedFault]
  /// Thresholds on the figures; the run fails when one is missed.
  public var expectations: [Expectation]

  /// A scenario with these parts.
  public init(
    name: String, title: String, seed: UInt64, startsAt: Int64, duration: Nanoseconds?, warmUp: Nanoseconds,
    metricsInterval: Nanoseconds, mail: MailSource, sweeping: Sweeping, imperfections: Imperfections,
    faults: [TimedFault], expectations: [Expectation]
  ) {
    self.name = name
    self.title = title
    self.seed = seed
    self.startsAt = startsAt
    self.duration = duration
    self.warmUp = warmUp
    self.metricsInterval = metricsInterval
    self.mail = mail
    self.sweeping = sweeping
    self.imperfections = imperfections
    self.faults = faults
    self.expectations = expectations
  }
}

/// Where a scenario's pieces come from.
public enum MailSource: Sendable {
  /// Drawn from distributions.
  case generated(MailGeneration)
  /// Read from a CSV file of real pieces at this path; time runs so many times faster.
  case file(path: String, compressTime: Int)
}

/// How mail is drawn: when pieces arrive, where they go, what they measure.
public struct MailGeneration: Sendable {
  /// When pieces arrive at the feeder.
  public var arrivals: Arrivals
  /// The most pieces; nil: as many as arrive.
  public var pieces: Int?
  /// Where they go.
  public var destinations: [WeightedDestination]
  /// What they measure.
  public var sizes: [WeightedSize]

  /// A way of drawing mail.
  public init(
    arrivals: Arrivals, pieces: Int?, destinations: [WeightedDestination], sizes: [WeightedSize]
  ) {
    self.arrivals = arrivals
    self.pieces = pieces
    self.destinations = destinations
    self.sizes = sizes
  }
}

/// The arrival process.
public enum Arrivals: Sendable, Hashable {
  /// Evenly spaced, so many an hour.
  case constant(perHour: Int)
  /// Independent exponential gaps, so many an hour on average.
  case poisson(perHour: Int)
  /// Poisson, with a rate for each of 24 hours of the day, beginning at midnight UTC.
  case byHour([Int])
  /// All there when the run begins.
  case waiting
}

/// A destination and how often it is drawn.
public struct WeightedDestination: Sendable, Hashable {
  /// A code in which each `?` stands for any digit, such as `331??`.
  public var pattern: String
  /// Its share: weight over the sum of weights, 1 to 10^12.
  public var weight: Int

  /// A destination drawn with this weight.
  public init(pattern: String, weight: Int) {
    self.pattern = pattern
    self.weight = weight
  }
}

/// A kind of piece and how often it is drawn; each measure is uniform in its range.
public struct WeightedSize: Sendable, Hashable {
  /// Its share: weight over the sum of weights, 1 to 10^12.
  public var weight: Int
  /// Along the belt.
  public var length: ClosedRange<Millimetres>
  /// Across the belt.
  public var width: ClosedRange<Millimetres>
  /// The thickness.
  public var height: ClosedRange<Millimetres>
  /// The mass.
  public var mass: ClosedRange<Grams>

  /// A kind of piece drawn with this weight.
  public init(
    weight: Int, length: ClosedRange<Millimetres>, width: ClosedRange<Millimetres>,
    height: ClosedRange<Millimetres>, mass: ClosedRange<Grams>
  ) {
    self.weight = weight
    self.length = length
    self.width = width
    self.height = height
    self.mass = mass
  }
}

/// Something made to go wrong at a stated time.
public struct TimedFault: Sendable, Hashable {
  /// When it begins.
  public var at: Nanoseconds
  /// How long it lasts; zero for one that is over at once.
  public var lasts: Nanoseconds
  /// What goes wrong.
  public var kind: Kind

  /// A fault.
  public init(at: Nanoseconds, lasts: Nanoseconds, kind: Kind) {
    self.at = at
    self.lasts = lasts
    self.kind = kind
  }

  /// What can be made to go wrong.
  public enum Kind: Sendable, Hashable {
    /// The belt jams at this distance from the induction; `lasts` is the time to clear it.
    case jam(position: Millimetres)
    /// So many of a million pieces are not read.
    case noReads(ppm: Int)
    /// So many of a million pieces show several codes.
    case multiReads(ppm: Int)
    /// So many of a million feeds take two pieces.
    case doubleFeeds(ppm: Int)
    /// So many of a million pieces slip, by up to this.
    case slip(ppm: Int, maximum: Millimetres)
    /// So many of a million diverts into a bin do not happen.
    case missedDiverts(bin: BinID, ppm: Int)
    /// A bin is out of service.
    case binDisabled(bin: BinID)
    /// Only so many people sweep.
    case sweepers(count: Int)
    /// A bin's full signal is stuck on.
    case binSensorStuckOn(bin: BinID)
    /// A bin's full signal never comes.
    case binSensorStuckOff(bin: BinID)
  }
}

/// A threshold on one figure of the summary.
public struct Expectation: Sendable, Hashable {
  /// The figure's name in summary.json, such as `throughput_per_hour` or `rejected.noRead`.
  public var figure: String
  /// The least it may be, in millionths of its unit.
  public var atLeastMicros: Int?
  /// The most it may be, in millionths of its unit.
  public var atMostMicros: Int?

  /// A threshold; at least one bound is given.
  public init(figure: String, atLeastMicros: Int?, atMostMicros: Int?) {
    self.figure = figure
    self.atLeastMicros = atLeastMicros
    self.atMostMicros = atMostMicros
  }
}
