import Glibc

/// Turns hosts into numeric addresses.
enum HostAddress {
  /// The numeric address of a host, which may be a numeric address already; the first that the system gives.
  ///
  /// libmodbus wants numbers. A name is looked up at each connection, so a device may change its address; how
  /// long that takes is for the system's resolver to bound, numbers take no time.
  static func numeric(_ host: String) throws(ModbusFault) -> String {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_NUMERICHOST
    if let found = unsafe lookUp(host, &hints) { return found }
    unsafe hints.ai_flags = 0
    if let found = unsafe lookUp(host, &hints) { return found }
    throw .unknownHost(host)
  }

  private static func lookUp(_ host: String, _ hints: inout addrinfo) -> String? {
    var list: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, nil, &hints, &list) == 0, let first = unsafe list else { return nil }
    defer { unsafe freeaddrinfo(first) }
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let length = socklen_t(text.count)
    let code = unsafe getnameinfo(
      first.pointee.ai_addr, first.pointee.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST)
    guard code == 0 else { return nil }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
