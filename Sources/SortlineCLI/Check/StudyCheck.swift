import Experiments
import FileFormats
import SorterModel

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

  /// Reads the three files of a study, and reckons its summary again from its runs.
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
    let missing = study.missing
    if !missing.isEmpty {
      report.tell(
        Diagnostic(.warning, file: file.given, "runs are missing: \(missing.text)"))
    }
    report.line(
      "\(grouped(study.runs.count)) of \(grouped(study.record.runCount)) runs, \(grouped(study.record.points.count)) points"
    )
  }
}
