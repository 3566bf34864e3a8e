import Dispatching
import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Simulation

@Suite("A line with a way back")
struct RoundLineTests {
  @Test(
    "pieces that come round and pieces that are fed keep their gap", arguments: [300, 2000, 9000, 30_000])
  func gapsAreKept(path: Int) {
    var line = SampleLine()
    line.recirculation = HardwareProfile.Recirculation(
      path: Millimetres(path), lapLimit: 3, reasons: [.noRead])
    for rate in [3500, 12_000, 40_000] {
      var sample = SampleScenario(arrivals: .poisson(perHour: rate), pieces: 400)
      sample.imperfections.noReadPPM = 400_000
      let run = WatchedRun(line, sample)
      #expect(run.faults == [])
      #expect(run.count(.pieceRecirculated) > 50)
      #expect(run.count(.pieceAssigned, because: .gapTooSmall) == 0, "\(path) mm, \(rate) an hour")
      #expect(run.all(.pieceInducted).allSatisfy { $0.span >= 90 })
    }
  }

  @Test("a piece that is never read goes round as often as it may and is then rejected")
  func lapLimit() {
    var line = SampleLine()
    line.recirculation = HardwareProfile.Recirculation(
      path: Millimetres(5000), lapLimit: 2, reasons: [.noRead])
    var sample = SampleScenario(arrivals: .constant(perHour: 3600), pieces: 10)
    sample.imperfections.noReadPPM = 1_000_000
    let run = WatchedRun(line, sample)
    #expect(run.faults == [])
    #expect(run.count(.pieceRecirculated) == 20)
    #expect(run.count(.pieceRejected, because: .lapLimit) == 10)
    for record in run.all(.pieceRejected) {
      // Two laps of 25 m, then the way to the reject bin's eye at 5.2 m, at 4 m/s.
      #expect(record.elapsed - record.inductedAt == .milliseconds(2 * 6250 + 1300))
      #expect(record.lap == 2 && record.bin == line.bin("R"))
    }
  }

  @Test("without an end bin and with every bin out of service, a run ends all the same")
  func nowhereToGo() {
    var line = SampleLine()
    line.hasEnd = false
    line.recirculation = HardwareProfile.Recirculation(
      path: Millimetres(5000), lapLimit: 2, reasons: [.noRead, .binDisabled])
    var sample = SampleScenario(pieces: 20)
    sample.faults = (0..<11).map {
      TimedFault(at: .zero, lasts: .seconds(1_000_000), kind: .binDisabled(bin: BinID(UInt16($0))))
    }
    let run = WatchedRun(line, sample)
    #expect(run.faults == [])
    #expect(run.isFinished && run.count(.pieceRemoved) == 20)
  }
}
