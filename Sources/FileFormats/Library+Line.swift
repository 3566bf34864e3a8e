import Quantities
import RegisterMap
import SorterModel

extension Library {
  /// Reads a machine and a sort plan for a run without a scenario: nothing is made to go wrong, nothing is expected.
  ///
  /// - Parameters:
  ///   - profile: a library name or a path.
  ///   - plan: a library name or a path.
  ///   - mail: the path of a mail file; nil where the machine tells what comes.
  ///   - startsAt: when the run starts, in seconds since 1970 (UTC), for the plan's dates.
  public func loadLine(
    profile: String, plan: String, mail: String?, startsAt: Int64
  ) throws(InvalidInput) -> LoadedScenario {
    let machine = try loadMachine(profile)
    var inputs = machine.inputs
    var startsAt = startsAt
    var source = MailSource.generated(.none)
    if let mail {
      let found = Found(path: onDisk(mail), shown: mail, recorded: Self.recorded(mail))
      inputs.append(try Self.mailInput(found))
      startsAt = try MailFile(path: found.path, shownAs: mail, startsAt: nil).startsAt
      source = .file(path: found.path, compressTime: 1)
    }
    let rules = try loadPlan(plan, inEffectAt: startsAt)
    inputs += rules.inputs
    let scenario = Scenario(
      name: machine.profile.name, title: machine.profile.title, seed: 1, startsAt: startsAt, duration: nil,
      warmUp: .zero, metricsInterval: .seconds(60), mail: source, sweeping: machine.profile.sweeping,
      imperfections: machine.profile.imperfections, faults: [], expectations: [])
    return LoadedScenario(
      scenario: scenario, profile: machine.profile, registers: machine.registers, plan: rules.value,
      rulesNotInEffect: 0, mailPath: mail.map { onDisk($0) }, mailShownAs: mail, inputs: inputs,
      overrides: ScenarioOverrides(profile: profile, plan: plan, mail: mail),
      remarks: machine.remarks + rules.remarks)
  }
}
