import Experiments
import FileFormats
import Quantities
import Simulation
import SorterModel
import Telemetry

/// One simulated run from its files to its run directory.
struct SimulationJob {
  let options: SimulateOptions
  let console: Console

  /// What came of a run.
  struct Outcome {
    var summary: Summary
    var end: SimulationRun.End
    /// Where the run was written.
    var place: String
    /// What the mail file's refused rows were refused for; nil for generated mail.
    var mail: MailFile?
    /// How long it took.
    var elapsed: Nanoseconds
  }

  /// Loads, runs and writes; what is wrong with the input is thrown before anything is written.
  func run() throws -> Outcome {
    let inputs = try inputs()
    let loaded = inputs.loaded
    try MemoryNeed.ofSimulation(loaded.profile, keepsLogs: !options.summaryOnly).check()
    let mailFile = try loaded.openMail(strict: options.isStrict)
    let folder = try RunFolder(
      out: options.out, replacing: options.replacesRun,
      base: options.replication.map { "runs/\(loaded.scenario.name)-replication-\($0)" }
        ?? "runs/\(loaded.scenario.name)-\(loaded.scenario.seed)")
    do {
      let run = inputs.description
      let recorder = try recorder(run, in: folder)
      let started = monotonicNow()
      let simulation = SimulationRun(
        profile: loaded.profile, scenario: loaded.scenario, plan: inputs.plan, mail: inputs.supply(mailFile),
        recorder: recorder, until: options.until)
      let end = watch(simulation, loaded, recorder, started)
      let totals = try recorder.finish(onMachine: end.onMachine)
      // With --strict a wrong row is an error of the input, and half a run is of no use to anybody.
      if let failure = mailFile?.failure { throw failure }
      let summary = Summary(
        run, totals, digest: end.digest, expecting: loaded.scenario.expectations, mailRows: mailFile?.rows,
        ending: RunEnding(end.cause), supervision: end.supervision)
      let file = inputs.runFile(summary.run, command: options.canonicalCommand(loaded.inputs))
      try folder.write(file, summary, hasTables: !options.summaryOnly)
      if options.writesReport { try ReportJob.add(to: folder.work) }
      return Outcome(
        summary: summary, end: end, place: try folder.commit(), mail: mailFile,
        elapsed: monotonicNow() - started)
    } catch {
      folder.discard()
      guard let failure = error as? RecorderError else { throw error }
      throw failure.failure(folder.work, shownAs: folder.place, advice: "Nothing was kept of this run.")
    }
  }

  /// The scenario with what the command line changes of it, and with the seed of the replication that is wanted.
  private func inputs() throws -> RunInputs {
    var inputs = try RunInputs(
      scenario: options.scenario, overriding: options.overrides, until: options.until, console: console,
      isQuiet: options.isQuiet)
    if let number = options.replication {
      inputs.loaded.scenario.seed = ReplicationSeed.seed(
        base: inputs.loaded.scenario.seed, scenario: inputs.loaded.scenario.name, number: number)
      inputs.replication = number
    }
    if options.warmUp == .scenario { return inputs }
    try options.checkWarmUp(of: inputs.loaded.scenario)
    let replicator = Replicator(
      inputs.loaded, plan: inputs.plan, warmUp: options.warmUp, until: options.until,
      isStrict: options.isStrict, programVersion: SortlineProgram.version)
    inputs.loaded = replicator.loaded
    if options.warmUp == .mser5 {
      let seed = inputs.loaded.scenario.seed
      guard let found = try replicator.steadyState(seed: seed, goesOn: { !Interruption.isRequested }) else {
        throw CommandFailure(.interrupted, "interrupted by \(Interruption.signalName); nothing was written")
      }
      inputs.loaded.scenario.warmUp = found.warmUp
      if !found.isSteady {
        console.warn("\(WarmUpWords.unsteady) of the run; figures leave out the best cut there")
      }
    }
    return inputs
  }

  private func recorder(_ run: RunDescription, in folder: RunFolder) throws(RecorderError) -> Recorder {
    options.summaryOnly
      ? Recorder(run) : try Recorder(run, writing: JournalFiles(directory: folder.work))
  }

  /// Runs while nobody interrupts and every log can be written, and shows how far it is.
  private func watch(
    _ simulation: consuming SimulationRun, _ loaded: LoadedScenario, _ recorder: Recorder,
    _ started: Nanoseconds
  ) -> SimulationRun.End {
    var simulation = simulation
    let display = ProgressDisplay(
      label: printable(loaded.scenario.name, limit: 24), sink: console.err, traits: console.errTraits,
      isQuiet: options.isQuiet, now: started)
    var expected: Int?
    if case .generated(let generation) = loaded.scenario.mail { expected = generation.pieces }
    let ends = [loaded.scenario.duration, options.until].compactMap(\.self)
    func snapshot(_ fed: Int, _ now: Instant) -> ProgressSnapshot {
      ProgressSnapshot(
        pieces: fed, expectedPieces: expected, simulated: Nanoseconds(now.rawValue), simulatedEnd: ends.min())
    }
    display.update(snapshot(0, .start), now: started)
    let end = simulation.run { progress in
      display.update(snapshot(progress.fed, progress.now), now: monotonicNow())
      return !Interruption.isRequested && !recorder.hasFailed
    }
    if recorder.hasFailed { display.abandon() }
    display.finish(
      snapshot(end.fed, end.now), now: monotonicNow(), interrupted: end.cause == .interrupted)
    return end
  }
}
