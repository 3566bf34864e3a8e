import Quantities
import SorterModel

/// The belt's motion: which pulse it is at when, through stops and starts.
struct BeltClock {
  let geometry: BeltGeometry
  private var originTime = Instant.start
  private var originPulse = Pulses.zero
  /// Whether the belt moves.
  private(set) var isRunning = true

  /// A belt that runs from the start.
  init(_ geometry: BeltGeometry) { self.geometry = geometry }

  /// When the belt reaches a pulse, not before its last start; `.never` while it stands.
  @inline(__always)
  func time(of pulse: Int64) -> Instant {
    guard isRunning && pulse != .max else { return .never }
    guard pulse > originPulse.rawValue else { return originTime }
    return originTime + geometry.time(of: Pulses(pulse) - originPulse)
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
    isRunning = false
  }

  /// Lets the belt run on from where it stands.
  mutating func start(at time: Instant) {
    originTime = time
    isRunning = true
  }
}
