import Quantities
import SorterModel
import Telemetry
import Testing

@testable import Simulation

/// An ordinary `SimulationRun`, with its figures.
struct RecordedRun {
  let end: SimulationRun.End
  let totals: Totals

  init(
    _ line: SampleLine, _ sample: SampleScenario, plan source: SortPlan? = nil, mail: (any MailSupply)? = nil,
    until: Nanoseconds? = nil,
    watch: (SimulationRun.Progress) -> Bool = { $0.now < Instant(1_000_000_000_000_000) }
  ) throws {
    let profile = line.profile
    let compilation = CompiledPlan.compile(source ?? line.plan(), for: profile)
    guard let plan = compilation.plan else { throw PlanDoesNotCompile(issues: compilation.issues) }
    let recorder = Recorder(
      RunDescription(
        runID: 1, scenario: "sample", plan: "sample", seed: sample.seed, startsAt: 0,
        metricsInterval: .seconds(60), warmUp: .zero, sweepers: 1, profile: profile, programVersion: "0"))
    var run = SimulationRun(
      profile: profile, scenario: sample.scenario(for: line), plan: plan,
      mail: mail ?? GeneratedMail(sample.generation(for: line), seed: sample.seed, startsAt: 0),
      recorder: recorder,
      until: until)
    end = run.run(watch: watch)
    totals = try recorder.finish(onMachine: end.onMachine)
  }
}

/// The sample's plan has faults.
struct PlanDoesNotCompile: Error {
  let issues: [PlanIssue]
}
