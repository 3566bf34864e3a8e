import CacheHints

/// How a side of a ring waits before it looks again: the longer, the more went through since it last waited.
///
/// A look takes a cache line away from the other side. While elements stream, a side that looks again at once
/// makes the other pay for each element; a rest lets a batch come together, and the batch is what says that
/// it streams: a rest has a step of less than 100 ns for each element of the batch before. Where one element comes
/// at a time, as in question and answer, it is one step, in which a line may cross from core to core once: with
/// shorter ones the answer's line is often taken away from the other side just before it writes there.
@frozen @usableFromInline struct RingRest: Sendable {
  // The side's index when it last rested.
  @usableFromInline var index = 0

  @usableFromInline init() {}

  /// The most steps of one rest: some microseconds, in which a stream brings some hundred elements.
  @inlinable static var most: Int { 64 }

  @inlinable @inline(__always)
  mutating func rest(at index: Int) {
    let passed = index &- self.index
    self.index = index
    hint_rests(max(1, min(Self.most, passed)))
  }
}
