import Dispatching
import Quantities
import RegisterMap
import Rehearsal
import SorterModel
import Supervision
import Testing

@Suite("A virtual PLC and its controller")
struct PLCSafetyTests {
  @Test("the machine stands until a controller is armed, and feeds then")
  func standsUntilArmed() throws {
    let bench = try PLCBench()
    bench.run(milliseconds: 2000)
    #expect(bench.machine.encoder == 0 && !bench.machine.flags.contains(.beltRuns))
    #expect(bench.machine.owner == 4711 && !bench.machine.flags.contains(.armed))
    bench.arm()
    #expect(bench.machine.flags.isSuperset(of: [.armed, .beltRuns]))
    bench.run(milliseconds: 1000)
    #expect(bench.machine.encoder == 1000)
    #expect(bench.program.totals.fed == 2)
    #expect(bench.machine.state == UInt16(PackMLState.execute.rawValue))
  }

  @Test("without a heartbeat nothing that was commanded is diverted, from the watchdog's time on")
  func watchdogTrips() throws {
    let bench = try PLCBench()
    bench.arm()
    try bench.sort(milliseconds: 3000) { _ in 0 }
    let before = bench.program.totals
    #expect(before.commands(.accepted) > 0)
    // A piece is 3.4 s from the reading to the first bin: none has fallen yet.
    #expect(before.diverted == 0)
    bench.run(milliseconds: 280, isAlive: false)
    #expect(bench.machine.flags.contains(.armed))
    bench.run(milliseconds: 20, isAlive: false)
    #expect(bench.machine.flags.contains(.safe) && !bench.machine.flags.contains(.armed))
    #expect(bench.machine.flags.contains(.inductionHeld))
    bench.run(milliseconds: 20_000, isAlive: false)
    let after = bench.program.totals
    #expect(after.diverted == 0 && after.toEnd == before.fed && after.fed == before.fed)
    #expect(after.watchdogTrips == 1 && after.isBalanced)
  }

  @Test("the safe state stays through new heartbeats until a reset is asked for, which is acknowledged")
  func safeStateLatches() throws {
    let bench = try PLCBench()
    bench.arm()
    bench.run(milliseconds: 1000)
    bench.run(milliseconds: 400, isAlive: false)
    bench.run(milliseconds: 2000)
    #expect(bench.machine.flags.contains(.safe) && bench.machine.resetDone == 0)
    #expect(bench.machine.state == UInt16(PackMLState.aborted.rawValue))
    #expect(try bench.send(.assign, 1, bin: 0)?.outcome == .notArmed)
    bench.block.reset &+= 1
    bench.beat()
    #expect(!bench.machine.flags.contains(.safe) && bench.machine.resetDone == 1)
    #expect(bench.machine.flags.contains(.armed))
    #expect(bench.machine.state == UInt16(PackMLState.execute.rawValue))
  }

  @Test("to disarm is to go safe, and so is another epoch", arguments: [true, false])
  func disarming(byArm: Bool) throws {
    let bench = try PLCBench()
    bench.arm()
    bench.run(milliseconds: 100)
    if byArm { bench.block.arm = 0 } else { bench.block.epoch += 1 }
    bench.beat()
    #expect(bench.machine.flags.contains(.safe) && !bench.machine.flags.contains(.armed))
    #expect(bench.program.totals.watchdogTrips == 0 && bench.program.totals.safeStates == 1)
  }

  @Test("the emergency stop is cleared by no reset, and the belt stands as long as it is pressed")
  func emergencyStop() throws {
    let bench = try PLCBench { _ in
    } settings: {
      $0.faults = [DeviceFault(.emergencyStop, at: .seconds(2), lasts: .seconds(3))]
    }
    bench.arm()
    bench.run(milliseconds: 2000)
    #expect(bench.machine.flags.isSuperset(of: [.emergencyStop, .safe]))
    let place = bench.machine.encoder
    bench.block.reset += 1
    bench.run(milliseconds: 2900)
    #expect(bench.machine.flags.contains(.emergencyStop) && bench.machine.encoder == place)
    #expect(bench.machine.speed == 0 && !bench.machine.flags.contains(.beltRuns))
    bench.run(milliseconds: 1100)
    // Pulled out: the belt runs, but what was asked for meanwhile is not made up for.
    #expect(!bench.machine.flags.contains(.emergencyStop) && bench.machine.flags.contains(.safe))
    #expect(bench.machine.encoder == place + 1000)
    bench.block.reset += 1
    bench.beat()
    #expect(bench.machine.flags.contains(.armed))
  }

  @Test("a second controller gets nothing while the first lives; its writes are refused and counted")
  func secondController() throws {
    let bench = try PLCBench()
    bench.arm()
    bench.run(milliseconds: 200)
    var other = bench.block
    other.owner = 815
    other.arm = 0
    for _ in 0..<3 {
      other.heartbeat += 1
      #expect(bench.write(other) == nil)
    }
    #expect(bench.machine.owner == 4711 && bench.machine.flags.contains(.armed))
    #expect(bench.machine.writesRefused == 3)
    // The block still reads as the owner wrote it.
    #expect(try bench.registers(bench.layout.controller)[1] == 4711)
    bench.run(milliseconds: 320, isAlive: false)
    other.heartbeat += 1
    #expect(bench.write(other) == nil)
    #expect(bench.machine.owner == 815)
    bench.run(milliseconds: 20)
    #expect(bench.machine.writesRefused == 4, "the first owner has lost it")
  }

  @Test("a controller that takes over carries out nothing by the numbers that it starts with")
  func takingOver() throws {
    let bench = try PLCBench()
    bench.block.reset = 9
    bench.block.command = UInt16(PackMLCommand.abort.rawValue)
    bench.block.commandNumber = 9
    bench.arm()
    #expect(bench.machine.resetDone == 9 && bench.machine.flags.contains(.armed))
    #expect(bench.machine.state == UInt16(PackMLState.execute.rawValue))
    bench.run(milliseconds: 320, isAlive: false)
    var other = bench.block
    other.owner = 815
    other.reset = 10
    _ = bench.write(other)
    #expect(bench.machine.flags.contains(.safe), "a new owner's first number is no reset")
  }

  @Test("a watchdog that is off shows as off, and another controller can seize the machine")
  func faultsShow() throws {
    let bench = try PLCBench { _ in
    } settings: {
      $0.faults = [
        DeviceFault(.watchdogOff), DeviceFault(.secondMaster, at: .seconds(1), lasts: .seconds(1)),
        DeviceFault(.freezeHeartbeat, at: .seconds(3)),
      ]
    }
    bench.arm()
    #expect(bench.identity?.watchdogMilliseconds == 0)
    #expect(!bench.machine.flags.contains(.watchdog))
    bench.run(milliseconds: 980)
    #expect(bench.machine.owner == 4711)
    bench.run(milliseconds: 520)
    #expect(bench.machine.owner == 0x5EC0 && bench.machine.flags.contains(.safe))
    #expect(bench.machine.writesRefused > 0)
    bench.run(milliseconds: 1500)
    let beat = bench.machine.heartbeat
    bench.run(milliseconds: 500)
    #expect(bench.machine.heartbeat == beat)
  }

  @Test("the machine's heartbeat counts up at least every 50 ms by its own time")
  func heartbeat() throws {
    let bench = try PLCBench()
    let first = bench.machine.heartbeat
    bench.run(milliseconds: 10_000, every: 40)
    let counted = bench.machine.heartbeat &- first
    #expect((200...1000).contains(counted))
  }
}
