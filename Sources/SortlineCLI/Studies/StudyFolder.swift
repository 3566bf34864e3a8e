import Experiments
import FileFormats
import Glibc
import Quantities
import Telemetry

/// The folder of a study: its files are each written under another name and renamed when they are whole.
struct StudyFolder {
  /// The folder.
  let path: String
  /// Keeps others from writing into it meanwhile.
  private let lock: FolderLock

  /// Whether a name belongs into a study's folder: its files, the runs whose logs are kept, and shards.
  static func isStudyFile(_ name: String) -> Bool {
    StudyDirectory.files.contains(name) || name == ReportJob.fileName || name.hasPrefix("run-")
      || name.hasPrefix(".")
      || isShard(name)
  }

  /// Whether a name is that of a shard's folder.
  static func isShard(_ name: String) -> Bool { name.hasPrefix("shard-") && name.contains("-of-") }

  /// Uses `path`, which is made where it is missing; what is there must be a study and nothing else.
  init(at path: String) throws(CommandFailure) {
    self.path = path
    let shown = printable(path, limit: 240)
    var status = stat()
    if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFDIR {
      throw CommandFailure(.cannotCreate, "'\(shown)' is there and is no folder")
    }
    try RunFolder.makeFolders(path)
    guard let entries = folderEntries(path) else {
      throw RunFolder.failure("cannot read the folder '\(shown)'", errno)
    }
    if let other = entries.first(where: { !Self.isStudyFile($0) }) {
      throw CommandFailure(
        .cannotCreate, "'\(shown)' holds more than a study: '\(printable(other))'",
        advice: "Choose another folder for --out.")
    }
    lock = try FolderLock(path)
  }

  /// Makes the first free one of `base`, `base-2`, `base-3`, ...
  init(firstFree base: String) throws(CommandFailure) {
    path = try RunFolder.makeFirstFree(base)
    lock = try FolderLock(path)
  }

  /// Whether a study was begun here.
  var holdsStudy: Bool { StudyDirectory.isOne(path) }

  /// Writes study.json, and beside it what the columns of runs.csv are.
  func write(_ record: StudyRecord) throws(CommandFailure) {
    try put(DataPackage(record).json, DataPackage.fileName)
    try put(record.json, StudyDirectory.files[0])
  }

  /// Writes runs.csv.
  func write(_ runs: [StudyRun], of record: StudyRecord) throws(CommandFailure) {
    try put(StudyTable(of: record).csv(runs), StudyDirectory.files[1])
  }

  /// Writes all files, the summary last: where it is, the others are.
  func finish(_ record: StudyRecord, _ runs: [StudyRun]) throws(CommandFailure) -> StudySummary {
    let summary = StudySummary(record, runs)
    try write(record)
    try write(runs, of: record)
    try put(summary.json(of: record), StudyDirectory.files[2])
    return summary
  }

  /// Removes the summary: what it says holds no longer once runs are added.
  func removeSummary() { unsafe unlink(path + "/" + StudyDirectory.files[2]) }

  /// Removes the files of the study.
  func removeFiles() { for file in StudyDirectory.files { unsafe unlink(path + "/" + file) } }

  /// Removes the folder if nothing is in it.
  func discardIfEmpty() { unsafe rmdir(path) }

  private func put(_ bytes: [UInt8], _ name: String) throws(CommandFailure) {
    let work = "\(path)/.\(name).partial-\(getpid())"
    do throws(CommandFailure) {
      try writeWhole(bytes, to: work, syncs: true)
    } catch {
      unsafe unlink(work)
      throw error
    }
    guard unsafe rename(work, "\(path)/\(name)") == 0 else {
      let code = errno
      unsafe unlink(work)
      throw RunFolder.failure("cannot write '\(printable(path, limit: 240))/\(name)'", code)
    }
  }
}

/// The right to write into a folder, which one process has at a time; it ends with the process, however that ends.
///
/// Where a file system knows no such locks, nobody is kept out.
private final class FolderLock: Sendable {
  private let descriptor: Int32

  init(_ path: String) throws(CommandFailure) {
    descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return }
    close(descriptor)
    throw CommandFailure(
      .unavailable, "another sortline is writing into '\(printable(path, limit: 240))'",
      advice: "Wait for it, or choose another folder for --out.")
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}
