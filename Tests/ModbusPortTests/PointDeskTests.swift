import Quantities
import RegisterMap
import SorterModel
import Testing

@testable import ModbusPlant

@Suite("Single points of a machine, by name")
struct PointDeskTests {
  private let plc: FakePLC
  private let desk: PointDesk

  init() throws {
    let settings = ModbusSettings(device: .tcp(host: "127.0.0.1", port: 1502))
    let profile = SampleMachine.assigned(settings)
    let map = RegisterMap.draft(for: profile)
    let plc = FakePLC(map: map, bins: profile.bins.count, pulsesPerMetre: 1000)
    desk = PointDesk(
      map: BlockFields.expand(map), settings: settings, transport: plc, mayWrite: false,
      clock: { plc.time }, pause: { plc.pass($0) })
    self.plc = plc
    try desk.connect()
  }

  private func points(_ names: [String]) throws -> [RegisterPoint] {
    try names.map { try #require(desk.map[$0], "\($0)") }
  }

  @Test("fields of one block come from one reading of it, those of another from another")
  func fields() throws {
    plc.keepsRequests = true
    plc.machine.encoder = 0x0001_0002
    let read = try desk.read(
      try points(["machine.encoder", "id.magic", "machine.heartbeat", "machine.safe"]))
    #expect(read.map(\.point.name) == ["machine.encoder", "id.magic", "machine.heartbeat", "machine.safe"])
    #expect(read[1].text == "\(RegisterInterface.magic)")
    #expect(read[3].text == (plc.machine.flags.contains(.safe) ? "on" : "off"))
    #expect(Set(plc.requests.map(\.readAt)).count == 2 && plc.requests.count == 2)
  }

  @Test("a block that the device refuses is told with its exception for each field, and others are read")
  func refused() throws {
    let machine = Int(try #require(desk.map["machine"]).address)
    plc.interfere = { $0.readAt == machine ? .refused(.illegalAddress) : .answered }
    let read = try desk.read(try points(["machine.encoder", "machine.heartbeat", "id.bins"]))
    for reading in read.prefix(2) {
      #expect(reading.words.isEmpty && reading.text == "refused: illegal address (exception 2)")
    }
    #expect(read[2].text == "\(plc.identity.bins)")
  }

  @Test("nothing is written without leave, and what was asked for is kept for the audit")
  func unarmed() throws {
    let mailbox = try #require(desk.map["mailbox"])
    #expect(throws: ModbusFault.self) { try desk.write([1], to: mailbox) }
    #expect(desk.refusedWrites.map(\.point) == ["mailbox"] && plc.writesSeen == 0)
  }

  @Test("a machine whose link ends is an error, not a value")
  func ended() throws {
    plc.interfere = { _ in .lost }
    #expect(throws: ModbusFault.self) { try desk.read(try points(["machine.encoder"])) }
  }
}
