import Glibc

/// Where a journal's bytes go: the system's files, or a disk that a test or a fault hunt makes fail.
///
/// Every answer is that of the system call of the same name, with minus the error number in place of -1.
/// Called by the writing thread alone, except while files are opened.
public protocol JournalStorage: Sendable {
  /// Opens a file for writing.
  ///
  /// - Returns: a handle, zero or more; or minus the error number.
  func open(_ path: String, _ opening: JournalOpening) -> Int32
  /// Writes at the file's end, perhaps less than all.
  ///
  /// - Returns: how many bytes were written; or minus the error number.
  func write(_ handle: Int32, _ bytes: UnsafeRawBufferPointer) -> Int
  /// Cuts the file to a size, where the next write goes on. Answers 0 or minus the error number.
  func truncate(_ handle: Int32, to size: Int) -> Int32
  /// Waits until everything that was written would outlast a power cut. Answers 0 or minus the error number.
  func sync(_ handle: Int32) -> Int32
  /// Closes the file. Answers 0 or minus the error number, which may be that of an earlier write.
  func close(_ handle: Int32) -> Int32
  /// Whether the open file still stands under its path: false where it was deleted, renamed or replaced.
  func isInPlace(_ handle: Int32, _ path: String) -> Bool
  /// Gives a file another name in the same folder. Answers 0 or minus the error number.
  func rename(_ path: String, to other: String) -> Int32
  /// Waits until the names in the folder of this path would outlast a power cut. Answers 0 or minus the error number.
  func syncFolder(of path: String) -> Int32
}

/// How a log's file is opened.
public enum JournalOpening: Hashable, Sendable {
  /// Made, or emptied.
  case fresh
  /// Left as it is, or made: what is to stay of it is said by `truncate`.
  case existing
}

/// The files of the system.
public struct SystemStorage: JournalStorage {
  /// The system's files.
  public init() {}

  /// Opens a file that its owner and group can read.
  public func open(_ path: String, _ opening: JournalOpening) -> Int32 {
    var flags = O_WRONLY | O_CREAT | O_CLOEXEC
    if opening == .fresh { flags |= O_TRUNC }
    var handle: Int32
    repeat { handle = unsafe Glibc.open(path, flags, 0o640) } while handle < 0 && errno == EINTR
    return handle < 0 ? -errno : handle
  }

  /// Calls write(2).
  public func write(_ handle: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    let count = unsafe Glibc.write(handle, bytes.baseAddress, bytes.count)
    return count < 0 ? -Int(errno) : count
  }

  /// Calls ftruncate(2) and moves to the end.
  public func truncate(_ handle: Int32, to size: Int) -> Int32 {
    if ftruncate(handle, off_t(size)) != 0 { return -errno }
    return lseek(handle, off_t(size), SEEK_SET) < 0 ? -errno : 0
  }

  /// Calls fdatasync(2), which writes the size as well where it has changed.
  public func sync(_ handle: Int32) -> Int32 { fdatasync(handle) == 0 ? 0 : -errno }

  /// Calls close(2).
  public func close(_ handle: Int32) -> Int32 { Glibc.close(handle) == 0 ? 0 : -errno }

  /// Compares the open file with the one at its path.
  public func isInPlace(_ handle: Int32, _ path: String) -> Bool {
    var mine = stat()
    var there = stat()
    guard unsafe fstat(handle, &mine) == 0, unsafe stat(path, &there) == 0 else { return false }
    return mine.st_ino == there.st_ino && mine.st_dev == there.st_dev
  }

  /// Calls rename(2).
  public func rename(_ path: String, to other: String) -> Int32 {
    unsafe Glibc.rename(path, other) == 0 ? 0 : -errno
  }

  /// Calls fsync(2) on the folder.
  public func syncFolder(of path: String) -> Int32 {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let handle = unsafe Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if handle < 0 { return -errno }
    let code = fsync(handle) == 0 ? 0 : -errno
    _ = Glibc.close(handle)
    return code
  }
}
