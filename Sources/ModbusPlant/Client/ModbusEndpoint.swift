/// Where a Modbus device is: at the end of a TCP connection or on a serial line.
///
/// As text: `192.168.1.10`, `192.168.1.10:1502`, `tcp:plc-1.example:502`, `[fe80::1%eth0]:502`,
/// `rtu:/dev/serial/by-id/usb-FTDI-if00:19200:8E1`.
public enum ModbusEndpoint: Hashable, Sendable {
  /// A device, or a gateway to one, that listens on a TCP port; a name is resolved at each connection.
  case tcp(host: String, port: UInt16)
  /// A device on a serial line.
  case rtu(SerialLine)

  /// The port of Modbus TCP where none is named.
  public static let usualPort: UInt16 = 502

  /// Reads an end point from its text; throws a fault that says what is wrong with it.
  public init(_ text: String) throws(ModbusFault) {
    if text.hasPrefix("rtu:") {
      self = .rtu(try Self.serialLine(text.dropFirst(4)))
    } else {
      // A profile writes the protocol before it.
      self = try Self.address(text.hasPrefix("tcp:") ? String(text.dropFirst(4)) : text)
    }
  }

  private static func address(_ text: String) throws(ModbusFault) -> ModbusEndpoint {
    var host = Substring(text)
    var port: Substring?
    if text.hasPrefix("[") {
      guard let close = text.firstIndex(of: "]") else {
        throw .badEndpoint("\"\(text)\" opens a bracket and does not close it; write [::1]:502")
      }
      host = text[text.index(after: text.startIndex)..<close]
      let rest = text[text.index(after: close)...]
      guard rest.isEmpty || rest.hasPrefix(":") else {
        throw .badEndpoint("\"\(text)\" has \"\(rest)\" where a port belongs; write [::1]:502")
      }
      port = rest.isEmpty ? nil : rest.dropFirst()
    } else if let colon = text.lastIndex(of: ":") {
      host = text[..<colon]
      port = text[text.index(after: colon)...]
      if host.contains(":") {
        throw .badEndpoint("\"\(text)\" is an IPv6 address without brackets; write [::1]:502")
      }
    }
    guard !host.isEmpty else { throw .badEndpoint("\"\(text)\" names no host; write 127.0.0.1:502") }
    guard host.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "/") }) else {
      throw .badEndpoint("\"\(text)\" is not HOST:PORT, and not rtu:DEVICE:BAUD:8E1 either")
    }
    guard let port else { return .tcp(host: String(host), port: usualPort) }
    guard port.utf8.allSatisfy({ (48...57).contains($0) }), let number = UInt16(port), number > 0 else {
      throw .badEndpoint("\"\(port)\" is no TCP port: it takes a number from 1 to 65535")
    }
    return .tcp(host: String(host), port: number)
  }

  /// DEVICE[:BAUD[:8E1]]; a device's own path may hold colons, as those by-path do.
  private static func serialLine(_ text: Substring) throws(ModbusFault) -> SerialLine {
    var fields = text.split(separator: ":", omittingEmptySubsequences: false)
    var format: Substring = "8E1"
    var baud = 19_200
    if fields.count > 2, fields[fields.count - 2].allSatisfy(\.isNumber) { format = fields.removeLast() }
    if fields.count > 1, let last = fields.last, last.allSatisfy(\.isNumber) {
      guard let number = Int(last) else { throw .badEndpoint("\"\(last)\" is no bit rate") }
      baud = number
      fields.removeLast()
    }
    let letters = Array(format.uppercased())
    guard letters.count == 3, let bits = letters[0].wholeNumberValue, let stop = letters[2].wholeNumberValue,
      let parity = SerialLine.Parity(rawValue: String(letters[1]))
    else {
      throw .badEndpoint(
        "\"\(format)\" is no format of a serial line; write data bits, parity and stop bits, such as 8E1 or 8N2"
      )
    }
    return try SerialLine(
      device: fields.joined(separator: ":"), baud: baud, parity: parity, dataBits: bits, stopBits: stop)
  }
}

extension ModbusEndpoint: CustomStringConvertible {
  /// The end point as it is written, as in `127.0.0.1:502` or `rtu:/dev/ttyUSB0:19200:8E1`.
  public var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .rtu(let line):
      "rtu:\(line.device):\(line.baud):\(line.dataBits)\(line.parity.rawValue)\(line.stopBits)"
    }
  }
}
