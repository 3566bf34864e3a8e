import Glibc
import Quantities

/// Tells a service manager that the run has begun, still lives, and is about to end: systemd's notify protocol.
///
/// A datagram to the socket that `NOTIFY_SOCKET` names (sd_notify(3)); no library is needed for that. A run
/// that no manager started says nothing. Belongs to the main thread.
package final class ServiceNotice {
  private let descriptor: Int32
  private let socket: String
  /// How often it wants to hear that the run lives: half of what it waits; nil where it does not ask.
  private let beat: Nanoseconds?
  private var lastBeat = Nanoseconds.zero
  private var lastCycle: Int64 = -1
  private var isReady = false

  /// A way to the manager that these variables of the environment name; nil where none does.
  package init?(environment: [String: String]) {
    guard let name = environment["NOTIFY_SOCKET"], name.hasPrefix("/") || name.hasPrefix("@"),
      name.utf8.count < 108
    else { return nil }
    socket = name
    let wait = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
    beat = wait.map { Nanoseconds(min($0, 1 << 40) * 500) }
    descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  /// To be called now and then with the moment of the control thread's last cycle.
  ///
  /// The manager hears that the run lives only while the control thread turns: one that stands still is to be
  /// restarted, however well this thread is.
  package func follow(lastCycle: Int64, now: Nanoseconds) {
    let turns = lastCycle != self.lastCycle && lastCycle > 0
    self.lastCycle = lastCycle
    guard turns else { return }
    if !isReady {
      isReady = true
      lastBeat = now
      tell("READY=1\nSTATUS=driving\n")
    }
    guard let beat, now - lastBeat >= beat else { return }
    lastBeat = now
    tell("WATCHDOG=1\n")
  }

  /// The run is about to end: the machine runs empty and the logs are written.
  package func stop() { tell("STOPPING=1\nSTATUS=emptying the machine and writing the logs\n") }

  /// Sends a datagram; a manager that does not hear it does no harm.
  private func tell(_ text: String) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var name = Array(socket.utf8)
    // A name in the kernel's own space begins with a zero byte.
    if name[0] == UInt8(ascii: "@") { name[0] = 0 }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
    let length = socklen_t(
      unsafe MemoryLayout<sockaddr_un>.offset(of: \.sun_path).unsafelyUnwrapped + name.count)
    let bytes = Array(text.utf8)
    unsafe withUnsafePointer(to: address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        _ = unsafe sendto(
          descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), generic, length)
      }
    }
  }
}
