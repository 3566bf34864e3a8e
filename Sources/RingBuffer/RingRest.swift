import CacheHints

/// How a side of a ring waits before it looks again: the longer, the more went through since it last waited.
///
/// A look takes a cache line away from the other side. While elements stream, a side that looks again at once
/// makes the other pay for each element; a rest lets a batch come together, and the batch is what says that
/// it streams: a rest is as long as two pauses for each element of the batch before. Where one element comes at a
/// time, as in question and answer, it is two pauses, which make the answer no later: between two cores a
/// round trip took 180 to 650 ns with them, and 250 to 1,000 ns without.
@frozen @usableFromInline struct RingRest: Sendable {
  // The side's index when it last rested.
  @usableFromInline var index = 0

  @usableFromInline init() {}

  /// The most pauses of one rest: some microseconds, in which a stream brings some hundred elements.
  @inlinable static var most: Int { 128 }

  @inlinable @inline(__always)
  mutating func rest(at index: Int) {
    let passed = index &- self.index
    self.index = index
    var pauses = max(2, min(Self.most, 2 &* passed))
    while pauses > 0 {
      hint_looks_again()
      pauses &-= 1
    }
  }
}
