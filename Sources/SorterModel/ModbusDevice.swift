/// Where a Modbus device is: an address on a network, or a serial line.
public enum ModbusDevice: Hashable, Sendable {
  /// Modbus TCP at a host name or numeric address and a port from 1 to 65,535.
  case tcp(host: String, port: Int)
  /// Modbus RTU on a serial line.
  case rtu(SerialLine)

  /// A serial line and how its characters are made up.
  public struct SerialLine: Hashable, Sendable {
    /// The device's path; a stable one, such as those under `/dev/serial/by-id`, survives replugging.
    public var path: String
    /// Bits a second, one of `standardBauds`.
    public var baud: Int
    /// Data bits a character, 7 or 8; Modbus RTU needs 8.
    public var dataBits: Int
    /// The parity bit.
    public var parity: Parity
    /// Stop bits, 1 or 2.
    public var stopBits: Int

    /// A serial line; 8E1 is what the Modbus specification asks for.
    public init(path: String, baud: Int, dataBits: Int = 8, parity: Parity = .even, stopBits: Int = 1) {
      self.path = path
      self.baud = baud
      self.dataBits = dataBits
      self.parity = parity
      self.stopBits = stopBits
    }

    /// How long one character is on the wire, in nanoseconds: start, data, parity and stop bits.
    public var characterNanoseconds: Int {
      let bits = 1 + dataBits + (parity == .none ? 0 : 1) + stopBits
      return bits * 1_000_000_000 / baud
    }
  }

  /// The parity bit of a serial character.
  public enum Parity: String, CaseIterable, Sendable, BitwiseCopyable {
    /// No parity bit.
    case none = "N"
    /// Even parity.
    case even = "E"
    /// Odd parity.
    case odd = "O"
  }

  /// The speeds that a Linux serial line can be set to; another is refused, never replaced.
  public static let standardBauds = [
    1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 500_000, 576_000, 921_600,
    1_000_000, 1_152_000, 1_500_000, 2_000_000, 2_500_000, 3_000_000, 3_500_000, 4_000_000,
  ]

  /// How devices are spelled, for messages.
  public static let spelling = "tcp:HOST:PORT or rtu:DEVICE:BAUD:8E1"

  /// The device that `text` spells: `tcp:192.168.1.10:502`, `tcp:[::1]:502` or `rtu:/dev/ttyUSB0:19200:8E1`.
  public init(_ text: String) throws(Fault) {
    if let rest = text.dropping(prefix: "tcp:") {
      self = try .network(rest)
    } else if let rest = text.dropping(prefix: "rtu:") {
      self = try .serial(rest)
    } else {
      throw Fault(message: "this does not say where a device is", expected: Self.spelling)
    }
  }

  /// The network address that `HOST:PORT` spells; the port may be left out and is 502 then.
  public static func network(_ text: some StringProtocol) throws(Fault) -> ModbusDevice {
    var host = String(text)
    var port: Int? = 502
    let closing = host.lastIndex(of: "]")
    let colon = host.lastIndex(of: ":")
    let hasPort: Bool
    switch (closing, colon) {
    case (let closing?, let colon?): hasPort = colon > closing
    case (nil, _?): hasPort = true
    default: hasPort = false
    }
    if hasPort, let colon {
      port = Self.number(host[host.index(after: colon)...])
      host = String(host[..<colon])
    }
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.contains(":") {
      throw Fault(
        message: "an IPv6 address stands in square brackets", expected: "[ADDRESS]:PORT, as in [::1]:502")
    }
    let isHost =
      (1...253).contains(host.utf8.count)
      && host.utf8.allSatisfy {
        ($0 >= 0x30 && $0 <= 0x3A) || ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x2D
          || $0 == 0x2E || $0 == 0x25
      }
    guard isHost else {
      throw Fault(message: "this is not a host", expected: "a host name or numeric address, then :PORT")
    }
    guard let port, (1...65_535).contains(port) else {
      throw Fault(message: "this is not a port", expected: "a whole number from 1 to 65535")
    }
    return .tcp(host: host, port: port)
  }

  /// The serial line that `DEVICE:BAUD:8E1` spells; `8E1` may be left out.
  public static func serial(_ text: some StringProtocol) throws(Fault) -> ModbusDevice {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), parts[0].hasPrefix("/"), parts[0].utf8.count <= 255,
      !parts[0].unicodeScalars.contains(where: { $0.value < 0x20 })
    else {
      throw Fault(
        message: "this does not say where a serial line is",
        expected: "DEVICE:BAUD:8E1, as in /dev/ttyUSB0:19200:8E1")
    }
    guard let baud = Self.number(parts[1]), standardBauds.contains(baud) else {
      throw Fault(
        message: "a serial line cannot be set to this speed", expected: "1200 to 4000000 baud, such as 19200")
    }
    var line = SerialLine(path: String(parts[0]), baud: baud)
    if parts.count == 3 {
      let frame = Array(parts[2].unicodeScalars)
      guard frame.count == 3, frame[0] == "8", let parity = Parity(rawValue: String(frame[1])),
        frame[2] == "1" || frame[2] == "2"
      else {
        throw Fault(
          message: "this is not how Modbus RTU frames a character", expected: "8E1, 8O1, 8N1 or 8N2")
      }
      line.parity = parity
      line.stopBits = frame[2] == "1" ? 1 : 2
    }
    return .rtu(line)
  }

  /// Why a text spells no device.
  public struct Fault: Error, Hashable, Sendable {
    /// What is wrong with it.
    public var message: String
    /// What it should be.
    public var expected: String
  }

  private static func number(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
      return nil
    }
    return Int(String(text))
  }
}

extension ModbusDevice: CustomStringConvertible {
  /// The device as a profile spells it.
  public var description: String {
    switch self {
    case .tcp(let host, let port): "tcp:\(host.contains(":") ? "[\(host)]" : host):\(port)"
    case .rtu(let line):
      "rtu:\(line.path):\(line.baud):\(line.dataBits)\(line.parity.rawValue)\(line.stopBits)"
    }
  }
}

extension String {
  fileprivate func dropping(prefix: String) -> Substring? {
    hasPrefix(prefix) ? dropFirst(prefix.count) : nil
  }
}
