import Glibc

/// A pipe by which one thread wakes another out of its wait; closed by `close`, by its owner alone.
struct WakePipe: Sendable {
  /// What to wait on: readable from `wake` on.
  let listening: Int32
  private let knocking: Int32

  /// A new pipe; throws where the system has no descriptors left.
  init() throws(ModbusServerError) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw .system(errno: errno) }
    (listening, knocking) = (ends[0], ends[1])
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      SocketOptions.setBlocking(end, false)
    }
  }

  /// Makes `listening` readable, for good.
  func wake() {
    var byte: UInt8 = 1
    _ = unsafe write(knocking, &byte, 1)
  }

  /// Gives both ends back.
  func close() {
    _ = Glibc.close(listening)
    _ = Glibc.close(knocking)
  }
}
