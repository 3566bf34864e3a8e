import ModbusPlant
import SortlineCLI
import Testing

@Suite("Measuring a device from the command line")
struct ProbeTests {
  @Test("a device without a profile is measured, and the suggestions are in the profile's keys")
  func plainDevice() throws {
    var settings = ModbusServerSettings(.tcp(host: "127.0.0.1", port: 0))
    settings.limits = ModbusRequestLimits(readRegisters: 45)
    let server = ModbusServer(settings, bank: RegisterMemory(holdings: 100))
    try server.start()
    defer { server.stop() }
    let line = "sortline probe --connect 127.0.0.1:\(server.port) --rounds 5"
    let shown = try BuiltProgram.shell(line)
    #expect(shown.code == 0 && shown.err.isEmpty)
    #expect(shown.out.contains("45  illegal value (exception 3)"))
    #expect(shown.out.contains("max_read_registers: 45,"))
    #expect(shown.out.contains("none  illegal address (exception 2)"))
    let json = try BuiltProgram.shell(line + " --json")
    #expect(json.code == 0 && json.out.contains("\"max_read_registers\": 45"))
  }

  @Test("a device that is not there, and a question without one, end with their own codes")
  func noDevice() throws {
    let server = ModbusServer(
      ModbusServerSettings(.tcp(host: "127.0.0.1", port: 0)), bank: RegisterMemory())
    try server.start()
    let port = server.port
    server.stop()
    let gone = try BuiltProgram.shell("sortline probe --connect 127.0.0.1:\(port)")
    #expect(gone.code == 69 && gone.out.isEmpty && gone.err.contains("127.0.0.1:\(port): refused"))
    for wrong in ["", "--connect 127.0.0.1:0", "--connect 127.0.0.1 --arm", "--connect 127.0.0.1 --unit 256"]
    {
      let ending = try BuiltProgram.shell("sortline probe \(wrong)")
      #expect(ending.code == 64 && ending.out.isEmpty, "\(wrong)")
    }
  }
}
