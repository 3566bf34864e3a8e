import Glibc
import Synchronization

@testable import ModbusPlant

/// A device at the far end of a serial line that does to each request what a script says.
///
/// The line is a pseudo-terminal: `path` is the port that a client opens.
final class ScriptedLine: Sendable {
  /// What a script has: the raw line.
  struct Wire {
    let descriptor: Int32
    let wake: Int32

    func send(_ bytes: [UInt8]) { _ = unsafe write(descriptor, bytes, bytes.count) }

    /// Lets time pass, or less when the test is over.
    func pause(milliseconds: Int64) {
      _ = waitUntilReady(wake, for: POLLIN, until: monotonicNow() + milliseconds * 1_000_000)
    }
  }

  let path: String
  let requests = Atomic<Int>(0)
  let master: Int32
  private let wake: WakePipe
  private let thread = Guarded<PosixThread?>(nil)

  /// Opens a line; the script gets each whole request and its number from 0.
  init(_ script: @escaping @Sendable (Wire, [UInt8], Int) -> Void) throws {
    let (master, path) = Self.openLine()
    let wake = try WakePipe()
    (self.master, self.path, self.wake) = (master, path, wake)
    let wire = Wire(descriptor: master, wake: wake.listening)
    thread.withLock { thread in
      thread = PosixThread { [self] in
        var held: [UInt8] = []
        while !waitUntilReady(wake.listening, for: POLLIN, until: monotonicNow() + 500_000) {
          // No client has the port open, or nothing came: look again.
          guard waitUntilReady(master, for: POLLIN, until: monotonicNow() + 20_000_000) else { continue }
          var part = [UInt8](repeating: 0, count: 256)
          let count = unsafe read(master, &part, part.count)
          if count <= 0 {
            held = []
            continue
          }
          held += part.prefix(count)
          guard held.count >= 8, held.count >= Self.length(held) else { continue }
          let request = held
          held = []
          script(wire, request, requests.add(1, ordering: .relaxed).oldValue)
        }
      }
    }
  }

  /// A pseudo-terminal's two ends: a descriptor that does not block, and the path of the other.
  static func openLine() -> (master: Int32, path: String) {
    let master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var unlocked: Int32 = 0
    var number: UInt32 = 0
    // TIOCSPTLCK and TIOCGPTN: what unlockpt and ptsname do, which Glibc's overlay does not show.
    let isReady =
      unsafe ioctl(master, 0x4004_5431, &unlocked) == 0 && ioctl(master, 0x8004_5430, &number) == 0
    precondition(master >= 0 && isReady, "no pseudo-terminal to be had")
    SocketOptions.setBlocking(master, false)
    return (master, "/dev/pts/\(number)")
  }

  private static func length(_ bytes: [UInt8]) -> Int {
    switch bytes[1] {
    case 15, 16: 9 + Int(bytes[6])
    case 22: 10
    default: 8
    }
  }

  /// Ends the device and takes its end of the line away, as an adapter that is pulled out.
  func unplug() {
    wake.wake()
    thread.withLock { thread in
      thread?.join()
      thread = nil
    }
    _ = close(master)
    wake.close()
  }

  /// A client of this line that is not connected yet.
  func client(response: Int64 = 1_500, quiet: Int64 = 20, path: String? = nil) throws -> ModbusClient {
    ModbusClient(
      .rtu(try SerialLine(device: path ?? self.path, baud: 115_200, parity: .none)), unit: 1,
      timeouts: ModbusTimeouts(response: .milliseconds(response), quiet: .milliseconds(quiet)))
  }
}

/// The frame with its checksum behind it.
func sealed(_ bytes: [UInt8]) -> [UInt8] {
  let sum = Checksum.of(bytes.span)
  return bytes + [UInt8(truncatingIfNeeded: sum), UInt8(truncatingIfNeeded: sum >> 8)]
}

/// The right answer of a serial device in which register n holds n.
func rightSerialAnswer(_ request: [UInt8]) -> [UInt8] {
  let answer = rightAnswer([0, 0, 0, 0, 0, 0] + request.dropLast(2))
  return sealed(Array(answer.dropFirst(6)))
}
