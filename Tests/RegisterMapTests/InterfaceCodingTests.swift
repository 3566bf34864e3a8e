import Foundation
import Quantities
import RegisterMap
import Testing

@Suite struct InterfaceCodingTests {
  @Test("an event comes back from its registers in every byte order", arguments: ByteOrder.allCases)
  func eventRoundTrip(_ order: ByteOrder) throws {
    var event = EventSlot()
    event.number = 65_535
    event.kind = EventSlot.Kind.identified.rawValue
    event.detail = 1
    event.piece = 0xFFFF_0001
    event.encoder = 0x8000_0002
    event.bin = 17
    event.value = 188
    event.destination = try #require(DestinationCode("33101A"))
    event.length = 2_400
    event.width = 1_250
    event.height = 7
    event.weight = 70_001
    var registers = [UInt16](repeating: 0xAAAA, count: EventSlot.registers + 2)
    event.encode(into: &registers, at: 1, order)
    #expect(EventSlot(from: registers, at: 1, order) == event)
    #expect(registers.first == 0xAAAA && registers.last == 0xAAAA)
    registers[EventSlot.registers] &-= 1
    #expect(EventSlot(from: registers, at: 1, order) == nil, "a torn event must not be taken")
  }

  @Test("a destination with a hole or a wrong character makes an event void")
  func brokenDestination() {
    var registers = [UInt16](repeating: 0, count: EventSlot.registers)
    EventSlot().encode(into: &registers, at: 0, .abcd)
    registers[9] = 0x3300
    registers[10] = 0x3400
    #expect(EventSlot(from: registers, at: 0, .abcd) == nil)
    registers[10] = 0
    #expect(EventSlot(from: registers, at: 0, .abcd)?.destination.description == "3")
    registers[9] = 0x3361
    #expect(EventSlot(from: registers, at: 0, .abcd) == nil)
  }

  @Test("a status block whose snapshots differ is not taken")
  func tornStatus() throws {
    var block = MachineBlock()
    block.snapshot = 7
    block.encoder = 0xFFFF_FFFE
    block.flags = [.armed, .beltRuns]
    block.resetDone = 3
    var registers = [UInt16](repeating: 0, count: MachineBlock.registers)
    block.encode(into: &registers, at: 0, .cdab)
    #expect(MachineBlock(from: registers, at: 0, .cdab) == block)
    registers[0] = 6
    #expect(MachineBlock(from: registers, at: 0, .cdab) == nil)
  }

  @Test(
    "PackTags come back from their registers in every byte order, and not while they change",
    arguments: ByteOrder.allCases)
  func packTags(_ order: ByteOrder) {
    var tags = PackTagsBlock()
    tags.snapshot = 9
    tags.stateCurrent = 6
    tags.unitModeCurrent = 1
    tags.machSpeed = 500_000
    tags.prodConsumedCount = 0x0001_0002
    tags.accTimeSinceReset = 86_400
    tags.alarmExtent = 9
    for place in 0..<8 { tags.alarms[place] = (UInt16(place + 100), 2) }
    var registers = [UInt16](repeating: 0xAAAA, count: PackTagsBlock.registers + 1)
    tags.encode(into: &registers, at: 0, order)
    #expect(PackTagsBlock(from: registers, at: 0, order) == tags)
    #expect(registers[23] == 8 && registers.last == 0xAAAA)
    registers[40] = 8
    #expect(PackTagsBlock(from: registers, at: 0, order) == nil)
  }

  @Test("the specification's examples are what is encoded, register by register")
  func examples() throws {
    var event = EventSlot()
    event.number = 258
    event.kind = EventSlot.Kind.identified.rawValue
    event.piece = 70_000
    event.encoder = 1_234_567
    event.destination = try #require(DestinationCode("33101"))
    event.length = 2_400
    event.width = 1_250
    event.height = 7
    event.weight = 204
    var command = CommandSlot()
    command.kind = CommandSlot.Kind.assign.rawValue
    command.piece = 70_000
    command.bin = 17
    command.deadline = 1_239_000
    command.epoch = 7
    command.sequence = 259
    var answer = AnswerSlot()
    answer.sequence = 259
    answer.result = AnswerSlot.Result.accepted.rawValue
    answer.encoder = 1_234_627
    let page = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../hardware-profiles/register-interface.md"), encoding: .utf8)
    func dump(_ value: some RegisterCoded) -> String {
      var registers = [UInt16](repeating: 0, count: type(of: value).registers)
      value.encode(into: &registers, at: 0, .abcd)
      return registers.map { register in
        let text = String(register, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - text.count) + text
      }.joined(separator: " ")
    }
    #expect(page.contains(dump(event)))
    #expect(page.contains(dump(command)))
    #expect(page.contains(dump(answer)))
  }
}
