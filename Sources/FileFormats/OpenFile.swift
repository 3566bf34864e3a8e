import Glibc

/// An ordinary file opened for reading: pipes, devices and folders are refused before a byte is read.
final class OpenFile {
  /// The file's name as messages show it.
  let name: String
  /// Its length when it was opened, in bytes.
  let size: Int
  private let descriptor: Int32

  /// Opens the file at `path`, which messages call `name`.
  init(path: String, shownAs name: String) throws(InvalidInput) {
    self.name = name
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
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Reads up to `buffer.count` bytes from `offset`; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(InvalidInput) -> Int {
    while true {
      let count = unsafe pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return count }
      let code = errno
      if code == EINTR { continue }
      throw InvalidInput(
        [Diagnostic(file: name, "the file cannot be read: \(Self.words(code))")], category: .noInput)
    }
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
    while have < size {
      var got = 0
      var failure: InvalidInput?
      unsafe bytes.withUnsafeMutableBytes { buffer in
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[have...])
        do throws(InvalidInput) { got = try unsafe read(into: rest, at: have) } catch { failure = error }
      }
      if let failure { throw failure }
      if got == 0 { break }
      have += got
    }
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
