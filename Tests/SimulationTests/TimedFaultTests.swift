import Dispatching
import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Simulation

@Suite("Faults on a scenario's time line")
struct TimedFaultTests {
  private func fault(_ from: Int64, _ lasts: Int64, _ kind: TimedFault.Kind) -> TimedFault {
    TimedFault(at: .seconds(from), lasts: .seconds(lasts), kind: kind)
  }

  private func between(_ record: EventRecord, _ from: Int64, _ to: Int64) -> Bool {
    record.elapsed >= Instant(from * 1_000_000_000) && record.elapsed < Instant(to * 1_000_000_000)
  }

  @Test("of two faults that overlap on one bin, the longer keeps it out of service")
  func overlappingDisables() {
    let line = SampleLine()
    let bin = line.bin("B2")
    var sample = SampleScenario(pieces: 1000)
    sample.faults = [fault(20, 80, .binDisabled(bin: bin)), fault(30, 20, .binDisabled(bin: bin))]
    let run = WatchedRun(line, sample)
    #expect(run.faults == [])
    let inBin = run.all(.pieceSorted).filter { $0.bin == bin }
    #expect(inBin.contains { between($0, 0, 20) })
    #expect(!inBin.contains { between($0, 21, 100) })
    #expect(inBin.contains { between($0, 103, 180) })
    #expect(run.count(.binDisabled) == 1 && run.count(.binEnabled) == 1)
  }

  @Test("of two faults that overlap on one diverter, the other goes on when one ends")
  func overlappingMisses() {
    let line = SampleLine(faultsToDisable: 255)
    let bin = line.bin("B2")
    var sample = SampleScenario(pieces: 1000)
    sample.faults = [
      fault(20, 80, .missedDiverts(bin: bin, ppm: 1_000_000)),
      fault(30, 20, .missedDiverts(bin: bin, ppm: 500_000)),
    ]
    let run = WatchedRun(line, sample)
    #expect(run.faults == [])
    let inBin = run.all(.pieceSorted).filter { $0.bin == bin }
    #expect(!inBin.contains { between($0, 21, 100) })
    #expect(inBin.contains { between($0, 103, 180) })
  }

  @Test("of two faults that overlap on the crew, the one that lasts decides")
  func overlappingCrews() {
    var line = SampleLine()
    line.pieces = 20
    var sample = SampleScenario(pieces: 1500)
    sample.sweeping = Sweeping(
      sweepers: 3, service: .seconds(5)...(.seconds(5)), callAtPercent: 50, closesBin: false)
    sample.faults = [fault(20, 200, .sweepers(count: 0)), fault(30, 20, .sweepers(count: 1))]
    let run = WatchedRun(line, sample)
    #expect(run.faults == [])
    let started = run.all(.plantSweepStarted)
    #expect(started.contains { between($0, 0, 20) })
    #expect(started.contains { between($0, 30, 50) })
    #expect(!started.contains { between($0, 50, 220) })
    #expect(started.contains { between($0, 220, 300) })
  }

  @Test("a second jam while one is being cleared changes nothing")
  func jamWithinAJam() {
    let line = SampleLine()
    var sample = SampleScenario(pieces: 400)
    sample.faults = [fault(20, 30, .jam(position: Millimetres(7000)))]
    let once = WatchedRun(line, sample)
    #expect(once.faults == [] && once.count(.pieceRemoved) == 1)
    let second = fault(25, 60, .jam(position: .zero))
    sample.faults.append(second)
    for place in stride(from: 3000, through: 10_500, by: 250) {
      sample.faults[1].kind = .jam(position: Millimetres(place))
      let twice = WatchedRun(line, sample)
      #expect(twice.faults == [])
      #expect(twice.count(.plantFaultStarted) == 2 && twice.count(.jamStarted) == 1)
      #expect(twice.count(.divertMissed) == 0)
      #expect(once.digest == twice.digest, "the second jam at \(place) mm")
    }
  }

  @Test("a fault that lasts no time is over at once")
  func momentary() {
    let line = SampleLine()
    var sample = SampleScenario(pieces: 500)
    sample.faults = [
      fault(20, 0, .noReads(ppm: 1_000_000)), fault(30, 0, .binDisabled(bin: line.bin("B1"))),
    ]
    let run = WatchedRun(line, sample)
    #expect(run.faults == [])
    #expect(run.count(.plantFaultEnded) == 2)
    #expect(run.count(.pieceRejected) <= 1)
    #expect(run.all(.pieceSorted).contains { $0.bin == line.bin("B1") && between($0, 40, 90) })
  }

  @Test("a bin that was emptied while its full signal was stuck is filled again afterwards")
  func sweptWhileStuck() {
    var line = SampleLine()
    line.pieces = 20
    var sample = SampleScenario(pieces: 2000)
    let bin = line.bin("B3")
    sample.sweeping = Sweeping(
      sweepers: 4, service: .seconds(10)...(.seconds(10)), callAtPercent: 90, closesBin: false)
    for from in stride(from: Int64(20), through: 60, by: 4) {
      sample.faults = [fault(from, 60, .binSensorStuckOn(bin: bin))]
      let run = WatchedRun(line, sample)
      #expect(run.faults == [])
      let later = run.all(.pieceSorted).filter { $0.bin == bin && between($0, from + 65, 350) }
      #expect(later.count > 60, "stuck from \(from) s on")
    }
  }

  @Test("every kind of timed fault does what its name says, and stops doing it")
  func everyKind() {
    let line = SampleLine(faultsToDisable: 255)
    var sample = SampleScenario(arrivals: .waiting, pieces: 1600)
    let bin = line.bin("B4")
    sample.faults = [
      fault(10, 10, .noReads(ppm: 1_000_000)), fault(30, 10, .multiReads(ppm: 1_000_000)),
      fault(50, 10, .doubleFeeds(ppm: 1_000_000)),
      fault(70, 10, .slip(ppm: 1_000_000, maximum: Millimetres(300))),
      fault(90, 10, .missedDiverts(bin: bin, ppm: 1_000_000)), fault(110, 10, .binDisabled(bin: bin)),
      fault(130, 10, .binSensorStuckOn(bin: bin)),
    ]
    let run = WatchedRun(line, sample)
    #expect(run.faults == [])
    func inducted(_ from: Int64, _ to: Int64) -> Set<PieceID> {
      Set(run.all(.pieceInducted).filter { between($0, from, to) }.map(\.piece))
    }
    let bad = run.records.filter {
      $0.kind == .pieceRejected || $0.kind == .divertRefused || $0.kind == .divertMissed
    }
    #expect(inducted(10, 19).isSubset(of: bad.filter { $0.reason == .noRead }.map(\.piece)))
    #expect(inducted(30, 39).isSubset(of: bad.filter { $0.reason == .multiRead }.map(\.piece)))
    #expect(run.count(.plantDoubleFeed) > 0)
    #expect(run.all(.plantDoubleFeed).allSatisfy { between($0, 50, 60) })
    #expect(run.count(.divertRefused, because: .lostInTrack) > 20)
    #expect(run.all(.divertMissed).allSatisfy { between($0, 90, 105) && $0.bin == bin })
    #expect(run.count(.divertMissed) > 2)
    let sorted = run.all(.pieceSorted).filter { $0.bin == bin }
    #expect(!sorted.contains { between($0, 112, 120) } && sorted.contains { between($0, 122, 130) })
    #expect(!sorted.contains { between($0, 132, 140) } && sorted.contains { between($0, 142, 150) })
    #expect(run.count(.plantFaultStarted) == 7 && run.count(.plantFaultEnded) == 7)
    // After the last fault everything is as before.
    let last = inducted(145, 400)
    #expect(last.count > 100 && last.isSubset(of: run.all(.pieceSorted).map(\.piece)))
  }
}
