import EventRecords
import Glibc

/// An ordinary file opened for reading: pipes, devices and folders are refused before a byte is read.
final class OpenFile {
  /// The file's name as messages show it.
  let name: String
  /// Its length when it was opened, in bytes, with that of the segments before it.
  let size: Int
  /// Whether everybody on this computer may write it.
  let isOpenToAll: Bool
  private let descriptor: Int32
  /// The segments that were put aside before this file, and how many bytes they have together.
  private let before: [OpenFile]
  private let start: Int

  /// Opens a log, with the segments of it that were put aside, as one file.
  ///
  /// A crash between putting a segment aside and beginning the next leaves segments alone: the last one is the file.
  convenience init(log path: String, shownAs name: String) throws(InvalidInput) {
    let count = try Self.segments(of: path, shownAs: name)
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let isThere = FileSystem.entries(of: parent).contains(FileSystem.lastPart(of: path))
    let aside = isThere || count == 0 ? count : count - 1
    var before: [OpenFile] = []
    for number in stride(from: 1, through: aside, by: 1) {
      before.append(
        try OpenFile(
          path: JournalSegment.path(of: path, number: number),
          shownAs: JournalSegment.path(of: name, number: number)))
    }
    if aside == count {
      try self.init(path: path, shownAs: name, behind: before)
    } else {
      try self.init(
        path: JournalSegment.path(of: path, number: count),
        shownAs: JournalSegment.path(of: name, number: count), behind: before)
      isCurrentMissing = true
    }
    segmentsAside = count
  }

  /// How many segments of a log were put aside: they are numbered from 1, and none may be missing.
  private static func segments(of path: String, shownAs name: String) throws(InvalidInput) -> Int {
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let log = FileSystem.lastPart(of: path)
    let numbers = FileSystem.entries(of: parent).compactMap { JournalSegment.number(of: $0, in: log) }
      .sorted()
    for (index, number) in numbers.enumerated() where number != index + 1 {
      throw InvalidInput(
        [
          Diagnostic(
            file: JournalSegment.path(of: name, number: index + 1), "a segment of the log is missing",
            expected: "each from 1 to \(numbers.last ?? 1)")
        ], category: .noInput)
    }
    return numbers.count
  }

  /// How many segments were put aside before the file that goes on, which may not have been begun.
  private(set) var segmentsAside = 0
  /// Whether the last segment stands for a file that was not begun.
  private var isCurrentMissing = false

  /// What a log that goes on behind the byte at `offset` goes on with; nil where that byte is not in its last file.
  func place(endingAt offset: Int) -> (segments: Int, bytes: Int)? {
    if isCurrentMissing { return offset == size ? (segmentsAside, 0) : nil }
    return offset >= start ? (segmentsAside, offset - start) : nil
  }

  /// The file in which the byte at `offset` stands, and where in it.
  func place(of offset: Int) -> (name: String, offset: Int) {
    var rest = offset
    for file in before {
      if rest < file.size { return (file.name, rest) }
      rest -= file.size
    }
    return (name, rest)
  }

  /// Opens the file at `path`, which messages call `name`; its bytes are counted behind those of other files.
  init(path: String, shownAs name: String, behind before: [OpenFile] = []) throws(InvalidInput) {
    self.name = name
    self.before = before
    start = before.reduce(0) { $0 + $1.size }
    var status = stat()
    // Looked at before it is opened: opening some devices does something.
    guard unsafe stat(path, &status) == 0 else { throw Self.refusal(path, name, errno) }
    if let what = Self.oddKind(status) { throw Self.notOrdinary(name, what) }
    let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw Self.refusal(path, name, errno) }
    guard unsafe fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw Self.refusal(path, name, code)
    }
    if let what = Self.oddKind(status) {
      close(descriptor)
      throw Self.notOrdinary(name, what)
    }
    self.descriptor = descriptor
    size = start + Int(status.st_size)
    isOpenToAll = status.st_mode & S_IWOTH != 0
  }

  deinit { close(descriptor) }

  /// Reads up to `buffer.count` bytes from `offset`; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(InvalidInput) -> Int {
    var offset = offset
    for file in before {
      if offset < file.size { return unsafe try file.read(into: buffer, at: offset) }
      offset -= file.size
    }
    while true {
      let count = unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return count }
      let code = errno
      if code == EINTR { continue }
      throw InvalidInput(
        [Diagnostic(file: name, "the file cannot be read: \(Self.words(code))")], category: .noInput)
    }
  }

  /// Fills `buffer` from `offset`, across segments; answers how many bytes there were.
  func fill(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(InvalidInput) -> Int {
    var have = 0
    while have < buffer.count {
      let got = unsafe try read(
        into: UnsafeMutableRawBufferPointer(rebasing: buffer[have...]), at: offset + have)
      if got == 0 { break }
      have += got
    }
    return have
  }

  /// The whole file, of at most `limit` bytes.
  func contents(limit: Int) throws(InvalidInput) -> [UInt8] {
    if size > limit {
      throw InvalidInput(
        [
          Diagnostic(
            file: name, line: 1, column: 1, "the file is too large", found: "\(size) bytes",
            expected: "at most \(limit) bytes")
        ], category: .badData)
    }
    var bytes = [UInt8](repeating: 0, count: size)
    var have = 0
    var failure: InvalidInput?
    unsafe bytes.withUnsafeMutableBytes { buffer in
      do throws(InvalidInput) { have = try unsafe fill(buffer, at: 0) } catch { failure = error }
    }
    if let failure { throw failure }
    bytes.removeLast(size - have)
    return bytes
  }

  private static func oddKind(_ status: stat) -> String? {
    switch status.st_mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a folder"
    case S_IFIFO: "a named pipe"
    case S_IFCHR, S_IFBLK: "a device"
    case S_IFSOCK: "a socket"
    default: "something else"
    }
  }

  private static func notOrdinary(_ name: String, _ what: String) -> InvalidInput {
    InvalidInput(
      [Diagnostic(file: name, "this cannot be read as a file", found: what, expected: "an ordinary file")],
      category: .noInput)
  }

  private static func refusal(_ path: String, _ name: String, _ code: Int32) -> InvalidInput {
    guard code == ENOENT || code == ENOTDIR else {
      return InvalidInput(
        [Diagnostic(file: name, "the file cannot be opened: \(words(code))")], category: .noInput)
    }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.dropLast().joined(separator: "/")
    let entries = FileSystem.entries(of: folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder)
    let near = nearestName(to: String(parts.last ?? ""), among: entries)
    let shownFolder = name.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/")
    return InvalidInput(
      [
        Diagnostic(
          file: name, "there is no such file",
          suggestion: near.map { shownFolder.isEmpty ? $0 : shownFolder + "/" + $0 })
      ], category: .noInput)
  }

  private static func words(_ code: Int32) -> String {
    switch code {
    case EACCES, EPERM: "permission denied"
    case ELOOP: "too many symbolic links"
    case ENAMETOOLONG: "its name is too long"
    case EMFILE, ENFILE: "too many open files"
    case EIO: "an input error"
    default: "error \(code)"
    }
  }
}
