import Dispatching
import EventRecords
import Quantities
import SorterModel
import Telemetry
import Testing

@testable import Simulation

@Suite("Every piece is accounted for, whatever goes wrong")
struct ConservationTests {
  @Test(
    "after every event, pieces fed are those ended and those on the machine",
    arguments: 1...150 as ClosedRange<UInt64>)
  func holdsAfterEveryEvent(seed: UInt64) {
    let random = RandomScenario(seed: seed)
    let run = WatchedRun(random.line, random.sample)
    #expect(run.faults == [], "seed \(seed)")
    let fed = run.all(.pieceInducted).map(\.piece)
    let ended = run.records.filter { $0.outcome != .onMachine }.map(\.piece)
    #expect(Set(fed).count == fed.count, "seed \(seed): a number was given twice")
    #expect(Set(ended).count == ended.count, "seed \(seed): a piece ended twice")
    #expect(Set(ended).isSubset(of: fed), "seed \(seed)")
    #expect(fed.count == run.fed, "seed \(seed)")
    #expect(ended.count + run.onMachine == fed.count, "seed \(seed)")
  }

  @Test("a run that is stopped at any moment is accounted for too", arguments: 1...60 as ClosedRange<UInt64>)
  func stoppedAnywhere(seed: UInt64) throws {
    let random = RandomScenario(seed: seed &* 7919)
    let until = Nanoseconds.milliseconds(Int64(seed % 50) * 997)
    let recorded = try RecordedRun(random.line, random.sample, until: until)
    let pieces = recorded.totals.pieces
    #expect(
      pieces.fed == pieces.sorted + pieces.rejected + pieces.removed + pieces.lost + recorded.end.onMachine)
    #expect(recorded.end.now.rawValue <= until.rawValue, "seed \(seed)")
  }

  @Test("the watched run and the ordinary run take the same decisions", arguments: [1, 5, 9, 23, 42])
  func sameAsOrdinary(seed: UInt64) throws {
    let random = RandomScenario(seed: seed)
    let watched = WatchedRun(random.line, random.sample)
    let recorded = try RecordedRun(random.line, random.sample)
    #expect(recorded.end.digest == watched.digest)
    #expect(recorded.end.fed == watched.fed)
    #expect(recorded.end.onMachine == watched.onMachine)
    #expect(recorded.totals.pieces.sorted == watched.count(.pieceSorted))
    #expect(recorded.totals.pieces.rejected == watched.count(.pieceRejected))
    #expect(recorded.totals.pieces.removed == watched.count(.pieceRemoved))
    #expect(recorded.totals.pieces.lost == watched.count(.pieceLost))
  }

  @Test("a watcher that wants no more ends the run, and the account holds")
  func interrupted() throws {
    let recorded = try RecordedRun(SampleLine(), SampleScenario(pieces: 20_000)) { _ in false }
    #expect(recorded.end.cause == .interrupted)
    #expect(recorded.end.fed > 0 && recorded.end.fed < 20_000)
  }
}
