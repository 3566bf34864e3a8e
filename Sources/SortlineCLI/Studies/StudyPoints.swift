import Experiments
import FileFormats

/// The scenarios of a study's points, read when they are needed and kept while there is room; any thread may ask.
final class StudyPoints: Sendable {
  /// The most that are kept: each holds a machine, a plan and a mix.
  private static let most = 64

  private let load: @Sendable (Int) throws -> Replicator
  private let known = Guarded<[Int: Replicator]>([:])

  /// The points that `load` reads.
  init(load: @escaping @Sendable (Int) throws -> Replicator) { self.load = load }

  /// The scenario of a point, ready to be run.
  func replicator(of point: Int) throws -> Replicator {
    if let replicator = known.withLock({ $0[point] }) { return replicator }
    let replicator = try load(point)
    known.withLock { known in
      // Runs go from point to point: the lowest are done first.
      if known.count >= Self.most, let oldest = known.keys.min() { known[oldest] = nil }
      known[point] = replicator
    }
    return replicator
  }
}
