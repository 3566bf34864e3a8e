import Telemetry

/// The directory of a study, read: what it is, its finished runs, and what they come to.
///
/// The files agree: the id of summary.json is that of study.json, and the rows of runs.csv are its runs.
public struct StudyDirectory: Sendable {
  /// The folder as the person named it.
  public var path: String
  /// What study.json says.
  public var record: StudyRecord
  /// The rows of runs.csv, in the order of their numbers.
  public var runs: [StudyRun]
  /// What summary.json says.
  public var summary: StudySummary

  /// The files of a study.
  public static let files = ["study.json", "runs.csv", "summary.json", DataPackage.fileName]

  /// Whether a folder holds a study.
  public static func isOne(_ path: String) -> Bool {
    FileSystem.entry(at: FileSystem.join(path, files[0])) == .file
  }

  /// Reads the study in a folder.
  public init(path: String) throws(InvalidInput) {
    self.path = path
    record = try StudyRecord(path: FileSystem.join(path, Self.files[0]))
    runs = try StudyTable(of: record).runs(path: FileSystem.join(path, Self.files[1]))
    summary = try StudySummary(path: FileSystem.join(path, Self.files[2]), of: record)
  }

  /// The finished runs of a point, in the order of their replications.
  public func runs(of point: Int) -> [StudyRun] { runs.filter { $0.point == point } }

  /// The numbers of the runs that are not there.
  public var missing: RunSelection {
    var missing = RunSelection(all: record.runCount)
    for run in runs { missing.remove(run.run) }
    return missing
  }
}
