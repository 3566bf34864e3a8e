/// Exact ratios in millionths.
enum Ratio {
  static let nanosecondsPerHour = 3_600_000_000_000
  static let micros = 1_000_000

  /// `part / whole x factor` in millionths, rounded half up; 0 when there is nothing to divide by.
  ///
  /// Computed in 128 bits; an answer beyond 64 bits is held at the largest that fits.
  static func micros(_ part: Int, over whole: Int, times factor: Int = 1) -> Int {
    if whole <= 0 { return 0 }
    let numerator = Int128(part) * Int128(factor) * Int128(micros)
    let doubled = 2 * numerator + Int128(whole)
    return Int(clamping: floorDivide(doubled, 2 * Int128(whole)))
  }

  private static func floorDivide(_ value: Int128, _ divisor: Int128) -> Int128 {
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? quotient - 1 : quotient
  }
}
