import ControlRuntime
import Quantities
import RegisterMap
import Synchronization
import Testing

@testable import ModbusPlant

@Suite("A port checks its machine before it drives")
struct HandshakeTests {
  @Test("it connects, checks, takes the ownership, resets the safe state and arms")
  func arms() throws {
    let rig = try Rig()
    #expect(rig.turn { rig.link == .armed })
    #expect(rig.session.report.passes)
    #expect(rig.plc.machine.owner == rig.session.owner)
    #expect(rig.plc.machine.flags.contains(.armed))
    #expect(rig.events(.link).map(\.event.isOn) == [false, true])
  }

  @Test("without --arm it takes the ownership, watches, and arms nothing")
  func disarmed() throws {
    let rig = try Rig(Rig.Options())
    rig.turn(50)
    #expect(rig.link == .disarmed)
    rig.assign(1)
    rig.turn(5)
    #expect(rig.answers.map(\.answer) == [.refused])
    #expect(rig.plc.carriedOut.isEmpty)
    #expect(!rig.plc.machine.flags.contains(.armed))
  }

  @Test("the machine's state is told at the start and after a restart, and once where an event tells it too")
  func states() throws {
    let rig = try Rig { $0.machine.state = 2 }
    try #require(rig.turn { rig.link == .armed })
    rig.turn()
    func told() -> [UInt8] { rig.events(.machineState).map(\.event.detail) }
    #expect(told() == [2])
    rig.plc.machine.state = 6
    rig.plc.tell(.stateChanged) { $0.detail = 6 }
    rig.turn(3)
    #expect(told() == [2, 6])
    // The block before the event: a program may show the new state a cycle earlier.
    rig.plc.machine.state = 5
    rig.plc.show()
    rig.turn(2)
    rig.plc.tell(.stateChanged) { $0.detail = 5 }
    rig.turn(2)
    #expect(told() == [2, 6, 5])
    rig.plc.reboot(epoch: 8)
    rig.plc.machine.state = 9
    rig.plc.show()
    #expect(rig.turn(atMost: 100) { told() == [2, 6, 5, 9] })
  }

  @Test("--dry-run reads everything and writes nothing")
  func dryRun() throws {
    var options = Rig.armed
    options.port.isDryRun = true
    let rig = try Rig(options)
    rig.plc.keepsRequests = true
    rig.turn(20)
    rig.plc.tell(.inducted, piece: 5)
    rig.assign(5)
    rig.turn(20)
    #expect(rig.plc.requests.allSatisfy { $0.writeAt == nil })
    #expect(rig.events(.pieceInducted).count == 1)
    #expect(rig.answers.map(\.answer) == [.withheld])
    #expect(rig.session.report.passes)
  }

  @Test("nothing is armed before the control thread has run, or without its leave")
  func needsControlThread() throws {
    let rig = try Rig()
    rig.controlRuns = false
    rig.turn(50)
    #expect(rig.link == .disarmed)
    rig.controlRuns = true
    rig.signals.mayDrive.store(false, ordering: .relaxed)
    rig.turn(50)
    #expect(rig.link == .disarmed)
    rig.signals.mayDrive.store(true, ordering: .relaxed)
    #expect(rig.turn { rig.link == .armed })
  }

  @Test(
    "FAULTS 18: another word order is found by the magic number and named",
    arguments: [ByteOrder.cdab, .badc, .dcba])
  func wordOrder(order: ByteOrder) throws {
    var options = Rig.armed
    options.order = order
    options.change = { points in for index in points.indices { points[index].byteOrder = .abcd } }
    let rig = try Rig(options)
    rig.turn(20)
    #expect(rig.holds(.wordOrder))
    #expect(rig.link == .down)
    let check = try #require(rig.session.report.checks.first { $0.name == "word order" })
    #expect(check.verdict == .failed)
    #expect(check.found == order.rawValue)
    // Nothing else is put down to a number that was read in the wrong order.
    #expect(
      rig.session.report.checks.filter { $0.verdict == .failed }.map(\.name) == ["magic", "word order"])
    #expect(rig.plc.writesSeen == 0)
  }

  @Test("each word order works where the map states it", arguments: ByteOrder.allCases)
  func statedOrder(order: ByteOrder) throws {
    var options = Rig.armed
    options.order = order
    let rig = try Rig(options)
    #expect(rig.turn { rig.link == .armed })
    rig.plc.tell(.inducted, piece: 1 << 20 + 3)
    rig.turn()
    #expect(rig.events(.pieceInducted).map(\.event.piece.rawValue) == [1 << 20 + 3])
  }

  @Test(
    "what does not fit is a failed check, and nothing is written",
    arguments: [
      "magic", "interface version", "epoch", "bins", "event slots", "mailbox slots", "encoder pulses a metre",
    ])
  func unfit(check: String) throws {
    let rig = try Rig { plc in
      switch check {
      case "magic": plc.identity.magic = 0x1234_5678
      case "interface version": plc.identity.version = 2
      case "epoch": plc.identity.epoch = 0
      case "bins": plc.identity.bins = 7
      case "event slots": plc.identity.eventSlots = 32
      case "mailbox slots": plc.identity.mailboxSlots = 8
      default: plc.identity.pulsesPerMetre = 500
      }
      plc.show()
    }
    rig.turn(30)
    #expect(rig.link == .down)
    #expect(
      rig.session.report.checks.contains { $0.name == check && $0.verdict == .failed && !$0.advice.isEmpty })
    #expect(rig.plc.writesSeen == 0)
  }

  @Test(
    "FAULTS 15: with the machine's watchdog off, or too slow, nothing is armed", arguments: [0, 501, 60_000])
  func watchdogOff(milliseconds: UInt16) throws {
    let rig = try Rig { plc in
      plc.identity.watchdogMilliseconds = milliseconds
      plc.show()
    }
    rig.turn(100)
    #expect(rig.link == .disarmed)
    #expect(rig.holds(.watchdogOff))
    #expect(!rig.plc.machine.flags.contains(.armed))
  }

  @Test("FAULTS 15: a watchdog that is switched off while driving stops the driving")
  func watchdogSwitchedOff() throws {
    let rig = try Rig()
    #expect(rig.turn { rig.link == .armed })
    rig.plc.machine.flags.remove(.watchdog)
    rig.turn(5)
    #expect(rig.link == .safe)
    #expect(!rig.plc.machine.flags.contains(.armed))
  }

  @Test("a mapped point that the device refuses is quarantined, and the rest goes on")
  func quarantine() throws {
    var options = Rig.armed
    options.change = { $0.append(RegisterPoint("spare", .input, 9_000)) }
    let rig = try Rig(options) { plc in
      plc.interfere = { $0.table == .input ? .refused(.illegalAddress) : .answered }
    }
    #expect(rig.turn { rig.link == .armed })
    #expect(rig.holds(.quarantinedPoint))
    #expect(rig.session.overview.quarantined == ["spare"])
  }

  @Test("requests keep to the device's limits, with and without function 23", arguments: [true, false])
  func limits(allowsReadWrite: Bool) throws {
    var options = Rig.armed
    options.settings.allowsReadWrite = allowsReadWrite
    options.settings.limits.readRegisters = 45
    options.settings.limits.writeRegisters = 9
    options.mailboxSlots = 16
    let rig = try Rig(options)
    #expect(rig.turn { rig.link == .armed })
    for piece in 1...40 { rig.plc.tell(.inducted, piece: UInt32(piece)); if piece % 8 == 0 { rig.turn(4) } }
    for piece in 1...16 { rig.assign(UInt64(piece)) }
    rig.turn(10)
    #expect(rig.plc.mostRead <= 45)
    #expect(rig.plc.mostWritten <= 9)
    #expect(rig.events(.pieceInducted).count == 40)
    #expect(rig.outcome(.accepted) == 16)
  }

  @Test(
    "a write outside the map's writable set is refused, counted and told",
    arguments: [0, 99, 29_999, 30_008, 30_131])
  func writesAreGuarded(address: Int) throws {
    let rig = try Rig()
    let block = PointBlock(RegisterPoint("stray", .holding, UInt16(address), PointType(.u16, count: 2)))
    #expect(throws: ModbusFault.self) { try rig.session.link.write(block, from: 0, [1, 2]) }
    #expect(rig.session.link.figures.refusedWrites == 1)
    #expect(rig.session.overview.refusedWrites.map(\.point) == ["stray"])
    #expect(rig.plc.writesSeen == 0)
  }

  @Test("FAULTS 19: a block that the map does not let be written stays unwritten, and its place is told")
  func unwritableBlock() throws {
    var options = Rig.armed
    options.change = { points in
      for index in points.indices where points[index].name == "controller" { points[index].access = .read }
    }
    let rig = try Rig(options)
    rig.turn(3)
    #expect(rig.plc.writesSeen == 0)
    #expect(rig.holds(.writeRefused))
    let refused = RefusedWrites(rawValue: rig.signals.refusedWrites.load(ordering: .relaxed))
    #expect(refused.table == 4)
    #expect(Int(refused.address) == rig.plc.place("controller"))
    #expect(Int(refused.length) == ControllerBlock.registers)
    #expect(refused.count(since: .none) == 1)
  }

  @Test("FAULTS 19: writes that the machine refused are told, but not what it forgot when it began anew")
  func machineRefusals() throws {
    let rig = try Rig()
    try #require(rig.turn { rig.link == .armed })
    rig.plc.machine.writesRefused &+= 2
    rig.plc.machine.eventsLost = 3
    rig.turn(2)
    #expect(rig.signals.machineRefusals.load(ordering: .relaxed) == 2)
    #expect(rig.session.lostEvents == 3)
    rig.plc.reboot(epoch: 9)
    #expect(rig.turn { rig.events(.machineRestarted).count == 1 })
    rig.turn(50)
    #expect(rig.signals.machineRefusals.load(ordering: .relaxed) == 2)
    #expect(rig.session.lostEvents == 3)
  }
}
