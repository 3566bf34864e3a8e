/// Why a request has no good answer; closed, so that whoever hears it handles each case.
public enum ModbusFault: Error, Hashable, Sendable {
  /// The program was built without libmodbus.
  case builtWithoutModbus
  /// An end point that cannot be, with the reason.
  case badEndpoint(String)
  /// A request that the protocol does not have, with the reason; nothing was sent.
  case badRequest(String)
  /// There is no connection; nothing was sent.
  case notConnected
  /// The host's name has no address.
  case unknownHost(String)
  /// Nobody listens there, or something on the way says no.
  case refused
  /// The network knows no way there; the system's error number.
  case unreachable(Int32)
  /// The connection did not come about in time.
  case connectTimeout
  /// The answer did not come whole in time: how many bytes of it did.
  case timeout(received: Int)
  /// The other side closed or reset the connection, before or after the request was sent.
  case closedByPeer(requestSent: Bool)
  /// The serial port is gone, or the system's error while sending or receiving.
  case inputOutput(errno: Int32, requestSent: Bool)
  /// What came is not an answer to the request.
  case protocolFault(AnswerFault)
  /// The device refuses the request; the connection stays good.
  case exception(ModbusException)
  /// Another program uses the serial port.
  case portInUse(String)
  /// The serial port cannot be opened; the system's error number.
  case portNotOpened(String, errno: Int32)
  /// A bit rate that the system does not know.
  case unsupportedBaud(Int)
  /// The serial port does not take the settings: it would run with others.
  case settingsNotTaken(String)
  /// The serial line never fell silent, so no answer on it can be told from a late one.
  case lineNeverQuiet

  /// Whether a write that ended like this may or may not have been done: read back before anything else.
  public var outcomeIsUnknown: Bool {
    switch self {
    case .timeout: true
    case .closedByPeer(let sent), .inputOutput(_, let sent): sent
    case .protocolFault(let fault): fault.check != .earlyBytes
    case .exception(let exception): exception.leavesOutcomeOpen
    default: false
    }
  }

  /// Whether the connection is closed by it and has to be made anew.
  public var endsTheConnection: Bool {
    switch self {
    case .exception, .badRequest: false
    default: true
    }
  }

  /// Whether trying again later may help; not where the configuration or the build is at fault.
  public var mayPass: Bool {
    switch self {
    case .builtWithoutModbus, .badEndpoint, .badRequest, .unsupportedBaud, .settingsNotTaken: false
    case .exception(let exception): exception.consequence != .fault
    default: true
    }
  }
}

extension ModbusFault: CustomStringConvertible {
  /// The fault in plain words, without the device's name.
  public var description: String {
    switch self {
    case .builtWithoutModbus:
      "this sortline was built without Modbus: build it again with libmodbus-dev installed"
    case .badEndpoint(let reason), .badRequest(let reason): reason
    case .notConnected: "there is no connection"
    case .unknownHost(let host): "\(host) has no address: check the name, or give the number"
    case .refused:
      "refused: nothing listens there, or the way is closed; check address, port, cable and power"
    case .unreachable(let code): "cannot be reached: \(systemText(code))"
    case .connectTimeout: "no connection in time: the address may be wrong or the device off"
    case .timeout(let received):
      received == 0
        ? "no answer in time" : "an answer began and was not whole in time (\(received) bytes came)"
    case .closedByPeer(let sent):
      sent ? "the device closed the connection instead of answering" : "the device has closed the connection"
    case .inputOutput(let code, _): "the connection failed: \(systemText(code))"
    case .protocolFault(let fault): "what came is no answer to the request: \(fault)"
    case .exception(let exception): "the device refuses: \(exception.name) (exception \(exception.rawValue))"
    case .portInUse(let path): "\(path) is in use by another program"
    case .portNotOpened(let path, let code): "\(path) cannot be opened: \(systemText(code))"
    case .unsupportedBaud(let baud):
      "\(baud) bits a second is no rate the system knows; the usual ones are 9600, 19200, 38400 and 115200"
    case .settingsNotTaken(let path):
      "\(path) does not take the bit rate or format: it would run with another"
    case .lineNeverQuiet: "the serial line does not fall silent: something on it sends all the time"
    }
  }
}
