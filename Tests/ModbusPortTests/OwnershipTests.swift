import ControlRuntime
import Dispatching
import Quantities
import RegisterMap
import Synchronization
import Testing

@testable import ModbusPlant

@Suite("One controller drives a machine, and the one that was pushed aside falls silent")
struct OwnershipTests {
  /// A rig that drives; from then on it notes nothing of a second master until `seize`.
  private func armedRig() throws -> Rig {
    let rig = try Rig()
    try #require(rig.turn { rig.link == .armed })
    return rig
  }

  /// Another controller takes the machine over; it says nothing in the heartbeat's register.
  private func seize(_ rig: Rig) {
    rig.plc.interfere = { _ in
      rig.plc.machine.owner = 77
      rig.plc.machine.flags.remove(.armed)
      rig.plc.machine.flags.insert(.safe)
      rig.plc.show()
      return .answered
    }
  }

  private func askReset(_ rig: Rig) { rig.signals.resetsAsked.add(1, ordering: .relaxed) }

  @Test("FAULTS 11: while another controller's heartbeat lives nothing is written")
  func otherOwner() throws {
    var beat: UInt16 = 1
    let rig = try Rig { plc in
      plc.machine.owner = 99
      plc.holding[plc.place("controller") + 1] = 99
      plc.show()
    }
    let place = rig.plc.place("controller")
    var isAlive = true
    rig.plc.interfere = { _ in
      if isAlive {
        beat &+= 1
        rig.plc.holding[place] = beat
      }
      return .answered
    }
    rig.turn(200)
    #expect(rig.plc.writesSeen == 0)
    #expect(rig.holds(.ownershipLost))
    #expect(rig.link == .checking)
    isAlive = false
    #expect(rig.turn { rig.link == .armed })
    #expect(!rig.holds(.ownershipLost))
  }

  @Test("a machine that was not asked because the control thread came to a stand counts as not asked")
  func standsWhileClaiming() throws {
    let rig = try Rig { plc in
      plc.machine.owner = 99
      plc.holding[plc.place("controller") + 1] = 99
      plc.show()
    }
    let place = rig.plc.place("controller")
    var isSlow = true
    rig.plc.interfere = { request in
      // Longer than the control thread may stand still, in each turn that looks at the other one's heartbeat.
      if isSlow, request.readAt == place { rig.plc.pass(150_000_000) }
      return .answered
    }
    rig.turn(40)
    #expect(rig.plc.writesSeen == 0 && rig.link == .checking)
    isSlow = false
    #expect(rig.turn { rig.link == .armed })
  }

  @Test("FAULTS 11: when a second master takes over, this one stops writing for good, at once")
  func secondMaster() throws {
    let rig = try armedRig()
    rig.assign(1)
    rig.assign(2)
    seize(rig)
    let before = rig.plc.writesSeen
    rig.turn()
    let written = rig.plc.writesSeen
    // The commands that waited, and the heartbeat whose answer tells of the other one.
    #expect(written - before <= 2)
    rig.assign(3)
    rig.turn(2_000)
    #expect(rig.plc.writesSeen == written)
    #expect(rig.holds(.ownershipLost))
    #expect(rig.link == .checking)
    #expect(rig.events(.link).last?.event.isOn == false)
    #expect(rig.session.book.open == 0)
    #expect(rig.answers.filter { $0.sequence == 3 }.map(\.answer) == [.refused])
  }

  @Test("FAULTS 11: a reset that is asked for while the second master is in force brings nothing back")
  func resetTooEarly() throws {
    let rig = try armedRig()
    seize(rig)
    rig.turn()
    let written = rig.plc.writesSeen
    askReset(rig)
    rig.turn(100)
    rig.plc.interfere = { _ in .answered }
    rig.plc.machine.owner = 0
    rig.turn(200)
    #expect(rig.plc.writesSeen == written)
    #expect(rig.holds(.ownershipLost))
  }

  @Test(
    "FAULTS 11: once the second master is gone one reset lets this one drive again",
    arguments: [false, true])
  func comesBack(isOwn: Bool) throws {
    let rig = try armedRig()
    let own = rig.session.owner
    seize(rig)
    rig.turn(300)
    // The other one has used the mailbox too.
    rig.plc.machine.mailboxDone &+= 5
    rig.plc.interfere = { _ in .answered }
    rig.plc.machine.owner = isOwn ? own : 0
    rig.turn(50)
    #expect(rig.holds(.ownershipLost))
    askReset(rig)
    #expect(rig.turn { rig.link == .armed })
    #expect(!rig.holds(.ownershipLost))
    #expect(rig.events(.link).last?.event.isOn == true)
    let sequence = rig.assign(4)
    rig.turn(3)
    #expect(rig.answers.last?.sequence == sequence && rig.answers.last?.answer == .accepted)
    #expect(rig.plc.carriedOut.map(\.piece) == [4])
  }

  @Test("FAULTS 11: a second master that came while the link was down is found before anything is written")
  func behindOurBack() throws {
    let rig = try armedRig()
    rig.plc.interfere = { _ in .reset }
    rig.turn(2)
    #expect(rig.link == .down)
    let written = rig.plc.writesSeen
    seize(rig)
    rig.turn(1_000)
    #expect(rig.plc.writesSeen == written)
    #expect(rig.holds(.ownershipLost))
  }

  @Test(
    "an owner that the machine keeps although its heartbeat stands still is challenged once, not for ever")
  func keptOwner() throws {
    let rig = try Rig { plc in plc.machine.owner = 99 }
    rig.plc.interfere = { _ in
      rig.plc.machine.owner = 99
      rig.plc.show()
      return .answered
    }
    rig.turn(2_000)
    #expect(rig.plc.writesSeen == 1)
    #expect(rig.holds(.ownershipLost))
    #expect(rig.link == .checking)
  }
}
