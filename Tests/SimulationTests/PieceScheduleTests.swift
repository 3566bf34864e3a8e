import Testing

@testable import Simulation

@Suite("What the belt brings next, against a sorted list")
struct PieceScheduleTests {
  /// The oracle: what waits, by pulse and then by when it set out.
  private struct Oracle {
    var entries: [(due: Int64, order: Int, node: Int, kind: PieceSchedule.Next)] = []
    var order = 0

    mutating func insert(_ node: Int, _ due: Int64, _ kind: PieceSchedule.Next) {
      order += 1
      entries.append((due, order, node, kind))
      entries.sort { ($0.due, $0.order) < ($1.due, $1.order) }
    }
  }

  @Test(
    "pieces come by their pulse, and at one pulse in the order in which they set out",
    arguments: [(40, 1), (300, 2), (5000, 3), (100_000, 4)])
  func matchesSortedList(horizon: Int64, seed: UInt64) {
    var random = TestRandom(seed)
    var schedule = PieceSchedule(nodeCount: 64, horizon: horizon)
    var oracle = Oracle()
    var now: Int64 = 0
    var ties = 0
    for step in 0..<8000 {
      let free = (0..<64).filter { node in !oracle.entries.contains { $0.node == node } }
      if let node = free.randomElement(by: &random), random.chance(60) {
        // Readings and confirms wait for one distance each; the belt is at `now`.
        switch random.below(3) {
        case 0:
          schedule.insertReading(node, due: now + horizon / 4)
          oracle.insert(node, now + horizon / 4, .reading)
        case 1:
          schedule.insertConfirm(node, due: now + horizon / 8)
          oracle.insert(node, now + horizon / 8, .confirm)
        default:
          let due = now + Int64(random.below(Int(horizon)))
          schedule.moveOn(to: now)
          schedule.insertPoint(node, due: due)
          oracle.insert(node, due, .point)
        }
      } else if random.chance(5), let entry = oracle.entries.first {
        schedule.remove(entry.node)
        oracle.entries.removeFirst()
      } else if let wanted = oracle.entries.first {
        let due = schedule.nextDue
        #expect(due == wanted.due, "step \(step)")
        now = due
        let kinds = Set(oracle.entries.filter { $0.due == due }.map(\.kind))
        let next = schedule.next(at: due)
        #expect(next == (kinds.count > 1 ? .several : wanted.kind), "step \(step)")
        let node =
          switch next {
          case .reading: schedule.popReading()
          case .confirm: schedule.popConfirm()
          case .point: schedule.popPoint()
          default: schedule.popFirst(at: due)
          }
        if next == .several { ties += 1 }
        #expect(node == wanted.node, "step \(step)")
        oracle.entries.removeFirst()
      }
      let due = schedule.nextDue
      #expect(due == oracle.entries.first?.due ?? .max, "step \(step)")
    }
    #expect(ties > 0 || horizon > 1000, "no two things were due at one pulse")
  }
}

extension [Int] {
  fileprivate func randomElement(by random: inout TestRandom) -> Int? {
    isEmpty ? nil : self[random.below(count)]
  }
}
