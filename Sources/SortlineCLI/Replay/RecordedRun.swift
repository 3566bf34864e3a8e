import FileFormats
import Quantities
import Replay
import SorterModel
import Telemetry

/// An earlier run as far as replay needs it: its machine and plan, from the texts that its run.json keeps.
struct RecordedRun {
  let directory: RunDirectory
  let profile: HardwareProfile
  let plan: CompiledPlan
  let source: SortPlan
  let description: RunDescription

  /// Reads the run at `path`.
  init(path: String) throws {
    directory = try RunDirectory(path: path)
    let profileInput = try Self.text(of: "profile", in: directory)
    let planInput = try Self.text(of: "plan", in: directory)
    guard let start = CalendarTime.moment(directory.text("starts_at")) else {
      throw CommandFailure(
        .badData, "'\(printable(directory.file("run.json")))' does not say when the run began")
    }
    profile = try RecordedMachine.profile(
      profileInput.text, file: directory.file("run.json") + ": " + profileInput.path)
    source = try RecordedMachine.plan(
      planInput.text, path: directory.file("run.json") + ": " + planInput.path, startsAt: start.seconds)
    plan = try Self.compiled(source, for: profile, shownAs: planInput.path)
    description = RunDescription(
      runID: UInt64(directory.text("run_id"), radix: 16) ?? 0, scenario: directory.text("scenario"),
      plan: directory.text("plan"), seed: UInt64(directory.facts["seed"]?.numberText ?? "") ?? 0,
      startsAt: start.seconds, metricsInterval: .seconds(60), warmUp: .zero, sweepers: 1, profile: profile,
      programVersion: SortlineProgram.version)
  }

  /// The inputs, from their beginning.
  func inputs() throws(CommandFailure) -> InputLineReader {
    do throws(InvalidInput) {
      return try InputLineReader(path: directory.file("inputs.jsonl"))
    } catch {
      throw CommandFailure(
        error, advice: "Runs made with --summary-only, or by sortline before 0.3, keep no inputs.")
    }
  }

  /// The events, from their beginning.
  func events(checkingSums: Bool = false) throws(CommandFailure) -> EventLineReader {
    do throws(InvalidInput) {
      return try EventLineReader(path: directory.file("events.jsonl"), checkingSums: checkingSums)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// The plan's own lines, from the text that run.json keeps.
  var planText: PlanText {
    guard let input = directory.input(role: "plan"), let text = input["text"]?.text else { return .unknown }
    return .found(
      path: input["path"]?.text ?? "",
      lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
  }

  /// The scenario with its machine's registers, for a run on a machine.
  func scenario() throws -> LoadedScenario {
    func name(_ role: String) -> String { directory.file("run.json") + ": " + role }
    let registers = try directory.input(role: "registers")?["text"]?.text.map {
      try RecordedMachine.registers($0, for: profile, file: name("registers"))
    }
    return try RecordedMachine.scenario(
      directory.input(role: "scenario")?["text"]?.text, on: profile, plan: source, registers: registers,
      startsAt: description.startsAt, file: name("scenario"))
  }

  /// Another plan for the same machine, by its name in the library or its path.
  func plan(_ nameOrPath: String, home: String?) throws -> CompiledPlan {
    let loaded = try Library(environmentHome: home).loadPlan(nameOrPath, inEffectAt: description.startsAt)
    return try Self.compiled(loaded.value, for: profile, shownAs: loaded.inputs.first?.path ?? nameOrPath)
  }

  /// The digest that the run ended with; nil where it did not end.
  var summaryDigest: UInt64? {
    guard let bytes = readWhole(directory.file("summary.json"), limit: 1 << 26),
      let summary = try? JSONValue(bytes: bytes[...]), let text = summary["digest"]?.text
    else { return nil }
    return UInt64(text, radix: 16)
  }

  private static func text(of role: String, in run: RunDirectory) throws(CommandFailure)
    -> (text: String, path: String)
  {
    guard let input = run.input(role: role), let text = input["text"]?.text else {
      throw CommandFailure(
        .badData, "'\(printable(run.file("run.json")))' does not keep the text of its \(role)",
        advice: "Runs made by sortline before 0.3 cannot be replayed.")
    }
    return (text, input["path"]?.text ?? role)
  }

  private static func compiled(_ plan: SortPlan, for profile: HardwareProfile, shownAs path: String) throws
    -> CompiledPlan
  {
    let compilation = CompiledPlan.compile(plan, for: profile)
    guard let compiled = compilation.plan else {
      throw InvalidInput(
        compilation.issues.map { Diagnostic($0, file: path, on: profile) }, category: .configuration)
    }
    return compiled
  }
}
