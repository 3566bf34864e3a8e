import EventRecords
import FileFormats
import Glibc

/// The folder of a run in real time: written in its place from the beginning, and locked while it is written.
///
/// A live run cannot be written aside and renamed: whoever watches it needs its logs now, and what was logged
/// before a crash must be found. The lock is the kernel's, on the folder itself: it leaves no file behind
/// and ends with the process, however that ends.
package final class LiveFolder {
  /// Where the run is written.
  package let path: String
  private let descriptor: Int32

  /// Makes and locks the folder: `out`, or the first of `base`, `base-2`, `base-3`, ... that is not there yet.
  ///
  /// - Parameter force: whether the files of an earlier run in `out` may be replaced.
  /// - Throws: `cannotCreate` where the place is taken, in use by another run, or cannot be written.
  package init(out: String?, replacing force: Bool, base: String) throws(CommandFailure) {
    if let out { path = try Self.made(out) } else { path = try RunFolder.makeFirstFree(base) }
    descriptor = try Self.locked(path)
    if out != nil, try RunFolder.mustReplace(path, force: force) { RunFolder.removeFiles(in: path) }
  }

  /// Locks the folder of a run that is to go on.
  ///
  /// - Throws: `cannotCreate` where another sortline writes to it, or it cannot be opened.
  package init(resuming path: String) throws(CommandFailure) {
    self.path = path
    descriptor = try Self.locked(path)
  }

  deinit { _ = close(descriptor) }

  /// Keeps what stands behind a place of a log, before it is cut off; answers the file's name, nil where nothing does.
  ///
  /// - Throws: `cannotCreate` where it cannot be kept: nothing is cut then.
  package func saveAside(_ log: String, from place: LogPlace) throws(CommandFailure) -> String? {
    guard let bytes = readWhole(file(log), limit: .max, from: place.bytes), !bytes.isEmpty else { return nil }
    let stem = log.dropLast(".jsonl".count)
    let taken = folderEntries(path) ?? []
    var number = 1
    while taken.contains("\(stem).torn-\(number).jsonl") { number += 1 }
    let name = "\(stem).torn-\(number).jsonl"
    try writeWhole(bytes, to: file(name), syncs: true)
    return name
  }

  private static func made(_ out: String) throws(CommandFailure) -> String {
    let path = out.count > 1 && out.hasSuffix("/") ? String(out.dropLast()) : out
    try RunFolder.makeFolders(path)
    return path
  }

  /// Opens the folder and locks it.
  private static func locked(_ path: String) throws(CommandFailure) -> Int32 {
    let shown = printable(path, limit: 240)
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw RunFolder.failure("cannot open the run directory '\(shown)'", errno)
    }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
    let code = errno
    _ = close(descriptor)
    guard code == EWOULDBLOCK else {
      throw RunFolder.failure("cannot lock the run directory '\(shown)'", code)
    }
    throw CommandFailure(
      .cannotCreate, "another sortline is writing to '\(shown)'",
      advice: "Wait for it to end, or choose another folder for --out.")
  }

  /// The path of one of the run's files.
  package func file(_ name: String) -> String { path + "/" + name }
}
