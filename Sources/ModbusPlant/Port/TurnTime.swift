import Quantities

/// The time of a session: that at which its turn began, and what has passed since by the clock.
///
/// A turn lasts as long as its requests, and a device that is slow to answer makes that half a second and more: what
/// must not be done too late is asked of the present, not of the turn's beginning.
struct TurnTime {
  /// When the turn began.
  private(set) var now = Instant.start
  private var begun: Int64 = 0
  private let clock: () -> Int64

  /// Time by a monotonic clock in nanoseconds.
  init(_ clock: @escaping () -> Int64) { self.clock = clock }

  /// A turn begins; `now` never goes back.
  mutating func begin(_ now: Instant) {
    self.now = now
    begun = clock()
  }

  /// The present moment.
  var present: Instant { now + Nanoseconds(clock() - begun) }
}
