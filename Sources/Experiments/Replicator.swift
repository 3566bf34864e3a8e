import FileFormats
import Quantities
import Simulation
import SorterModel
import Telemetry

/// A scenario that was read once and is run many times, each time with another seed; from any thread.
public struct Replicator: Sendable {
  /// The scenario and what it names.
  public let loaded: LoadedScenario
  /// Its plan, compiled for its machine.
  public let plan: CompiledPlan
  /// What figures leave out.
  public let warmUp: StudyRecord.WarmUpRule
  /// When runs end at the latest.
  public let until: Nanoseconds?
  /// Whether a wrong row of a mail file ends the study.
  public let isStrict: Bool
  /// The version that the runs' files bear.
  public let programVersion: String

  /// Something to run, as it was read and checked.
  public init(
    _ loaded: LoadedScenario, plan: CompiledPlan, warmUp: StudyRecord.WarmUpRule = .scenario,
    until: Nanoseconds? = nil, isStrict: Bool = false, programVersion: String
  ) {
    var loaded = loaded
    loaded.overrides.duration = until
    switch warmUp {
    case .scenario: break
    case .mser5: loaded.overrides.warmUp = "mser-5"
    case .fixed(let time):
      loaded.scenario.warmUp = time
      loaded.overrides.warmUp = "\(time.rawValue)"
    }
    self.loaded = loaded
    self.plan = plan
    self.warmUp = warmUp
    self.until = until
    self.isStrict = isStrict
    self.programVersion = programVersion
  }

  /// The scenario with another seed.
  private func seeded(_ seed: UInt64) -> LoadedScenario {
    var seeded = loaded
    seeded.scenario.seed = seed
    return seeded
  }

  /// The id of the run with this seed, which says before it is run whether it is known already.
  public func runID(seed: UInt64) -> UInt64 { UInt64(seeded(seed).runID, radix: 16) ?? 0 }

  /// A run that has come to its end.
  public struct Finished {
    /// What it was.
    public var run: RunDescription
    /// What it came to.
    public var totals: Totals
    /// How it ended.
    public var end: SimulationRun.End
    /// The mail file, where there was one, with what was refused of it.
    public var mail: MailFile?
  }

  /// Runs one replication; nil where `goesOn` wanted no more.
  ///
  /// - Parameters:
  ///   - recorder: makes the recorder of the run; one without logs unless told otherwise.
  ///   - goesOn: is asked every few thousand events.
  /// - Throws: `InvalidInput` for a mail file, `RecorderError` for logs.
  public func run(
    seed: UInt64, replication: Int, recorder: (RunDescription) throws -> Recorder = { Recorder($0) },
    goesOn: () -> Bool
  ) throws -> Finished? {
    var seeded = seeded(seed)
    if warmUp == .mser5 {
      guard let found = try steadyState(seeded, replication, goesOn) else { return nil }
      seeded.scenario.warmUp = found.warmUp
    }
    let run = seeded.description(programVersion: programVersion, replication: replication)
    let recorder = try recorder(run)
    let mail = try seeded.openMail(strict: isStrict)
    let end = simulate(seeded, mail, recorder, goesOn)
    let totals = try recorder.finish(onMachine: end.onMachine)
    if let failure = mail?.failure { throw failure }
    if end.cause == .interrupted { return nil }
    return Finished(run: run, totals: totals, end: end, mail: mail)
  }

  /// Where MSER-5 lets the warm-up of the run with this seed end: the run is run once for that alone.
  public func steadyState(seed: UInt64, goesOn: () -> Bool) throws -> MSER5? {
    try steadyState(seeded(seed), 0, goesOn)
  }

  private func steadyState(
    _ seeded: LoadedScenario, _ replication: Int, _ goesOn: () -> Bool
  ) throws -> MSER5? {
    var whole = seeded
    whole.scenario.warmUp = .zero
    let times = TimesInSystem()
    let run = whole.description(programVersion: programVersion, replication: replication)
    let recorder = Recorder(run, times: times)
    let mail = try whole.openMail(strict: isStrict)
    let end = simulate(whole, mail, recorder, goesOn)
    if let failure = mail?.failure { throw failure }
    return end.cause == .interrupted ? nil : MSER5(times)
  }

  private func simulate(
    _ loaded: LoadedScenario, _ mail: MailFile?, _ recorder: Recorder, _ goesOn: () -> Bool
  ) -> SimulationRun.End {
    var simulation = SimulationRun(
      profile: loaded.profile, scenario: loaded.scenario, plan: plan, mail: supply(loaded, mail),
      recorder: recorder, until: until)
    return simulation.run { _ in goesOn() && !recorder.hasFailed }
  }

  private func supply(_ loaded: LoadedScenario, _ mail: MailFile?) -> any MailSupply {
    if let mail { return mail }
    guard case .generated(let generation) = loaded.scenario.mail else {
      preconditionFailure("a scenario with a mail file opened none")
    }
    return GeneratedMail(generation, seed: loaded.scenario.seed, startsAt: loaded.scenario.startsAt)
  }
}

extension Replicator.Finished {
  /// The row of the run in a study.
  public func row(of number: Int, in record: StudyRecord) -> StudyRun {
    let place = record.place(of: number)
    return StudyRun(
      run: number, point: place.point, replication: place.replication, seed: run.seed, runID: run.runID,
      ending: RunEnding(end.cause), warmUp: run.warmUp, digest: end.digest,
      micros: Figures(run, totals).all.map(\.micros))
  }
}

extension RunEnding {
  /// The ending of a virtual plant's run in the summary's words.
  public init(_ cause: SimulationRun.Cause) {
    switch cause {
    case .finished: self = .finished
    case .timeIsUp: self = .timeIsUp
    case .interrupted: self = .interrupted
    case .stuck: self = .stuck
    }
  }
}

extension StudyRecord.FigureKind {
  /// The figures that a run has, in their fixed order.
  public static func all(like run: RunDescription) -> [StudyRecord.FigureKind] {
    Figures(run, Totals()).all.map {
      StudyRecord.FigureKind(name: $0.name, unit: $0.unit, formula: $0.formula, isCount: $0.isCount)
    }
  }
}
