import Dispatching
import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Simulation

@Suite("Bins, sweeps and double feeds")
struct BinLevelTests {
  @Test("no bin that a diverter fills ever holds more than it can", arguments: 1...80 as ClosedRange<UInt64>)
  func neverOverfull(seed: UInt64) {
    var random = RandomScenario(seed: seed &* 31)
    random.sample.imperfections.doubleFeedPPM = 0
    random.sample.faults.removeAll {
      switch $0.kind {
      case .doubleFeeds, .binSensorStuckOn: true
      default: false
      }
    }
    let run = WatchedRun(random.line, random.sample) { plant in
      for index in 0..<plant.bins.count where !plant.bins[index].isEnd {
        let bin = plant.bins[index]
        if bin.pieces > bin.capacityPieces || bin.thickness > bin.capacityThickness
          || bin.weight > bin.capacityWeight
        {
          return "bin \(index) holds \(bin.pieces) pieces, \(bin.thickness) tenths, \(bin.weight) tenths"
        }
      }
      return nil
    }
    #expect(run.faults == [], "seed \(seed)")
  }

  @Test("without sweepers every bin fills to the brim and the rest is rejected as bin full")
  func nobodySweeps() {
    let line = SampleLine(pieces: 5)
    var sample = SampleScenario(pieces: 400)
    sample.sweeping.sweepers = 0
    let run = WatchedRun(line, sample)
    #expect(run.faults == [] && run.isFinished)
    for bin in 0..<10 {
      #expect(run.all(.pieceSorted).filter { $0.bin.index == bin }.count == 5)
    }
    #expect(run.count(.pieceRejected, because: .binFull) == 350)
    #expect(run.count(.binFull) == 10 && run.count(.divertRefused) == 0)
  }

  @Test("what is swept is what was sorted, and a sweep takes its time", arguments: [false, true])
  func sweeps(closesBin: Bool) {
    let line = SampleLine(pieces: 40)
    var sample = SampleScenario(pieces: 2000)
    sample.sweeping = Sweeping(
      sweepers: 2, service: .seconds(7)...(.seconds(9)), callAtPercent: 50, closesBin: closesBin)
    let run = WatchedRun(line, sample, plan: line.plan(alternates: true))
    #expect(run.faults == [] && run.isFinished)
    var busy = 0
    var started = [Instant?](repeating: nil, count: 12)
    var content = [Int](repeating: 0, count: 12)
    for record in run.records {
      switch record.kind {
      case .pieceSorted: content[record.bin.index] += 1
      case .plantSweepStarted:
        busy += 1
        #expect(busy <= 2 && content[record.bin.index] >= 20)
        started[record.bin.index] = record.elapsed
      case .plantSwept:
        busy -= 1
        #expect(Int(record.count) == content[record.bin.index])
        content[record.bin.index] = 0
        let time = started[record.bin.index].map { record.elapsed - $0 } ?? .zero
        #expect(time >= .seconds(7) && time <= .seconds(9))
      default: break
      }
    }
    #expect(run.count(.plantSwept) > 20)
    // Closing takes the bin out of service for the time of the sweep.
    #expect(run.count(.binDisabled) == (closesBin ? run.count(.plantSweepStarted) : 0))
  }

  private func mail(_ destinations: [Int]) -> ListedMail {
    ListedMail(
      destinations.map {
        Mailpiece(
          arrivedAt: .start, destination: SampleLine.code($0),
          dimensions: Dimensions(
            length: Millimetres(200), width: Millimetres(100), height: Millimetres(1), weight: Grams(10)))
      })
  }

  @Test("both pieces of a double feed are counted, and a rider in a wrong bin is a mis-sort")
  func unnoticedDoubles() throws {
    var random = TestRandom(8)
    let destinations = (0..<600).map { _ in random.below(10) }
    var sample = SampleScenario()
    sample.imperfections.doubleFeedPPM = 300_000
    sample.imperfections.doubleDetectionPPM = 0
    let run = WatchedRun(SampleLine(), sample, mail: mail(destinations))
    #expect(run.faults == [] && run.fed == 600)
    let riders = Set(run.all(.plantDoubleFeed).map(\.a))
    #expect(riders.count > 90)
    let sorted = run.all(.pieceSorted)
    #expect(sorted.count == 600)
    var wrong = 0
    for record in sorted where destinations[Int(record.piece.rawValue) - 1] != record.bin.index {
      #expect(riders.contains(record.piece.rawValue), "only a rider lies wrong")
      wrong += 1
    }
    #expect(wrong > 60)
    let recorded = try RecordedRun(SampleLine(), sample, mail: mail(destinations))
    #expect(recorded.totals.pieces.missorted == wrong)
    #expect(recorded.totals.pieces.doubleFeeds == riders.count)
    #expect(recorded.totals.pieces.sorted == 600)
  }

  @Test("a double feed that is noticed is rejected with both its pieces, and nothing is mis-sorted")
  func noticedDoubles() throws {
    var sample = SampleScenario(arrivals: .waiting, pieces: 600)
    sample.imperfections.doubleFeedPPM = 300_000
    let recorded = try RecordedRun(SampleLine(), sample)
    let pieces = recorded.totals.pieces
    #expect(pieces.doubleFeeds > 90 && pieces.missorted == 0)
    #expect(pieces.rejectedByReason[Int(Reason.multiRead.rawValue)] == 2 * pieces.doubleFeeds)
    #expect(pieces.sorted + pieces.rejected == 600)
  }

  @Test("a jam stops the belt, and everybody is later by the same time")
  func jamDelaysAll() {
    let line = SampleLine()
    var sample = SampleScenario(arrivals: .waiting, pieces: 400)
    let free = WatchedRun(line, sample)
    let start = Instant(20_000_000_000)
    sample.faults = [
      TimedFault(at: .seconds(20), lasts: .seconds(33), kind: .jam(position: Millimetres(15_000)))
    ]
    let jammed = WatchedRun(line, sample)
    #expect(jammed.faults == [] && jammed.count(.pieceSorted) == 400)
    let kinds: [EventKind] = [.pieceInducted, .pieceAssigned, .pieceSorted]
    let before = free.records.filter { kinds.contains($0.kind) }
    let after = jammed.records.filter { kinds.contains($0.kind) }
    #expect(before.count == 1200 && after.count == 1200)
    for (was, late) in zip(before, after) {
      #expect(was.piece == late.piece && was.kind == late.kind && was.position == late.position)
      // 33 s to clear and 2 s to start.
      let delay = Nanoseconds.seconds(was.elapsed >= start ? 35 : 0)
      #expect(late.elapsed - was.elapsed == delay)
    }
  }
}
