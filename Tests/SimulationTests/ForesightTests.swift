import Dispatching
import EventRecords
import Quantities
import SorterModel
import Telemetry
import Testing

@testable import Simulation

@Suite("Decisions seen ahead change nothing that is heard")
struct ForesightTests {
  /// A scenario with all that may go wrong where decisions are seen ahead: bins too small, sweeps that close them,
  /// double feeds, bad readings; and on every other line pieces too close for one diverter.
  private func scenario(_ seed: UInt64) -> RandomScenario {
    var random = RandomScenario(seed: seed)
    random.line.recirculation = nil
    random.line.hasEnd = true
    random.line.mode = .assigned
    random.sample.faults = []
    random.sample.imperfections.slipPPM = 0
    random.sample.imperfections.missedDivertPPM = 0
    random.sample.imperfections.jamPPM = 0
    if seed.isMultiple(of: 2) {
      random.line.speed = 10_000
      random.line.rated = 150_000
      random.sample.arrivals = .waiting
      random.sample.pieces = 2_000
    }
    return random
  }

  @Test(
    "a run that sees ahead takes the same decisions as one that does not",
    arguments: 1...150 as ClosedRange<UInt64>)
  func sameDecisions(seed: UInt64) throws {
    let random = scenario(seed)
    // This one lets every event happen by itself.
    let plain = WatchedRun(random.line, random.sample)
    let ahead = WatchedRun(random.line, random.sample, seesAhead: true)
    let place = zip(ahead.records, plain.records).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    #expect(ahead.records.count == plain.records.count && place == nil, "seed \(seed)")
    let recorded = try RecordedRun(random.line, random.sample)
    #expect(recorded.end.digest == plain.digest, "seed \(seed)")
  }

  @Test("these runs have bins that fill, are closed and are too slow for what comes")
  func hardCases() {
    var reasons: Set<Reason> = []
    for seed in 1...40 as ClosedRange<UInt64> {
      let random = scenario(seed)
      let run = WatchedRun(random.line, random.sample)
      for record in run.records { reasons.insert(record.reason) }
    }
    #expect(reasons.isSuperset(of: [.binFull, .binDisabled, .gapTooSmall]), "\(reasons)")
  }

  /// Runs until a piece is on its way to its confirm eye; whether that was before its decision point.
  private func seesAhead(_ line: SampleLine, _ sample: SampleScenario) throws -> Bool {
    let plan = try #require(CompiledPlan.compile(line.plan(), for: line.profile).plan)
    let recorder = Recorder(
      RunDescription(
        runID: 1, scenario: "sample", plan: "sample", seed: 1, startsAt: 0, metricsInterval: .seconds(60),
        warmUp: .zero, sweepers: 1, profile: line.profile, programVersion: "0"))
    var run = SimulationRun(
      profile: line.profile, scenario: sample.scenario(for: line), plan: plan,
      mail: GeneratedMail(sample.generation(for: line), seed: 1, startsAt: 0), recorder: recorder)
    while run.next() {
      for slot in 0..<run.plant.pieces.count where run.plant.pieces[slot].stage == .toConfirm {
        let piece = run.plant.pieces[slot]
        return run.plant.beltPosition < piece.origin + run.plant.bins[piece.bin.index].decision
      }
    }
    return false
  }

  @Test("a plain line sees ahead; one with jams, missed diverts, slip, faults or a way back does not")
  func machines() throws {
    #expect(try seesAhead(SampleLine(), SampleScenario()))
    var sample = SampleScenario()
    sample.imperfections.jamPPM = 1
    #expect(try !seesAhead(SampleLine(), sample))
    sample = SampleScenario()
    sample.imperfections.missedDivertPPM = 1
    #expect(try !seesAhead(SampleLine(), sample))
    sample = SampleScenario()
    sample.imperfections.slipPPM = 1
    #expect(try !seesAhead(SampleLine(), sample))
    sample = SampleScenario()
    sample.faults = [TimedFault(at: .seconds(3_600), lasts: .seconds(1), kind: .sweepers(count: 0))]
    #expect(try !seesAhead(SampleLine(), sample))
    var line = SampleLine()
    line.recirculation = HardwareProfile.Recirculation(
      path: Millimetres(5_000), lapLimit: 2, reasons: [.binFull])
    #expect(try !seesAhead(line, SampleScenario()))
    line = SampleLine(mode: .direct)
    #expect(try !seesAhead(line, SampleScenario()))
  }
}
