import FlatStorage

/// Exponential gaps in integers: -ln(u) with 32 binary places, from a table made without floating point.
struct ExponentialTable: ~Copyable, Sendable {
  /// The table that all supplies draw from: making one takes as long as simulating 2,000 pieces.
  static let shared = ExponentialTable()

  /// ln(1 + i / 4096) with 40 binary places, for i from 0 to 4096.
  private let logarithms: Slab<UInt64>
  /// ln 2 with 40 binary places: 0.6931471805599453 x 2^40, rounded.
  private static let ln2: UInt64 = 762_123_384_786

  init() {
    logarithms = Slab((0...4096).map { Self.naturalLogarithm(ofOnePlus: UInt64($0)) })
  }

  /// ln(1 + i/4096) with 40 binary places: the binary digits of log2 by repeated squaring, times ln 2.
  private static func naturalLogarithm(ofOnePlus i: UInt64) -> UInt64 {
    if i == 4096 { return ln2 }
    var x = (4096 + i) << 50  // 1 <= x < 2, with 62 binary places
    var log2: UInt64 = 0
    for _ in 0..<40 {
      let square = x.multipliedFullWidth(by: x)  // 124 binary places
      x = square.high << 2 | square.low >> 62
      log2 <<= 1
      if x >= 1 << 63 {
        log2 |= 1
        x >>= 1
      }
    }
    let product = log2.multipliedFullWidth(by: ln2)
    return product.high << 24 | product.low >> 40
  }

  /// An exponential gap with this mean, drawn from one random number.
  ///
  /// With u = random / 2^64 it is -mean x ln u; straight lines between the table's points leave an error
  /// below 10^-8 of the mean.
  @inline(__always)
  func gap(mean: Int64, random: UInt64) -> Int64 {
    let u = random | 1
    let zeros = u.leadingZeroBitCount
    let mantissa = u << UInt64(zeros)  // its first bit is set: 1 <= mantissa / 2^63 < 2
    let index = Int((mantissa >> 51) & 0xFFF)
    let rest = (mantissa >> 19) & 0xFFFF_FFFF  // 32 bits between two points
    let low = logarithms[index]
    let step = logarithms[index + 1] - low
    let logarithm = low + (step * rest) >> 32
    let negativeLog = UInt64(zeros + 1) * Self.ln2 - logarithm
    let product = negativeLog.multipliedFullWidth(by: UInt64(mean))
    return Int64(truncatingIfNeeded: product.high << 24 | product.low >> 40)
  }
}
