import Glibc

/// Where text goes: a descriptor, or memory in tests.
package protocol TextSink: AnyObject {
  /// Writes the text, now or at the next `flush`.
  func write(_ text: String)
  /// Hands over everything written so far.
  func flush()
  /// What went wrong with writing, if anything did: an `errno` other than a reader that went away.
  var failure: Int32? { get }
}

/// Text kept in memory.
package final class MemorySink: TextSink {
  /// Everything written so far.
  package private(set) var text = ""
  package let failure: Int32? = nil

  /// An empty sink.
  package init() {}

  package func write(_ text: String) { self.text += text }
  package func flush() {}
}

/// A file descriptor, written in blocks, that neither crashes nor keeps silent when writing fails.
///
/// A reader that went away (`EPIPE`) or a descriptor that was never open just ends the writing:
/// the command goes on. Any other error is kept in `failure`, for the exit code.
package final class DescriptorSink: TextSink {
  private let descriptor: Int32
  private var pending: [UInt8] = []
  private var isClosed = false
  package private(set) var failure: Int32?

  /// A sink over an open descriptor.
  package init(descriptor: Int32) { self.descriptor = descriptor }

  package func write(_ text: String) {
    if isClosed { return }
    pending.append(contentsOf: text.utf8)
    if pending.count >= 1 << 16 { flush() }
  }

  package func flush() {
    var done = 0
    while done < pending.count, !isClosed {
      let written = unsafe pending.withUnsafeBytes { bytes in
        unsafe Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
      }
      if written >= 0 {
        done += written
      } else {
        handle(errno)
      }
    }
    pending.removeAll(keepingCapacity: true)
  }

  private func handle(_ error: Int32) {
    switch error {
    case EINTR: return
    case EAGAIN:
      var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      _ = unsafe poll(&waiting, 1, 1000)
    case EPIPE, EBADF: isClosed = true
    default:
      isClosed = true
      failure = error
    }
  }
}

/// What the system calls an error, such as "No space left on device".
package func describeError(_ number: Int32) -> String {
  guard let text = unsafe strerror(number) else { return "error \(number)" }
  return unsafe String(cString: text)
}

/// The number of the last error that a system call left.
var lastError: Int32 { errno }
