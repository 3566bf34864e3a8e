import EventRecords
import FileFormats
import Foundation
import Quantities
import SorterModel
import Testing

@testable import Replay

@Suite("Replaying up to a piece's end")
struct PieceReplayTests {
  private func replay(_ run: RecordedScenario, _ piece: UInt64) throws -> PieceReplay.Finding {
    try PieceReplay.run(
      try run.inputs(), piece: PieceID(piece), profile: run.loaded.profile, plan: run.plan)
  }

  @Test(
    "it ends with the piece's outcome, and its decisions are those that the run wrote", arguments: [1, 3])
  func sameAsWritten(seed: UInt64) throws {
    let run = try RecordedScenario("jam", seed: seed, until: .seconds(600))
    let events = try EventLineReader(path: run.path("events.jsonl"))
    var written: [UInt64: [EventLine]] = [:]
    reading: while true {
      switch try events.next() {
      case .event(let event):
        let isDispatched = EventKind.allCases.first { $0.eventName == event.name }?.isDispatched ?? false
        if isDispatched, let piece = event["piece"].flatMap({ UInt64($0) }) {
          written[piece, default: []].append(event)
        }
      default: break reading
      }
    }
    for piece in [1, 2, 17, 100, 250] as [UInt64] {
      let finding = try replay(run, piece)
      let records = finding.moments.flatMap(\.records)
      let lines = try #require(written[piece], "piece \(piece), seed \(seed)")
      #expect(records.map(\.kind.eventName) == lines.map(\.name), "piece \(piece), seed \(seed)")
      #expect(records.map(\.elapsed.rawValue) == lines.map(\.elapsed), "piece \(piece), seed \(seed)")
      #expect(finding.outcome == records.last?.outcome)
      // Nothing behind the input that ended it was stepped.
      #expect(finding.replay.lastInput == records.last?.elapsed)
      let commands = finding.moments.flatMap(\.commands)
      #expect(commands.allSatisfy { $0.piece == PieceID(piece) })
      let assigned = records.last { $0.kind == .pieceAssigned || $0.kind == .pieceReassigned }
      if let assigned, assigned.bin != .none { #expect(commands.last?.bin == assigned.bin) }
    }
  }

  @Test("a piece that is on the machine at the end has no outcome, and one that never was has nothing")
  func noEnd() throws {
    let run = try RecordedScenario("peak-hour", until: .seconds(60))
    let all = try run.replay()
    #expect(all.onMachine > 0)
    let fed = try run.inputs()
    var last: UInt64 = 0
    while case .record(let record) = try fed.next() {
      if record.inputKind == .pieceInducted { last = max(last, record.piece.rawValue) }
    }
    let onMachine = try replay(run, last)
    #expect(onMachine.outcome == nil && !onMachine.moments.isEmpty)
    #expect(onMachine.replay.digest == all.digest)
    let unknown = try replay(run, last + 1)
    #expect(unknown.moments.isEmpty && unknown.outcome == nil)
  }
}
