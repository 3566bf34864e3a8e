import ControlRuntime
import Quantities

/// Which conditions of a port stand: levels as long as they hold, happenings for some seconds after the last.
struct ConditionBoard {
  private var levels: UInt32 = 0
  private var until = [Instant](repeating: .start, count: PortCondition.allCases.count)
  /// How often each condition came up.
  private(set) var counts = [UInt64](repeating: 0, count: PortCondition.allCases.count)

  /// How long a happening stands.
  private static let shown = Nanoseconds.seconds(5)

  /// A condition that holds or not.
  mutating func set(_ condition: PortCondition, _ holds: Bool) {
    if holds && levels & condition.bit == 0 { counts[Int(condition.rawValue)] += 1 }
    levels = holds ? levels | condition.bit : levels & ~condition.bit
  }

  /// Something that happened at `now`.
  mutating func happened(_ condition: PortCondition, at now: Instant) {
    counts[Int(condition.rawValue)] += 1
    until[Int(condition.rawValue)] = now + Self.shown
  }

  /// Whether a level holds.
  func holds(_ condition: PortCondition) -> Bool { levels & condition.bit != 0 }

  /// A bit for each condition that stands at `now`.
  func bits(at now: Instant) -> UInt32 {
    PortCondition.allCases.reduce(levels) { now < until[Int($1.rawValue)] ? $0 | $1.bit : $0 }
  }
}
