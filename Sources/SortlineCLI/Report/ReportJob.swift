import FileFormats
import Quantities
import Reporting

/// Writes report.html of a run from the files in its directory.
struct ReportJob {
  /// The name of the report in a run directory.
  static let fileName = "report.html"

  let run: RunDirectory
  /// Where the report goes; nil: into the run directory.
  var out: String?
  /// Where the animation begins, in the run's time.
  var start = Nanoseconds.zero

  /// What was written.
  struct Written {
    var path: String
    var bytes: Int
    /// How many pieces the animation shows.
    var pieces: Int
  }

  /// Reads the run and writes its report.
  func write() throws(CommandFailure) -> Written {
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
    let path = out ?? run.file(Self.fileName)
    let html = report.html
    try writeWhole(html, to: path)
    return Written(path: path, bytes: html.count, pieces: report.animatedPieces)
  }

  /// Writes the report of a run that was just made into its directory.
  static func add(to folder: String) throws(CommandFailure) {
    _ = try ReportJob(run: RunDirectory(path: folder)).write()
  }
}
