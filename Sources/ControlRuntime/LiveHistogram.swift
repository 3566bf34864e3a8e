import Quantities

/// A histogram of durations in fixed memory that one thread fills while others read it.
///
/// Each power of two is cut into 64 equal buckets, and below 128 ns each value has its own: a quantile is never
/// better than the truth, and less than 1.6 % worse. The shortest and the longest duration are kept exactly.
/// Recording takes some nanoseconds, no lock and no memory; 29 KiB.
public final class LiveHistogram: Sendable {
  private let buckets = CounterBlock(count: LiveHistogram.bucketCount)
  private let extent = CounterBlock(count: 3)
  private static let bucketCount = 57 * 64 + 64

  /// Where `extent` keeps what.
  private enum Place {
    static let count = 0
    static let shortest = 1
    static let longest = 2
  }

  /// An empty histogram.
  public init() { extent[Place.shortest] = .max }

  /// Counts one duration; a negative one counts as zero. For the writing thread alone.
  @inline(__always)
  public func record(_ duration: Nanoseconds) {
    let value = max(0, Int(duration.rawValue))
    buckets.add(to: Self.bucket(of: value))
    if value < extent[Place.shortest] { extent[Place.shortest] = value }
    if value > extent[Place.longest] { extent[Place.longest] = value }
    extent.add(to: Place.count)
  }

  /// How many durations were recorded.
  public var count: Int { extent[Place.count] }

  /// The shortest duration, exactly; zero when there is none.
  public var shortest: Nanoseconds { count == 0 ? .zero : Nanoseconds(Int64(extent[Place.shortest])) }

  /// The longest duration, exactly; zero when there is none.
  public var longest: Nanoseconds { Nanoseconds(Int64(extent[Place.longest])) }

  /// The duration that `perMille` of a thousand are not longer than, by nearest rank; zero when empty.
  ///
  /// - Parameter perMille: 0 to 1000; 500 is the median, 990 the 99th percentile.
  public func quantile(perMille: Int) -> Nanoseconds {
    precondition((0...1000).contains(perMille), "a quantile lies between 0 and 1000 per mille")
    let count = count
    if count == 0 { return .zero }
    let rank = max(1, (count * perMille + 999) / 1000)
    let longest = extent[Place.longest]
    var seen = 0
    for bucket in Self.bucket(of: extent[Place.shortest])...Self.bucket(of: longest) {
      seen += buckets[bucket]
      if seen >= rank { return Nanoseconds(Int64(min(Self.last(of: bucket), longest))) }
    }
    return Nanoseconds(Int64(longest))
  }

  /// How many durations lie between one of `ends` and the next, and beyond the last.
  ///
  /// A bucket that an end divides counts to the side on which it begins.
  public func steps(upTo ends: [Nanoseconds]) -> [Int] {
    var counts = [Int](repeating: 0, count: ends.count + 1)
    for bucket in 0..<buckets.count where buckets[bucket] > 0 {
      let first = bucket == 0 ? -1 : Int64(Self.last(of: bucket - 1))
      let place = ends.firstIndex { first < $0.rawValue } ?? ends.count
      counts[place] += buckets[bucket]
    }
    return counts
  }

  @inline(__always)
  static func bucket(of value: Int) -> Int {
    let shift = max(0, 57 &- value.leadingZeroBitCount)
    return shift &* 64 &+ (value &>> shift)
  }

  static func last(of bucket: Int) -> Int {
    if bucket < 128 { return bucket }
    let shift = bucket / 64 - 1
    return ((bucket - shift * 64) << shift) + ((1 << shift) - 1)
  }
}
