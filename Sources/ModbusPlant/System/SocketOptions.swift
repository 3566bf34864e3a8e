import Glibc

/// Options of sockets, set by number; a failure to set one is no reason to do without the connection.
enum SocketOptions {
  /// Sets a whole-number option; false where the system refuses.
  @discardableResult
  static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) -> Bool {
    var value = value
    return unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
  }

  /// Sets how long a blocking receive or send may wait; 0 is for ever.
  @discardableResult
  static func setWait(_ descriptor: Int32, _ option: Int32, nanoseconds: Int64) -> Bool {
    var time = timeval(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_usec: Int(nanoseconds % 1_000_000_000 / 1_000))
    return unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
      == 0
  }

  /// Makes reads and writes wait, or not.
  static func setBlocking(_ descriptor: Int32, _ blocking: Bool) {
    let flags = fcntl(descriptor, F_GETFL)
    guard flags >= 0 else { return }
    _ = fcntl(descriptor, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK)
  }

  /// What a connection needs: no waiting for full packets, and a dead peer is noticed within seconds.
  ///
  /// - unacknowledged: after how many milliseconds without an acknowledgement the connection is given up.
  static func prepare(_ descriptor: Int32, unacknowledged: Int32) {
    set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
    set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPIDLE, 5)
    set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPINTVL, 1)
    set(descriptor, Int32(IPPROTO_TCP), TCP_KEEPCNT, 3)
    set(descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, unacknowledged)
  }
}
