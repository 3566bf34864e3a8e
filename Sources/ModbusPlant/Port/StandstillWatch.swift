import Quantities

/// Tells for how long a number that ought to change has stood still.
struct StandstillWatch: Hashable {
  private var last: Int64?
  private var changedAt = Instant.start

  /// Notes what the number is now.
  mutating func see(_ number: Int64, at now: Instant) {
    if number != last {
      last = number
      changedAt = now
    }
  }

  /// How long it has stood still; zero before it was first seen.
  func standstill(at now: Instant) -> Nanoseconds { last == nil ? .zero : now - changedAt }

  /// Begins anew: the next number counts as a change.
  mutating func forget() { last = nil }
}
