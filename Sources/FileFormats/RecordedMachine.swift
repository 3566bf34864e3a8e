import Quantities
import RegisterMap
import SorterModel

/// The machine and the plan of an earlier run, from the texts that its run.json keeps.
public enum RecordedMachine {
  /// The profile that a run was made with.
  ///
  /// - Parameter file: how messages name the text.
  public static func profile(_ text: String, file: String) throws(InvalidInput) -> HardwareProfile {
    let issues = Issues()
    let source = try SourceText(name: file, bytes: Array(text.utf8))
    let profile = ProfileReader.read(source, issues: issues)
    try issues.throwIfFailed()
    guard let profile else { throw InvalidInput(issues.ordered, category: .badData) }
    return profile
  }

  /// The plan that a run was made with: the rules in effect on the day it began.
  ///
  /// - Parameters:
  ///   - path: the plan's path at the time: its ending tells CSV from JSON5, its last part is its name.
  ///   - startsAt: when the run began, in seconds since 1970.
  public static func plan(_ text: String, path: String, startsAt: Int64) throws(InvalidInput) -> SortPlan {
    let issues = Issues()
    let source = try SourceText(name: path, bytes: Array(text.utf8))
    let name = FileSystem.lastPart(of: path).split(separator: ".").dropLast().joined(separator: ".")
    let dated = PlanReader(source: source, issues: issues).plan(named: name)
    try issues.throwIfFailed()
    guard let dated else { throw InvalidInput(issues.ordered, category: .badData) }
    let (plan, _) = Library().inEffect(dated, at: startsAt, path, issues)
    try issues.throwIfFailed()
    return plan
  }

  /// The register map that a run was made with, held against its machine.
  public static func registers(_ text: String, for profile: HardwareProfile, file: String)
    throws(InvalidInput)
    -> RegisterMap
  {
    let issues = Issues()
    let source = try SourceText(name: file, bytes: Array(text.utf8))
    let map = RegisterMapReader(source: source, issues: issues, unit: profile.modbus?.unit ?? 1)
      .map(for: profile)
    try issues.throwIfFailed()
    guard let map else { throw InvalidInput(issues.ordered, category: .badData) }
    return map
  }

  /// The scenario that a run on a machine was made with: its times and thresholds; the machine says what mail comes.
  ///
  /// - Parameters:
  ///   - text: the scenario's text; nil for a run that was given a machine and a plan alone.
  ///   - startsAt: when the run began, in seconds since 1970.
  public static func scenario(
    _ text: String?, on profile: HardwareProfile, plan: SortPlan, registers: RegisterMap?, startsAt: Int64,
    file: String
  ) throws(InvalidInput) -> LoadedScenario {
    var scenario = Scenario(
      name: profile.name, title: profile.title, seed: 1, startsAt: startsAt, duration: nil, warmUp: .zero,
      metricsInterval: .seconds(60), mail: .generated(.none), sweeping: profile.sweeping,
      imperfections: profile.imperfections, faults: [], expectations: [])
    if let text {
      let issues = Issues()
      let source = try SourceText(name: file, bytes: Array(text.utf8))
      guard let node = JSON5Reader.read(source, issues: issues),
        let fields = Fields(node, as: .scenario, source: source, issues: issues)
      else { throw InvalidInput(issues.ordered, category: issues.category ?? .badData) }
      scenario =
        ScenarioReader(fields: fields, profile: profile, mailIsOverridden: true)
        .draft(overriding: ScenarioOverrides()).scenario
      try issues.throwIfFailed()
      scenario.startsAt = startsAt
    }
    return LoadedScenario(
      scenario: scenario, profile: profile, registers: registers, plan: plan, rulesNotInEffect: 0,
      mailPath: nil, mailShownAs: nil, inputs: [], overrides: ScenarioOverrides(), remarks: [])
  }
}

extension MailGeneration {
  /// No mail: the machine tells what comes.
  static var none: MailGeneration {
    MailGeneration(arrivals: .waiting, pieces: 0, destinations: [], sizes: [])
  }
}
