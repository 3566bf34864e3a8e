import FileFormats

/// The difference between the means of one figure in two sets of runs, with its 95 % confidence interval.
///
/// Where both sets drew the same random numbers run by run, the interval is that of the mean of the differences,
/// pair by pair (paired t): what both sets share by chance falls out of it. Where they did not, it is Welch's, with
/// the degrees of freedom of Satterthwaite rounded down, which makes no assumption of equal variances.
///
/// Source: A. M. Law, Simulation Modeling and Analysis, 5th ed., 10.2.1 and 10.2.2.
public struct MeanDifference: Hashable, Sendable {
  /// How the interval was reckoned.
  public enum Method: String, Sendable {
    /// Pair by pair, with common random numbers.
    case paired
    /// By Welch, of independent sets.
    case welch
  }

  /// How the interval was reckoned.
  public let method: Method
  /// How many runs the smaller set has; of pairs, how many there are.
  public let count: Int
  /// The mean of the second set less that of the first.
  public let mean: Billionths
  /// Half the width of the interval; nil where there are too few runs to say.
  public let halfWidth: Billionths?

  /// The difference of pairs in millionths: the first set's value and the second's of each.
  public init(pairs: [(first: Int, second: Int)]) {
    let sample = SampleStatistics(micros: pairs.map { Self.difference($0.second, $0.first) })
    method = .paired
    count = pairs.count
    mean = sample.mean
    halfWidth = sample.halfWidth
  }

  /// The difference of two sets in millionths that share nothing; neither is empty.
  public init(first: [Int], second: [Int]) {
    let (a, b) = (SampleStatistics(micros: first), SampleStatistics(micros: second))
    method = .welch
    count = min(a.count, b.count)
    mean = Billionths(b.mean.count - a.mean.count)
    guard let one = a.deviation?.value, let other = b.deviation?.value else {
      halfWidth = nil
      return
    }
    // Variances of the two means.
    let (u, v) = (one * one / Double(a.count), other * other / Double(b.count))
    if u + v == 0 {
      halfWidth = Billionths(0)
      return
    }
    let degrees = (u + v) * (u + v) / (u * u / Double(a.count - 1) + v * v / Double(b.count - 1))
    let t = StudentT.quantile(
      confidence: SampleStatistics.confidence, degrees: max(1, Int(degrees.rounded(.down))))
    halfWidth = Billionths(Int128((t * (u + v).squareRoot() * 1e9).rounded()))
  }

  private static func difference(_ a: Int, _ b: Int) -> Int {
    let (value, overflow) = a.subtractingReportingOverflow(b)
    return overflow ? (a > b ? .max : .min) : value
  }

  /// Whether the interval leaves 0 out: chance alone brings that about in one case of twenty.
  public var isSignificant: Bool {
    guard let halfWidth else { return false }
    return mean.count.magnitude > halfWidth.count.magnitude
  }
}
