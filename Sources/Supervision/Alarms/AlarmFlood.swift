import Quantities

/// Watches how many alarms come: more than one person can answer is a flood.
///
/// By ISA-18.2 (2016, alarm floods) and EEMUA 191: a flood begins with more than 10 alarms in 10 minutes for
/// one operator, and ends with fewer than 5 in 10 minutes.
struct AlarmFlood: BitwiseCopyable, Sendable {
  // When alarms were raised, the latest 512 of them, in a ring.
  private var times = InlineArray<512, Int64>(repeating: .min)
  private var next = 0
  private var oldest = 0
  private(set) var isOn = false
  /// How many floods began.
  private(set) var floods = 0
  /// The most alarms in any ten minutes.
  private(set) var peak = 0

  static let window = Nanoseconds.seconds(600)
  static let begin = 10
  static let end = 5

  /// Counts an alarm raised now; answers whether a flood is on.
  mutating func count(at now: Instant) -> Bool {
    // The alarms before this one decide whether an earlier flood is over.
    if isOn, recent(at: now) < Self.end { isOn = false }
    times[next & 511] = now.rawValue
    next += 1
    let recent = recent(at: now)
    peak = max(peak, recent)
    if !isOn, recent > Self.begin {
      isOn = true
      floods += 1
    }
    return isOn
  }

  /// How many were raised in the ten minutes up to now, as far as is remembered.
  private mutating func recent(at now: Instant) -> Int {
    oldest = max(oldest, next - 511)
    let from = (now - Self.window).rawValue
    while oldest < next, times[oldest & 511] <= from { oldest += 1 }
    return next - oldest
  }
}

extension Instant {
  /// The moment a span of time before this one.
  static func - (a: Instant, b: Nanoseconds) -> Instant { Instant(a.rawValue &- b.rawValue) }
}
