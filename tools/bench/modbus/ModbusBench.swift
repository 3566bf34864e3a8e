import ControlRuntime
import ModbusPlant
import Quantities

/// Measures the round trip of the product's Modbus client, its strict checks on, against a server on loopback.
///
///     ModbusBench PORT COUNT
///
/// Prints one JSON object with the median of each function in microseconds: 10 registers read (3), 10 written (16),
/// one coil written (5), 10 registers written and 10 read in one request (23).
@main
struct ModbusBench {
  static func main() throws {
    let words = CommandLine.arguments
    guard words.count == 3, let port = UInt16(words[1]), let count = Int(words[2]), count > 0 else {
      print("ModbusBench PORT COUNT")
      return
    }
    let client = ModbusClient(.tcp(host: "127.0.0.1", port: port))
    try client.connect()
    let written = [UInt16](repeating: 7, count: 10)
    var values = [UInt16](repeating: 0, count: 10)
    let read = try median(count) { try client.read(.holding, at: 0, count: 10, into: &values) }
    let write = try median(count) { try client.write(registers: written, at: 0) }
    let coil = try median(count) { try client.write(coil: true, at: 0) }
    let both = try median(count) {
      try client.readWrite(write: written, at: 0, readAt: 20, count: 10, into: &values)
    }
    print("{\"3\": \(read), \"16\": \(write), \"5\": \(coil), \"23\": \(both)}")
  }

  private static func median(_ count: Int, _ request: () throws -> Void) throws -> Double {
    var times = [Int64](repeating: 0, count: count)
    for place in 0..<count {
      let began = MonotonicClock.now()
      try request()
      times[place] = (MonotonicClock.now() - began).rawValue
    }
    times.sort()
    return Double(times[count / 2]) / 1000
  }
}
