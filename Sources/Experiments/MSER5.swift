import Quantities
import Telemetry

/// Finds the end of a run's warm-up in its own output: MSER-5.
///
/// The times in system, in the order in which pieces were fed, are taken together by fives; of the n sums z, the
/// first d are cut off for which the squared standard error of what is left,
/// sum over j > d of (z_j - mean_d)^2 / (n - d)^2, is least. Only cuts of at most half of the run are looked at:
/// a run whose least error lies beyond has not come to a steady state, or is too short to tell.
///
/// Source: K. P. White, An effective truncation heuristic for bias reduction in simulation output, Simulation 69
/// (1997); K. P. White, M. J. Cobb and S. C. Spratt, A comparison of five steady-state truncation heuristics for
/// simulation, Winter Simulation Conference 2000.
public struct MSER5: Hashable, Sendable {
  /// When the first piece that is kept was fed; zero where nothing is cut off.
  public let warmUp: Nanoseconds
  /// Whether the least error lies within the first half of the run.
  public let isSteady: Bool

  /// How many values make a batch.
  public static let batch = 5

  /// The end of the warm-up of a run with these times in system.
  public init(_ times: TimesInSystem) { self.init(times.inOrder) }

  /// The end of the warm-up of pieces in the order in which they were fed.
  public init(_ pieces: [(inducted: Instant, time: Nanoseconds)]) {
    // Microseconds: sums of squares of a million batches of a day each still have room.
    let sums = stride(from: 0, to: pieces.count - Self.batch + 1, by: Self.batch).map { first in
      pieces[first..<first + Self.batch].reduce(0) { $0 + $1.time.rawValue } / 1000
    }
    let cut = Self.cut(sums)
    isSteady = cut.isSteady
    let first = cut.batches * Self.batch
    warmUp = cut.batches > 0 ? Nanoseconds(pieces[first].inducted.rawValue) : .zero
  }

  /// How many batches are cut off, and whether the least error of all cuts lies within the first half.
  static func cut(_ sums: [Int64]) -> (batches: Int, isSteady: Bool) {
    var sum: Int128 = 0
    var squares: Int128 = 0
    var best = 0
    var bestError = Double.infinity
    var leastOfAll = Double.infinity
    // From the end on: what is left grows by one batch a step. Two batches at least have a spread; with ties the
    // earliest cut wins, which comes last here.
    for place in sums.indices.reversed() {
      let value = Int128(sums[place])
      sum += value
      squares += value * value
      let left = Int128(sums.count - place)
      guard left >= Int128(Self.batch) else { continue }
      let spread = left * squares - sum * sum
      let error = Double(spread) / Double(left) / Double(left) / Double(left)
      leastOfAll = min(leastOfAll, error)
      if place <= sums.count / 2 && error <= bestError {
        bestError = error
        best = place
      }
    }
    return (best, bestError <= leastOfAll && sums.count >= 2 * Self.batch)
  }
}
