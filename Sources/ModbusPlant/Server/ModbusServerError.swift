/// Why a server does not start.
public enum ModbusServerError: Error, Hashable, Sendable {
  /// The address reaches beyond this machine, and that was not allowed.
  case beyondLoopback(String)
  /// The host's name has no address.
  case unknownHost(String)
  /// The system does not let it listen there; its error number.
  case cannotListen(errno: Int32)
  /// The serial port cannot be used.
  case serial(ModbusFault)
  /// It runs already.
  case running
  /// The system gives no thread, or no descriptor to stop it by; its error number.
  case system(errno: Int32)
}

extension ModbusServerError: CustomStringConvertible {
  /// The error in plain words.
  public var description: String {
    switch self {
    case .beyondLoopback(let address):
      "\(address) can be reached from other machines, and whoever reaches it can write: that takes a flag of its own"
    case .unknownHost(let host): "\(host) has no address: check the name, or give the number"
    case .cannotListen(let code): "cannot listen there: \(systemText(code))"
    case .serial(let fault): fault.description
    case .running: "the server runs already"
    case .system(let code): "the server cannot start: \(systemText(code))"
    }
  }
}
