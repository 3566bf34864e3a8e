import FileFormats
import Foundation
import Quantities
import Simulation
import SorterModel
import Telemetry
import Testing

@testable import Replay

/// A shipped scenario, simulated into a folder of the test's own.
final class RecordedScenario {
  let folder: URL
  let loaded: LoadedScenario
  let plan: CompiledPlan
  let run: RunDescription
  let digest: UInt64

  init(
    _ name: String, seed: UInt64 = 1, until: Nanoseconds? = nil, settings: JournalSettings = JournalSettings()
  ) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    loaded = try Library(workingDirectory: root).loadScenario(
      "scenarios/\(name)", overriding: ScenarioOverrides(seed: seed))
    plan = try #require(CompiledPlan.compile(loaded.plan, for: loaded.profile).plan)
    folder = URL(filePath: NSTemporaryDirectory()).appending(path: "sortline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    run = RunDescription(
      runID: 1, scenario: loaded.scenario.name, plan: loaded.plan.name, seed: seed,
      startsAt: loaded.scenario.startsAt, metricsInterval: .seconds(60), warmUp: .zero, sweepers: 1,
      profile: loaded.profile, programVersion: "0")
    let recorder = try Recorder(
      run, writing: JournalFiles(directory: folder.path), settings: settings)
    var mail: (any MailSupply)? = try loaded.openMail()
    if case .generated(let generation) = loaded.scenario.mail {
      mail = GeneratedMail(generation, seed: seed, startsAt: loaded.scenario.startsAt)
    }
    var simulation = SimulationRun(
      profile: loaded.profile, scenario: loaded.scenario, plan: plan, mail: try #require(mail),
      recorder: recorder, until: until)
    let end = simulation.run()
    _ = try recorder.finish(onMachine: end.onMachine)
    digest = end.digest
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ file: String) -> String { folder.appending(path: file).path }

  func bytes(_ file: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: file))) }

  func write(_ bytes: some Collection<UInt8>, to file: String) throws {
    try Data(bytes).write(to: folder.appending(path: file))
  }

  func inputs(_ file: String = "inputs.jsonl") throws -> InputLineReader {
    try InputLineReader(path: path(file), shownAs: file)
  }

  func replay(_ file: String = "inputs.jsonl", plan other: CompiledPlan? = nil) throws -> DigestReplay.Finding
  {
    try DigestReplay.run(try inputs(file), profile: loaded.profile, plan: other ?? plan)
  }
}
