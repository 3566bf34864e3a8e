import Dispatching
import Quantities
import RegisterMap
import Rehearsal
import SorterModel
import Testing

@Suite("A virtual PLC's mailbox and rings")
struct PLCMailboxTests {
  @Test("every piece falls where it was assigned to, and all are accounted for")
  func sorts() throws {
    let bench = try PLCBench {
      $0.duration = .seconds(120)
    } settings: {
      $0.keepsPieces = true
    }
    bench.arm()
    try bench.sort(milliseconds: 150_000) { UInt16($0.piece % 5) }
    let totals = bench.program.totals
    #expect(totals.fed == 120 && totals.onMachine == 0 && totals.isBalanced)
    #expect(totals.commands(.accepted) == 120 && totals.toEnd == 24)
    for piece in bench.program.endings { #expect(UInt64(piece.bin.rawValue) == piece.piece.rawValue % 5) }
    #expect(bench.program.isFinished && totals.eventsLost == 0)
  }

  @Test("a number seen again is never carried out again, and one out of turn waits for its turn")
  func exactlyOnce() throws {
    let bench = try PLCBench()
    bench.arm()
    bench.run(milliseconds: 1000)
    #expect(try bench.send(.assign, 1, bin: 2)?.outcome == .accepted)
    var again = CommandSlot()
    again.kind = CommandSlot.Kind.assign.rawValue
    again.piece = 1
    again.bin = 3
    again.deadline = bench.machine.encoder + 5000
    again.epoch = PLCBench.epoch
    again.sequence = 1
    try bench.put(again)
    #expect(bench.machine.mailboxDone == 1)
    again.sequence = 3
    try bench.put(again)
    #expect(bench.machine.mailboxDone == 1)
    #expect(try bench.answer(to: 3) == nil)
    again.sequence = 2
    again.piece = 99
    try bench.put(again)
    #expect(bench.machine.mailboxDone == 3)
    #expect(try bench.answer(to: 2)?.outcome == .unknownPiece)
    #expect(try bench.answer(to: 3)?.outcome == .accepted)
    #expect(bench.program.totals.commands(.accepted) == 2)
  }

  @Test("a command past its deadline is late, counted, and its piece goes to the end")
  func late() throws {
    let bench = try PLCBench {
      $0.duration = .seconds(1)
    } settings: {
      $0.keepsPieces = true
    }
    bench.arm()
    bench.run(milliseconds: 1000)
    let here = bench.machine.encoder
    let answer = try bench.send(.assign, 1, bin: 0, deadline: here)
    #expect(answer?.outcome == .late)
    #expect(answer.map { $0.encoder &- here } == 5, "it would take effect the answer's 5 ms later")
    bench.run(milliseconds: 15_000)
    #expect(bench.program.totals.commands(.late) == 1)
    #expect(try bench.send(.holdInduction, deadline: bench.machine.encoder)?.outcome == .late)
    #expect(!bench.machine.flags.contains(.inductionHeld))
    #expect(bench.program.endings.map(\.bin.rawValue) == [4])
  }

  @Test("a scanner with a wire of its own tells each reading there, by no number, and no event tells it")
  func ownScanner() throws {
    let bench = try PLCBench(settings: { $0.hasOwnScanner = true })
    bench.arm()
    var events: [EventSlot] = []
    try bench.run(milliseconds: 5_000) { events += try bench.takeEvents() }
    let readings = bench.program.takeReadings()
    let inducted = events.count { $0.kind == EventSlot.Kind.inducted.rawValue }
    #expect(!events.contains { $0.kind == EventSlot.Kind.identified.rawValue })
    #expect(readings.count > 1 && (inducted - 1...inducted).contains(readings.count))
    #expect(readings.allSatisfy { $0.piece == .none && $0.code != .none })
    let more = bench.program.takeReadings()
    #expect(more.isEmpty)
  }

  @Test("a command before the piece is read holds from the reading on")
  func early() throws {
    let bench = try PLCBench {
      $0.duration = .milliseconds(500)
    } settings: {
      $0.keepsPieces = true
    }
    bench.arm()
    bench.run(milliseconds: 100)
    #expect(try bench.send(.assign, 1, bin: 3)?.outcome == .accepted)
    #expect(try bench.send(.assign, 1, bin: 2)?.outcome == .accepted)
    var kinds: [UInt8] = []
    try bench.run(milliseconds: 8000) { kinds += try bench.takeEvents().map(\.kind) }
    #expect(kinds.suffix(3) == [EventSlot.Kind.inducted, .identified, .confirmed].map(\.rawValue))
    #expect(bench.program.endings.map(\.bin.rawValue) == [2])
  }

  @Test(
    "commands of another epoch, for no bin of the machine, of no kind or for an unknown piece are not done")
  func refusals() throws {
    let bench = try PLCBench()
    #expect(try bench.send(.assign, 1, bin: 0)?.outcome == .notArmed)
    bench.arm()
    bench.run(milliseconds: 700)
    #expect(try bench.send(.assign, 1, bin: 0, epoch: PLCBench.epoch + 1)?.outcome == .wrongEpoch)
    #expect(try bench.send(.assign, 1, bin: 5)?.outcome == .refused)
    #expect(try bench.send(.assign, 2, bin: 0)?.outcome == .unknownPiece)
    #expect(try bench.send(.assign, 0, bin: 0)?.outcome == .unknownPiece)
    #expect(try bench.send(.recirculate, 7)?.outcome == .unknownPiece)
    bench.sequence += 1
    var odd = CommandSlot()
    odd.kind = 99
    odd.epoch = PLCBench.epoch
    odd.sequence = bench.sequence
    try bench.put(odd)
    #expect(try bench.answer(to: bench.sequence)?.outcome == .refused)
    #expect(try bench.send(.assign, 1, bin: 4)?.outcome == .accepted)
    #expect(try bench.send(.assign, 1)?.outcome == .accepted)
    bench.run(milliseconds: 12_000)
    #expect(bench.program.totals.diverted == 0)
  }

  @Test("induction is held and released by command")
  func holds() throws {
    let bench = try PLCBench()
    bench.arm()
    bench.run(milliseconds: 1500)
    try bench.send(.holdInduction)
    let fed = bench.program.totals.fed
    bench.run(milliseconds: 3000)
    #expect(bench.program.totals.fed == fed && bench.machine.flags.contains(.inductionHeld))
    try bench.send(.releaseInduction)
    bench.run(milliseconds: 1100)
    #expect(bench.program.totals.fed > fed && !bench.machine.flags.contains(.inductionHeld))
  }

  @Test("sequence and event numbers wrap at 2^16 and the encoder at 2^32, exactly", .timeLimit(.minutes(1)))
  func wraps() throws {
    let bench = try PLCBench {
      $0.duration = .seconds(30_000)
    } settings: {
      $0.encoderStart = UInt32.max - 2_000_000
      $0.keepsPieces = true
    }
    bench.arm()
    var last: UInt32?
    // Three events a piece: they wrap after 21,845 pieces. Two commands more a piece wrap the commands' numbers.
    try bench.run(milliseconds: 24_000_000, every: 250) {
      for event in try bench.takeEvents() where event.kind == EventSlot.Kind.identified.rawValue {
        for bin in [UInt16(3), 2, UInt16(event.piece % 4)] {
          let answer = try bench.send(.assign, event.piece, bin: bin, deadline: event.encoder &+ 3_000)
          #expect(answer?.outcome == .accepted)
        }
        if let last { #expect(event.encoder &- last == 1_000) }
        last = event.encoder
      }
    }
    #expect(bench.program.totals.commands(.accepted) > 65_536)
    #expect(bench.program.totals.events > 65_536)
    #expect(bench.program.totals.eventsLost == 0 && bench.program.totals.isBalanced)
    #expect(bench.machine.encoder < UInt32.max / 2)
    let wrong = bench.program.endings.filter { UInt64($0.bin.rawValue) != $0.piece.rawValue % 4 }
    #expect(wrong.isEmpty)
  }

  @Test("before the event ring is full the feeder is held, and nothing is overwritten")
  func ringFull() throws {
    let bench = try PLCBench()
    bench.arm()
    // The controller lives, but takes nothing over.
    bench.run(milliseconds: 60_000)
    let machine = bench.machine
    #expect(machine.flags.contains(.inductionHeld) && machine.eventsLost == 0)
    #expect((40...64).contains(machine.eventHead))
    let fed = bench.program.totals.fed
    bench.run(milliseconds: 60_000)
    #expect(bench.program.totals.fed == fed)
    let events = try bench.takeEvents()
    #expect(events.first?.number == 1 || events.first?.number == 2)
    bench.run(milliseconds: 2000)
    #expect(bench.program.totals.fed > fed)
  }

  @Test("a tail that lies ahead of the head, or goes back, is not believed")
  func oddTails() throws {
    let bench = try PLCBench()
    bench.arm()
    try bench.run(milliseconds: 10_000) { _ = try bench.takeEvents() }
    let good = bench.block.eventTail
    bench.block.eventTail = good &+ 1000
    bench.beat()
    bench.block.eventTail = good &- 5
    bench.beat()
    bench.block.eventTail = good
    bench.run(milliseconds: 60_000)
    #expect(bench.machine.eventsLost == 0)
    #expect(bench.machine.eventHead &- good >= 40)
  }

  @Test("a piece that waits at the end does not set out once more for a bin that comes too late")
  func lateAtEnd() throws {
    let way = HardwareProfile.Recirculation(path: Millimetres(5000), lapLimit: 3, reasons: [.noRead])
    let bench = try PLCBench(recirculation: way) { $0.duration = .milliseconds(2_500) }
    bench.arm()
    var ends = 0
    try bench.run(milliseconds: 45_000) {
      for event in try bench.takeEvents() where event.kind == EventSlot.Kind.atEnd.rawValue {
        ends += 1
        #expect(try bench.send(.assign, event.piece, bin: 0)?.outcome == .late)
      }
    }
    #expect(ends == 3)
    #expect(bench.program.totals.toEnd == 3 && bench.program.totals.isBalanced)
    let isFinished = bench.program.isFinished
    #expect(isFinished)
  }

  @Test("a jam at the end does not catch the piece that waits there")
  func jamAtEnd() throws {
    let way = HardwareProfile.Recirculation(path: Millimetres(5000), lapLimit: 3, reasons: [.noRead])
    // The first piece is at the end after ten seconds, and waits there for 50 ms.
    let bench = try PLCBench(recirculation: way) {
      $0.duration = .milliseconds(500)
      $0.faults = [
        TimedFault(at: .milliseconds(10_030), lasts: .seconds(1), kind: .jam(position: Millimetres(10_000)))
      ]
    }
    bench.arm()
    bench.run(milliseconds: 30_000)
    let totals = bench.program.totals
    #expect(totals.fed == 1 && totals.toEnd == 1 && totals.removed == 0 && totals.isBalanced)
    let isFinished = bench.program.isFinished
    #expect(isFinished)
  }

  @Test(
    "a piece at the end goes round if it is told to within 50 ms, and falls otherwise",
    arguments: [true, false])
  func recirculation(isTold: Bool) throws {
    let way = HardwareProfile.Recirculation(path: Millimetres(5000), lapLimit: 3, reasons: [.noRead])
    let bench = try PLCBench(recirculation: way) { $0.duration = .milliseconds(500) }
    bench.arm()
    var ends = 0
    try bench.run(milliseconds: 45_000) {
      for event in try bench.takeEvents() where event.kind == EventSlot.Kind.atEnd.rawValue {
        ends += 1
        if isTold && ends <= 2 { #expect(try bench.send(.recirculate, event.piece)?.outcome == .accepted) }
      }
    }
    #expect(ends == (isTold ? 3 : 1))
    #expect(bench.program.totals.toEnd == 1 && bench.program.totals.isBalanced)
  }
}
