import ControlRuntime
import FileFormats
import Foundation
import Quantities
import Rehearsal
import Simulation
import SorterModel
import Telemetry
import Testing

/// One scenario, run twice: in virtual time, and by the control thread in lock step with the plant.
struct TwoShells {
  let loaded: LoadedScenario
  let plan: CompiledPlan
  let until: Nanoseconds?

  /// What is compared of a run.
  struct Run {
    var digest: UInt64
    var totals: Totals
    var pieces: [String]
    var events: [String]
    /// What the dispatcher heard, but for the mark at the end, which says when the run was closed.
    var inputs: ArraySlice<String>
    var now: Instant
    var gauges: ControlGauges?
    var waits = 0
  }

  init(_ name: String, seed: UInt64?, until: Nanoseconds?) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let library = Library(workingDirectory: root)
    loaded = try library.loadScenario(
      "scenarios/\(name)", overriding: ScenarioOverrides(seed: seed))
    plan = try #require(CompiledPlan.compile(loaded.plan, for: loaded.profile).plan)
    self.until = until
  }

  private func mail() throws -> any MailSupply {
    if let file = try loaded.openMail() { return file }
    guard case .generated(let generation) = loaded.scenario.mail else { throw CocoaError(.fileNoSuchFile) }
    return GeneratedMail(generation, seed: loaded.scenario.seed, startsAt: loaded.scenario.startsAt)
  }

  private func recorder(_ folder: URL) throws -> Recorder {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let run = RunDescription(
      runID: 1, scenario: loaded.scenario.name, plan: loaded.plan.name, seed: loaded.scenario.seed,
      startsAt: loaded.scenario.startsAt, metricsInterval: .seconds(60), warmUp: .zero, sweepers: 1,
      profile: loaded.profile, programVersion: "0")
    return try Recorder(run, writing: JournalFiles(directory: folder.path), ringSlots: 1 << 15)
  }

  private func inFolder<Answer>(_ body: (URL) throws -> Answer) throws -> Answer {
    let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "sortline-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }

  private func lines(_ folder: URL, _ file: String) throws -> [String] {
    try String(contentsOf: folder.appending(path: file), encoding: .utf8).split(separator: "\n").map(
      String.init)
  }

  /// In virtual time.
  func simulated() throws -> Run {
    try inFolder { folder in
      let recorder = try recorder(folder)
      var run = SimulationRun(
        profile: loaded.profile, scenario: loaded.scenario, plan: plan, mail: try mail(), recorder: recorder,
        until: until)
      let end = run.run()
      let totals = try recorder.finish(onMachine: end.onMachine)
      return Run(
        digest: end.digest, totals: totals, pieces: try lines(folder, "pieces.csv"),
        events: try lines(folder, "events.jsonl"), inputs: try lines(folder, "inputs.jsonl").dropLast(),
        now: end.now)
    }
  }

  func port(speed: Int, slots: Int = 4096) throws -> SimulatedPort {
    SimulatedPort(
      profile: loaded.profile, scenario: loaded.scenario, plan: plan, mail: try mail(), until: until,
      speed: speed, slots: max(slots, ControlLoop.leastSlots(for: loaded.profile)))
  }

  /// By the control thread.
  func controlled(speed: Int, isEager: Bool, slots: Int = 4096) throws -> Run {
    try inFolder { folder in
      let recorder = try recorder(folder)
      let port = try port(speed: speed, slots: slots)
      let gauges = ControlGauges(binCount: loaded.profile.bins.count)
      let began = MonotonicClock.now()
      port.signals.began.store(began.rawValue, ordering: .relaxed)
      let loop = ControlLoop(
        profile: loaded.profile, plan: plan, port: port, recorder: recorder,
        settings: ControlSettings(spin: .zero, isEager: isEager), gauges: gauges, wishes: ControlWishes(),
        began: began)
      try port.start()
      let thread = try ControlThread(running: loop, wantsRealTime: false)
      let end = thread.join()
      port.stop()
      let ending = try #require(port.ending)
      let totals = try recorder.finish(onMachine: ending.onMachine)
      return Run(
        digest: end.digest, totals: totals, pieces: try lines(folder, "pieces.csv"),
        events: try lines(folder, "events.jsonl"), inputs: try lines(folder, "inputs.jsonl").dropLast(),
        now: ending.now, gauges: gauges, waits: ending.waits)
    }
  }
}

@Suite("The simulated backend")
struct LockStepTests {
  static let cases: [(String, UInt64?, Int64?)] = [
    ("peak-hour", nil, 300), ("peak-hour", 7, 120), ("jam", nil, 900), ("jam", 3, 600),
    ("bins-full", nil, 900), ("no-reads", nil, 600), ("slip", nil, 600), ("slip", 5, 600),
    ("dead-gate", nil, 900), ("uk-mixed", nil, 600), ("uk-mixed", 11, 300), ("real-parcels", nil, nil),
  ]

  @Test("every piece ends as in simulated time, and every directive is the same", arguments: cases)
  func sameOutcomes(scenario: String, seed: UInt64?, seconds: Int64?) throws {
    let shells = try TwoShells(scenario, seed: seed, until: seconds.map { .seconds($0) })
    let simulated = try shells.simulated()
    let controlled = try shells.controlled(speed: 0, isEager: true)
    #expect(simulated.pieces.count > 10, "a comparison of nothing says nothing")
    #expect(controlled.digest == simulated.digest)
    #expect(controlled.totals == simulated.totals)
    #expect(controlled.now == simulated.now)
    #expect(controlled.pieces == simulated.pieces)
    #expect(controlled.inputs == simulated.inputs)
    #expect(Set(controlled.events.map(withoutNumber)) == Set(simulated.events.map(withoutNumber)))
    let gauges = try #require(controlled.gauges)
    #expect(gauges[.fed] == simulated.totals.pieces.fed + simulated.totals.warmUpPieces.fed)
    #expect(gauges[.sorted] == simulated.totals.pieces.sorted)
    #expect(gauges.onMachine == simulated.totals.pieces.onMachine)
  }

  /// An event's line without its number: of what happens at one moment, ground truth may come a line later.
  ///
  /// The checksum goes too: it goes over the lines above in their order.
  private func withoutNumber(_ line: String) -> String {
    line.replacing(/"seq":[0-9]+/, with: "").replacing(/,"crc32c":"[0-9a-f]+"/, with: "")
  }

  @Test("a plant whose controller never comes can be stopped all the same", .timeLimit(.minutes(1)))
  func noController() throws {
    let shells = try TwoShells("peak-hour", seed: nil, until: .seconds(60))
    let port = try shells.port(speed: 0)
    try port.start()
    // The plant waits for the answer to its first input by now, or will soon.
    port.signals.controllerIsGone.store(true, ordering: .releasing)
    port.stop()
    #expect(port.ending?.cause == .interrupted)
  }

  @Test("a plant paced by the wall and a control thread with a period change nothing")
  func pacedIsTheSame() throws {
    let shells = try TwoShells("peak-hour", seed: nil, until: .seconds(30))
    let simulated = try shells.simulated()
    let controlled = try shells.controlled(speed: 60, isEager: false)
    #expect(controlled.digest == simulated.digest)
    #expect(controlled.pieces == simulated.pieces)
  }

  @Test("margins are measured for every piece that was acknowledged")
  func margins() throws {
    let run = try TwoShells("peak-hour", seed: nil, until: .seconds(60)).controlled(speed: 0, isEager: true)
    let gauges = try #require(run.gauges)
    #expect(gauges.margins.count > 300)
    #expect(gauges.margins.count <= gauges[.fed])
    #expect(gauges.margins.shortest > .zero)
    #expect(gauges[.answersLate] == 0)
  }
}
