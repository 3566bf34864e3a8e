/// Student's t distribution for whole degrees of freedom, by arithmetic that is the same on every machine.
///
/// Only additions, subtractions, multiplications, divisions and square roots of IEEE 754 double precision are
/// used, each of which rounds in one way everywhere, in the order in which they stand here: no function of a
/// mathematics library, whose last digits differ between systems.
///
/// Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
public enum StudentT {
  /// The t that a share of `confidence` of the distribution lies within, between -t and t.
  ///
  /// - Parameters:
  ///   - confidence: above 0 and below 1, such as 0.95.
  ///   - degrees: the degrees of freedom, at least 1.
  /// - Returns: the quantile, to better than 10^-9 of itself for up to a million degrees of freedom.
  public static func quantile(confidence: Double, degrees: Int) -> Double {
    precondition(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1")
    precondition(degrees >= 1, "there is no t distribution without a degree of freedom")
    var high = 1.0
    while within(high, degrees: degrees) < confidence { high *= 2 }
    var low = high / 2
    if high == 1 { low = 0 }
    // 60 halvings leave nothing between two neighbouring numbers.
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if within(middle, degrees: degrees) < confidence { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The same in billionths, rounded: what confidence intervals are reckoned with.
  static func billionths(confidence: Double, degrees: Int) -> Int128 {
    Int128((quantile(confidence: confidence, degrees: degrees) * 1e9).rounded())
  }

  /// The share of the distribution between -t and t, for t of 0 or more.
  public static func within(_ t: Double, degrees: Int) -> Double {
    let n = Double(degrees)
    let hypotenuse = (n + t * t).squareRoot()
    let sine = t / hypotenuse
    let cosine = n.squareRoot() / hypotenuse
    let square = n / (n + t * t)
    // The series of cosines: terms fall by at least the factor `square`.
    var term = 1.0
    var sum = 0.0
    if degrees % 2 == 1 {
      if degrees > 1 {
        term = cosine
        var k = 1
        while k <= degrees - 2 && term > 1e-18 {
          sum += term
          k += 2
          term *= square * Double(k - 1) / Double(k)
        }
      }
      return (arcTangent(t / n.squareRoot()) + sine * sum) * (2 / Double.pi)
    }
    var k = 0
    while k <= degrees - 2 && term > 1e-18 {
      sum += term
      k += 2
      term *= square * Double(k - 1) / Double(k)
    }
    return sine * sum
  }

  /// The angle in radians whose tangent this is, for values of 0 or more.
  ///
  /// The argument is halved five times (tan(a / 2) = x / (1 + sqrt(1 + x^2))), then the Taylor series is summed.
  static func arcTangent(_ value: Double) -> Double {
    if value > 1 { return Double.pi / 2 - arcTangent(1 / value) }
    var x = value
    for _ in 0..<5 { x = x / (1 + (1 + x * x).squareRoot()) }
    let square = x * x
    var sum = 0.0
    var power = x
    for k in 0..<12 {
      let part = power / Double(2 * k + 1)
      sum += k % 2 == 0 ? part : -part
      power *= square
    }
    return sum * 32
  }
}
