import Quantities

/// Watches how many of the last thousand pieces failed, by the pieces' running numbers alone.
///
/// Only the failures are looked at: their numbers tell how many pieces came between. So a good piece costs
/// nothing.
struct RateWatch: BitwiseCopyable, Sendable {
  // The numbers of the pieces that were the newest when the latest failures happened, in a ring.
  private var numbers = InlineArray<256, UInt64>(repeating: 0)
  private var count = 0
  private let limit: Int
  /// Whether too many failed.
  private(set) var isHigh = false

  static let pieces: UInt64 = 1000
  static let largestLimit = 250

  /// A watch that begins with `limit` failures in a thousand pieces and ends below half of them.
  init(limit: Int) { self.limit = max(1, min(limit, Self.largestLimit)) }

  /// Counts a failure; `newest` is the number of the newest piece.
  mutating func fail(newest: UInt64) {
    numbers[count & 255] = newest
    count += 1
    check(newest: newest)
  }

  /// Looks again, now that other pieces have come.
  mutating func check(newest: UInt64) {
    if !isHigh {
      isHigh = holds(limit, newest)
    } else if !holds((limit + 1) / 2, newest) {
      isHigh = false
    }
  }

  /// Whether so many of the last thousand pieces failed.
  private func holds(_ failures: Int, _ newest: UInt64) -> Bool {
    guard count >= failures else { return false }
    return numbers[(count - failures) & 255] + Self.pieces > newest
  }
}

/// Watches for a number of events within a span of time.
struct BurstWatch: BitwiseCopyable, Sendable {
  private var times = InlineArray<16, Int64>(repeating: .min)
  private var count = 0
  private let limit: Int
  private let span: Nanoseconds

  init(limit: Int, within span: Nanoseconds) {
    self.limit = max(1, min(limit, 16))
    self.span = span
  }

  /// Counts an event; answers whether it and the ones before it are too many.
  mutating func happen(at now: Instant) -> Bool {
    times[count & 15] = now.rawValue
    count += 1
    return count >= limit && times[(count - limit) & 15] > (now - span).rawValue
  }
}
