import Quantities
import SorterModel

/// What a run is: the names, the seed and the settings that its files and figures bear.
public struct RunDescription: Sendable, Hashable {
  /// The run's id: same inputs, same id.
  public var runID: UInt64
  /// The scenario's name.
  public var scenario: String
  /// The sort plan's name.
  public var plan: String
  /// The seed of every random stream.
  public var seed: UInt64
  /// Which replication of a scenario this is, from 1; 0 for a run of its own.
  public var replication: Int
  /// The wall-clock time of the run's beginning, in seconds since 1970 (UTC).
  public var startsAt: Int64
  /// One row of metrics.csv stands for this much time; above zero.
  public var metricsInterval: Nanoseconds
  /// Figures leave out pieces fed before this; zero or more.
  public var warmUp: Nanoseconds
  /// How many people sweep: their hours count as work.
  public var sweepers: Int
  /// The machine: names of bins and size classes, rated speed, costs.
  public var profile: HardwareProfile
  /// The version of the program that made the run.
  public var programVersion: String

  /// A run with these names and settings.
  public init(
    runID: UInt64, scenario: String, plan: String, seed: UInt64, replication: Int = 0, startsAt: Int64,
    metricsInterval: Nanoseconds, warmUp: Nanoseconds, sweepers: Int, profile: HardwareProfile,
    programVersion: String
  ) {
    precondition(metricsInterval > .zero, "an interval of the metrics is longer than nothing")
    precondition(warmUp >= .zero, "a warm-up does not end before the run begins")
    self.runID = runID
    self.scenario = scenario
    self.plan = plan
    self.seed = seed
    self.replication = replication
    self.startsAt = startsAt
    self.metricsInterval = metricsInterval
    self.warmUp = warmUp
    self.sweepers = sweepers
    self.profile = profile
    self.programVersion = programVersion
  }

  /// The id as files write it: 16 hexadecimal digits.
  public var runIDText: String { hexadecimal(runID) }
}

/// Sixteen hexadecimal digits in small letters.
package func hexadecimal(_ value: UInt64) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
