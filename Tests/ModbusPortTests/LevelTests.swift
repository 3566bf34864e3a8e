import ControlRuntime
import Dispatching
import Quantities
import RegisterMap
import SorterModel
import Synchronization
import Testing

@testable import ModbusPlant

@Suite("What must be the same on both sides is said again where a message about it was lost")
struct LevelTests {
  private func armedRig() throws -> Rig {
    let rig = try Rig()
    try #require(rig.turn { rig.link == .armed })
    return rig
  }

  private func kinds(_ rig: Rig) -> [CommandSlot.Kind?] {
    rig.plc.carriedOut.map { CommandSlot.Kind(rawValue: $0.kind) }
  }

  @Test("a release that was refused while nothing was driven is given when the machine is driven again")
  func release() throws {
    let rig = try armedRig()
    rig.give(.holdInduction)
    rig.turn(5)
    #expect(kinds(rig) == [.holdInduction])
    rig.signals.mayDrive.store(false, ordering: .relaxed)
    rig.turn(5)
    rig.give(.releaseInduction)
    rig.turn(5)
    #expect(kinds(rig) == [.holdInduction])
    rig.signals.mayDrive.store(true, ordering: .relaxed)
    rig.signals.resetsAsked.add(1, ordering: .relaxed)
    #expect(rig.turn { rig.link == .armed })
    rig.turn(200)
    #expect(kinds(rig) == [.holdInduction, .releaseInduction])
  }

  @Test(
    "a hold that the machine refuses is given again until it takes it, and not more often than five times a second"
  )
  func refusedHold() throws {
    let rig = try armedRig()
    var refused = 0
    rig.plc.decide = { _ in
      refused += 1
      return .refused
    }
    rig.give(.holdInduction)
    rig.turn(200)
    // A second and a half, with what the requests take.
    #expect((5...9).contains(refused))
    rig.plc.decide = { _ in .accepted }
    rig.turn(100)
    #expect(kinds(rig) == [.holdInduction])
  }

  @Test("a jam that ended while the PLC restarted is told to be cleared")
  func jam() throws {
    let rig = try armedRig()
    rig.plc.machine.flags.insert(.jam)
    rig.plc.tell(.jamStarted)
    rig.turn(3)
    #expect(rig.events(.jamStarted).count == 1)
    rig.plc.reboot(epoch: 8)
    #expect(rig.turn { !rig.events(.jamCleared).isEmpty })
    rig.turn(50)
    #expect(rig.events(.jamStarted).count == 1 && rig.events(.jamCleared).count == 1)
  }

  @Test("a jam that stands when the controller comes is told")
  func jamAtStart() throws {
    let rig = try Rig { $0.machine.flags.insert(.jam) }
    try #require(rig.turn { rig.link == .armed })
    #expect(rig.events(.jamStarted).count == 1)
  }

  @Test("a bin that is told full by an event that waits, and whose emptying was lost, is told available")
  func staleFull() throws {
    let rig = try armedRig()
    rig.plc.tell(.binFull) { $0.bin = 1 }
    rig.plc.machine.eventsLost &+= 1
    rig.plc.show()
    rig.turn(3)
    #expect(rig.events(.binFull).map(\.event.bin) == [BinID(1)])
    #expect(rig.events(.binAvailable).map(\.event.bin) == [BinID(1)])
    #expect(rig.inputs.last { $0.input.event.bin == BinID(1) }?.input.event.kind == .binAvailable)
  }

  @Test("a bin whose filling was lost while the machine still had another owner is told full")
  func lostWhileClaiming() throws {
    let rig = try Rig { plc in
      plc.machine.owner = 99
      plc.holding[plc.place("controller") + 1] = 99
      plc.show()
    }
    rig.turn(10)
    try #require(rig.link == .checking)
    rig.plc.holding[rig.plc.place("bins.full")] = 0b10
    rig.plc.machine.eventsLost &+= 1
    try #require(rig.turn { rig.link == .armed })
    #expect(rig.events(.binFull).map(\.event.bin) == [BinID(1)])
  }

  @Test("FAULTS 15: a watchdog that is set while connected is found set, and the machine can be armed")
  func watchdogSet() throws {
    let rig = try Rig { plc in
      plc.identity.watchdogMilliseconds = 0
      plc.machine.flags.remove(.watchdog)
    }
    rig.turn(200)
    #expect(rig.holds(.watchdogOff) && rig.link != .armed)
    rig.plc.identity.watchdogMilliseconds = 300
    rig.plc.machine.flags.insert(.watchdog)
    #expect(rig.turn(atMost: 600) { rig.link == .armed })
  }

  @Test(
    "FAULTS 18: an encoder that jumps further than the belt can run is not followed; the machine counts as new",
    arguments: [1 << 24, 3 << 28, 0 - 1 << 24])
  func encoderJumps(by jump: Int) throws {
    let rig = try armedRig()
    let before = rig.session.encoder.position
    rig.plc.machine.encoder &+= UInt32(truncatingIfNeeded: jump)
    rig.turn()
    #expect(rig.link == .down && rig.holds(.protocolFault))
    #expect(rig.turn { rig.session.phase == .running })
    #expect(rig.events(.machineRestarted).count == 1)
    #expect((0..<100_000).contains(rig.session.encoder.position - before))
    rig.signals.resetsAsked.add(1, ordering: .relaxed)
    #expect(rig.turn { rig.link == .armed })
    #expect(rig.events(.machineRestarted).count == 1)
  }

  @Test("FAULTS 18: an encoder that jumps for a moment only is left alone: nothing is lost")
  func encoderFlickers() throws {
    let rig = try armedRig()
    rig.plc.machine.encoder &+= 1 << 24
    rig.turn()
    rig.plc.machine.encoder &-= 1 << 24
    #expect(rig.turn { rig.link == .armed })
    #expect(rig.events(.machineRestarted).isEmpty)
  }

  @Test("where the belt is goes out with the moment at which the machine was last asked and answered")
  func positionWithItsMoment() throws {
    let rig = try armedRig()
    rig.turn()
    let seen = try #require(rig.signals.lastPosition)
    rig.plc.refusesConnections = true
    rig.plc.close()
    rig.turn(20)
    let later = try #require(rig.signals.lastPosition)
    #expect(later.position == seen.position && later.at == seen.at)
    rig.plc.refusesConnections = false
    #expect(rig.turn { rig.signals.lastPosition.map { $0.at > seen.at } ?? false })
  }

  @Test(
    "FAULTS 21: each reset bears a number of its own: one that the machine forgot is not asked for for ever")
  func resetNumbers() throws {
    let rig = try armedRig()
    var numbers: [UInt16] = []
    for _ in 0..<3 {
      rig.plc.machine.flags.insert(.safe)
      rig.plc.machine.flags.remove(.armed)
      #expect(rig.turn { rig.link == .safe })
      // As if it had heard the last one and not carried it out.
      rig.plc.machine.resetDone = 0
      rig.signals.resetsAsked.add(1, ordering: .relaxed)
      #expect(rig.turn { rig.link == .armed })
      numbers.append(rig.session.controller.reset)
    }
    #expect(Set(numbers).count == 3)
  }

  @Test(
    "FAULTS 14: a port that was held up does not take a control thread for alive by a cycle that is long past"
  )
  func bothHang() throws {
    let rig = try armedRig()
    rig.signals.lastCycle.store(rig.plc.time + 1_000_000, ordering: .relaxed)
    rig.controlRuns = false
    rig.plc.pass(1_500_000_000)
    let writes = rig.plc.writesSeen
    rig.turn(10)
    #expect(rig.plc.writesSeen == writes)
    #expect(rig.link != .armed)
  }

  @Test("FAULTS 14: a turn that lasts sends no heartbeat for a control thread that comes to a stand in it")
  func hangsInATurn() throws {
    let rig = try armedRig()
    rig.assign(1)
    rig.controlRuns = false
    rig.signals.lastCycle.store(rig.plc.time, ordering: .relaxed)
    rig.plc.pass(80_000_000)
    rig.plc.keepsRequests = true
    rig.plc.roundTrip = 40_000_000
    rig.turn()
    // The turn began before the thread counted as hanging, and the command's own request took the rest of the time.
    let mailbox = rig.plc.place("mailbox")
    let written = rig.plc.requests.compactMap(\.writeAt)
    #expect(!written.isEmpty && written.allSatisfy { $0 >= mailbox })
    #expect(rig.link == .safe)
  }
}
