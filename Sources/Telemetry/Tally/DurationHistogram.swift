import Quantities

/// A histogram of durations with a bounded relative error, in fixed memory, without floating point.
///
/// Each power of two is cut into 256 equal buckets (below 512 ns each value has its own), the layout of
/// HdrHistogram. A bucket of value v is narrower than v / 256, so a quantile `q` that the histogram
/// answers and the exact one `x` obey `x <= q < x * (1 + 1/256)`: never better than the truth, and less
/// than 0.4 % worse. The largest and smallest values are kept exactly.
///
/// Cost: one count of leading zeros, one shift, one increment; 115 KiB, of which a run touches a few.
@safe
public struct DurationHistogram: ~Copyable {
  /// Buckets to a power of two: the relative error is below 1 / 256.
  public static let bucketsPerOctave = 256
  static let bucketCount = 55 * 256 + 256

  private let buckets: UnsafeMutablePointer<UInt64>
  private let summary: UnsafeMutablePointer<Extent>

  /// What is kept beside the buckets.
  private struct Extent: BitwiseCopyable {
    var count: UInt64 = 0
    var smallest = Int64.max
    var largest: Int64 = 0
  }

  /// An empty histogram.
  public init() {
    unsafe buckets = .allocate(capacity: Self.bucketCount)
    unsafe buckets.initialize(repeating: 0, count: Self.bucketCount)
    unsafe summary = .allocate(capacity: 1)
    unsafe summary.initialize(to: Extent())
  }

  deinit {
    unsafe buckets.deallocate()
    unsafe summary.deallocate()
  }

  /// How many durations were recorded.
  public var count: Int { unsafe Int(summary.pointee.count) }

  /// The longest duration, exactly; zero when there is none.
  public var largest: Nanoseconds { unsafe Nanoseconds(summary.pointee.largest) }

  /// Counts one duration; a negative one counts as zero.
  @inline(__always)
  func record(_ duration: Nanoseconds) {
    let value = max(0, duration.rawValue)
    unsafe buckets[Self.bucket(of: value)] &+= 1
    unsafe summary.pointee.count &+= 1
    // Hardly ever, after the first hundreds: to foresee that costs less than to write both each time.
    if unsafe value < summary.pointee.smallest { unsafe summary.pointee.smallest = value }
    if unsafe value > summary.pointee.largest { unsafe summary.pointee.largest = value }
  }

  /// The duration that `perMille` of a thousand are not longer than, by nearest rank; zero when empty.
  ///
  /// - Parameter perMille: 0 to 1000; 500 is the median, 990 the 99th percentile.
  public func quantile(perMille: Int) -> Nanoseconds {
    precondition((0...1000).contains(perMille), "a quantile lies between 0 and 1000 per mille")
    let extent = unsafe summary.pointee
    if extent.count == 0 { return .zero }
    let rank = max(1, (extent.count * UInt64(perMille) + 999) / 1000)
    var seen: UInt64 = 0
    for bucket in Self.bucket(of: extent.smallest)...Self.bucket(of: extent.largest) {
      unsafe seen += buckets[bucket]
      if seen >= rank { return Nanoseconds(min(Self.last(of: bucket), extent.largest)) }
    }
    return Nanoseconds(extent.largest)
  }

  /// Forgets everything; costs no more than the buckets between the smallest and the largest value.
  func reset() {
    let extent = unsafe summary.pointee
    if extent.count == 0 { return }
    let first = Self.bucket(of: extent.smallest)
    let last = Self.bucket(of: extent.largest)
    unsafe (buckets + first).update(repeating: 0, count: last - first + 1)
    unsafe summary.pointee = Extent()
  }

  /// The bucket of a value of 0 or more.
  @inline(__always)
  static func bucket(of value: Int64) -> Int {
    // With bit 8 set, small values need no case of their own.
    let shift = 55 &- (value | 256).leadingZeroBitCount
    return shift &* bucketsPerOctave &+ Int(truncatingIfNeeded: value &>> Int64(shift))
  }

  /// The largest value of a bucket.
  static func last(of bucket: Int) -> Int64 {
    if bucket < 2 * bucketsPerOctave { return Int64(bucket) }
    let shift = Int64(bucket / bucketsPerOctave - 1)
    let head = Int64(bucket) - shift * Int64(bucketsPerOctave)
    return (head << shift) + ((Int64(1) << shift) - 1)
  }
}
