extension StudyTable {
  /// The runs of the table in a folder; none where it has not been written.
  public func runsIfThere(in folder: String) throws(InvalidInput) -> [StudyRun] {
    let path = FileSystem.join(folder, StudyDirectory.files[1])
    return FileSystem.entry(at: path) == .nothing ? [] : try runs(path: path)
  }
}

extension StudyValue {
  /// The value that an alteration sets.
  public init(_ alteration: Alteration) { self.init(alteration.value) }
}

extension StudyRecord.Input {
  /// The input of a run, without its text, named alike wherever the study is run from.
  public init(_ file: InputFile) {
    let shared = ["hardware-profiles/", "scenarios/plans/", "scenarios/mixes/"]
    let isShared = file.role != "registers" && shared.contains { file.path.hasPrefix($0) }
    self.init(
      role: file.role, path: isShared ? file.path : FileSystem.lastPart(of: file.path), bytes: file.bytes,
      digest: file.digest)
  }
}

extension StudyRecord {
  /// In what this study differs from another one, in a few words: what weighs most comes first.
  public func difference(from other: StudyRecord) -> String {
    func both(_ what: String, _ own: String, _ others: String) -> String {
      "\(what) \(printable(own)) here, \(printable(others)) there"
    }
    if programVersion != other.programVersion {
      return both("version", programVersion, other.programVersion)
    }
    if name != other.name { return both("name", name, other.name) }
    for (file, otherFile) in zip(inputs, other.inputs) where file != otherFile {
      return both(
        "the \(file.role) is", "\(file.path) (\(file.digest))", "\(otherFile.path) (\(otherFile.digest))")
    }
    if inputs.count != other.inputs.count { return "they are made from other files" }
    if seed != other.seed { return both("seed", "\(seed)", "\(other.seed)") }
    if replications != other.replications {
      return both("replications", "\(replications)", "\(other.replications)")
    }
    if factors != other.factors || points != other.points { return "they have other design points" }
    return "they have other settings"
  }
}

extension Library {
  /// The scenario that a study names, as the library takes it: a name, or a file in the study's own folder.
  ///
  /// A name is looked up in the study's folder, beside it, in `scenarios` and under the library's home.
  public func scenarioPath(of design: StudyDesign, at study: String) throws(InvalidInput) -> String {
    let folder = FileSystem.parent(of: study)
    let text = design.scenario
    if Self.isName(text) && !Self.looksLikeFile(text) {
      let near = [folder, FileSystem.tidy(FileSystem.join(folder, ".."))].map { FileSystem.join($0, text) }
      for place in near where FileSystem.entry(at: onDisk(FileSystem.join(place, "scenario.json5"))) == .file
      {
        return place
      }
      let homes = ["scenarios"] + (home.map { [FileSystem.join($0, "scenarios")] } ?? [])
      for place in homes.map({ FileSystem.join($0, text) })
      where FileSystem.entry(at: onDisk(FileSystem.join(place, "scenario.json5"))) == .file {
        return place
      }
      let folders = [folder, FileSystem.tidy(FileSystem.join(folder, ".."))] + homes
      let names = folders.flatMap { folder in
        FileSystem.entries(of: onDisk(folder)).filter {
          FileSystem.entry(at: onDisk(FileSystem.join(FileSystem.join(folder, $0), "scenario.json5")))
            == .file
        }
      }
      throw refusal(
        design.scenarioPlace, "there is no scenario of this name", text, "a name in the library, or a file",
        nearestName(to: text, among: names), .noInput)
    }
    do throws(Refusal) {
      return try file(text, inside: folder, of: "study").shown
    } catch {
      throw refusal(
        design.scenarioPlace, error.message, text, error.expected, error.suggestion, error.category)
    }
  }

  private func refusal(
    _ place: Alteration.Place, _ message: String, _ found: String, _ expected: String, _ suggestion: String?,
    _ category: InvalidInput.Category
  ) -> InvalidInput {
    InvalidInput(
      [
        Diagnostic(
          file: place.file, line: place.line, column: place.column, message, found: quoted(found),
          expected: expected, suggestion: suggestion)
      ], category: category)
  }
}
