import ControlRuntime
import Dispatching
import Quantities
import RegisterMap
import SorterModel
import Synchronization
import Testing

@testable import ModbusPlant

@Suite("A port survives what happens to its link and its machine")
struct FaultTests {
  private func armedRig(_ options: Rig.Options = Rig.armed) throws -> Rig {
    let rig = try Rig(options)
    try #require(rig.turn { rig.link == .armed })
    return rig
  }

  @Test("FAULTS 1: a refused connection is tried again with growing waits, and never ends the run")
  func refused() throws {
    let rig = try Rig { $0.refusesConnections = true }
    rig.turn(2_000)
    // Ten seconds: 100 ms doubling to 5 s with a jitter of a half.
    #expect((6...14).contains(rig.plc.connections))
    rig.plc.refusesConnections = false
    #expect(rig.turn(atMost: 2_000) { rig.link == .armed })
  }

  @Test(
    "FAULTS 3 and 16: a command whose request fails is settled by reading back, and carried out once",
    arguments: [0, 1, 2, 3])
  func settled(kind: Int) throws {
    let rig = try armedRig()
    var isHit = false
    let mailbox = rig.plc.place("mailbox")
    rig.plc.interfere = { request in
      guard !isHit, let at = request.writeAt, at >= mailbox else { return .answered }
      isHit = true
      return [.lost, .answerLost, .garbled, .reset][kind]
    }
    let sequence = rig.assign(1, bin: 2)
    #expect(rig.turn { rig.link == .armed && !rig.answers.isEmpty })
    #expect(isHit)
    #expect(rig.plc.carriedOut.map(\.piece) == [1])
    #expect(rig.answers.map(\.sequence) == [sequence])
    #expect(rig.answers.map(\.answer) == [.accepted])
    #expect(rig.outcome(.accepted) == 1)
    #expect(rig.session.book.open == 0)
  }

  @Test("FAULTS 16: a write that arrives after it was given up changes nothing and moves nothing twice")
  func lateWrite() throws {
    let rig = try armedRig()
    var isHit = false
    let mailbox = rig.plc.place("mailbox")
    rig.plc.interfere = { request in
      guard !isHit, let at = request.writeAt, at >= mailbox else { return .answered }
      isHit = true
      return .delayed
    }
    rig.assign(1, bin: 2)
    #expect(rig.turn { !rig.answers.isEmpty })
    #expect(rig.session.rewritten == 1)
    for piece in 2...3 { rig.assign(UInt64(piece), bin: 1) }
    rig.turn(5)
    rig.plc.deliverDelayed()
    rig.turn(20)
    #expect(rig.plc.carriedOut.map(\.piece) == [1, 2, 3])
    #expect(rig.outcome(.accepted) == 3)
  }

  @Test("FAULTS 9: after a pulled cable no stale divert runs, and a person has to let it go on")
  func cable() throws {
    let rig = try armedRig()
    rig.plc.interfere = { _ in .lost }
    rig.plc.refusesConnections = true
    rig.turn(3)
    #expect(rig.link == .down)
    #expect(rig.events(.link).last?.event.isOn == false)
    for piece in 1...3 { rig.assign(UInt64(piece), pulses: 2_000) }
    rig.turn(400)
    #expect(rig.plc.machine.flags.contains(.safe))
    rig.plc.interfere = { _ in .answered }
    rig.plc.refusesConnections = false
    #expect(rig.turn(atMost: 2_000) { rig.link == .safe })
    rig.turn(20)
    #expect(rig.plc.carriedOut.isEmpty)
    #expect(rig.session.book.open == 0)
    #expect(rig.answers.count == 3)
    #expect(rig.link == .safe)
    rig.signals.resetsAsked.add(1, ordering: .relaxed)
    #expect(rig.turn { rig.link == .armed })
    rig.assign(4)
    rig.turn(3)
    #expect(rig.plc.carriedOut.map(\.piece) == [4])
  }

  @Test("FAULTS 9: a cable pulled for a moment costs nothing: the same ownership, the same commands")
  func blip() throws {
    let rig = try armedRig()
    var left = 1
    rig.plc.interfere = { _ in
      left -= 1
      return left >= 0 ? .reset : .answered
    }
    rig.assign(1)
    #expect(rig.turn { rig.link == .down })
    #expect(rig.turn { rig.link == .armed })
    rig.turn(3)
    #expect(rig.plc.carriedOut.map(\.piece) == [1])
  }

  @Test("FAULTS 11: a machine that was rebooted is handshaken again, and what was under way is unknown")
  func reboot() throws {
    let rig = try armedRig()
    rig.plc.tell(.inducted, piece: 41)
    rig.turn()
    rig.plc.answersCommands = false
    rig.assign(41)
    rig.turn(2)
    #expect(rig.session.book.underWay.count == 1)
    let before = rig.session.encoder.position
    rig.plc.answersCommands = true
    rig.plc.reboot(epoch: 8)
    #expect(rig.turn(atMost: 100) { rig.link == .safe })
    #expect(rig.holds(.epochChanged))
    #expect(rig.outcome(.unknown) == 1)
    #expect(rig.plc.carriedOut.isEmpty)
    rig.signals.resetsAsked.add(1, ordering: .relaxed)
    #expect(rig.turn { rig.link == .armed })
    let restarted = try #require(rig.events(.machineRestarted).first)
    #expect(rig.events(.machineRestarted).count == 1)
    // The machine counts pieces from 1 again; for the dispatcher the numbers and the belt go on, without a jump.
    rig.plc.tell(.inducted, piece: 1)
    rig.turn()
    let inducted = try #require(rig.events(.pieceInducted).last)
    #expect(inducted.event.piece.rawValue == 42)
    #expect(restarted.position.rawValue >= before)
    #expect(inducted.position >= restarted.position)
    #expect(inducted.position.rawValue - before < 20_000)
    rig.assign(42)
    rig.assign(41)
    rig.turn(3)
    #expect(rig.plc.carriedOut.map(\.piece) == [1])
    #expect(rig.answers.suffix(2).map(\.answer).contains(.refused))
  }

  @Test("FAULTS 14: a machine whose heartbeat stands still is given up within 500 ms")
  func machineHangs() throws {
    let rig = try armedRig()
    rig.plc.heartbeatRuns = false
    let since = rig.plc.time
    #expect(rig.turn { rig.link == .safe })
    #expect(rig.plc.time - since <= 400_000_000)
    #expect(rig.holds(.heartbeatLost))
    #expect(rig.events(.link).last?.event.isOn == false)
    rig.assign(1)
    rig.turn(3)
    #expect(rig.answers.map(\.answer) == [.refused])
    rig.plc.heartbeatRuns = true
    rig.turn(20)
    #expect(rig.link == .safe)
    rig.signals.resetsAsked.add(1, ordering: .relaxed)
    #expect(rig.turn { rig.link == .armed })
  }

  @Test("FAULTS 14: when the control thread stands still the heartbeat stops and the machine goes safe")
  func controlHangs() throws {
    let rig = try armedRig()
    rig.controlRuns = false
    let since = rig.plc.time
    #expect(rig.turn { rig.plc.time - since > 150_000_000 })
    let writes = rig.plc.writesSeen
    rig.turn(80)
    #expect(rig.plc.writesSeen == writes)
    #expect(rig.link == .safe)
    rig.controlRuns = true
    rig.turn(40)
    #expect(rig.link == .safe)
    rig.signals.resetsAsked.add(1, ordering: .relaxed)
    #expect(rig.turn { rig.link == .armed })
  }

  @Test("FAULTS 17 and 23: a command past its deadline is dropped, counted and answered late")
  func staleCommands() throws {
    let rig = try armedRig()
    rig.assign(1, pulses: -1)
    rig.assign(2, pulses: 0)
    rig.assign(3, pulses: 2_000)
    rig.turn(3)
    #expect(rig.plc.carriedOut.map(\.piece) == [3])
    #expect(rig.outcome(.late) == 2)
    #expect(rig.signals.droppedCommands.load(ordering: .relaxed) == 2)
    #expect(Set(rig.answers.filter { $0.answer == .late }.map(\.sequence)) == [1, 2])
  }

  @Test("FAULTS 23: commands that waited through a suspension are not sent once they are stale")
  func suspended() throws {
    let rig = try armedRig()
    for piece in 1...3 { rig.assign(UInt64(piece), pulses: 2_000) }
    // The process was stopped for two seconds: the belt ran on.
    rig.plc.pass(2_000_000_000)
    rig.signals.lastCycle.store(rig.plc.time, ordering: .relaxed)
    rig.session.serve(at: rig.now)
    rig.turn(5)
    #expect(rig.plc.carriedOut.isEmpty)
    #expect(rig.session.book.open == 0)
  }

  @Test("FAULTS 17: what the machine calls late, refused or unknown is the command's one outcome")
  func answersOfTheMachine() throws {
    let rig = try armedRig()
    rig.plc.decide = { slot in
      switch slot.piece {
      case 1: .late
      case 2: .refused
      case 3: .unknownPiece
      default: .accepted
      }
    }
    for piece in 1...4 { rig.assign(UInt64(piece)) }
    rig.turn(3)
    #expect(rig.answers.map(\.answer) == [.late, .refused, .refused, .accepted])
    #expect(rig.outcome(.late) == 1)
    #expect(rig.outcome(.refused) == 2)
    #expect(rig.outcome(.accepted) == 1)
  }

  @Test("FAULTS 18: a status block that changed while it was read is read again")
  func tornStatus() throws {
    let rig = try armedRig()
    let place = rig.plc.place("machine")
    var torn = 2
    rig.plc.interfere = { request in
      guard request.readAt == place, torn > 0 else { return .answered }
      torn -= 1
      // The encoder's low half is of the next moment.
      return .changed { $0.enumerated().map { $0.0 == 7 ? $0.1 ^ 0x8000 : $0.0 == 15 ? $0.1 &+ 1 : $0.1 } }
    }
    rig.turn(3)
    #expect(torn == 0)
    #expect(rig.link == .armed)
    #expect(rig.session.encoder.wire == rig.plc.machine.encoder)
  }

  @Test("FAULTS 18: an event that was read while it was written is read again, not guessed")
  func tornEvent() throws {
    let rig = try armedRig()
    rig.plc.tell(.inducted, piece: 9)
    let place = rig.plc.eventPlace(1)
    var torn = 3
    rig.plc.interfere = { request in
      guard request.readAt == place, torn > 0 else { return .answered }
      torn -= 1
      return .changed { $0.enumerated().map { $0.0 == 20 ? 0 : $0.0 == 3 ? 55 : $0.1 } }
    }
    rig.turn(8)
    #expect(rig.events(.pieceInducted).map(\.event.piece.rawValue) == [9])
  }

  @Test("FAULTS 19: a mailbox that holds something else than the command takes the bin out of service")
  func readbackMismatch() throws {
    let rig = try armedRig()
    rig.plc.answersCommands = false
    let mailbox = rig.plc.place("mailbox")
    var isHit = false
    rig.plc.interfere = { request in
      guard !isHit, let at = request.writeAt, at >= mailbox else { return .answered }
      isHit = true
      return .answerLost
    }
    rig.assign(1, bin: 2)
    #expect(rig.turn { rig.link == .down })
    rig.plc.holding[mailbox + 1 * CommandSlot.registers + 3] = 4
    #expect(rig.turn { rig.events(.binDisabled).count == 1 })
    #expect(rig.holds(.readbackMismatch))
    #expect(rig.events(.binDisabled).first?.event.bin == BinID(2))
    rig.turn(2)
    rig.plc.answersCommands = true
    rig.turn(50)
    // The number is filled with a command that is void: nothing is moved by it.
    #expect(rig.plc.carriedOut.isEmpty)
    #expect(rig.session.book.underWay.isEmpty)
  }

  @Test("FAULTS 21: the emergency stop is told, nothing drives, and no reset is asked for while it stands")
  func emergencyStop() throws {
    let rig = try armedRig()
    let resets = rig.plc.machine.resetDone
    rig.plc.machine.flags.insert([.emergencyStop, .safe])
    rig.plc.machine.flags.remove(.armed)
    rig.turn(5)
    #expect(rig.holds(.emergencyStop))
    #expect(rig.link == .safe)
    rig.signals.resetsAsked.add(1, ordering: .relaxed)
    rig.turn(100)
    #expect(rig.plc.machine.resetDone == resets)
    #expect(rig.plc.machine.flags.contains(.emergencyStop))
  }

  @Test("FAULTS 24 and 27: pieces of before are handed on as they are, and a number seen twice too")
  func piecesAsTheyAre() throws {
    let rig = try Rig { plc in for piece in 1...5 { plc.tell(.inducted, piece: UInt32(piece)) } }
    try #require(rig.turn { rig.link == .armed })
    #expect(rig.events(.pieceInducted).isEmpty)
    rig.plc.tell(.confirmed, piece: 3) { $0.bin = 1 }
    rig.plc.tell(.inducted, piece: 6)
    rig.plc.tell(.inducted, piece: 6)
    rig.turn(2)
    #expect(rig.events(.divertConfirmed).map(\.event.piece.rawValue) == [3])
    #expect(rig.events(.pieceInducted).map(\.event.piece.rawValue) == [6, 6])
  }

  @Test("a machine that stops answering commands: timed out, told, and never more under way than slots")
  func unanswered() throws {
    let rig = try armedRig()
    rig.plc.answersCommands = false
    for piece in 1...9 { rig.assign(UInt64(piece), pulses: 8_000) }
    rig.turn(5)
    #expect(rig.session.book.underWay.count == 4)
    rig.turn(120)
    #expect(rig.outcome(.timedOut) == 4)
    #expect(rig.holds(.commandUnanswered))
    rig.plc.answersCommands = true
    rig.turn(10)
    #expect(rig.session.book.underWay.isEmpty)
    #expect(rig.session.book.open == 0)
    #expect(rig.session.book.tallies.reduce(0, +) == 9)
  }

  @Test("a full ring towards the control thread leaves events with the machine, and none is lost")
  func backPressure() throws {
    var options = Rig.armed
    options.ringSlots = 4
    let rig = try Rig(options)
    try #require(rig.turn { rig.link == .armed })
    rig.drains = false
    for piece in 1...12 { rig.plc.tell(.inducted, piece: UInt32(piece)) }
    rig.turn(20)
    #expect(rig.plc.tail < 12)
    #expect(rig.signals.backPressure.load(ordering: .relaxed) > 0)
    #expect(rig.link == .armed)
    rig.drains = true
    rig.turn(20)
    #expect(rig.events(.pieceInducted).map(\.event.piece.rawValue) == Array(1...12))
    #expect(rig.plc.tail == 12)
  }

  @Test("events that the machine wrote over are counted as lost, and the bins are read anew")
  func lostEvents() throws {
    let rig = try armedRig()
    for piece in 1...20 { rig.plc.tell(.inducted, piece: UInt32(piece)) }
    rig.plc.holding[rig.plc.place("bins.full")] = 0b10
    rig.turn(10)
    #expect(rig.holds(.eventsLost))
    #expect(rig.session.lostEvents == 4)
    #expect(rig.events(.pieceInducted).map(\.event.piece.rawValue) == Array(5...20))
    #expect(rig.events(.binFull).map(\.event.bin) == [BinID(1)])
  }

  @Test("bins are read whole at each connection and kept by events in between")
  func bins() throws {
    let rig = try Rig { $0.holding[$0.place("bins.full")] = 0b101 }
    try #require(rig.turn { rig.link == .armed })
    #expect(rig.events(.binFull).map(\.event.bin.rawValue) == [0, 2])
    rig.plc.tell(.binAvailable) { slot in
      slot.bin = 0
      slot.detail = 1
    }
    rig.turn(2)
    #expect(rig.events(.binAvailable).map(\.event.isOn) == [true])
    rig.plc.holding[rig.plc.place("bins.full")] = 0b1000
    rig.plc.interfere = { _ in .reset }
    rig.turn(2)
    rig.plc.interfere = { _ in .answered }
    #expect(rig.turn { rig.link == .armed })
    #expect(rig.events(.binFull).map(\.event.bin.rawValue) == [0, 2, 3])
    #expect(rig.events(.binAvailable).map(\.event.bin.rawValue) == [0, 2])
  }

  @Test("a destination that is no code makes a reading without data, never a guess")
  func garbledDestination() throws {
    let rig = try armedRig()
    rig.plc.tell(.identified, piece: 1) { $0.destination = DestinationCode("123") ?? .none }
    rig.plc.holding[rig.plc.eventPlace(1) + 9] = 0xFFFF
    rig.turn(2)
    let input = try #require(rig.events(.pieceIdentified).first)
    #expect(input.event.quality == .noData)
    #expect(input.event.code == .none)
    #expect(rig.holds(.protocolFault))
  }

  @Test("a device that says busy is asked again a few times, and no more")
  func busy() throws {
    let rig = try armedRig()
    var left = 2
    rig.plc.interfere = { _ in
      left -= 1
      return left >= 0 ? .refused(.deviceBusy) : .answered
    }
    rig.turn(3)
    #expect(rig.link == .armed)
    rig.plc.interfere = { _ in .refused(.deviceBusy) }
    rig.turn(2)
    #expect(rig.link == .down)
  }

  @Test("at the end outputs are disarmed, and every command has its outcome")
  func end() throws {
    let rig = try armedRig()
    rig.plc.answersCommands = false
    for piece in 1...6 { rig.assign(UInt64(piece)) }
    rig.turn(2)
    rig.session.end(at: rig.now)
    #expect(!rig.plc.machine.flags.contains(.armed))
    #expect(rig.session.book.open == 0)
    #expect(rig.session.book.tallies.reduce(0, +) == 6)
    #expect(!rig.plc.isConnected)
  }
}
