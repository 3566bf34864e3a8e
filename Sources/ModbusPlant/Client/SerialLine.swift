/// A serial line as Modbus RTU uses it: the device and how bytes are put on it.
public struct SerialLine: Hashable, Sendable {
  /// The parity bit of each byte.
  public enum Parity: String, CaseIterable, Sendable {
    /// No parity bit.
    case none = "N"
    /// A bit that makes the ones of a byte even.
    case even = "E"
    /// A bit that makes the ones of a byte odd.
    case odd = "O"
  }

  /// The path of the port; one under `/dev/serial/by-id` stays true when adapters are renumbered.
  public let device: String
  /// Bits a second: one of `SerialLine.baudRates`.
  public let baud: Int
  /// The parity bit; Modbus asks for even where nothing else is agreed.
  public let parity: Parity
  /// Bits of a byte: 8 for Modbus RTU; 7 is taken for odd devices.
  public let dataBits: Int
  /// Stop bits, 1 or 2; Modbus asks for 2 where there is no parity.
  public let stopBits: Int

  /// The bit rates that the system knows; any other is refused, and nothing takes its place.
  ///
  /// libmodbus 3.1.6 would quietly use 9,600 for one that it does not know.
  public static let baudRates = [
    110, 300, 600, 1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 500_000,
    576_000, 921_600, 1_000_000, 1_152_000, 1_500_000, 2_000_000, 2_500_000, 3_000_000, 3_500_000, 4_000_000,
  ]

  /// A line at `baud` bits a second; throws for a rate, a number of bits or a path that cannot be.
  public init(
    device: String, baud: Int = 19_200, parity: Parity = .even, dataBits: Int = 8, stopBits: Int = 1
  ) throws(ModbusFault) {
    guard Self.baudRates.contains(baud) else { throw .unsupportedBaud(baud) }
    guard device.hasPrefix("/"), !device.utf8.contains(0) else {
      throw .badEndpoint("a serial port is named by its whole path, such as /dev/ttyUSB0, not \"\(device)\"")
    }
    guard dataBits == 8 || dataBits == 7 else {
      throw .badEndpoint("a serial line has 7 or 8 data bits, not \(dataBits)")
    }
    guard stopBits == 1 || stopBits == 2 else {
      throw .badEndpoint("a serial line has 1 or 2 stop bits, not \(stopBits)")
    }
    self.device = device
    self.baud = baud
    self.parity = parity
    self.dataBits = dataBits
    self.stopBits = stopBits
  }

  /// How long `bytes` bytes take on the line, in nanoseconds: start, data, parity and stop bits.
  public func wireTime(bytes: Int) -> Int64 {
    let bits = 1 + dataBits + (parity == .none ? 0 : 1) + stopBits
    return Int64(bytes) * Int64(bits) * 1_000_000_000 / Int64(baud)
  }

  /// The silence between two frames: 3.5 bytes' time, and 1.75 ms above 19,200 bits a second.
  var gap: Int64 { baud > 19_200 ? 1_750_000 : wireTime(bytes: 7) / 2 }
}
