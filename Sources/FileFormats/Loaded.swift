import Quantities
import RegisterMap
import SorterModel
import Telemetry

/// Something read from files, with the files it was read from and what is worth saying about them.
public struct Loaded<Value: Sendable>: Sendable {
  /// What was read.
  public var value: Value
  /// The files it came from.
  public var inputs: [InputFile]
  /// Warnings and notes; never errors.
  public var remarks: [Diagnostic]
}

/// A machine: its profile and the register map beside it, read and checked.
public struct LoadedMachine: Sendable {
  /// The machine.
  public var profile: HardwareProfile
  /// Where the profile's file is, for opening.
  public var profilePath: String
  /// How messages name the profile's file.
  public var profileShownAs: String
  /// Its registers; nil where the profile has no `modbus` section or the map is not there.
  public var registers: RegisterMap?
  /// The files it came from.
  public var inputs: [InputFile]
  /// Warnings and notes; never errors.
  public var remarks: [Diagnostic]
}

/// What a command line changes about a scenario.
public struct ScenarioOverrides: Hashable, Sendable {
  /// A library name or a path in place of the scenario's profile.
  public var profile: String?
  /// A library name or a path in place of the scenario's plan.
  public var plan: String?
  /// The path of a mail file in place of the scenario's mail.
  public var mail: String?
  /// A seed in place of the scenario's.
  public var seed: UInt64?
  /// A time for the feeder to run in place of the scenario's.
  public var duration: Nanoseconds?
  /// What figures leave out in place of the scenario's warm-up, in words; it makes the run another one.
  public var warmUp: String?

  /// Nothing is changed but what is given.
  public init(
    profile: String? = nil, plan: String? = nil, mail: String? = nil, seed: UInt64? = nil,
    duration: Nanoseconds? = nil
  ) {
    self.profile = profile
    self.plan = plan
    self.mail = mail
    self.seed = seed
    self.duration = duration
  }
}

/// A scenario with everything it names, read and checked.
public struct LoadedScenario: Sendable {
  /// The scenario, with the overrides in it.
  public var scenario: Scenario
  /// The machine.
  public var profile: HardwareProfile
  /// The machine's registers; nil where the profile has no `modbus` section or the map is not there.
  public var registers: RegisterMap?
  /// The sort plan: only the rules in effect on the day the run starts.
  public var plan: SortPlan
  /// How many rules of the plan were left out because they are not in effect on that day.
  public var rulesNotInEffect: Int
  /// Where the mail file is, for opening; nil where mail is generated.
  public var mailPath: String?
  /// How messages name the mail file.
  public var mailShownAs: String?
  /// Every file the run is made from: scenario, profile, registers, plan, mix, mail.
  public var inputs: [InputFile]
  /// What was overridden.
  public var overrides: ScenarioOverrides
  /// Warnings and notes; never errors.
  public var remarks: [Diagnostic]

  /// 16 hexadecimal digits that are the same for the same inputs, seed and overrides.
  public var runID: String {
    var digest = FNV1a64()
    for input in inputs {
      digest.combine(input.role)
      digest.combine(input.digest)
    }
    digest.combine("seed \(scenario.seed)")
    if let duration = overrides.duration { digest.combine("duration \(duration.rawValue)") }
    if let warmUp = overrides.warmUp { digest.combine("warm-up \(warmUp)") }
    return digest.hexadecimal
  }

  /// A digest over the files that the runs are made from, whatever their seeds.
  public var inputsDigest: String {
    var digest = FNV1a64()
    for input in inputs {
      digest.combine(input.role)
      digest.combine(input.digest)
    }
    return "fnv1a64:" + digest.hexadecimal
  }

  /// What a run of the scenario is, for its files.
  public func description(programVersion: String, replication: Int = 0) -> RunDescription {
    RunDescription(
      runID: UInt64(runID, radix: 16) ?? 0, scenario: scenario.name, plan: plan.name, seed: scenario.seed,
      replication: replication, startsAt: scenario.startsAt, metricsInterval: scenario.metricsInterval,
      warmUp: scenario.warmUp, sweepers: scenario.sweeping.sweepers, profile: profile,
      programVersion: programVersion)
  }

  /// Opens the scenario's mail file at its beginning; nil where mail is generated.
  public func openMail(strict: Bool = false) throws(InvalidInput) -> MailFile? {
    guard case .file(let path, let compressTime) = scenario.mail else { return nil }
    return try MailFile(
      path: path, shownAs: mailShownAs ?? path, startsAt: scenario.startsAt, compressTime: compressTime,
      strict: strict)
  }
}
