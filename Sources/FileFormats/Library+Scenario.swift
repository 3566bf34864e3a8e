import Quantities
import RegisterMap
import SorterModel

extension Library {
  /// Reads a scenario and everything it names; `path` is its folder, its file, or its name in the library.
  ///
  /// - Throws: every error of every file at once.
  public func loadScenario(
    _ path: String, overriding overrides: ScenarioOverrides = ScenarioOverrides()
  ) throws(InvalidInput) -> LoadedScenario {
    let issues = Issues()
    var inputs: [InputFile] = []
    let found = scenarioFile(path)
    guard let source = text(found, "scenario", issues, &inputs),
      let node = JSON5Reader.read(source, issues: issues),
      let fields = Fields(node, as: .scenario, source: source, issues: issues)
    else { throw InvalidInput(issues.ordered, category: issues.category ?? .badData) }
    let loader = ScenarioLoader(
      library: self, fields: fields, folder: FileSystem.parent(of: found.shown), overrides: overrides)
    return try loader.load(&inputs)
  }

  private func scenarioFile(_ path: String) -> Found {
    var path = path
    if FileSystem.entry(at: onDisk(path)) == .folder {
      path = FileSystem.join(path, "scenario.json5")
    } else if Self.isName(path) {
      // A bare name is looked up where scenarios are kept.
      let inside = "scenarios/\(path)/scenario.json5"
      for root in [inside] + (home.map { [FileSystem.join($0, inside)] } ?? [])
      where FileSystem.entry(at: onDisk(root)) == .file {
        return Found(path: onDisk(root), shown: root, recorded: inside)
      }
    }
    return Found(path: onDisk(path), shown: path, recorded: Self.recorded(path))
  }
}

/// Brings together a scenario and the files it names.
private struct ScenarioLoader {
  let library: Library
  let fields: Fields
  /// The scenario's folder, as it is shown.
  let folder: String
  let overrides: ScenarioOverrides
  private var issues: Issues { fields.issues }

  init(library: Library, fields: Fields, folder: String, overrides: ScenarioOverrides) {
    self.library = library
    self.fields = fields
    self.folder = folder
    self.overrides = overrides
  }

  func load(_ inputs: inout [InputFile]) throws(InvalidInput) -> LoadedScenario {
    let profileFile = file(.profile, "profile", overrides.profile)
    let profile = profileFile.flatMap { library.profile($0, issues, &inputs) }
    var registers: RegisterMap?
    if let profile, let profileFile {
      registers = library.registers(of: profile, profileFile, issues, &inputs)
    }
    let planFile = file(.plan, "plan", overrides.plan)
    let plan = planFile.flatMap { library.datedPlan($0, issues, &inputs) }
    let reader = ScenarioReader(fields: fields, profile: profile, mailIsOverridden: overrides.mail != nil)
    let draft = reader.draft(overriding: overrides)
    var scenario = draft.scenario
    // A mix that mail from a file takes the place of is no input of the run.
    if overrides.mail == nil, let mix = draft.mix, case .generated(var mail) = scenario.mail {
      mail.destinations =
        file(.mix, mix.name, mix.node, "mix").map { library.mix($0, issues, &inputs) } ?? []
      scenario.mail = .generated(mail)
    }
    let mailFile = openMail(draft, &scenario, &inputs)
    try issues.throwIfFailed()
    guard let profile, let plan, let planFile else {
      throw InvalidInput(issues.ordered, category: .badData)
    }
    let (rules, leftOut) = library.inEffect(plan, at: scenario.startsAt, planFile.shown, issues)
    try issues.throwIfFailed()
    return LoadedScenario(
      scenario: scenario, profile: profile, registers: registers, plan: rules, rulesNotInEffect: leftOut,
      mailPath: mailFile?.path,
      mailShownAs: mailFile?.shown, inputs: inputs, overrides: overrides, remarks: issues.remarks)
  }

  /// The file under `key`, or what the command line gives in its place.
  private func file(_ role: Library.Role, _ key: String, _ override: String?) -> Library.Found? {
    if let override {
      do throws(InvalidInput) {
        return try library.given(override, role, besides: folder)
      } catch {
        issues.add(error)
        return nil
      }
    }
    guard let node = fields[key], let text = fields.text(of: node, called: key, length: 1...512) else {
      return nil
    }
    return file(role, text, node, key)
  }

  /// The file that the scenario names `text`: in the library, or inside its own folder.
  private func file(_ role: Library.Role, _ text: String, _ node: JSONNode, _ key: String) -> Library.Found? {
    if Library.looksLikeFile(text) { return own(text, node) }
    if Library.isName(text), let found = library.find(role, text, besides: folder) { return found }
    fields.complain(
      node, "there is no \(role.rawValue) of this name",
      expected: "a name in the library, or a file inside the scenario's folder",
      suggestion: nearestName(to: text, among: library.names(role, besides: folder)), as: .noInput)
    return nil
  }

  /// A file inside the scenario's folder.
  private func own(_ text: String, _ node: JSONNode) -> Library.Found? {
    do throws(Library.Refusal) {
      return try library.file(text, inside: folder)
    } catch {
      fields.complain(
        node, error.message, expected: error.expected, suggestion: error.suggestion, as: error.category)
      return nil
    }
  }

  /// Finds the mail file, takes its digest, and sets when the run starts.
  private func openMail(
    _ draft: ScenarioReader.Draft, _ scenario: inout Scenario, _ inputs: inout [InputFile]
  ) -> Library.Found? {
    var found: Library.Found?
    var startsAt = draft.statesStart ? scenario.startsAt : nil
    var compressTime = 1
    if case .file(_, let factor) = scenario.mail { compressTime = factor }
    if let path = overrides.mail {
      found = Library.Found(path: library.onDisk(path), shown: path, recorded: Library.recorded(path))
      if let node = fields["starts_at"], startsAt != nil {
        issues.add(
          fields.source.diagnostic(
            .note, at: node.offset,
            "\"starts_at\" is left aside: the run starts with the mail file given instead"))
      }
      startsAt = nil
    } else if let file = draft.mailFile {
      found = own(file.name, file.node)
    }
    guard let found else { return nil }
    do throws(InvalidInput) {
      inputs.append(try Library.mailInput(found))
      let mail = try MailFile(path: found.path, shownAs: found.shown, startsAt: startsAt)
      scenario.startsAt = mail.startsAt
      scenario.mail = .file(path: found.path, compressTime: compressTime)
    } catch {
      issues.add(error)
    }
    return found
  }
}

extension Library {
  /// The digest of a mail file of any size, read once from end to end.
  static func mailInput(_ found: Found) throws(InvalidInput) -> InputFile {
    let window = ByteWindow(try OpenFile(path: found.path, shownAs: found.shown))
    var digest = FNV1a64()
    var bytes = 0
    while try window.refill() {
      let count = window.end - window.start
      digest.combine(window)
      bytes += count
    }
    return InputFile(role: "mail", path: found.recorded, bytes: bytes, digest: digest)
  }
}

extension FNV1a64 {
  /// Takes in everything that stands in a window, and consumes it.
  mutating func combine(_ window: ByteWindow) {
    let count = window.end - window.start
    let bytes = unsafe UnsafeRawBufferPointer(start: window.base + window.start, count: count)
    unsafe combine(bytes)
    window.consume(to: window.end)
  }
}
