import Dispatching
import Quantities
import RegisterMap
import Rehearsal
import SorterModel
import Testing

@Suite("A virtual PLC as a device")
struct PLCDeviceTests {
  @Test("only the controller's blocks can be written; other writes are refused, counted and change nothing")
  func writableSet() throws {
    let bench = try PLCBench()
    let layout = bench.layout
    for place in [layout.id, layout.machine, layout.events, layout.answers, layout.binsFull] {
      #expect(bench.program.write(.holding, at: place.address, [1], at: bench.time) == .illegalAddress)
    }
    let beyond = layout.controller.address + layout.controller.count - 1
    #expect(bench.program.write(.holding, at: beyond, [0, 0], at: bench.time) == .illegalAddress)
    #expect(bench.program.write(.coil, at: 0, [1], at: bench.time) == .illegalAddress)
    #expect(bench.machine.writesRefused == 7)
    #expect(bench.identity?.magic == RegisterInterface.magic)
  }

  @Test("addresses that no point has cannot be read")
  func unmapped() throws {
    let bench = try PLCBench()
    func refusal(_ table: RegisterTable, _ address: Int, _ count: Int) -> RegisterRefusal? {
      if case .failure(let refusal) = bench.program.read(table, at: address, count: count, at: bench.time) {
        return refusal
      }
      return nil
    }
    #expect(refusal(.holding, 10, 1) == .illegalAddress)
    #expect(refusal(.holding, 9, 2) == .illegalAddress)
    #expect(refusal(.holding, 65_535, 10) == .illegalAddress)
    #expect(refusal(.input, 0, 1) == .illegalAddress)
    #expect(refusal(.holding, 0, 10) == nil)
  }

  @Test("a restart shows zeros, then another epoch; older commands and pieces are not taken up")
  func reboot() throws {
    let bench = try PLCBench {
      $0.duration = .seconds(60)
    } settings: {
      $0.faults = [DeviceFault(.reboot, at: .seconds(5))]
    }
    bench.arm()
    try bench.sort(milliseconds: 4900) { _ in 0 }
    bench.run(milliseconds: 500)
    #expect(try bench.registers(bench.layout.id).allSatisfy { $0 == 0 })
    #expect(try bench.registers(bench.layout.machine).allSatisfy { $0 == 0 })
    #expect(bench.beat() == .busy)
    bench.run(milliseconds: 1000)
    #expect(bench.identity?.epoch == PLCBench.epoch + 1)
    #expect(
      bench.machine.owner == 4711 && !bench.machine.flags.contains(.armed), "its epoch is not the machine's")
    #expect(bench.machine.mailboxDone == 0)
    bench.sequence = 0
    #expect(try bench.send(.assign, 1, bin: 0)?.outcome == .wrongEpoch)
    bench.block.epoch += 1
    bench.block.eventTail = bench.machine.eventHead
    bench.beat()
    #expect(bench.machine.flags.contains(.armed))
    #expect(try bench.send(.assign, 5, bin: 0)?.outcome == .unknownPiece)
    try bench.sort(milliseconds: 70_000) { _ in 1 }
    let totals = bench.program.totals
    #expect(totals.isBalanced && totals.onMachine == 0 && totals.restarts == 1)
    // What was on the belt at the restart is nobody's: it goes to the end and is told to nobody.
    #expect(totals.toEnd > 0 && totals.untracked >= totals.toEnd)
    #expect(totals.diverted == totals.fed - totals.toEnd)
  }

  @Test("a wrong word order shows in the magic, and a torn status block in its two numbers")
  func tornAndSwapped() throws {
    let bench = try PLCBench { _ in
    } settings: {
      $0.faults = [DeviceFault(.swapWords), DeviceFault(.tornSnapshot, at: .seconds(1), lasts: .seconds(1))]
    }
    bench.order = .abcd
    #expect(bench.identity?.magic == 0x5254_534F)
    bench.order = .cdab
    #expect(bench.identity?.magic == RegisterInterface.magic)
    bench.arm()
    bench.run(milliseconds: 500)
    func isWhole() throws -> Bool {
      let registers = try bench.registers(bench.layout.machine)
      return registers[0] == registers[15]
    }
    #expect(try isWhole())
    bench.run(milliseconds: 1000)
    #expect(try !isWhole())
    bench.run(milliseconds: 1000)
    #expect(try isWhole())
  }

  @Test("the snapshot counts up when the block changes, and only then")
  func snapshot() throws {
    let bench = try PLCBench()
    let first = bench.machine
    #expect(bench.machine == first)
    bench.run(milliseconds: 20)
    #expect(bench.machine.snapshot != first.snapshot)
  }

  @Test("commands that are ignored are carried out once when the fault is over; refused ones never")
  func ignoredCommands() throws {
    let bench = try PLCBench { _ in
    } settings: {
      $0.faults = [
        DeviceFault(.ignoreCommands, at: .seconds(1), lasts: .seconds(1)),
        DeviceFault(.refuseCommands, at: .seconds(3), lasts: .seconds(1)),
        DeviceFault(.loseEvents, at: .seconds(5), lasts: .seconds(2)),
      ]
    }
    bench.arm()
    bench.run(milliseconds: 1500)
    #expect(try bench.send(.assign, 1, bin: 0) == nil)
    #expect(bench.machine.mailboxDone == 0)
    bench.run(milliseconds: 1000)
    #expect(try bench.answer(to: 1)?.outcome == .accepted)
    bench.run(milliseconds: 1000)
    #expect(try bench.send(.assign, 3, bin: 0)?.outcome == .refused)
    bench.run(milliseconds: 4000)
    #expect(bench.machine.eventsLost > 0)
    #expect(bench.program.totals.commands == [0, 1, 0, 1, 0, 0, 0])
  }

  @Test("jams and bins out of service show as events and as bits")
  func fieldStates() throws {
    let bench = try PLCBench {
      $0.faults = [
        TimedFault(at: .seconds(2), lasts: .seconds(3), kind: .binDisabled(bin: BinID(2))),
        TimedFault(at: .seconds(3), lasts: .seconds(4), kind: .jam(position: Millimetres(9000))),
        TimedFault(at: .seconds(10), lasts: .seconds(4), kind: .binSensorStuckOn(bin: BinID(3))),
      ]
    }
    bench.arm()
    var kinds: [UInt8] = []
    var jammed: [Bool] = []
    var full: [UInt16] = []
    try bench.run(milliseconds: 16_000, every: 500) {
      kinds += try bench.takeEvents().map(\.kind)
      jammed.append(bench.machine.flags.contains(.jam))
      full.append(try bench.registers(bench.layout.binsFull)[0])
      let disabled = try bench.registers(bench.layout.binsDisabled)[0]
      #expect(disabled == 0 || disabled == 4)
      #expect(bench.machine.flags.contains(.beltRuns) != bench.machine.flags.contains(.jam))
    }
    for kind in [EventSlot.Kind.binDisabled, .binEnabled, .jamStarted, .jamCleared, .binFull, .binAvailable] {
      #expect(kinds.contains(kind.rawValue), "no event \(kind)")
    }
    #expect(jammed.contains(true) && jammed.last == false)
    #expect(full.contains(8) && full.last == 0)
  }

  @Test(
    "a machine that fed before a controller came tells of pieces that nobody assigned, and they go to the end"
  )
  func fullBelt() throws {
    let bench = try PLCBench {
      $0.duration = .seconds(10)
    } settings: {
      $0.feedsAtOnce = true
    }
    bench.run(milliseconds: 5_000, isAlive: false)
    #expect(bench.program.totals.fed == 5 || bench.program.totals.fed == 6)
    #expect(bench.machine.eventsLost == 0)
    bench.arm()
    let before = bench.program.totals.fed
    try bench.sort(milliseconds: 30_000) { Int($0.piece) > before ? 0 : RegisterInterface.noBin }
    #expect(bench.program.totals.toEnd == before)
    #expect(bench.program.totals.diverted == bench.program.totals.fed - before)
  }

  @Test("a map that lacks a point, or has it in the wrong size, is refused by the point's name")
  func layouts() throws {
    let profile = PLCBench.line(nil)
    let map = RegisterMap.draft(for: profile)
    for name in ["id", "machine", "events", "answers", "bins.full", "bins.disabled", "controller", "mailbox"]
    {
      let less = RegisterMap(map.points.filter { $0.name != name })
      let missing = #expect(throws: PLCLayoutError.self) { try PLCLayout(less, bins: 5) }
      #expect(missing?.description == "point \(name) is missing")
      var points = map.points
      let index = try #require(map.firstIndex(of: name))
      points[index].type = PointType(.u32, count: 1)
      let error = #expect(throws: PLCLayoutError.self) { try PLCLayout(RegisterMap(points), bins: 5) }
      #expect(error?.point == name)
    }
  }
}
