import EventRecords
import FileFormats
import Foundation
import Quantities
import SorterModel
import Testing

@testable import Replay

@Suite("Replaying a run")
struct ReplayTests {
  /// Every scenario that is shipped, so that one that is added is replayed too.
  static let scenarios: [String] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "scenarios")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    return names.filter {
      FileManager.default.fileExists(atPath: root.appending(path: "\($0)/scenario.json5").path)
    }.sorted()
  }()

  @Test("the inputs of every shipped scenario lead to the digest of its run", arguments: scenarios)
  func sameDigest(scenario: String) throws {
    // Real parcels come a few an hour: that scenario is run to its end.
    let until: Nanoseconds? = scenario == "real-parcels" ? nil : .seconds(900)
    let run = try RecordedScenario(scenario, seed: 7, until: until)
    let finding = try run.replay()
    #expect(finding.digest == run.digest)
    #expect(finding.difference == nil)
    #expect(finding.damage == nil)
    #expect(finding.isComplete)
    #expect(finding.marks >= 1)
    #expect(finding.inputs > 100)
  }

  @Test(
    "every event that the dispatcher wrote is written again", arguments: ["jam", "bins-full", "bench-rig"])
  func sameEvents(scenario: String) throws {
    let run = try RecordedScenario(scenario, seed: 3, until: .seconds(600))
    let events = try EventLineReader(path: run.path("events.jsonl"))
    let finding = try EventReplay.run(inputs: try run.inputs(), events: events, run: run.run, plan: run.plan)
    #expect(finding.difference == nil)
    #expect(finding.damage == nil)
    #expect(finding.sameEvents > 100)
  }

  /// The run's plan with the bins of two of its rules exchanged.
  private func exchanged(_ run: RecordedScenario) throws -> CompiledPlan {
    var plan = run.loaded.plan
    let places = plan.rules.indices.filter { place in
      if case .sort = plan.rules[place].kind { plan.rules[place].bins != plan.rules[0].bins } else { false }
    }
    let (one, two) = (try #require(places.first), try #require(places.last))
    (plan.rules[one].bins, plan.rules[two].bins) = (plan.rules[two].bins, plan.rules[one].bins)
    return try #require(CompiledPlan.compile(plan, for: run.loaded.profile).plan)
  }

  @Test("under another plan the first mark disagrees, and the first event that differs is found")
  func differs() throws {
    let run = try RecordedScenario("peak-hour", until: .seconds(300))
    let other = try exchanged(run)
    let difference = try #require(try run.replay(plan: other).difference)
    #expect(difference.recorded != difference.replayed)
    #expect(difference.inputs - difference.agreedInputs <= 4096)
    let events = try EventLineReader(path: run.path("events.jsonl"))
    let finding = try EventReplay.run(inputs: try run.inputs(), events: events, run: run.run, plan: other)
    let event = try #require(finding.difference)
    #expect(event.recorded?.name == "piece.assigned")
    #expect(event.recorded?["piece"] == event.replayed?["piece"])
    #expect(event.recorded?["bin"] != event.replayed?["bin"])
    #expect(event.inputs.last?.inputKind == .pieceIdentified)
    #expect(event.inputs.last.map { String($0.piece.rawValue) } == event.recorded?["piece"])
  }

  @Test("what another plan would have done is told by what changed, and the same plan changes nothing")
  func whatIf() throws {
    let run = try RecordedScenario("peak-hour", until: .seconds(300))
    let same = try WhatIf.run(
      try run.inputs(), profile: run.loaded.profile, plan: run.plan, other: run.plan)
    #expect(same.pieces > 1000)
    #expect(same.same == same.pieces)
    #expect(same.unmatched == 0)
    let changed = try WhatIf.run(
      try run.inputs(), profile: run.loaded.profile, plan: run.plan, other: try exchanged(run))
    #expect(changed.pieces == same.pieces)
    #expect(changed.same < changed.pieces)
    #expect(changed.same > changed.pieces / 2)
    #expect(changed.changes.reduce(0) { $0 + $1.pieces } + changed.same == changed.pieces)
    #expect(changed.changes.allSatisfy { $0.recorded.bin != $0.other.bin && !$0.examples.isEmpty })
  }
}

@Suite("Inputs that are not whole")
struct DamagedInputTests {
  @Test("cut anywhere in its last lines, a file is replayed up to the last whole one")
  func torn() throws {
    let run = try RecordedScenario("jam", until: .seconds(60))
    let whole = try run.bytes("inputs.jsonl")
    let inputs = try run.replay().inputs
    for cut in 1...200 {
      try run.write(whole.dropLast(cut), to: "cut.jsonl")
      let finding = try run.replay("cut.jsonl")
      let lastLineEnd = whole.dropLast(cut).lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      #expect(finding.tornBytes == whole.count - cut - lastLineEnd)
      #expect(finding.difference == nil)
      #expect(finding.damage == nil)
      #expect(finding.inputs <= inputs)
      #expect(finding.inputs > inputs - 20)
    }
  }

  @Test("a run that a crash cut short in both files replays up to there, and its events agree")
  func cutShort() throws {
    let run = try RecordedScenario("jam", until: .seconds(60))
    try run.write(try run.bytes("events.jsonl").dropLast(5000), to: "events.jsonl")
    try run.write(try run.bytes("inputs.jsonl").dropLast(777), to: "inputs.jsonl")
    let events = try EventLineReader(path: run.path("events.jsonl"))
    let finding = try EventReplay.run(inputs: try run.inputs(), events: events, run: run.run, plan: run.plan)
    #expect(finding.damage == nil)
    #expect(finding.difference == nil)
    #expect(finding.sameEvents > 100)
  }

  @Test("a tail of zeros, as a power cut leaves it, is a torn tail")
  func zeros() throws {
    let run = try RecordedScenario("jam", until: .seconds(60))
    try run.write(try run.bytes("inputs.jsonl") + [UInt8](repeating: 0, count: 4096), to: "zeros.jsonl")
    let finding = try run.replay("zeros.jsonl")
    #expect(finding.tornBytes == 4096)
    #expect(finding.damage == nil)
    #expect(finding.digest == run.digest)
  }

  @Test("one bit that flips anywhere is found, and named with its byte", arguments: [1, 2, 3])
  func bitFlip(seed: UInt64) throws {
    let run = try RecordedScenario("jam", until: .seconds(30))
    let whole = try run.bytes("inputs.jsonl")
    var state = seed
    for _ in 0..<150 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let place = Int(state >> 33) % (whole.count - 1)
      var bytes = whole
      bytes[place] ^= 1 << UInt8(state >> 20 & 7)
      try run.write(bytes, to: "flipped.jsonl")
      let finding = try run.replay("flipped.jsonl")
      let damage = try #require(finding.damage, "byte \(place), seed \(seed)")
      let line = whole[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      #expect(damage.message.hasSuffix("at byte \(line)"), "byte \(place), seed \(seed)")
    }
  }

  @Test("a line that is gone, doubled or exchanged with its neighbour is found", arguments: [0, 1, 2])
  func lines(kind: Int) throws {
    let run = try RecordedScenario("jam", until: .seconds(30))
    var lines = try run.bytes("inputs.jsonl").split(separator: 0x0A)
    switch kind {
    case 0: lines.remove(at: 40)
    case 1: lines.insert(lines[40], at: 40)
    default: lines.swapAt(40, 41)
    }
    try run.write(lines.joined(separator: [0x0A]) + [0x0A], to: "moved.jsonl")
    let damage = try #require(try run.replay("moved.jsonl").damage)
    #expect(damage.line == (kind == 1 ? 42 : 41))
  }

  @Test(
    "what is no file of inputs is refused at its first line", arguments: ["", "{}\n", "[1,2]\n", "\u{0}\n"])
  func foreign(text: String) throws {
    let run = try RecordedScenario("jam", until: .seconds(1))
    try run.write(Array(text.utf8), to: "foreign.jsonl")
    let finding = try run.replay("foreign.jsonl")
    #expect(finding.inputs == 0)
    #expect(text.isEmpty || finding.damage?.line == 1)
  }
}
