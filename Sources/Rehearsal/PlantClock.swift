import Quantities

/// Ties a virtual plant's time to the wall's: `speed` plant seconds pass in one real second.
public struct PlantClock: Sendable, BitwiseCopyable {
  /// The monotonic moment at which the plant's time was 0, in nanoseconds.
  public var origin: Int64
  /// How many times faster than real the plant runs, 1 to 1,000,000.
  public let speed: Int64

  /// A clock that starts at a monotonic moment.
  public init(startingAt origin: Int64, speed: Int = 1) {
    precondition((1...1_000_000).contains(speed), "a plant runs 1 to 1,000,000 times as fast as real")
    self.origin = origin
    self.speed = Int64(speed)
  }

  /// The plant's time at a monotonic moment.
  public func plantTime(at moment: Int64) -> Instant {
    Instant((moment &- origin).multipliedReportingOverflow(by: speed).partialValue)
  }

  /// The monotonic moment at which the plant's time is `instant`; never before it.
  public func moment(of instant: Instant) -> Int64 {
    origin + (instant.rawValue + speed - 1) / speed
  }
}
