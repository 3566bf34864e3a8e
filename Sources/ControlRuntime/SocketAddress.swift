import Glibc

/// A numeric internet address with a port.
struct SocketAddress {
  private var storage = sockaddr_storage()
  private var length: socklen_t = 0
  private var family: Int32 = 0

  /// The address that `host` spells; a name other than localhost is an error, because resolving may wait.
  init(_ host: String, _ port: UInt16) throws(ScannerFeedError) {
    var hints = unsafe addrinfo()
    unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    let name = host == "localhost" ? "127.0.0.1" : host
    guard unsafe getaddrinfo(name, String(port), &hints, &found) == 0, let first = unsafe found else {
      throw ScannerFeedError(
        description: "'\(host)' is no numeric address; expected one such as 127.0.0.1 or ::1")
    }
    defer { unsafe freeaddrinfo(found) }
    family = unsafe first.pointee.ai_family
    length = unsafe first.pointee.ai_addrlen
    unsafe withUnsafeMutableBytes(of: &storage) { target in
      unsafe target.copyMemory(
        from: UnsafeRawBufferPointer(start: first.pointee.ai_addr, count: Int(first.pointee.ai_addrlen)))
    }
  }

  /// Whether only this machine can reach it.
  var isLoopback: Bool {
    unsafe withUnsafeBytes(of: storage) { bytes in
      if family == AF_INET { return unsafe bytes[4] == 127 }
      // sockaddr_in6: the address begins at byte 8; ::1 is fifteen zeros and a one.
      for place in 8..<23 where unsafe bytes[place] != 0 { return false }
      return unsafe bytes[23] == 1
    }
  }

  /// A socket that listens there and never blocks; -1 with `errno` set where that cannot be.
  func listen() -> Int32 {
    withSocket { descriptor in
      var on: Int32 = 1
      _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
      let answer = unsafe withPointer { pointer in unsafe bind(descriptor, pointer, length) }
      return answer == 0 && Glibc.listen(descriptor, 4) == 0
    }
  }

  /// A socket that is connected there within `patience` milliseconds; else -1 with `errno` set.
  func connect(patience: Int32) -> Int32 {
    withSocket { descriptor in
      let answer = unsafe withPointer { pointer in unsafe Glibc.connect(descriptor, pointer, length) }
      if answer == 0 { return true }
      guard errno == EINPROGRESS else { return false }
      var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      guard unsafe poll(&polled, 1, patience) == 1 else { return false }
      var code: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 else { return false }
      errno = code
      return code == 0
    }
  }

  private func withSocket(_ prepare: (Int32) -> Bool) -> Int32 {
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(family, kind, 0)
    guard descriptor >= 0 else { return -1 }
    if prepare(descriptor) { return descriptor }
    let code = errno
    _ = Glibc.close(descriptor)
    errno = code
    return -1
  }

  private func withPointer(_ body: (UnsafePointer<sockaddr>) -> Int32) -> Int32 {
    unsafe withUnsafePointer(to: storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0) }
    }
  }

  /// The port that a listening socket got.
  static func port(of descriptor: Int32) -> UInt16? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let answer = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &length)
      }
    }
    guard answer == 0 else { return nil }
    // Both families have the port in bytes 2 and 3, the high byte first.
    return unsafe withUnsafeBytes(of: storage) { unsafe UInt16($0[2]) << 8 | UInt16($0[3]) }
  }
}
