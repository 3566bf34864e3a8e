import FileFormats

/// Mean, standard deviation and confidence interval of exact figures, in integers.
///
/// With n figures x, each in millionths: mean = (sum of x) / n; variance = (n sum of d^2 - (sum of d)^2) /
/// (n (n - 1)) with d = x - x_1, which is the sample's and loses no digit; half the width of the interval =
/// t sqrt(variance / n), with t the quantile of Student's t for n - 1 degrees of freedom. Each result is rounded
/// once, to a billionth.
///
/// Source: A. M. Law, Simulation Modeling and Analysis, 5th ed., 4.4 and 4.5.
public struct SampleStatistics: Hashable, Sendable {
  /// How many figures there are.
  public let count: Int
  /// The arithmetic mean.
  public let mean: Billionths
  /// The standard deviation of the sample; nil for a single figure.
  public let deviation: Billionths?
  /// Half the width of the mean's 95 % confidence interval; nil for a single figure.
  public let halfWidth: Billionths?
  /// The least figure, in millionths.
  public let least: Int
  /// The greatest figure, in millionths.
  public let most: Int

  /// The confidence of every interval.
  public static let confidence = 0.95

  /// The statistics of figures in millionths; there is at least one.
  ///
  /// - Parameter quantile: Student's t for so many figures, in billionths; nil to work it out.
  public init(micros: [Int], quantile: Int128? = nil) {
    precondition(!micros.isEmpty, "of no figures there is no mean")
    let n = Int128(micros.count)
    count = micros.count
    least = micros.min() ?? 0
    most = micros.max() ?? 0
    let first = micros[0]
    var sum: Int128 = 0
    var squares = UInt128.zero
    for value in micros {
      let distance = Int128(value) - Int128(first)
      sum += distance
      // A distance is below 2^64: its square may just not fit where figures are as large as numbers get.
      squares = Self.sum(squares, Self.product(distance.magnitude, distance.magnitude))
    }
    mean = Billionths(Self.rounded((Int128(first) * n + sum) * 1000, n))
    guard micros.count > 1 else {
      deviation = nil
      halfWidth = nil
      return
    }
    let all = Self.product(squares, n.magnitude)
    let square = Self.product(sum.magnitude, sum.magnitude)
    let spread = all > square ? all - square : 0
    // Square roots in billionths: the variance, in squares of millionths, times a million.
    let pairs = UInt128(n.magnitude) * UInt128(n.magnitude - 1)
    deviation = Billionths(Int128(Self.root(spread, times: 1_000_000, over: pairs)))
    let t = quantile ?? StudentT.billionths(confidence: Self.confidence, degrees: micros.count - 1)
    // One root more, of the mean's own variance, and three more decimals before the last rounding.
    let error = Self.root(spread, times: 1_000_000_000_000, over: Self.product(pairs, n.magnitude))
    halfWidth = Billionths(Self.rounded(Int128(clamping: Self.product(UInt128(t), error)), 1_000_000_000_000))
  }

  /// sqrt(value x factor / divisor), rounded down; computed with fewer decimals where the product has no room.
  private static func root(_ value: UInt128, times factor: UInt128, over divisor: UInt128) -> UInt128 {
    if value == 0 { return 0 }
    var value = value
    var factor = factor
    var divisor = divisor
    var doublings: UInt128 = 1
    while value.multipliedReportingOverflow(by: factor).overflow {
      // A hundredth of the factor is a tenth of the root.
      if factor >= 100 { factor /= 100 } else { (value, divisor) = (value / 100, max(1, divisor)) }
      doublings *= 10
    }
    let (quotient, rest) = (value * factor).quotientAndRemainder(dividingBy: divisor)
    return squareRoot(rest * 2 >= divisor ? quotient + 1 : quotient) * doublings
  }

  /// The largest whole number whose square is not above `value` (Newton's method).
  static func squareRoot(_ value: UInt128) -> UInt128 {
    if value < 2 { return value }
    var root = UInt128(1) << UInt128((128 - value.leadingZeroBitCount + 1) / 2)
    while true {
      let next = (root + value / root) / 2
      if next >= root { return root }
      root = next
    }
  }

  private static func product(_ a: UInt128, _ b: UInt128) -> UInt128 {
    let (value, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? .max : value
  }

  private static func sum(_ a: UInt128, _ b: UInt128) -> UInt128 {
    let (value, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : value
  }

  /// The quotient rounded half up; the divisor is above zero.
  private static func rounded(_ value: Int128, _ divisor: Int128) -> Int128 {
    let (quotient, rest) = (2 * value + divisor).quotientAndRemainder(dividingBy: 2 * divisor)
    return rest < 0 ? quotient - 1 : quotient
  }
}
