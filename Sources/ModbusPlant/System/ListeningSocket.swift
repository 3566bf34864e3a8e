import Glibc

/// A TCP port that is listened on.
enum ListeningSocket {
  /// Listens on a numeric address; the descriptor and the port, which the system chooses where 0 is asked.
  static func open(_ address: String, _ port: UInt16) throws(ModbusServerError) -> (
    descriptor: Int32, port: UInt16
  ) {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
    var list: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(address, String(port), &hints, &list) == 0, let first = unsafe list else {
      throw .cannotListen(errno: EADDRNOTAVAIL)
    }
    defer { unsafe freeaddrinfo(first) }
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = unsafe socket(first.pointee.ai_family, kind, 0)
    guard descriptor >= 0 else { throw .cannotListen(errno: errno) }
    // A port whose last connections still linger can be listened on again at once.
    SocketOptions.set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
    guard unsafe bind(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0,
      listen(descriptor, 64) == 0
    else {
      let code = errno
      _ = close(descriptor)
      throw .cannotListen(errno: code)
    }
    return (descriptor, boundPort(descriptor) ?? port)
  }

  /// Whether a numeric address is this machine's own and reaches nobody else.
  static func isLoopback(_ address: String) -> Bool {
    address == "::1" || address.hasPrefix("127.") || address.lowercased().hasPrefix("::ffff:127.")
  }

  private static func boundPort(_ descriptor: Int32) -> UInt16? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let code = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe getsockname(descriptor, address, &length)
      }
    }
    guard code == 0 else { return nil }
    // Both families have the port behind the family, high byte first.
    return unsafe withUnsafeBytes(of: &storage) { bytes in
      unsafe UInt16(bytes[2]) << 8 | UInt16(bytes[3])
    }
  }
}
