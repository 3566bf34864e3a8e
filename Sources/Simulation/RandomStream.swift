/// A seeded stream of 64-bit random numbers for one purpose: xoshiro256++ by Blackman and Vigna (2019).
///
/// Every purpose has a stream of its own, so that a change in one (more no-reads, say) leaves the draws
/// of all others as they were. Integers only; the same numbers on every machine.
struct RandomStream: BitwiseCopyable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// What a stream is for; the numbers are part of the reproducible behaviour.
  enum Purpose: UInt64 {
    case arrivals = 1
    case destinations = 2
    case sizes = 3
    case reading = 4
    case doubleFeeds = 5
    case slip = 6
    case gaps = 7
    case missedDiverts = 8
    case jams = 9
    case sweeping = 10
    case binSensors = 11
    case doubleDetection = 12
  }

  /// The stream of a run's seed for one purpose.
  init(seed: UInt64, purpose: Purpose) {
    // SplitMix64 spreads the seed over the state, as the generator's authors advise.
    var z = seed ^ (purpose.rawValue &* 0xD1B5_4A32_D192_ED03)
    func next() -> UInt64 {
      z &+= 0x9E37_79B9_7F4A_7C15
      var x = z
      x = (x ^ (x &>> 30)) &* 0xBF58_476D_1CE4_E5B9
      x = (x ^ (x &>> 27)) &* 0x94D0_49BB_1331_11EB
      return x ^ (x &>> 31)
    }
    state = (next(), next(), next(), next())
  }

  /// The next number.
  @inline(__always)
  mutating func next() -> UInt64 {
    let sum = state.0 &+ state.3
    let result = (sum &<< 23 | sum &>> 41) &+ state.0
    let t = state.1 &<< 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= t
    state.3 = state.3 &<< 45 | state.3 &>> 19
    return result
  }

  /// A number from 0 to `bound` - 1, with a bias below 2^-32 for bounds up to 2^32; 0 for a bound of 0.
  @inline(__always)
  mutating func below(_ bound: UInt64) -> UInt64 { next().multipliedFullWidth(by: bound).high }

  /// A number of the range, both ends included.
  @inline(__always)
  mutating func within(_ low: Int64, _ high: Int64) -> Int64 {
    low + Int64(truncatingIfNeeded: below(UInt64(high - low) + 1))
  }

  /// Whether an event of so many parts per million happens; draws nothing where it never does.
  @inline(__always)
  mutating func happens(ppm: Int) -> Bool {
    ppm > 0 && below(1_000_000) < UInt64(truncatingIfNeeded: ppm)
  }
}
