import Testing

@testable import Simulation

@Suite("The timing wheel against a sorted list")
struct PulseWheelTests {
  /// The oracle: what is in the wheel, in the order of going in, and the position so far.
  private struct Oracle {
    var entries: [(due: Int64, order: Int, node: Int)] = []
    var order = 0
    var now: Int64 = 0

    mutating func insert(_ node: Int, _ due: Int64) {
      order += 1
      entries.append((max(due, now), order, node))
      entries.sort { ($0.due, $0.order) < ($1.due, $1.order) }
    }

    mutating func pop() -> Int {
      let first = entries.removeFirst()
      now = first.due
      return first.node
    }
  }

  @Test(
    "nodes come out by their pulse, and first in first out at one pulse",
    arguments: [(3, 1), (200, 2), (5000, 3), (65_000, 4), (70_000, 5), (1_000_000, 6), (40_000_000, 7)])
  func matchesSortedList(horizon: Int64, seed: UInt64) {
    var random = TestRandom(seed)
    var wheel = PulseWheel(nodeCount: 64, horizon: horizon)
    var oracle = Oracle()
    for step in 0..<6000 {
      switch random.below(10) {
      case 0...4:
        let node = random.below(64)
        let isIn = wheel.contains(node)
        #expect(isIn == oracle.entries.contains { $0.node == node })
        if isIn { continue }
        // Many fall on few pulses, some at the horizon's edge, some are overdue.
        var ahead = Int64(random.below(Int(horizon) + 1))
        if random.chance(30) { ahead = min(ahead % 4, horizon) }
        if random.chance(5) { ahead = horizon }
        if random.chance(5) { ahead = -Int64(random.below(1000)) }
        wheel.insert(node, from: oracle.now, due: oracle.now + ahead)
        oracle.insert(node, oracle.now + ahead)
      case 5...6:
        let node = random.below(64)
        wheel.remove(node)
        oracle.entries.removeAll { $0.node == node }
      case 7:
        // The belt moves on, but never past the next node.
        let next = oracle.entries.first?.due ?? .max
        let position = oracle.now + Int64(random.below(Int(horizon) * 2 + 1))
        wheel.moveOn(to: position)
        if position > oracle.now { oracle.now = min(position, next) }
      default:
        if oracle.entries.isEmpty { continue }
        let (node, wanted) = (wheel.popNext(), oracle.pop())
        #expect(node == wanted, "step \(step)")
      }
      let next = wheel.nextDue
      #expect(next == oracle.entries.first?.due ?? .max, "step \(step)")
    }
    while !oracle.entries.isEmpty {
      let (node, wanted) = (wheel.popNext(), oracle.pop())
      #expect(node == wanted)
    }
    let next = wheel.nextDue
    #expect(next == .max)
  }
}

@Suite("The queue of timed events")
struct TimeQueueTests {
  @Test(
    "events come out by their time, and first in first out at one time",
    arguments: 1...5 as ClosedRange<UInt64>)
  func matchesSortedList(seed: UInt64) {
    var random = TestRandom(seed)
    var queue = TimeQueue(capacity: 200)
    var oracle: [(time: Int64, order: Int)] = []
    var pushed = 0
    for _ in 0..<5000 {
      if oracle.count < 200 && (oracle.isEmpty || random.chance(52)) {
        let time = Int64(random.below(50))
        pushed += 1
        queue.push(.swept, at: time, argument: pushed)
        oracle.append((time, pushed))
      } else {
        oracle.sort { ($0.time, $0.order) < ($1.time, $1.order) }
        let event = queue.pop()
        let wanted = oracle.removeFirst()
        #expect(event.time == wanted.time && Int(event.argument) == wanted.order)
      }
      let (next, count) = (queue.nextTime, queue.count)
      #expect(next == oracle.map(\.time).min() ?? .max && count == oracle.count)
    }
  }
}
