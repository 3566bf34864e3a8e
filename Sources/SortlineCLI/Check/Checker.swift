import FileFormats
import Quantities
import RegisterMap
import Simulation
import SorterModel

/// Checks files one by one, each against the machine and the plan that are known.
struct Checker {
  let library: Library
  let report: CheckReport
  /// The machine that plans and mail are held against, where one is given.
  var profile: HardwareProfile?
  /// The plan that mail is held against, and the path it came from.
  var plan: (value: SortPlan, path: String)?

  /// How many generated pieces are drawn to hold a scenario's mail against its plan.
  static let drawn = 100_000

  /// Finds the machine and the plan among the options and the files.
  mutating func gather(_ files: [CheckedFile], profile named: String?, plan planNamed: String?) {
    let profilePath = named ?? files.first { $0.kind == .profile }?.given
    let planPath = planNamed ?? files.first { $0.kind == .plan }?.given
    // What is wrong with a file of the list is told in its turn; what an option names is told here.
    if let profilePath {
      do throws(InvalidInput) {
        profile = try library.loadProfile(profilePath).value
      } catch {
        if named != nil { report.tell(error) }
      }
    }
    if let planPath {
      do throws(InvalidInput) {
        plan = (try library.loadPlan(planPath).value, planPath)
      } catch {
        if planNamed != nil { report.tell(error) }
      }
    }
  }

  func check(_ file: CheckedFile) throws(CommandFailure) {
    do throws(InvalidInput) {
      switch file.kind {
      case .profile: try checkProfile(file)
      case .scenario: try checkScenario(file)
      case .plan: try checkPlan(file)
      case .mix: try checkMix(file)
      case .mail: try checkMail(file)
      case .registers: try checkRegisters(file)
      case .run: break
      case .study: try checkStudy(file)
      case .studyDirectory: try checkStudyDirectory(file)
      case .unknown(let why): try checkUnknown(file, why)
      }
    } catch {
      report.tell(error)
    }
    if file.kind == .run { try RunAudit(path: file.given, report: report).check(file) }
  }

  /// Says why a file is of no kind: it may be no text or not JSON5 at all, which is told with its place.
  private func checkUnknown(_ file: CheckedFile, _ why: String) throws(InvalidInput) {
    var line = 0
    if let source = try file.text() {
      line = 1
      if CheckedFile.looksLikeJSON(source) { _ = try JSONNode.read(source) }
    }
    report.tell(
      Diagnostic(
        file: file.given, line: line, column: line, why,
        expected: "a profile, scenario, plan, mix, mail file, register map, study or run directory"))
  }

  private func checkProfile(_ file: CheckedFile) throws(InvalidInput) {
    let machine = try library.loadMachine(file.given)
    let profile = machine.profile
    report.begin(file, "hardware profile \(quoted(profile.name)), \(printable(profile.title))")
    for remark in machine.remarks { report.tell(remark) }
    tellMachine(profile, machine.registers, file.given, typical: nil)
  }

  private func checkRegisters(_ file: CheckedFile) throws(InvalidInput) {
    let loaded = try library.loadRegisters(file.given, for: profile)
    report.begin(file, "register map, \(grouped(loaded.value.points.count)) points")
    for remark in loaded.remarks { report.tell(remark) }
    guard let profile else {
      report.line("To hold it against what a machine needs, add --profile NAME.")
      return
    }
    tellModbus(profile, loaded.value, file.given)
  }

  private func tellModbus(_ profile: HardwareProfile, _ registers: RegisterMap?, _ path: String) {
    guard let arithmetic = ModbusArithmetic(profile, registers) else { return }
    report.figures("Modbus of \(printable(profile.name))", arithmetic.lines)
    for fault in arithmetic.faults { report.tell(Diagnostic(file: path, fault), code: .configuration) }
  }

  private func tellMachine(
    _ profile: HardwareProfile, _ registers: RegisterMap?, _ path: String,
    typical: (name: String, length: Millimetres)?
  ) {
    let arithmetic = MachineArithmetic(profile, typical: typical)
    report.figures("Machine \(printable(profile.name))", arithmetic.lines)
    if registers == nil, let why = arithmetic.directControlFault {
      report.tell(Diagnostic(file: path, why), code: .configuration)
    }
    if let why = arithmetic.rateFault { report.tell(Diagnostic(.warning, file: path, why)) }
    let late = arithmetic.unreachable.map(\.name)
    if !late.isEmpty {
      let word = late.count == 1 ? "its decision point passes" : "their decision points pass"
      report.tell(
        Diagnostic(
          .warning, file: path,
          "no piece can reach \(nameRanges(late)): \(word) before a command can be there"))
    }
    tellModbus(profile, registers, path)
  }

  private func checkScenario(_ file: CheckedFile) throws(InvalidInput) {
    let loaded = try library.loadScenario(file.given)
    report.begin(file, "scenario \(quoted(loaded.scenario.name)), \(printable(loaded.scenario.title))")
    for remark in loaded.remarks { report.tell(remark) }
    let planPath = loaded.inputs.first { $0.role == "plan" }?.path ?? loaded.plan.name
    tellMachine(
      loaded.profile, loaded.registers, loaded.inputs.first { $0.role == "profile" }?.path ?? file.given,
      typical: Self.typical(loaded.scenario.mail))
    var lines = PlanCoverage(plan: loaded.plan, profile: loaded.profile).lines
    if loaded.rulesNotInEffect > 0 {
      lines.append(
        .init(
          name: "rules left out", value: grouped(loaded.rulesNotInEffect),
          how: "not in effect on \(CalendarTime.date(days: Int(loaded.scenario.startsAt / 86_400)))"))
    }
    report.figures("Plan \(printable(loaded.plan.name))", lines)
    let compilation = CompiledPlan.compile(loaded.plan, for: loaded.profile)
    tell(compilation.issues, planPath, loaded.profile)
    guard let compiled = compilation.plan else { return }
    if let mail = try loaded.openMail() {
      try tellMail(mail, "Mail file \(printable(mail.name, limit: 240))", compiled, loaded.profile)
    } else if case .generated(let generation) = loaded.scenario.mail {
      let supply = GeneratedMail(
        generation, seed: loaded.scenario.seed, startsAt: loaded.scenario.startsAt)
      let coverage = MailCoverage(supply, plan: compiled, profile: loaded.profile, limit: Self.drawn)
      report.figures(
        "Mail, the first \(grouped(coverage.pieces)) pieces drawn with seed \(loaded.scenario.seed)",
        coverage.lines(for: loaded.profile))
    }
  }

  /// The mean length of generated pieces, which is what the scenario's typical piece is.
  private static func typical(_ mail: MailSource) -> (name: String, length: Millimetres)? {
    guard case .generated(let generation) = mail else { return nil }
    var sum = Int128(0)
    var weights = Int128(0)
    for size in generation.sizes {
      let twice = Int128(size.length.lowerBound.tenths) + Int128(size.length.upperBound.tenths)
      sum += twice * Int128(size.weight)
      weights += 2 * Int128(size.weight)
    }
    guard weights > 0 else { return nil }
    return ("the mean piece", Millimetres(tenths: Int32(clamping: sum / weights)))
  }

  private func checkPlan(_ file: CheckedFile) throws(InvalidInput) {
    let loaded = try library.loadPlan(file.given)
    report.begin(file, "sort plan \(quoted(loaded.value.name)), \(grouped(loaded.value.rules.count)) rules")
    for remark in loaded.remarks { report.tell(remark) }
    guard let profile else {
      report.line("To hold it against the bins of a machine, add --profile NAME.")
      return
    }
    report.figures(
      "On \(printable(profile.name))", PlanCoverage(plan: loaded.value, profile: profile).lines)
    tell(CompiledPlan.compile(loaded.value, for: profile).issues, file.given, profile)
  }

  /// What is wrong with a plan on a machine, with the nearest right name where one is wrong.
  private func tell(_ issues: [PlanIssue], _ path: String, _ profile: HardwareProfile) {
    report.tell(
      InvalidInput(issues.map { Diagnostic($0, file: path, on: profile) }, category: .configuration))
  }

  private func checkMix(_ file: CheckedFile) throws(InvalidInput) {
    let loaded = try library.loadMix(file.given)
    report.begin(file, "destination mix, \(grouped(loaded.value.count)) destinations")
    for remark in loaded.remarks { report.tell(remark) }
  }

  private func checkMail(_ file: CheckedFile) throws(InvalidInput) {
    let mail = try MailFile(path: file.given)
    report.begin(file, "mail file")
    if let profile, let plan {
      let compilation = CompiledPlan.compile(plan.value, for: profile)
      tell(compilation.issues, plan.path, profile)
      guard let compiled = compilation.plan else { return }
      try tellMail(
        mail, "On \(printable(profile.name)) with \(printable(plan.value.name))", compiled, profile)
      return
    }
    let count = try MailFile.count(path: file.given)
    for refusal in count.refusals { report.tell(refusal.asWarning) }
    report.figures(
      "Rows",
      [
        .init(name: "rows", value: grouped(count.rows), how: "\(grouped(count.pieces)) usable pieces"),
        .init(name: "refused", value: grouped(count.refused), how: faultWords(count.refusedByFault)),
      ])
    report.line("To hold it against a plan, add --plan NAME --profile NAME.")
  }

  private func tellMail(
    _ mail: MailFile, _ heading: String, _ plan: CompiledPlan, _ profile: HardwareProfile
  ) throws(InvalidInput) {
    let coverage = MailCoverage(mail, plan: plan, profile: profile)
    if let failure = mail.failure { throw failure }
    for refusal in mail.refusals { report.tell(refusal.asWarning) }
    let rows = MachineArithmetic.Line(
      name: "rows refused", value: grouped(mail.refused),
      how: mail.refused == 0 ? "of \(grouped(mail.rows))" : faultWords(mail.refusedByFault))
    report.figures(heading, [rows] + coverage.lines(for: profile))
  }
}

extension Diagnostic {
  /// What is wrong with a line of a plan on a machine.
  init(_ issue: PlanIssue, file: String, on profile: HardwareProfile) {
    self.init(issue.isError ? .error : .warning, file: file, line: issue.line, "\(issue)")
    switch issue.kind {
    case .unknownBin(let name): suggestion = nearestName(to: name, among: profile.bins.map(\.name))
    case .unknownSizeClass(let name):
      suggestion = nearestName(to: name, among: profile.sizeClasses.map(\.name))
    default: break
    }
  }

  /// The same as a warning: a mail row that is refused does not keep the others from being used.
  var asWarning: Diagnostic {
    var copy = self
    copy.severity = .warning
    return copy
  }
}
