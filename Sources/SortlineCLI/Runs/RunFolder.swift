import EventRecords
import FileFormats
import Glibc
import Telemetry

/// The folder that a run is written into: a hidden sibling of its place, renamed when the run is whole.
package struct RunFolder {
  /// Where the run is written until it is whole.
  package let work: String
  /// Where it is meant to stand in the end, as far as that is known.
  package let place: String
  private let target: Target

  private enum Target {
    /// The place that was asked for; `replaces` where an earlier run stands there.
    case given(String, replaces: Bool)
    /// The first free one of `base`, `base-2`, `base-3`, ...
    case firstFree(base: String)
  }

  /// The files of a run; only a folder that holds nothing else is ever replaced.
  package static let files: Set<String> = [
    "run.json", "events.jsonl", "inputs.jsonl", "metrics.csv", "pieces.csv", "summary.json", "report.html",
    DataPackage.fileName,
  ]

  /// Whether a file of this name belongs to a run: its logs' segments and torn tails among them.
  static func isRunFile(_ name: String) -> Bool {
    if files.contains(name) { return true }
    return journals.contains { log in
      JournalSegment.number(of: name, in: log) != nil
        || name.hasPrefix(log.dropLast(".jsonl".count) + ".torn-") && name.hasSuffix(".jsonl")
    }
  }

  /// The logs that can have segments and torn tails.
  static let journals = ["events.jsonl", "inputs.jsonl"]

  /// Makes the folder for a run that is to end at `out`, or at the first free place after `base`.
  ///
  /// - Throws: `cannotCreate` where the place is taken or cannot be written; nothing has been changed then.
  package init(out: String?, replacing force: Bool, base: String) throws(CommandFailure) {
    var place = out ?? base
    while place.count > 1, place.hasSuffix("/") { place.removeLast() }
    if out != nil {
      // A symbolic link stays: the folder behind it is what is written.
      if let real = resolvedPath(place) { place = real }
      target = .given(place, replaces: try Self.mustReplace(place, force: force))
    } else {
      target = .firstFree(base: place)
    }
    self.place = out ?? base
    let (parent, name) = Self.split(place)
    try Self.makeFolders(parent)
    work = "\(parent)/.\(name).partial-\(getpid())"
    if unsafe mkdir(work, 0o750) != 0 {
      throw Self.failure("cannot create the run directory '\(printable(place, limit: 240))'", errno)
    }
  }

  /// Whether an earlier run stands at the place; throws where anything else does.
  static func mustReplace(_ place: String, force: Bool) throws(CommandFailure) -> Bool {
    let shown = printable(place, limit: 240)
    var status = stat()
    guard unsafe stat(place, &status) == 0 else {
      if errno == ENOENT { return false }
      throw failure("cannot look at '\(shown)'", errno)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw CommandFailure(.cannotCreate, "'\(shown)' is there and is no folder")
    }
    guard let entries = folderEntries(place) else {
      throw failure("cannot read the folder '\(shown)'", errno)
    }
    if entries.isEmpty { return false }
    let isRun = entries.contains("run.json") && entries.allSatisfy(isRunFile)
    if !isRun {
      throw CommandFailure(
        .cannotCreate, "'\(shown)' is not empty and holds more than an earlier run",
        advice: "Choose another folder for --out.")
    }
    if force { return true }
    throw CommandFailure(
      .cannotCreate, "'\(shown)' holds an earlier run",
      advice: "Choose another folder, or add --force to replace that run.")
  }

  /// Writes what a run that has ended holds beside its logs.
  ///
  /// - Parameter hasTables: whether its logs and tables were written.
  func write(_ run: RunFile, _ summary: Summary, hasTables: Bool) throws(CommandFailure) {
    try writeWhole(run.json, to: work + "/run.json")
    try writeWhole(summary.json, to: work + "/summary.json")
    if hasTables { try writeWhole(DataPackage(summary.run).json, to: work + "/" + DataPackage.fileName) }
  }

  /// Puts the whole run in its place.
  ///
  /// - Returns: the path of the place.
  package func commit() throws(CommandFailure) -> String {
    switch target {
    case .given(let place, let replaces):
      if replaces { try replace(place) } else { try move(to: place) }
      return place
    case .firstFree(let base):
      var place = base
      var number = 1
      while unsafe rename(work, place) != 0 {
        let code = errno
        guard code == ENOTEMPTY || code == EEXIST || code == ENOTDIR, number < 1_000_000 else {
          discard()
          throw Self.failure("cannot create the run directory '\(printable(place, limit: 240))'", code)
        }
        number += 1
        place = "\(base)-\(number)"
      }
      return place
    }
  }

  private func move(to place: String) throws(CommandFailure) {
    if unsafe rename(work, place) == 0 { return }
    let code = errno
    discard()
    throw Self.failure("cannot create the run directory '\(printable(place, limit: 240))'", code)
  }

  /// Sets the earlier run aside, puts the new one in its place, then removes the earlier one.
  private func replace(_ place: String) throws(CommandFailure) {
    let (parent, name) = Self.split(place)
    let aside = "\(parent)/.\(name).replaced-\(getpid())"
    if unsafe rename(place, aside) != 0 {
      let code = errno
      discard()
      throw Self.failure("cannot replace the run in '\(printable(place, limit: 240))'", code)
    }
    if unsafe rename(work, place) != 0 {
      let code = errno
      _ = unsafe rename(aside, place)
      discard()
      throw Self.failure("cannot replace the run in '\(printable(place, limit: 240))'", code)
    }
    Self.remove(aside)
  }

  /// Removes what was written: the run is not to be kept.
  package func discard() { Self.remove(work) }

  private static func remove(_ folder: String) {
    removeFiles(in: folder)
    unsafe rmdir(folder)
  }

  /// Removes the files of an earlier run.
  static func removeFiles(in folder: String) {
    for file in folderEntries(folder) ?? [] where isRunFile(file) { unsafe unlink("\(folder)/\(file)") }
  }

  private static func split(_ path: String) -> (parent: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let parent = slash == path.startIndex ? "/" : String(path[..<slash])
    return (parent, String(path[path.index(after: slash)...]))
  }

  /// Makes the first free one of the folders `base`, `base-2`, `base-3`, ..., and answers its path.
  static func makeFirstFree(_ base: String) throws(CommandFailure) -> String {
    try makeFolders(split(base).parent)
    var place = base
    var number = 1
    while unsafe mkdir(place, 0o750) != 0 {
      let code = errno
      guard code == EEXIST, number < 1_000_000 else {
        throw failure("cannot create the folder '\(printable(place, limit: 240))'", code)
      }
      number += 1
      place = "\(base)-\(number)"
    }
    return place
  }

  static func makeFolders(_ path: String) throws(CommandFailure) {
    var status = stat()
    if unsafe stat(path, &status) == 0 { return }
    let parent = split(path).parent
    if parent != path { try makeFolders(parent) }
    if unsafe mkdir(path, 0o750) != 0 && errno != EEXIST {
      throw failure("cannot create the folder '\(printable(path, limit: 240))'", errno)
    }
  }

  static func failure(_ message: String, _ code: Int32) -> CommandFailure {
    CommandFailure(.cannotCreate, "\(message): \(describeError(code))")
  }
}

/// The names in a folder; nil with `errno` set if it cannot be read.
func folderEntries(_ path: String) -> [String]? {
  guard let directory = unsafe opendir(path) else { return nil }
  defer { unsafe closedir(directory) }
  var names: [String] = []
  while let entry = unsafe readdir(directory) {
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
      unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// The path with every symbolic link resolved; nil if something on it is missing.
func resolvedPath(_ path: String) -> String? {
  guard let text = unsafe realpath(path, nil) else { return nil }
  defer { unsafe free(text) }
  return unsafe String(cString: text)
}

/// Writes a small file whole, or says why that was not possible.
///
/// - Parameters:
///   - syncs: whether it must outlast a power cut.
///   - mode: who may read and write it.
func writeWhole(
  _ bytes: [UInt8], to path: String, syncs: Bool = false, mode: mode_t = 0o640
) throws(CommandFailure) {
  let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
  var code = descriptor < 0 ? errno : 0
  if descriptor >= 0 {
    var done = 0
    while done < bytes.count, code == 0 {
      let written = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(descriptor, buffer.baseAddress! + done, bytes.count - done)
      }
      if written >= 0 { done += written } else if errno != EINTR { code = errno }
    }
    if syncs && code == 0 && fsync(descriptor) != 0 { code = errno }
    if close(descriptor) != 0 && code == 0 { code = errno }
  }
  if code != 0 {
    throw CommandFailure(
      .cannotCreate, "cannot write '\(printable(path, limit: 240))': \(describeError(code))")
  }
}
