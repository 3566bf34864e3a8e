import Quantities

/// A profile's lengths and times on the encoder's scale: the one place where millimetres become pulses.
///
/// A pulse lasts 10^12 / (speed x pulses a metre) nanoseconds, kept with 32 binary places. Where that is
/// a whole number (4,000 mm/s x 1,000 pulses/m: 250,000 ns) every time of a piece is exact.
@frozen
public struct BeltGeometry: Hashable, Sendable, BitwiseCopyable {
  /// Nanoseconds a pulse, with 32 binary places.
  @usableFromInline let scaledNanosecondsPerPulse: UInt64
  /// Encoder pulses a metre of belt.
  public let pulsesPerMetre: Int64
  /// Encoder pulses a second, in thousandths, at the belt's speed.
  public let millipulsesPerSecond: Int64

  /// The geometry of a belt; traps unless it makes at least 10 pulses a second (see `isUsable`).
  public init(_ belt: HardwareProfile.Belt) {
    precondition(Self.isUsable(belt), "a belt needs at least 10 encoder pulses a second")
    pulsesPerMetre = Int64(belt.encoderPulsesPerMetre)
    millipulsesPerSecond = Int64(belt.speedMillimetresPerSecond) * pulsesPerMetre
    let numerator = UInt64(1_000_000_000_000).multipliedFullWidth(by: 1 << 32)
    scaledNanosecondsPerPulse = UInt64(millipulsesPerSecond).dividingFullWidth(numerator).quotient
  }

  /// Whether a belt's speed and encoder make a usable scale: 10 pulses to 2 billion pulses a second.
  public static func isUsable(_ belt: HardwareProfile.Belt) -> Bool {
    let (product, overflow) = belt.speedMillimetresPerSecond.multipliedReportingOverflow(
      by: belt.encoderPulsesPerMetre)
    return !overflow && product >= 10_000 && product <= 2_000_000_000_000
  }

  /// The pulses in a length, rounded to the nearest.
  public func pulses(_ length: Millimetres) -> Pulses {
    Pulses((Int64(length.tenths) * pulsesPerMetre + 5_000).flooringDivision(by: 10_000))
  }

  /// The pulses that pass in a time at the belt's speed, rounded up.
  public func pulses(in time: Nanoseconds) -> Pulses {
    let product = time.rawValue.magnitude.multipliedFullWidth(by: UInt64(millipulsesPerSecond))
    let (quotient, remainder) = UInt64(1_000_000_000_000).dividingFullWidth(product)
    return Pulses(Int64(quotient) + (remainder > 0 ? 1 : 0))
  }

  /// The time that a number of pulses, 0 or more, takes at the belt's speed, rounded down.
  @inlinable
  public func time(of pulses: Pulses) -> Nanoseconds {
    let product = UInt64(bitPattern: pulses.rawValue).multipliedFullWidth(by: scaledNanosecondsPerPulse)
    return Nanoseconds(Int64(truncatingIfNeeded: product.high << 32 | product.low >> 32))
  }
}

extension Int64 {
  /// The quotient rounded towards negative infinity.
  func flooringDivision(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
