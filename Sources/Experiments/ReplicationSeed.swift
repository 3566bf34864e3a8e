import FileFormats

/// The seed of a replication: from the base seed, the scenario's name and the replication's number, by integers.
///
/// With mix the finaliser of SplitMix64 and hash the 64-bit FNV-1a digest of the name's UTF-8,
/// seed = mix(mix(base + mix(hash(name))) + number x 0x9E3779B97F4A7C15) / 2^11, each sum and product modulo 2^64.
/// The 53 bits that are left are what a spreadsheet and a reader of JSON keep exactly. That two of a thousand
/// runs have one seed has a chance of 1 in 10^10.
///
/// Source: Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators (2014).
public enum ReplicationSeed {
  /// The seed of a replication, from 1.
  public static func seed(base: UInt64, scenario: String, number: Int) -> UInt64 {
    var digest = FNV1a64()
    digest.combine(Array(scenario.utf8))
    return mix(mix(base &+ mix(digest.value)) &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15) >> 11
  }

  /// The finaliser of SplitMix64.
  static func mix(_ value: UInt64) -> UInt64 {
    var x = value
    x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
    return x ^ (x >> 31)
  }
}

extension StudyRecord {
  /// The seed of a run: with common random numbers that of its replication, else one of its own.
  public func seed(of run: Int) -> UInt64 {
    let number = randomNumbers == .common ? place(of: run).replication : run + 1
    return ReplicationSeed.seed(base: seed, scenario: scenario, number: number)
  }
}
