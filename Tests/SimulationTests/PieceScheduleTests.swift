import Testing

@testable import Simulation

@Suite("What the belt brings next, against a sorted list")
struct PieceScheduleTests {
  /// The oracle: what waits, by pulse, then by where it set out; readings after what is further down, then in turn.
  private struct Oracle {
    var entries: [(due: Int64, from: Int64, rank: Int, order: Int, node: Int, kind: PieceSchedule.Next)] = []

    mutating func insert(_ order: Int, from start: Int64, _ due: Int64, _ kind: PieceSchedule.Next) {
      entries.append((due, start, kind == .reading ? 1 : 0, order, order % 64, kind))
      entries.sort { ($0.due, $0.from, $0.rank, $0.order) < ($1.due, $1.from, $1.rank, $1.order) }
    }
  }

  @Test(
    "pieces come by their pulse, and at one pulse in the order in which they set out",
    arguments: [(40, 1), (300, 2), (5000, 3), (100_000, 4)])
  func matchesSortedList(horizon: Int64, seed: UInt64) {
    var random = TestRandom(seed)
    var schedule = PieceSchedule(
      nodeCount: 64, horizon: horizon, readingDistance: horizon / 4, confirmDistance: horizon / 8)
    var oracle = Oracle()
    var now: Int64 = 0
    var ties = 0
    var fed = 0
    for step in 0..<8000 {
      // Nodes are given in turn, fewer than half of them at once.
      let oldest = oracle.entries.map(\.order).min() ?? fed
      if fed - oldest < 31, random.chance(60) {
        fed += 1
        let node = fed % 64
        // Readings and confirms wait for one distance each; the belt is at `now`.
        switch random.below(4) {
        case 0:
          schedule.insertReading(node, at: now)
          oracle.insert(fed, from: now, now + horizon / 4, .reading)
        case 1:
          schedule.insertConfirm(node, at: now)
          oracle.insert(fed, from: now, now + horizon / 8, .confirm)
        case 2:
          // A divert that is seen ahead: the piece sets out for its confirm eye at a pulse to come.
          let decision = now + Int64(random.below(Int(horizon / 2)))
          schedule.moveOn(to: now)
          schedule.insertPoint(node, at: decision, due: decision + horizon / 8)
          oracle.insert(fed, from: decision, decision + horizon / 8, .point)
        default:
          let due = now + Int64(random.below(Int(horizon)))
          schedule.moveOn(to: now)
          schedule.insertPoint(node, at: now, due: due)
          oracle.insert(fed, from: now, due, .point)
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
