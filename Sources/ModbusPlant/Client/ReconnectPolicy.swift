import Quantities

/// How long to wait before each attempt to connect again: growing, capped and jittered, for ever by default.
///
/// A pure value: the generator is handed in, so that a test (and a replay) sees the same waits again. The jitter
/// spreads the stations of a plant that lost the same switch.
public struct ReconnectPolicy: Hashable, Sendable {
  /// The wait before the second attempt; the first follows a fault at once, if `firstWait` is zero.
  public let firstWait: Nanoseconds
  /// The longest wait.
  public let cap: Nanoseconds
  /// After how many failed attempts to give up; nil for never.
  public let attempts: Int?

  /// How many attempts have failed since the last connection that worked.
  public private(set) var failures = 0

  /// A policy that doubles its wait from `firstWait` up to `cap`; traps on a negative wait.
  public init(
    firstWait: Nanoseconds = .milliseconds(100), cap: Nanoseconds = .seconds(5), attempts: Int? = nil
  ) {
    precondition(
      firstWait >= .zero && cap >= firstWait, "waits must not be negative, nor the first above the cap")
    self.firstWait = firstWait
    self.cap = cap
    self.attempts = attempts
  }

  /// Notes a failed attempt and answers how long to wait before the next; nil to give up.
  ///
  /// The wait lies between a half and the whole of `firstWait` doubled with each failure, at most `cap`.
  public mutating func waitAfterFailure(using generator: inout some RandomNumberGenerator) -> Nanoseconds? {
    failures += 1
    if let attempts, failures >= attempts { return nil }
    var whole = firstWait.rawValue
    for _ in 1..<min(failures, 64) where whole < cap.rawValue {
      whole = whole > cap.rawValue / 2 ? cap.rawValue : whole * 2
    }
    let half = whole / 2
    return Nanoseconds(half + Int64(generator.next(upperBound: UInt64(whole - half) + 1)))
  }

  /// Notes that the connection has done real work: the next failure begins with the shortest wait again.
  ///
  /// To be called after a good answer, not after a mere connect: a device that accepts and closes at once would
  /// otherwise be asked again without any pause.
  public mutating func succeeded() { failures = 0 }
}
