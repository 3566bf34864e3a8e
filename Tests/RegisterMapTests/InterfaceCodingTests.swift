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
}
