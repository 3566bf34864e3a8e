import FileFormats
import Quantities
import Reporting

/// Writes report.html of a run or a study from the files in its directory.
struct ReportJob {
  /// The name of the report in its directory.
  static let fileName = "report.html"

  /// The directory of the run or the study.
  let path: String
  /// Where the report goes; nil: into that directory.
  var out: String?
  /// Where the animation begins, in the run's time.
  var start = Nanoseconds.zero

  /// What was written.
  struct Written {
    var path: String
    var bytes: Int
    /// What the page shows, in a few words.
    var content: String
  }

  /// Reads the run or the study and writes its report.
  func write() throws(CommandFailure) -> Written {
    if StudyDirectory.isOne(path) { return try writeStudy() }
    let run = try RunDirectory(path: path)
    let report: RunReport
    do throws(InvalidInput) {
      report = try RunReport(
        folder: run.path, facts: run.facts, summary: try run.summary(),
        animatedFrom: start.rawValue / 1_000_000)
    } catch {
      throw CommandFailure(error, advice: "'sortline check' on the run directory says what else is wrong.")
    }
    if let end = report.end, start > .zero, start.rawValue / 1_000_000 > end {
      throw CommandFailure(
        .usage,
        "--from is at \(start.clockText), and the run's log ends at \(Nanoseconds.milliseconds(end).clockText)",
        advice: "Leave --from out to begin with the run.")
    }
    let pieces = report.animatedPieces == 1 ? "1 piece" : "\(grouped(report.animatedPieces)) pieces"
    return try write(report.html, in: run.path, "\(pieces) in motion")
  }

  private func writeStudy() throws(CommandFailure) -> Written {
    if start > .zero {
      throw CommandFailure(
        .usage, "--from is about the animation of a run, and '\(printable(path, limit: 240))' is a study",
        advice: "Leave --from out; the runs of a study that keep their logs have reports of their own.")
    }
    let study: StudyDirectory
    do throws(InvalidInput) {
      study = try StudyDirectory(path: path)
    } catch {
      throw CommandFailure(error)
    }
    let runs = study.runs.count == 1 ? "1 run" : "\(grouped(study.runs.count)) runs"
    return try write(StudyReport(study).html, in: path, runs)
  }

  private func write(_ html: [UInt8], in folder: String, _ content: String) throws(CommandFailure) -> Written
  {
    let place = out ?? (folder.hasSuffix("/") ? folder : folder + "/") + Self.fileName
    try writeWhole(html, to: place)
    return Written(path: place, bytes: html.count, content: content)
  }

  /// Writes the report of a run that was just made into its directory.
  static func add(to folder: String) throws(CommandFailure) {
    _ = try ReportJob(path: folder).write()
  }
}
