import Quantities

/// The belt's speed by its encoder: over the last tenth of a second, so that single pulses do not matter.
struct BeltSpeed {
  private var marks: [(at: Instant, position: Int64)] = []
  /// Pulses a second; 0 where the belt stands or is not known yet.
  private(set) var pulsesPerSecond: Int64 = 0

  private static let window = Nanoseconds.milliseconds(100)

  /// Notes where the belt is.
  mutating func see(_ position: Int64, at now: Instant) {
    while marks.count > 2, now - marks[1].at >= Self.window { marks.removeFirst() }
    marks.append((now, position))
    guard let first = marks.first, now - first.at >= .milliseconds(1) else { return }
    let time = (now - first.at).rawValue
    let (product, overflow) = (position - first.position).multipliedReportingOverflow(by: 1_000_000_000)
    pulsesPerSecond = overflow ? 0 : product / time
  }

  /// Begins anew.
  mutating func forget() {
    marks.removeAll()
    pulsesPerSecond = 0
  }

  /// Where the belt is at `now`, by where it was seen last.
  func position(at now: Instant) -> Int64? {
    marks.last.map { $0.position + travel(in: now - $0.at) }
  }

  /// When the belt will be at a position; nil where it stands.
  func moment(of position: Int64) -> Instant? {
    guard let last = marks.last, pulsesPerSecond > 0 else { return nil }
    let (product, overflow) = (position - last.position).multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? nil : last.at + Nanoseconds(product / pulsesPerSecond)
  }

  private func travel(in time: Nanoseconds) -> Int64 {
    let (product, overflow) = pulsesPerSecond.multipliedReportingOverflow(by: time.rawValue)
    return overflow ? 0 : product / 1_000_000_000
  }
}
