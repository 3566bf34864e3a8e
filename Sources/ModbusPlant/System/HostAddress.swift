import Glibc

/// Turns hosts into numeric addresses.
enum HostAddress {
  /// The numeric addresses of a host, which may be a numeric address already; those of IPv4 first.
  ///
  /// libmodbus wants numbers. A name is looked up at each connection, so a device may change its address; how
  /// long that takes is for the system's resolver to bound, numbers take no time. IPv4 comes first because
  /// devices have it: `localhost` means both.
  static func numeric(_ host: String) throws(ModbusFault) -> [String] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_NUMERICHOST
    var found = unsafe lookUp(host, &hints)
    if found.isEmpty {
      unsafe hints.ai_flags = 0
      found = unsafe lookUp(host, &hints)
    }
    if found.isEmpty { throw .unknownHost(host) }
    return found.filter { !$0.contains(":") } + found.filter { $0.contains(":") }
  }

  private static func lookUp(_ host: String, _ hints: inout addrinfo) -> [String] {
    var list: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, nil, &hints, &list) == 0, let first = unsafe list else { return [] }
    defer { unsafe freeaddrinfo(first) }
    var found: [String] = []
    var next: UnsafeMutablePointer<addrinfo>? = unsafe first
    while let entry = unsafe next {
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let length = socklen_t(text.count)
      let code = unsafe getnameinfo(
        entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST)
      if code == 0 {
        found.append(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
      }
      unsafe next = entry.pointee.ai_next
    }
    return found
  }
}
