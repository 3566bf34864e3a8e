import Dispatching
import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Simulation

@Suite("A feeder that waits")
struct WaitingFeederTests {
  @Test("pieces an hour apart are all sorted, though the wheel was empty in between")
  func hoursApart() {
    let line = SampleLine()
    let run = WatchedRun(line, SampleScenario(arrivals: .constant(perHour: 1), pieces: 5))
    #expect(run.faults == [])
    #expect(run.count(.pieceSorted) == 5)
    for record in run.all(.pieceInducted) {
      #expect((record.elapsed - record.arrivedAt).rawValue < 250_000, "fed at the next pulse")
    }
  }

  @Test("a feeder that was held goes on from now, not from where it was", arguments: [false, true])
  func heldByAFullEnd(swept: Bool) {
    var line = SampleLine()
    line.hasReject = false
    line.endPieces = 5
    var sample = SampleScenario(arrivals: .constant(perHour: 30_000), pieces: 60)
    sample.imperfections.noReadPPM = 400_000
    sample.sweeping = Sweeping(
      sweepers: swept ? 1 : 0, service: .seconds(45)...(.seconds(45)), callAtPercent: 100, closesBin: false)
    let run = WatchedRun(line, sample)
    #expect(run.faults == [])
    #expect(run.count(.inductionHeld) > 0)
    let held = run.all(.inductionHeld)[0].elapsed
    if swept {
      #expect(run.isFinished && run.count(.pieceInducted) == 60)
      let released = run.all(.inductionReleased)[0].elapsed
      let next = run.all(.pieceInducted).first { $0.elapsed > held }
      #expect(next.map { $0.elapsed >= released } ?? false)
      #expect(next.map { ($0.elapsed - released).rawValue <= 250_000 } ?? false)
    } else {
      #expect(!run.isFinished && run.all(.pieceInducted).allSatisfy { $0.elapsed <= held })
    }
  }

  @Test("mail that comes while the belt is jammed waits for the belt", arguments: [1003, 3996, 4001])
  func mailDuringAJam(pulsesPerMetre: Int) {
    var line = SampleLine()
    line.pulsesPerMetre = pulsesPerMetre
    var sample = SampleScenario(arrivals: .constant(perHour: 600), pieces: 20)
    sample.faults = [
      TimedFault(at: .seconds(40), lasts: .seconds(30), kind: .jam(position: Millimetres(19_000)))
    ]
    let run = WatchedRun(line, sample)
    #expect(run.faults == [])
    #expect(run.isFinished && run.count(.pieceInducted) == 20)
    let cleared = run.all(.jamCleared)[0].elapsed
    #expect(cleared == Instant(72_000_000_000))
    let late = run.all(.pieceInducted).filter { $0.arrivedAt <= cleared && $0.elapsed >= cleared }
    #expect(late.count == 6)
    for pair in zip(late, late.dropFirst()) {
      #expect(((pair.1.elapsed - pair.0.elapsed).rawValue - 120_000_000).magnitude < 250_000)
    }
  }
}
