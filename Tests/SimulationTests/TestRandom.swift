/// SplitMix64, apart from the generator under test, so that tests draw the same cases everywhere.
struct TestRandom {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0xA24B_AED4_963E_E407 &+ 0x9FB2_1C65_1E98_DF25 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var x = state
    x = (x ^ (x &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ (x &>> 27)) &* 0x94D0_49BB_1331_11EB
    return x ^ (x &>> 31)
  }

  /// A number from 0 to `bound` - 1.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}
