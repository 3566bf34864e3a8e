import FileFormats
import SorterModel
import Supervision
import Testing

@testable import Reporting

@Suite("What a report takes from the event log")
struct RunLogTests {
  private func log(from start: Int64 = 0) throws -> RunLog {
    SampleLog.log(try SampleLog.events(), profile: try SampleLog.profile(), from: start)
  }

  @Test("every piece is there once, with its times, its bin and how it ended")
  func pieces() throws {
    let log = try log()
    #expect(log.fed == 3 && log.pieces.map(\.number) == [1, 2, 3])
    #expect(log.pieces.map(\.start) == [1000, 2000, 13_500])
    #expect(log.pieces.map(\.end) == [3200, 13_000, 14_000])
    #expect(log.pieces.map(\.outcome) == [.sorted, .rejected, .onMachine])
    #expect(log.pieces.map(\.bin) == [1, 6, 0])
    #expect(log.pieces[0].id == "A-1" && log.pieces[0].wait == 600 && log.pieces[0].planLine == 2)
    #expect(log.pieces[0].measures == [2000, 1000, 505, 3004])
    #expect(log.pieces[1].choice == .alternate && log.pieces[1].reason == .divertTimeout)
    #expect(log.sortedTimes == [2800] && log.missedTimes == [11_000])
    #expect(log.count(.sorted) == 1 && log.count(.rejected) == 1 && log.count(.onMachine) == 1)
  }

  @Test("what befell pieces, states, alarms and bins is kept with its time")
  func rest() throws {
    let log = try log()
    #expect(log.happenings.map(\.kind) == [.missed] && log.happenings[0].piece == 2)
    #expect(log.failedDiverts == [1: 1])
    #expect(log.states.map(\.state) == [.execute, .held, .execute])
    #expect(log.states.map(\.end) == [4000, 9000, 14_000] && log.states[1].cause == "stopped")
    #expect(log.alarms.count == 1 && log.alarms[0].kind == .jam && log.alarms[0].end == 9000)
    #expect(log.binEvents.map(\.kind) == [.emptied] && log.binEvents[0].bin == 0)
    #expect(log.bins[0].steps.map(\.level) == [2, 0] && log.bins[0].steps.map(\.time) == [3200, 14_000])
    #expect(log.rejectBins.isEmpty)
  }

  @Test(
    "an animation that begins later has the pieces that were on the machine then, and what lay in the bins")
  func window() throws {
    let log = try log(from: 3500)
    #expect(log.window == 3500..<14_000)
    #expect(log.pieces.map(\.number) == [2, 3])
    #expect(log.heldBefore[0] == [1, 505, 3004] && log.heldBefore[1] == [0, 0, 0])
    #expect(log.fed == 3 && log.count(.sorted) == 1)
  }

  @Test("a log that begins in the middle, or knows strange bins and pieces, is shown as far as it goes")
  func strange() throws {
    let events = try [
      SampleLog.event(
        5000, 100, "piece.sorted", #""piece":7,"bin":"C9","arrived_ns":4000000000,"inducted_ns":4500000000"#),
      SampleLog.event(6000, 1200, "piece.inducted", #""piece":8"#),
      SampleLog.event(6500, 1700, "piece.inducted", #""piece":8,"lap":1"#),
      SampleLog.event(7000, 2200, "piece.sorted", #""piece":"x""#),
      SampleLog.event(7000, 2200, "alarm.raised", #""alarm":"nonsense""#),
    ]
    let log = SampleLog.log(events, profile: try SampleLog.profile())
    #expect(log.pieces.map(\.number) == [7, 8] && log.pieces[0].start == 4500 && log.pieces[0].bin == 0)
    #expect(log.fed == 1 && log.alarms.isEmpty)
  }

  @Test("no event makes a log of nothing, not a trap")
  func empty() throws {
    let log = SampleLog.log([], profile: try SampleLog.profile())
    #expect(log.pieces.isEmpty && log.end == 0 && log.belt.times.isEmpty && log.heldBefore.count == 6)
  }
}

@Suite("Where the belt was")
struct BeltCurveTests {
  /// The position that a curve gives a time.
  private func position(_ curve: BeltCurve, at time: Int64) -> Double {
    guard let next = curve.times.firstIndex(where: { $0 > time }) else {
      return Double(curve.positions.last ?? 0)
    }
    if next == 0 { return Double(curve.positions[0]) }
    let span = Double(curve.times[next] - curve.times[next - 1])
    let part = Double(time - curve.times[next - 1]) / span
    return Double(curve.positions[next - 1]) + part
      * Double(curve.positions[next] - curve.positions[next - 1])
  }

  @Test("a belt at its speed is two points, however long it runs")
  func steady() {
    var curve = BeltCurve(tolerance: 5)
    for time in stride(from: Int64(0), through: 3_600_000, by: 130) { curve.take(time, time * 4) }
    curve.finish()
    #expect(curve.times == [0, 3_599_960] && curve.positions == [0, 14_399_840])
  }

  @Test("starts, stops and slow belts are followed within the tolerance", arguments: 1...20)
  func tolerance(seed: UInt64) {
    var random = seed &* 0x9E37_79B9_7F4A_7C15
    func draw(_ count: UInt64) -> Int64 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64(random >> 33) % Int64(count)
    }
    var (curve, time, place, speed) = (BeltCurve(tolerance: 5), Int64(0), Int64(0), Int64(4))
    var points: [(Int64, Int64)] = []
    for _ in 0..<2000 {
      if draw(50) == 0 { speed = draw(5) }
      let step = draw(200)
      time += step
      place += step * speed
      points.append((time, place))
      curve.take(time, place)
    }
    curve.finish()
    for (time, place) in points {
      #expect(abs(position(curve, at: time) - Double(place)) <= 5.001, "seed \(seed), at \(time)")
    }
    #expect(curve.times.count < 200 && curve.times == curve.times.sorted())
    #expect(curve.positions == curve.positions.sorted())
  }

  @Test("a counter that began anew goes on where it was, and a small step back is none")
  func setBack() {
    var curve = BeltCurve(tolerance: 5)
    for (time, place) in [(0, 0), (1000, 4000), (1100, 4398), (2000, 0), (3000, 4000)] {
      curve.take(Int64(time), Int64(place))
    }
    curve.finish()
    #expect(curve.positions.last == 8398 && curve.times.last == 3000)
  }
}
