import EventRecords
import Quantities
import RegisterMap
import SorterModel

extension Library {
  /// Reads a profile by its name in the library or by the path of its file or folder.
  public func loadProfile(_ nameOrPath: String) throws(InvalidInput) -> Loaded<HardwareProfile> {
    let issues = Issues()
    var inputs: [InputFile] = []
    let found = try given(nameOrPath, .profile, besides: nil)
    let profile = profile(found, issues, &inputs)
    try issues.throwIfFailed()
    guard let profile else { throw InvalidInput(issues.ordered, category: .badData) }
    return Loaded(value: profile, inputs: inputs, remarks: issues.remarks)
  }

  /// Reads a profile with the register map beside it, by its name in the library or by the path of its file or folder.
  ///
  /// A profile that names a map which is not there can be simulated but not driven: that is a remark.
  public func loadMachine(_ nameOrPath: String) throws(InvalidInput) -> LoadedMachine {
    let issues = Issues()
    var inputs: [InputFile] = []
    let found = try given(nameOrPath, .profile, besides: nil)
    let profile = profile(found, issues, &inputs)
    let registers = profile.flatMap { self.registers(of: $0, found, issues, &inputs, tellIfMissing: true) }
    try issues.throwIfFailed()
    guard let profile else { throw InvalidInput(issues.ordered, category: .badData) }
    return LoadedMachine(
      profile: profile, profilePath: found.path, profileShownAs: found.shown, registers: registers,
      inputs: inputs, remarks: issues.remarks)
  }

  /// Reads a register map by the path of its file; with a profile, it is held against what that machine needs.
  public func loadRegisters(_ path: String, for profile: HardwareProfile? = nil) throws(InvalidInput)
    -> Loaded<RegisterMap>
  {
    let issues = Issues()
    var inputs: [InputFile] = []
    let found = Found(path: onDisk(path), shown: path, recorded: Self.recorded(path))
    let source = text(found, "registers", issues, &inputs)
    let unit = profile?.modbus?.unit ?? 1
    let map = source.flatMap {
      RegisterMapReader(source: $0, issues: issues, unit: unit).map(for: profile)
    }
    try issues.throwIfFailed()
    guard let map else { throw InvalidInput(issues.ordered, category: .badData) }
    return Loaded(value: map, inputs: inputs, remarks: issues.remarks)
  }

  /// The register map that a profile names, inside the profile's own folder; nil where it names none.
  func registers(
    of profile: HardwareProfile, _ found: Found, _ issues: Issues, _ inputs: inout [InputFile],
    tellIfMissing: Bool = false
  ) -> RegisterMap? {
    guard let modbus = profile.modbus else { return nil }
    let file: Found
    do throws(Refusal) {
      file = try self.file(modbus.registers, inside: FileSystem.parent(of: found.shown), of: "profile")
    } catch {
      // Who only simulates needs no map; a name that leads elsewhere is refused all the same.
      let isMissing = error.category == .noInput
      if isMissing && !tellIfMissing { return nil }
      issues.add(
        Diagnostic(
          isMissing ? .warning : .error, file: found.shown,
          isMissing
            ? "the register map \(quoted(modbus.registers)) is not beside the profile, so the machine cannot be driven"
            : "modbus.registers: \(error.message)", found: quoted(modbus.registers), expected: error.expected,
          suggestion: error.suggestion), as: error.category)
      return nil
    }
    guard let source = text(file, "registers", issues, &inputs) else { return nil }
    return RegisterMapReader(source: source, issues: issues, unit: modbus.unit).map(for: profile)
  }

  /// Reads a sort plan by its name in the library or by its path.
  ///
  /// - Parameter startsAt: keeps the rules in effect on this moment's day (seconds since 1970, UTC),
  ///   and notes how many are left out; nil keeps every rule.
  public func loadPlan(_ nameOrPath: String, inEffectAt startsAt: Int64? = nil) throws(InvalidInput)
    -> Loaded<SortPlan>
  {
    let issues = Issues()
    var inputs: [InputFile] = []
    let found = try given(nameOrPath, .plan, besides: nil)
    let plan = datedPlan(found, issues, &inputs)
    try issues.throwIfFailed()
    guard let plan else { throw InvalidInput(issues.ordered, category: .badData) }
    let (value, _) = inEffect(plan, at: startsAt, found.shown, issues)
    try issues.throwIfFailed()
    return Loaded(value: value, inputs: inputs, remarks: issues.remarks)
  }

  /// Reads a destination mix by its name in the library or by its path.
  public func loadMix(_ nameOrPath: String) throws(InvalidInput) -> Loaded<[WeightedDestination]> {
    let issues = Issues()
    var inputs: [InputFile] = []
    let found = try given(nameOrPath, .mix, besides: nil)
    let mix = mix(found, issues, &inputs)
    try issues.throwIfFailed()
    return Loaded(value: mix, inputs: inputs, remarks: issues.remarks)
  }

  /// The file that a command line means by a library name or a path.
  func given(_ text: String, _ role: Role, besides folder: String?) throws(InvalidInput) -> Found {
    var path = text
    let entry = FileSystem.entry(at: onDisk(path))
    if role == .profile && entry == .folder { path = FileSystem.join(path, "profile.json5") }
    if Self.looksLikeFile(text) || entry == .file || (role == .profile && entry == .folder) {
      return Found(path: onDisk(path), shown: path, recorded: Self.recorded(path))
    }
    if Self.isName(text), let found = find(role, text, besides: folder) { return found }
    throw InvalidInput(
      [
        Diagnostic(
          file: text, "there is no \(role.rawValue) of this name",
          expected: "a name in the library, or a path",
          suggestion: nearestName(to: text, among: names(role, besides: folder)))
      ], category: .noInput)
  }

  /// The text of a file, noted among the inputs; nil, said, if it cannot be read.
  func text(_ found: Found, _ role: String, _ issues: Issues, _ inputs: inout [InputFile]) -> SourceText? {
    do throws(InvalidInput) {
      let file = try OpenFile(path: found.path, shownAs: found.shown)
      var bytes = try file.contents(limit: SourceText.maximumBytes)
      for alteration in alterations where alteration.key.document.rawValue == role {
        bytes = try alteration.apply(to: try SourceText(name: found.shown, bytes: bytes))
      }
      var digest = FNV1a64()
      digest.combine(bytes)
      var input = InputFile(role: role, path: found.recorded, bytes: bytes.count, digest: digest)
      if role != "mix" { input.text = String(decoding: bytes, as: UTF8.self) }
      if file.isOpenToAll { input.openToAll = found.shown }
      inputs.append(input)
      return try SourceText(name: found.shown, bytes: bytes)
    } catch {
      issues.add(error)
      return nil
    }
  }

  func profile(_ found: Found, _ issues: Issues, _ inputs: inout [InputFile]) -> HardwareProfile? {
    text(found, "profile", issues, &inputs).flatMap { ProfileReader.read($0, issues: issues) }
  }

  func datedPlan(_ found: Found, _ issues: Issues, _ inputs: inout [InputFile]) -> PlanReader.DatedPlan? {
    guard let source = text(found, "plan", issues, &inputs) else { return nil }
    let name = FileSystem.lastPart(of: found.shown).split(separator: ".").dropLast().joined(separator: ".")
    return PlanReader(source: source, issues: issues).plan(named: name)
  }

  func mix(_ found: Found, _ issues: Issues, _ inputs: inout [InputFile]) -> [WeightedDestination] {
    text(found, "mix", issues, &inputs).map { MixReader(source: $0, issues: issues).destinations() } ?? []
  }

  /// The plan with the rules in effect on a day, and how many are left out.
  func inEffect(
    _ plan: PlanReader.DatedPlan, at startsAt: Int64?, _ file: String, _ issues: Issues
  ) -> (SortPlan, leftOut: Int) {
    var rules = plan.rules
    if let startsAt {
      let day = Int(startsAt / 86_400)
      rules = rules.filter { $0.isInEffect(on: day) }
      let leftOut = plan.rules.count - rules.count
      let date = CalendarTime.date(days: day)
      if rules.isEmpty && leftOut > 0 {
        issues.add(
          Diagnostic(
            file: file, line: 1, column: 1, "no rule of the plan is in effect on \(date)",
            found: leftOut == 1 ? "1 rule for other days" : "\(leftOut) rules for other days",
            expected: "rules for the day the run starts"),
          as: .configuration)
      } else if leftOut > 0 {
        let words = leftOut == 1 ? "1 rule is" : "\(leftOut) rules are"
        issues.add(Diagnostic(.note, file: file, "\(words) not in effect on \(date) and left out"))
      }
    }
    return (
      SortPlan(name: plan.name, title: plan.title, rules: rules.map(\.rule)), plan.rules.count - rules.count
    )
  }
}
