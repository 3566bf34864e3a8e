import ControlRuntime
import Dispatching
import EventRecords
import Quantities
import RegisterMap
import Testing

@testable import ModbusPlant

@Suite("A controller that was cut short goes on as the same one")
struct ResumptionTests {
  /// A rig whose controller died without a word, and what its journal tells.
  private struct Dead {
    var rig: Rig
    var place: SessionPlace
    var options = Rig.armed

    init(eventSlots: Int = 16, events: (Rig) -> Void) throws {
      options.eventSlots = eventSlots
      let rig = try Rig(options)
      try #require(rig.turn { rig.link == .armed })
      events(rig)
      rig.turn(3)
      self.rig = rig
      place = try #require(rig.places.last)
    }

    /// The next controller on the same machine.
    func successor(_ change: (inout PortResumption) -> Void = { _ in }) throws -> Rig {
      var options = options
      // What is drawn from the seed, such as an owner's number, is another.
      options.port.seed = 99
      var resumption = PortResumption(
        place: place, position: Pulses(rig.session.encoder.position), newestPiece: PieceID(2))
      change(&resumption)
      options.port.resumption = resumption
      rig.plc.close()
      return try Rig(options, machine: rig.plc)
    }
  }

  @Test("it bears the same number, and hears every event that came while it was away, once")
  func goesOn() throws {
    let dead = try Dead { rig in
      rig.plc.tell(.inducted, piece: 1)
      rig.plc.tell(.inducted, piece: 2)
    }
    #expect(dead.place.owner == dead.rig.session.owner)
    #expect(dead.place.event == 2)
    dead.rig.plc.pass(100_000_000)
    dead.rig.plc.tell(.confirmed, piece: 1)
    dead.rig.plc.tell(.atEnd, piece: 2)
    let next = try dead.successor()
    let before = dead.rig.session.encoder.position
    #expect(next.turn { next.link == .armed })
    next.turn(4)
    #expect(next.session.owner == dead.place.owner)
    #expect(next.events(.divertConfirmed).map(\.event.piece) == [PieceID(1)])
    #expect(next.events(.pieceAtEnd).map(\.event.piece) == [PieceID(2)])
    #expect(next.events(.pieceInducted).isEmpty)
    #expect(next.events(.machineRestarted).isEmpty)
    #expect(next.session.encoder.position > before)
    #expect(next.places.last?.event == 4)
  }

  @Test("the machine is told of an event that it may forget when the journal has it, and not before")
  func tailFollowsJournal() throws {
    let rig = try Rig()
    rig.signals.journaledEvent.store(SafeEvent.none.rawValue, ordering: .relaxed)
    try #require(rig.turn { rig.link == .armed })
    for piece in 1...3 { rig.plc.tell(.inducted, piece: UInt32(piece)) }
    rig.turn(6)
    #expect(rig.events(.pieceInducted).count == 3)
    #expect(rig.session.controller.eventTail == 0)
    // Of an epoch before, a mark says nothing: the machine counts its events anew.
    let epoch = try #require(rig.session.epoch)
    for (ofEpoch, tail) in [(epoch &- 1, UInt16(0)), (epoch, 2)] {
      let place = SessionPlace(owner: 1, epoch: ofEpoch, event: 2, pieceBase: 0, beltOffset: 0)
      rig.signals.journaledEvent.store(SafeEvent(place).rawValue, ordering: .relaxed)
      rig.turn(6)
      #expect(rig.session.controller.eventTail == tail)
    }
    #expect(rig.session.controller.eventTail == 2)
    rig.signals.journaledEvent.store(SafeEvent.all.rawValue, ordering: .relaxed)
    rig.turn(6)
    #expect(rig.session.controller.eventTail == 3)
  }

  @Test("what was heard but not written down with its place is not heard twice")
  func takenBefore() throws {
    let dead = try Dead { rig in rig.plc.tell(.inducted, piece: 1) }
    dead.rig.plc.tell(.inducted, piece: 2)
    dead.rig.plc.tell(.inducted, piece: 3)
    let next = try dead.successor { resumption in
      resumption.taken = [.pieceInducted(PieceID(2), arrivedAt: .start, gap: .zero)]
    }
    #expect(next.turn { next.link == .armed })
    next.turn(4)
    #expect(next.events(.pieceInducted).map(\.event.piece) == [PieceID(3)])
  }

  @Test("the link comes up when the events of before were heard and the machine is driven again")
  func linkComesLast() throws {
    let dead = try Dead { rig in rig.plc.tell(.inducted, piece: 1) }
    for piece in 2...9 { dead.rig.plc.tell(.inducted, piece: UInt32(piece)) }
    let next = try dead.successor()
    #expect(next.turn { next.link == .armed })
    next.turn(6)
    let kinds = next.inputs.map(\.input.event.kind).filter { $0 == .link || $0 == .pieceInducted }
    #expect(kinds.first == .link && kinds.last == .link)
    #expect(kinds.count == 10)
    #expect(next.events(.link).map(\.event.isOn) == [false, true])
  }

  @Test("a machine that began anew meanwhile has none of the pieces any more")
  func machineBeganAnew() throws {
    let dead = try Dead { rig in rig.plc.tell(.inducted, piece: 1) }
    dead.rig.plc.reboot(epoch: 4711)
    let next = try dead.successor()
    next.turn(20)
    #expect(next.events(.machineRestarted).count == 1)
    next.plc.tell(.inducted, piece: 1)
    next.turn(4)
    // Its numbers begin again; the dispatcher's go on.
    #expect(next.events(.pieceInducted).last?.event.piece == PieceID(3))
    #expect(next.places.last?.epoch == 4711)
  }

  @Test("bins that were full and are not any more are told")
  func bins() throws {
    let dead = try Dead { rig in rig.plc.tell(.inducted, piece: 1) }
    let next = try dead.successor { $0.fullBins = [2] }
    next.turn(10)
    #expect(next.events(.binAvailable).map(\.event.bin) == [BinID(2)])
  }

  @Test("a bin whose emptying the machine lost while the controller was away is told available in the end")
  func staleFull() throws {
    let dead = try Dead { rig in rig.plc.tell(.inducted, piece: 1) }
    dead.rig.plc.tell(.binFull) { $0.bin = 2 }
    dead.rig.plc.machine.eventsLost &+= 1
    let next = try dead.successor()
    next.turn(10)
    #expect(next.events(.binFull).map(\.event.bin) == [BinID(2)])
    #expect(next.events(.binAvailable).map(\.event.bin) == [BinID(2)])
  }
}
