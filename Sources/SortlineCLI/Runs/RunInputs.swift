import FileFormats
import Quantities
import Simulation
import SorterModel
import Telemetry

/// Everything a run is made from, read and checked: the scenario with its machine, and the plan compiled for it.
struct RunInputs {
  /// The scenario and what it names.
  var loaded: LoadedScenario
  /// Its plan, compiled for its machine.
  var plan: CompiledPlan
  /// Which replication of the scenario the run is, from 1; 0 where it is none.
  var replication = 0

  /// Reads a scenario; notes and warnings are told on `console` unless `isQuiet`.
  ///
  /// - Parameter until: an end of the run that makes it another run than the scenario's own.
  init(
    scenario: String, overriding overrides: ScenarioOverrides, until: Nanoseconds?, console: Console,
    isQuiet: Bool
  ) throws {
    let library = Library(environmentHome: console.environment["SORTLINE_HOME"])
    var loaded: LoadedScenario
    do throws(InvalidInput) {
      loaded = try library.loadScenario(scenario, overriding: overrides)
    } catch {
      let search = ScenarioSearch(name: scenario, home: console.environment["SORTLINE_HOME"])
      throw CommandFailure(error, advice: search.advice)
    }
    // The scenario keeps its own duration; the time asked for only makes it another run.
    loaded.overrides.duration = until
    try self.init(loaded, console: console, isQuiet: isQuiet)
  }

  /// Compiles the plan of what was read.
  init(_ loaded: LoadedScenario, console: Console, isQuiet: Bool) throws {
    if !isQuiet { for remark in loaded.remarks { console.note(remark.description) } }
    let compilation = CompiledPlan.compile(loaded.plan, for: loaded.profile)
    let path = loaded.inputs.first { $0.role == "plan" }?.path ?? loaded.plan.name
    let told = compilation.issues.map { Diagnostic($0, file: path, on: loaded.profile) }
    guard let plan = compilation.plan else { throw InvalidInput(told, category: .configuration) }
    if !isQuiet { for warning in told { console.note(warning.description) } }
    self.loaded = loaded
    self.plan = plan
  }

  /// What an earlier run was made from.
  init(recovering loaded: LoadedScenario, plan: CompiledPlan) {
    self.loaded = loaded
    self.plan = plan
  }

  /// The mail that the virtual plant is fed: `file` where the scenario has one, else what it says to draw.
  func supply(_ file: MailFile?) -> any MailSupply {
    if let file { return file }
    guard case .generated(let generation) = loaded.scenario.mail else {
      preconditionFailure("a scenario with a mail file opened none")
    }
    return GeneratedMail(generation, seed: loaded.scenario.seed, startsAt: loaded.scenario.startsAt)
  }

  /// What the run is, for its files.
  var description: RunDescription {
    loaded.description(programVersion: SortlineProgram.version, replication: replication)
  }

  /// What run.json says of a run made from this by a command line.
  func runFile(_ run: RunDescription, command: [String]) -> RunFile {
    RunFile(run, of: loaded, command: command)
  }
}

extension RunFile {
  /// What ran: a scenario as it was loaded.
  init(_ run: RunDescription, of loaded: LoadedScenario, command: [String]) {
    let inputs = loaded.inputs.map { input in
      RunFile.Input(
        role: input.role, path: input.path, bytes: input.bytes,
        digest: UInt64(input.digest.dropFirst("fnv1a64:".count), radix: 16) ?? 0, text: input.text)
    }
    self.init(run, command: command, inputs: inputs)
  }
}

/// What may have been meant by a scenario that cannot be read.
private struct ScenarioSearch {
  let name: String
  let home: String?

  /// What to try instead; empty where nobody can tell.
  var advice: String { otherKind ?? nearest.map { "Did you mean \($0)?" } ?? "" }

  /// What was given in the place of a scenario, and where it belongs; nil where it is one, or nothing.
  private var otherKind: String? {
    guard folderEntries(name) != nil || readWhole(name, limit: .max, upTo: 1) != nil else { return nil }
    switch (try? CheckedFile(name))?.kind {
    case .profile: return "This is a hardware profile; it is given with --profile, beside a scenario."
    case .plan: return "This is a sort plan; it is given with --plan, beside a scenario."
    case .mail: return "This is a mail file; it is given with --mail, beside a scenario."
    case .mix: return "This is a destination mix; a scenario names it under 'destinations'."
    case .registers: return "This is a register map; 'sortline map' reads it, and a profile names it."
    case .run: return "This is the directory of an earlier run; 'check' and 'explain' read it."
    case .scenario, .unknown, nil: return nil
    }
  }

  /// The shipped scenario whose name is nearest to a bare name that leads nowhere.
  private var nearest: String? {
    guard !name.contains("/"), !name.contains("."), folderEntries(name) == nil else { return nil }
    let homes = ["", home.map { $0 + "/" } ?? ""]
    let names = homes.flatMap { home in
      (folderEntries(home + "scenarios") ?? []).filter { entry in
        folderEntries(home + "scenarios/" + entry)?.contains("scenario.json5") ?? false
      }
    }
    guard !names.contains(name) else { return nil }
    return nearestName(to: name, among: names)
  }
}

extension RecorderError {
  /// The error as a command tells it, with the log's place in the words of the person.
  func failure(_ work: String, shownAs place: String, advice: String) -> CommandFailure {
    let text = description.replacing(work, with: printable(place, limit: 240))
    switch self {
    case .create, .write: return CommandFailure(.cannotCreate, text, advice: advice)
    case .thread: return CommandFailure(.systemRefuses, text, advice: MemoryNeed.advice)
    case .conservation: return CommandFailure(.internalError, text)
    }
  }
}
