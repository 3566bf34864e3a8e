import FileFormats

/// A Latin hypercube: each factor's range is cut into as many strata as there are points, and each is hit once.
///
/// For every factor the strata are permuted by the Fisher-Yates shuffle (Durstenfeld 1964) with integers of
/// SplitMix64, seeded from the design's seed and the factor's number; a draw below n is the high half of the
/// product of n and a 64-bit number. A point takes the middle of its stratum.
///
/// Source: McKay, Beckman and Conover, A comparison of three methods for selecting values of input variables,
/// Technometrics 21 (1979).
public enum LatinHypercube {
  /// The stratum of each point, for each factor.
  public static func ranks(factors: Int, points: Int, seed: UInt64) -> [[Int]] {
    (0..<factors).map { factor in
      var state = ReplicationSeed.mix(seed &+ ReplicationSeed.mix(UInt64(factor) &+ 1))
      func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Int(ReplicationSeed.mix(state).multipliedFullWidth(by: UInt64(bound)).high)
      }
      var order = Array(0..<points)
      for last in stride(from: points - 1, to: 0, by: -1) { order.swapAt(last, below(last + 1)) }
      return order
    }
  }
}

extension StudyDesign {
  /// What each point alters in the scenario's files.
  public var points: [[Alteration]] {
    var ranks: [[Int]] = []
    if case .latinHypercube(let points, let seed) = kind {
      ranks = LatinHypercube.ranks(factors: factors.count, points: points, seed: seed)
    }
    return (0..<(pointCount ?? 0)).map { alterations(of: $0, ranks: ranks) }
  }
}
