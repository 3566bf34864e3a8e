import Foundation
import ModbusPlant
import Quantities

/// sortline's own Modbus client and device, for `tools/check-modbus` to set against other people's programs.
///
///     ModbusCheck serve END_POINT        a device until standard input ends; prints its port first
///     ModbusCheck ask END_POINT UNIT     asks a device that was filled alike for everything, and compares
///     ModbusCheck time END_POINT ROUNDS  times functions 3, 16, 5 and 23, one JSON object a line, in nanoseconds
///
/// Both ends are filled alike: 2,000 discrete inputs, every third one on; 300 input registers, each seven times
/// its address; 2,000 coils and 300 holding registers, all zero.
@main
struct ModbusCheck {
  static func main() {
    let words = Array(CommandLine.arguments.dropFirst())
    do {
      switch (words.first, words.count) {
      case ("serve", 2): try serve(ModbusEndpoint(portless: words[1]))
      case ("ask", 3): try ask(ModbusEndpoint(words[1]), unit: UInt8(words[2]) ?? 1)
      case ("time", 3): try time(ModbusEndpoint(words[1]), rounds: Int(words[2]) ?? 10_000)
      default:
        print("ModbusCheck serve END_POINT | ask END_POINT UNIT | time END_POINT ROUNDS")
        exit(64)
      }
    } catch {
      print("ModbusCheck: \(error)")
      exit(1)
    }
  }

  private static func serve(_ endpoint: ModbusEndpoint) throws {
    let memory = RegisterMemory(coils: 2_000, discretes: 2_000, inputs: 300, holdings: 300)
    memory.set(.discrete, at: 0, (0..<2_000).map { $0 % 3 == 0 ? 1 : 0 })
    memory.set(.input, at: 0, (0..<300).map { UInt16($0 * 7) })
    let server = ModbusServer(ModbusServerSettings(endpoint), bank: memory)
    try server.start()
    FileHandle.standardOutput.write(Data("port \(server.port)\n".utf8))
    _ = FileHandle.standardInput.readDataToEndOfFile()
    server.stop()
  }

  private static func ask(_ endpoint: ModbusEndpoint, unit: UInt8) throws {
    let client = ModbusClient(endpoint, unit: unit, timeouts: ModbusTimeouts(response: .seconds(3)))
    try client.connect()
    var values = [UInt16](repeating: 0, count: 2_000)
    var bits = [Bool](repeating: false, count: 2_000)
    for count in [1, 9, 16, 1_999] {
      try client.readBits(.discrete, at: 1, count: count, into: &bits)
      expect(
        bits.prefix(count).enumerated().allSatisfy { $1 == (($0 + 1) % 3 == 0) }, "2: \(count) discretes")
    }
    for count in [1, 2, 125] {
      try client.read(.input, at: 11, count: count, into: &values)
      expect(
        values.prefix(count).enumerated().allSatisfy { $1 == UInt16(($0 + 11) * 7) }, "4: \(count) inputs")
    }
    try client.write(coil: true, at: 5)
    try client.readBits(.coil, at: 4, count: 3, into: &bits)
    expect(Array(bits.prefix(3)) == [false, true, false], "5 and 1: a coil")
    try client.write(register: 0xABCD, at: 17)
    try client.read(.holding, at: 16, count: 3, into: &values)
    expect(Array(values.prefix(3)) == [0, 0xABCD, 0], "6 and 3: a register")
    for count in [2, 17, 1_968] {
      let written = (0..<count).map { $0 % 5 < 2 }
      try client.write(coils: written, at: 32)
      try client.readBits(.coil, at: 32, count: count, into: &bits)
      expect(Array(bits.prefix(count)) == written, "15 and 1: \(count) coils")
    }
    for count in [2, 60, 123] {
      let written = (0..<count).map { UInt16($0 &* 517 &+ count) }
      try client.write(registers: written, at: 100)
      try client.read(.holding, at: 100, count: count, into: &values)
      expect(Array(values.prefix(count)) == written, "16 and 3: \(count) registers")
    }
    try client.write(register: 0x12, at: 4)
    try client.mask(registerAt: 4, and: 0xF2, or: 0x25)
    try client.read(.holding, at: 4, count: 1, into: &values)
    expect(values[0] == 0x17, "22: a mask")
    for count in [1, 121] {
      let written = (0..<count).map { UInt16($0 * 3 + count) }
      try client.readWrite(write: written, at: 0, readAt: 0, count: 125, into: &values)
      expect(Array(values.prefix(count)) == written, "23: \(count) written and 125 read")
    }
    do throws(ModbusFault) {
      try client.read(.input, at: 60_000, count: 1, into: &values)
      expect(false, "a refusal of an address that is not there")
    } catch {
      expect(error == .exception(.illegalAddress), "a refusal of an address that is not there: \(error)")
    }
    try client.read(.input, at: 1, count: 1, into: &values)
    expect(values[0] == 7 && client.isConnected, "the connection after a refusal")
  }

  /// Ten registers or one coil a request, as a control cycle has them; every request timed on its own.
  private static func time(_ endpoint: ModbusEndpoint, rounds: Int) throws {
    let client = ModbusClient(endpoint, unit: 1, timeouts: ModbusTimeouts(response: .seconds(3)))
    try client.connect()
    var values = [UInt16](repeating: 0, count: 10)
    let written = [UInt16](repeating: 7, count: 10)
    try report(3, rounds) { () throws(ModbusFault) in
      try client.read(.holding, at: 0, count: 10, into: &values)
    }
    try report(16, rounds) { () throws(ModbusFault) in try client.write(registers: written, at: 0) }
    try report(5, rounds) { () throws(ModbusFault) in try client.write(coil: true, at: 0) }
    try report(23, rounds) { () throws(ModbusFault) in
      try client.readWrite(write: written, at: 0, readAt: 0, count: 10, into: &values)
    }
  }

  private static func report(
    _ function: Int, _ rounds: Int, _ body: () throws(ModbusFault) -> Void
  ) throws {
    var times = [UInt64](repeating: 0, count: rounds)
    for _ in 0..<rounds / 10 { try body() }
    for round in 0..<rounds {
      let began = DispatchTime.now().uptimeNanoseconds
      try body()
      times[round] = DispatchTime.now().uptimeNanoseconds - began
    }
    times.sort()
    print(
      "{\"function\": \(function), \"p50_ns\": \(times[rounds / 2]), \"p99_ns\": \(times[rounds * 99 / 100])}"
    )
  }

  private static func expect(_ isRight: Bool, _ what: String) {
    print(isRight ? "right: \(what)" : "WRONG: \(what)")
    if !isRight { exit(1) }
  }
}

extension ModbusEndpoint {
  /// An end point whose port may be 0, which lets the system choose.
  fileprivate init(portless text: String) throws(ModbusFault) {
    self = text.hasPrefix("rtu:") ? try ModbusEndpoint(text) : .tcp(host: text, port: 0)
  }
}
