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
    let loaded = try load()
    let plan = try compile(loaded)
    let mailFile = try loaded.openMail(strict: options.isStrict)
    let folder = try RunFolder(
      out: options.out, replacing: options.replacesRun,
      base: "runs/\(loaded.scenario.name)-\(loaded.scenario.seed)")
    do {
      let run = description(of: loaded)
      let recorder = try recorder(run, in: folder)
      let supply: any MailSupply
      if let mailFile {
        supply = mailFile
      } else if case .generated(let generation) = loaded.scenario.mail {
        supply = GeneratedMail(generation, seed: loaded.scenario.seed, startsAt: loaded.scenario.startsAt)
      } else {
        preconditionFailure("a scenario with a mail file opened none")
      }
      let started = monotonicNow()
      let simulation = SimulationRun(
        profile: loaded.profile, scenario: loaded.scenario, plan: plan, mail: supply, recorder: recorder,
        until: options.until)
      let end = watch(simulation, loaded, recorder, started)
      let totals = try recorder.finish(onMachine: end.onMachine)
      // With --strict a wrong row is an error of the input, and half a run is of no use to anybody.
      if let failure = mailFile?.failure { throw failure }
      let summary = Summary(
        run, totals, digest: end.digest, expecting: loaded.scenario.expectations, mailRows: mailFile?.rows,
        ending: RunEnding(end.cause), supervision: end.supervision)
      try writeRest(summary, loaded, end, in: folder)
      return Outcome(
        summary: summary, end: end, place: try folder.commit(), mail: mailFile,
        elapsed: monotonicNow() - started)
    } catch {
      folder.discard()
      throw told(error, folder)
    }
  }

  private func load() throws -> LoadedScenario {
    let library = Library(environmentHome: console.environment["SORTLINE_HOME"])
    var loaded: LoadedScenario
    do throws(InvalidInput) {
      loaded = try library.loadScenario(options.scenario, overriding: options.overrides)
    } catch {
      throw CommandFailure(error, advice: otherKind ?? nearestScenario.map { "Did you mean \($0)?" } ?? "")
    }
    // The scenario keeps its own duration; the time asked for only makes it another run.
    loaded.overrides.duration = options.until
    if !options.isQuiet { for remark in loaded.remarks { console.note(remark.description) } }
    return loaded
  }

  /// What was given in the place of a scenario, and where it belongs; nil where it is one, or nothing.
  private var otherKind: String? {
    let path = options.scenario
    guard folderEntries(path) != nil || readWhole(path, limit: .max, upTo: 1) != nil else { return nil }
    switch (try? CheckedFile(path))?.kind {
    case .profile: return "This is a hardware profile; it is given with --profile, beside a scenario."
    case .plan: return "This is a sort plan; it is given with --plan, beside a scenario."
    case .mail: return "This is a mail file; it is given with --mail, beside a scenario."
    case .mix: return "This is a destination mix; a scenario names it under 'destinations'."
    case .run: return "This is the directory of an earlier run; 'check' and 'explain' read it."
    case .scenario, .unknown, nil: return nil
    }
  }

  /// The shipped scenario whose name is nearest to a bare name that leads nowhere.
  private var nearestScenario: String? {
    let name = options.scenario
    guard !name.contains("/"), !name.contains("."), folderEntries(name) == nil else { return nil }
    let homes = ["", console.environment["SORTLINE_HOME"].map { $0 + "/" } ?? ""]
    let names = homes.flatMap { home in
      (folderEntries(home + "scenarios") ?? []).filter { entry in
        folderEntries(home + "scenarios/" + entry)?.contains("scenario.json5") ?? false
      }
    }
    guard !names.contains(name) else { return nil }
    return nearestName(to: name, among: names)
  }

  private func compile(_ loaded: LoadedScenario) throws -> CompiledPlan {
    let compilation = CompiledPlan.compile(loaded.plan, for: loaded.profile)
    let path = loaded.inputs.first { $0.role == "plan" }?.path ?? loaded.plan.name
    let told = compilation.issues.map { Diagnostic($0, file: path, on: loaded.profile) }
    guard let plan = compilation.plan else { throw InvalidInput(told, category: .configuration) }
    if !options.isQuiet { for warning in told { console.note(warning.description) } }
    return plan
  }

  private func description(of loaded: LoadedScenario) -> RunDescription {
    RunDescription(
      runID: UInt64(loaded.runID, radix: 16) ?? 0, scenario: loaded.scenario.name, plan: loaded.plan.name,
      seed: loaded.scenario.seed, startsAt: loaded.scenario.startsAt,
      metricsInterval: loaded.scenario.metricsInterval, warmUp: loaded.scenario.warmUp,
      sweepers: loaded.scenario.sweeping.sweepers, profile: loaded.profile,
      programVersion: SortlineProgram.version)
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

  private func writeRest(
    _ summary: Summary, _ loaded: LoadedScenario, _ end: SimulationRun.End, in folder: RunFolder
  ) throws {
    let inputs = loaded.inputs.map { input in
      RunFile.Input(
        role: input.role, path: input.path, bytes: input.bytes,
        digest: UInt64(input.digest.dropFirst("fnv1a64:".count), radix: 16) ?? 0)
    }
    let file = RunFile(summary.run, command: options.canonicalCommand(loaded.inputs), inputs: inputs)
    try writeWhole(file.json, to: folder.work + "/run.json")
    try writeWhole(summary.json, to: folder.work + "/summary.json")
  }

  /// The error in the words of this command: files by the place they were meant for.
  private func told(_ error: any Error, _ folder: RunFolder) -> any Error {
    guard let failure = error as? RecorderError else { return error }
    let text = failure.description.replacing(folder.work, with: printable(folder.place, limit: 240))
    switch failure {
    case .create, .write:
      return CommandFailure(.cannotCreate, text, advice: "Nothing was kept of this run.")
    case .thread, .conservation: return CommandFailure(.internalError, text)
    }
  }
}

extension RunEnding {
  /// The ending in the summary's words.
  init(_ cause: SimulationRun.Cause) {
    switch cause {
    case .finished: self = .finished
    case .timeIsUp: self = .timeIsUp
    case .interrupted: self = .interrupted
    case .stuck: self = .stuck
    }
  }
}
