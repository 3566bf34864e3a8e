import Glibc

/// Why a run's record is not whole.
public enum RecorderError: Error, Hashable, Sendable {
  /// A file could not be created.
  case create(file: String, errno: Int32)
  /// A file could not be written to the end: disk full, quota, an error of the device, or a file that is not
  /// where it was made any more (`ESTALE`).
  case write(file: String, errno: Int32)
  /// The thread that writes could not be started.
  case thread(errno: Int32)
  /// Pieces are not accounted for; a fault of the program, not of its input.
  case conservation(Conservation)
}

extension RecorderError: CustomStringConvertible {
  /// What happened, to which file, in the system's words.
  public var description: String {
    switch self {
    case .create(let file, let code): "cannot create \(file): \(systemText(code))"
    case .write(let file, ESTALE): "\(file) was deleted, renamed or replaced while it was being written"
    case .write(let file, let code): "cannot write \(file): \(systemText(code))"
    case .thread(let code): "cannot start the thread that writes the journal: \(systemText(code))"
    case .conservation(let account): "internal error: pieces are not accounted for: \(account)"
    }
  }
}
