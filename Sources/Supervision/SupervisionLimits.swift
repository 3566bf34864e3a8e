import Quantities
import SorterModel

/// From when on a condition is an alarm: taken from the machine's profile where it says what is ordinary.
public struct SupervisionLimits: Hashable, Sendable, BitwiseCopyable {
  /// A bin is full too long after this: the time in which the crew ends the sweep at hand and does this one.
  public var binFullFor: Nanoseconds
  /// So many of the last thousand pieces without a good reading are an alarm; 1 to `RateWatch.largestLimit`.
  public var readFailuresPerThousand: Int
  /// So many of the last thousand pieces rejected for other reasons are an alarm; the same range.
  public var rejectsPerThousand: Int
  /// So many unexpected pieces within a minute are an alarm: one may be a hand's mistake.
  public var unexpectedPerMinute: Int

  /// The limits of a machine.
  ///
  /// A share of one in twenty is an alarm; where the profile calls a larger share ordinary, what lies six
  /// standard deviations above it (chance alone then raises it less than once in 10^8 pieces).
  public init(_ profile: HardwareProfile) {
    let ordinary = profile.imperfections
    binFullFor = max(.seconds(60), profile.sweeping.service.upperBound + profile.sweeping.service.upperBound)
    readFailuresPerThousand = Self.limit(
      ppm: ordinary.noReadPPM + ordinary.multiReadPPM + ordinary.noDataPPM)
    rejectsPerThousand = Self.limit(ppm: ordinary.missedDivertPPM + ordinary.slipPPM)
    unexpectedPerMinute = 3
  }

  /// Six standard deviations above the mean of a thousand pieces, and 50 at least.
  static func limit(ppm: Int) -> Int {
    let mean = (max(0, min(ppm, 1_000_000)) + 999) / 1000
    var root = 0
    while root * root < mean { root += 1 }
    return min(max(50, mean + 6 * root), RateWatch.largestLimit)
  }
}
