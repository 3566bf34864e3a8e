import Dispatching
import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Simulation

@Suite("A line in direct control is seen by photo-eyes alone")
struct DirectPlantTests {
  private func line() -> SampleLine {
    var line = SampleLine()
    line.mode = .direct
    return line
  }

  @Test("no input names a piece, and every piece is found all the same", arguments: [UInt64(1), 2, 3, 4])
  func noNumbers(seed: UInt64) {
    var sample = SampleScenario()
    sample.seed = seed
    sample.pieces = 200
    let run = WatchedRun(line(), sample)
    #expect(run.faults == [] && run.isFinished)
    #expect(run.inputsWithPiece == 0, "seed \(seed)")
    #expect(run.inductionEdges == 200)
    #expect(run.count(.pieceSorted) + run.count(.pieceRejected) == 200)
    #expect(run.count(.pieceLost) == 0 && run.count(.plantMissorted) == 0)
  }

  @Test(
    "a piece that slipped out of its window is lost and never put into a bin by guess",
    arguments: [UInt64(5), 6])
  func slipped(seed: UInt64) {
    var sample = SampleScenario()
    sample.seed = seed
    sample.pieces = 200
    sample.imperfections.slipPPM = 100_000
    sample.imperfections.slipMaximum = Millimetres(400)
    let run = WatchedRun(line(), sample)
    #expect(run.faults == [] && run.isFinished)
    #expect(run.count(.pieceLost, because: .lostInTrack) > 0, "seed \(seed)")
    #expect(run.count(.plantMissorted) == 0)
    #expect(run.onMachine == 0)
  }

  @Test("the gap that the eyes show is the gap that the feeder left")
  func gaps() {
    var sample = SampleScenario()
    sample.pieces = 50
    let byEyes = WatchedRun(line(), sample).all(.pieceInducted)
    var assigned = line()
    assigned.mode = .assigned
    let byNumber = WatchedRun(assigned, sample).all(.pieceInducted)
    #expect(byEyes.dropFirst().map(\.span) == byNumber.dropFirst().map(\.span))
    #expect(byEyes.map(\.piece) == byNumber.map(\.piece))
  }
}
