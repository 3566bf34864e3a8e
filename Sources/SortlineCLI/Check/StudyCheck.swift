import Experiments
import FileFormats
import SorterModel
import Telemetry

/// Studies, as people write them and as they are kept.
extension Checker {
  /// Reads a study and every one of its points.
  func checkStudy(_ file: CheckedFile) throws(InvalidInput) {
    let design = try StudyDesign(path: file.given)
    report.begin(file, "study \(quoted(design.name)), \(printable(design.title))")
    let scenario = try StudyScenario(design, at: file.given, in: library)
    for remark in try scenario.base().remarks { report.tell(remark) }
    var wrong = 0
    for point in scenario.points.indices {
      do throws(InvalidInput) {
        _ = try scenario.replicator(of: point)
      } catch {
        // One of many alike says enough; the rest are counted.
        if wrong == 0 { report.tell(error) }
        wrong += 1
      }
    }
    if wrong > 1 {
      report.tell(Diagnostic(.note, file: file.given, "\(grouped(wrong - 1)) more points cannot be run"))
    }
    let runs = scenario.points.count * design.replications
    report.line(
      "\(grouped(scenario.points.count)) points of \(grouped(design.factors.count)) factors, \(grouped(runs)) runs"
    )
  }

  /// Reads the files of a study, and reckons its summary again from its runs.
  func checkStudyDirectory(_ file: CheckedFile) throws(InvalidInput) {
    let study = try StudyDirectory(path: file.given)
    report.begin(file, "study \(quoted(study.record.name)), \(printable(study.record.title))")
    for run in study.runs where run.seed != study.record.seed(of: run.run) {
      report.tell(
        Diagnostic(
          file: file.given + "/runs.csv", "run \(run.run) has another seed than the study gives it",
          found: "\(run.seed)", expected: "\(study.record.seed(of: run.run))"))
    }
    if StudySummary(study.record, study.runs) != study.summary {
      report.tell(Diagnostic(file: file.given + "/summary.json", "the summary does not follow from the runs"))
    }
    checkPackage(of: study)
    let missing = study.missing
    if !missing.isEmpty {
      report.tell(
        Diagnostic(.warning, file: file.given, "runs are missing: \(missing.text)"))
    }
    report.line(
      "\(grouped(study.runs.count)) of \(grouped(study.record.runCount)) runs, \(grouped(study.record.points.count)) points"
    )
  }

  /// Holds the description of runs.csv against the study; those of versions before 0.6 have none.
  private func checkPackage(of study: StudyDirectory) {
    let name = DataPackage.fileName
    guard folderEntries(study.path)?.contains(name) ?? false else { return }
    let path = "\(study.path)/\(name)"
    guard let bytes = readWhole(path, limit: 1 << 24) else {
      return report.tell(Diagnostic(file: path, "it cannot be read: \(describeError(lastError))"))
    }
    let wanted = DataPackage(study.record).json
    if bytes == wanted { return }
    let line = 1 + zip(bytes, wanted).prefix { $0 == $1 }.count { $0.0 == 0x0A }
    report.tell(
      Diagnostic(
        file: path, line: line, column: 1, "it describes runs.csv otherwise than this study has it",
        found: Self.line(line, of: bytes), expected: Self.line(line, of: wanted)))
  }

  /// A line of a text without its indentation, as messages show it.
  private static func line(_ number: Int, of bytes: [UInt8]) -> String {
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if number > lines.count { return "nothing" }
    return quoted(String(decoding: lines[number - 1].drop { $0 == 0x20 }, as: UTF8.self))
  }
}
