import Quantities

/// Exact arithmetic on figures: 128 bits inside, rounded half up once, at the end.
enum Ratio {
  static let nanosecondsPerHour = 3_600_000_000_000

  /// `part / whole x factor` in millionths; 0 when there is nothing to divide by.
  static func micros(_ part: Int, over whole: Int, times factor: Int = 1) -> Int {
    whole <= 0 ? 0 : rounded(Int128(part) * Int128(factor) * 1_000_000, Int128(whole))
  }

  /// `value x time / 1 h`: what something with a rate an hour comes to in a time.
  static func perHour(_ value: Int, for time: Nanoseconds) -> Int {
    rounded(Int128(value) * Int128(time.rawValue), Int128(nanosecondsPerHour))
  }

  /// A product held at what 64 bits can say.
  static func product(_ a: Int, _ b: Int) -> Int { Int(clamping: Int128(a) * Int128(b)) }

  /// The quotient rounded half up, held at what 64 bits can say; `divisor` is above zero.
  static func rounded(_ value: Int128, _ divisor: Int128) -> Int {
    let (quotient, rest) = (2 * value + divisor).quotientAndRemainder(dividingBy: 2 * divisor)
    return Int(clamping: rest < 0 ? quotient - 1 : quotient)
  }
}
