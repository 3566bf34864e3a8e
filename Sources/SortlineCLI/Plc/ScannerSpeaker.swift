import Glibc
import ModbusPlant
import Quantities
import SorterModel

/// The scanner of a rehearsed machine: tells each reading as a CSV line to whoever is connected.
///
/// Used by one thread, and never waits: who does not read is disconnected.
final class ScannerSpeaker {
  private let listener: Int32
  private var clients: [Int32] = []
  /// The TCP port that it listens on.
  let port: UInt16

  /// A scanner that listens; port 0 lets the system choose.
  init(_ endpoint: ModbusEndpoint, allowsBeyondLoopback: Bool) throws(CommandFailure) {
    guard case .tcp(let host, let wanted) = endpoint else {
      throw CommandFailure(.usage, "--scanner-feed takes an address and a port")
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = wanted.bigEndian
    guard unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
      throw CommandFailure(.usage, "--scanner-feed needs a numeric IPv4 address, such as 127.0.0.1:2112")
    }
    if UInt32(bigEndian: address.sin_addr.s_addr) >> 24 != 127 && !allowsBeyondLoopback {
      throw CommandFailure(
        .configuration, "\(endpoint) can be reached from other machines",
        advice: "--allow-beyond-loopback allows it; anybody can then read what is sorted.")
    }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var reuse: Int32 = 1
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        guard unsafe bind(descriptor, generic, length) == 0, Glibc.listen(descriptor, 4) == 0,
          unsafe getsockname(descriptor, generic, &length) == 0,
          fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0
        else { return errno }
        return 0
      }
    }
    if code != 0 {
      close(descriptor)
      throw CommandFailure(.unavailable, "\(endpoint): cannot listen there: \(describeError(code))")
    }
    listener = descriptor
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit {
    for client in clients { close(client) }
    close(listener)
  }

  /// Tells readings to everyone who is connected by now.
  func tell(_ readings: [ScannerReading]) {
    while true {
      let client = accept(listener, nil, nil)
      guard client >= 0 else { break }
      _ = fcntl(client, F_SETFL, O_NONBLOCK)
      _ = fcntl(client, F_SETFD, FD_CLOEXEC)
      // A scanner has few listeners; one more than eight is turned away.
      if clients.count < 8 { clients.append(client) } else { close(client) }
    }
    for reading in readings {
      let line = Array(Self.line(reading).utf8)
      clients.removeAll { client in
        let sent = unsafe line.withUnsafeBytes {
          unsafe send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if sent != line.count { close(client) }
        return sent != line.count
      }
    }
  }

  /// A reading as a line: destination, length, width, height in mm, weight in g.
  static func line(_ reading: ScannerReading) -> String {
    let code =
      switch reading.quality {
      case .noRead: "NOREAD"
      case .multiRead: "MULTIREAD"
      case .good, .noData: reading.code.description
      }
    let size = reading.dimensions
    guard reading.quality != .noData else { return "\(code)\n" }
    return "\(code),\(size.length),\(size.width),\(size.height),\(size.weight)\n"
  }
}
