import FileFormats

/// Where the study is that a command line names: a path, or a bare name under `scenarios/studies`.
struct StudySearch {
  let name: String
  let home: String?

  /// The path of the file.
  var path: String {
    if name.contains("/") || readWhole(name, limit: .max, upTo: 1) != nil { return name }
    let inside = "scenarios/studies/\(name)\(name.hasSuffix(".json5") ? "" : ".json5")"
    let places = [inside] + (home.map { [$0 + "/" + inside] } ?? [])
    return places.first { readWhole($0, limit: .max, upTo: 1) != nil } ?? name
  }

  /// Reads a study; what is no study is told what it is.
  static func design(at path: String) throws(CommandFailure) -> StudyDesign {
    do throws(InvalidInput) {
      return try StudyDesign(path: path)
    } catch {
      var advice = ""
      switch (try? CheckedFile(path))?.kind {
      case .scenario where readWhole(path, limit: .max, upTo: 1) != nil:
        advice =
          "This is a scenario; a study names one, and 'sortline simulate --replications' runs one often."
      case .studyDirectory: advice = "This is the directory of a study; give the file that it was made from."
      default: break
      }
      throw CommandFailure(error, advice: advice)
    }
  }
}
