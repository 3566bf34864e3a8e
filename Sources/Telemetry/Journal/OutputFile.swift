import Glibc
import Synchronization

/// The system call that writes, so that tests can answer short, interrupted and failed.
typealias WriteCall = @Sendable (_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int

/// The call that really writes.
let systemWrite: WriteCall = { descriptor, bytes in unsafe write(descriptor, bytes.baseAddress, bytes.count) }

/// A file that is written from its beginning to its end.
@safe
struct OutputFile: ~Copyable {
  /// The name under which errors speak of it.
  let name: String
  private let descriptor: Int32
  private let call: WriteCall
  private let closed = Atomic<Bool>(false)

  /// Creates or empties the file at `path`, readable by its owner and group.
  init(creating path: String, call: WriteCall? = nil) throws(RecorderError) {
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
    var result: Int32
    repeat { result = unsafe open(path, flags, 0o640) } while result < 0 && errno == EINTR
    if result < 0 { throw .create(file: path, errno: errno) }
    name = path
    descriptor = result
    unsafe self.call = call ?? systemWrite
  }

  deinit { _ = close() }

  /// Writes all the bytes: goes on after short and interrupted writes; answers the error number or 0.
  func write(_ bytes: UnsafeRawBufferPointer) -> Int32 {
    var rest = unsafe bytes
    while unsafe !rest.isEmpty {
      let written = unsafe call(descriptor, rest)
      if written > 0 {
        unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
      } else if written == 0 {
        // POSIX allows no progress without an error; going on could go on for ever.
        return ENOSPC
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }

  /// Closes the file; answers the error number, which may be that of an earlier write, or 0.
  func close() -> Int32 {
    if closed.exchange(true, ordering: .acquiringAndReleasing) { return 0 }
    return Glibc.close(descriptor) == 0 ? 0 : errno
  }
}
