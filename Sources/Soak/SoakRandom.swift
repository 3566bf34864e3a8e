/// Integer random numbers from a seed (SplitMix64, Steele et al. 2014), a stream for each purpose of a soak.
struct SoakRandom: RandomNumberGenerator {
  private var state: UInt64

  /// What a stream is for; the numbers are part of what a seed means.
  enum Purpose: UInt64 {
    case machine = 1
    case mail = 2
    case faults = 3
    case wire = 4
    case operators = 5
    case owners = 6
    case disk = 7
    case mode = 8
  }

  /// The stream of a seed for one purpose.
  init(seed: UInt64, _ purpose: Purpose) {
    state = seed &* 0xD1B5_4A32_D192_ED03 ^ (purpose.rawValue &* 0xA24B_AED4_963E_E407)
    _ = next()
  }

  /// The next 64 bits.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 to `bound` - 1; 0 for a bound of 0.
  mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(max(0, bound))).high)
  }

  /// A number of the range, both ends included.
  mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(below(Int(range.upperBound - range.lowerBound) + 1))
  }

  /// Whether something of so many chances in a hundred happens.
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  /// One of several.
  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
