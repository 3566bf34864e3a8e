import Quantities
import SorterModel

/// The belt's motion: which pulse it is at when, through stops and starts.
struct BeltClock {
  let geometry: BeltGeometry
  private var originTime = Instant.start
  private var originPulse = Pulses.zero
  /// How far beyond the origin the belt may come: nowhere while it stands.
  private var reach = Self.farthest
  /// More than any belt runs, and less than to the pulse that stands for never.
  private static let farthest: UInt64 = 1 << 61

  /// Whether the belt moves.
  var isRunning: Bool { reach > 0 }

  /// A belt that runs from the start.
  init(_ geometry: BeltGeometry) { self.geometry = geometry }

  /// When the belt reaches a pulse, not before its last start; `.never` while it stands.
  @inline(__always)
  func time(of pulse: Int64) -> Instant {
    let ahead = Pulses(pulse) - originPulse
    // One comparison for what is so for nearly every pulse: ahead of the origin, of a belt that runs, and no "never".
    guard UInt64(bitPattern: ahead.rawValue) < reach else {
      return isRunning && ahead < .zero ? originTime : .never
    }
    return originTime + geometry.time(of: ahead)
  }

  /// The last pulse that the belt has passed at a time.
  func position(at time: Instant) -> Pulses {
    guard isRunning, time > originTime else { return originPulse }
    let up = originPulse + geometry.pulses(in: time - originTime)
    return self.time(of: up.rawValue) > time ? up - Pulses(1) : up
  }

  /// The first pulse that the belt reaches at or after a time, if it goes on as it does.
  func firstPulse(notBefore time: Instant) -> Pulses {
    guard isRunning, time > originTime else { return originPulse }
    let up = originPulse + geometry.pulses(in: time - originTime)
    return geometry.time(of: up - originPulse) < time - originTime ? up + Pulses(1) : up
  }

  /// Stops the belt.
  mutating func stop(at time: Instant) {
    originPulse = position(at: time)
    originTime = time
    reach = 0
  }

  /// Lets the belt run on from where it stands.
  mutating func start(at time: Instant) {
    originTime = time
    reach = Self.farthest
  }
}
