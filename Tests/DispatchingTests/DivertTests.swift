import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Dispatching

@Suite("Diverting, confirming and missing")
struct DivertTests {
  @Test(
    "a command that the machine found too late, or refused, ends in the end bin with its reason",
    arguments: [
      (FieldInput.Answer.late, Reason.assignmentTimeout), (.refused, .divertRefused),
    ])
  func badAnswers(answer: FieldInput.Answer, reason: Reason) {
    var desk = Desk()
    _ = desk.admit(1, at: 0)
    desk.answer(1, 1, answer, at: 2320)
    #expect(desk.records.of(.assignmentAnswered)?.reason == reason && desk.commands == [])
    desk.arrive(1, at: 20_000)
    #expect(desk.records.of(.pieceRejected)?.reason == reason)
    #expect(desk.records.of(.pieceRejected)?.bin == Desk.end && desk.records.of(.divertMissed) == nil)
    #expect(desk.records.of(.pieceRejected)?.choice == .reject)
  }

  @Test("an answer to a command that was replaced says nothing about the one in force")
  func staleAnswer() {
    var desk = Desk()
    _ = desk.admit(1, at: 0)
    desk.step(.binFull(Desk.a), at: 2310)
    #expect(desk.commands == [.assign(PieceID(1), Desk.b, sequence: 2, deadline: Pulses(6440))])
    desk.answer(1, 1, .late, at: 2320)
    #expect(desk.records == [])
    desk.answer(1, 2, .accepted, at: 2340)
    desk.confirm(1, Desk.b, at: 6700)
    #expect(desk.records.of(.pieceSorted)?.bin == Desk.b && desk.records.of(.pieceSorted)?.sequence == 2)
  }

  @Test("a refused divert passes on with the machine's reason, and a full bin is believed")
  func refused() {
    var desk = Desk()
    _ = desk.admit(1, Desk.codeForC, at: 0)
    desk.step(.divertRefused(PieceID(1), Desk.c, .binFull), at: 7000)
    #expect(desk.records.map(\.kind) == [.divertRefused, .binFull])
    #expect(desk.admit(2, Desk.codeForC, at: 5000) == Desk.d)
    desk.step(.divertRefused(PieceID(2), Desk.d, .none), at: 12_500)
    #expect(desk.records.of(.divertRefused)?.reason == .divertRefused)
    desk.arrive(1, at: 20_000)
    #expect(desk.records.of(.pieceRejected)?.reason == .binFull)
    desk.arrive(2, at: 25_000)
    #expect(desk.records.of(.pieceRejected)?.reason == .divertRefused && desk.onMachine == 0)
  }

  @Test("a refusal about a bin that the piece was never sent to is ignored")
  func refusedElsewhere() {
    var desk = Desk()
    _ = desk.admit(1, at: 0)
    for bin in [Desk.b, BinID(77), .none] {
      desk.step(.divertRefused(PieceID(1), bin, .binFull), at: 6000)
      #expect(desk.records.map(\.kind) == [.inputIgnored] && desk.commands == [])
    }
    desk.confirm(1, Desk.a, at: 6200)
    #expect(desk.records.of(.pieceSorted) != nil)
  }

  @Test("a piece in a bin that nobody meant for it is lost as unexpected, and counts there")
  func wrongBin() {
    var desk = Desk()
    _ = desk.admit(1, at: 0)
    desk.confirm(1, Desk.c, at: 7200)
    #expect(desk.records.map(\.kind) == [.pieceLost])
    #expect(
      desk.records.of(.pieceLost)?.reason == .unexpectedPiece && desk.records.of(.pieceLost)?.bin == Desk.c)
    #expect(desk.onMachine == 0)
    // C has room for three more, A for four.
    let bins = (2...6).map { desk.admit($0, Desk.codeForC, at: 8000 + Int64($0) * 400) }
    #expect(bins == [Desk.c, Desk.c, Desk.c, Desk.d, Desk.d])
  }

  @Test("three missed diverts in a row take the bin out of service; one that worked starts anew")
  func misses() {
    var desk = Desk(Desk.Options(capacity: 100))
    var piece: UInt64 = 0
    var position: Int64 = 0
    func send(_ desk: inout Desk, diverts: Bool) {
      piece += 1
      position += 30_000
      _ = desk.admit(piece, Desk.codeForC, at: position)
      desk.answer(piece, UInt32(piece), .accepted, at: position + 2320)
      if diverts {
        desk.confirm(piece, Desk.c, at: position + 7200)
      } else {
        desk.arrive(piece, at: position + 20_000)
      }
    }
    send(&desk, diverts: false)
    #expect(desk.records.map(\.kind) == [.divertMissed, .pieceRejected])
    #expect(
      desk.records.of(.divertMissed)?.bin == Desk.c
        && desk.records.of(.pieceRejected)?.reason == .divertTimeout)
    send(&desk, diverts: false)
    send(&desk, diverts: true)
    send(&desk, diverts: false)
    send(&desk, diverts: false)
    #expect(desk.records.of(.binDisabled) == nil)
    send(&desk, diverts: false)
    #expect(desk.records.map(\.kind) == [.divertMissed, .binDisabled, .pieceRejected])
    #expect(desk.records.of(.binDisabled)?.reason == .diverterFault)
    #expect(desk.admit(7, Desk.codeForC, at: position + 30_000) == Desk.d)
    desk.step(.binEnabled(Desk.c), at: position + 33_000)
    #expect(desk.admit(8, Desk.codeForC, at: position + 31_000) == Desk.c)
  }

  @Test("pieces under way to a bin that fails go elsewhere, but for those that are past reaching it")
  func reassigned() throws {
    var desk = Desk(Desk.Options(capacity: 100))
    // At 10,000 piece 1 is 80 pulses from C's last moment, piece 2 one pulse more, piece 3 far away.
    for (piece, origin) in [(UInt64(1), Int64(3080)), (2, 3081), (3, 7000)] {
      #expect(desk.admit(piece, Desk.codeForC, at: origin) == Desk.c)
    }
    desk.step(.binDisabled(Desk.c), at: 10_000)
    #expect(desk.records.map(\.kind) == [.binDisabled, .pieceReassigned, .pieceReassigned])
    #expect(
      desk.commands == [
        .assign(PieceID(2), Desk.d, sequence: 4, deadline: Pulses(3081 + 7440)),
        .assign(PieceID(3), Desk.d, sequence: 5, deadline: Pulses(7000 + 7440)),
      ])
    let record = try #require(desk.records.of(.pieceReassigned))
    #expect(record.piece == PieceID(2) && record.bin == Desk.d && record.choice == .overflow)
    #expect(record.sequence == 4 && record.code == Desk.codeForC)
    desk.confirm(1, Desk.c, at: 10_280)
    #expect(desk.records.of(.pieceSorted) != nil)
    // Twice the same is told once.
    desk.step(.binDisabled(Desk.c), at: 10_300)
    #expect(desk.records == [] && desk.commands == [])
  }

  @Test("a piece under way that finds no other bin is recalled, and the recall has a number of its own")
  func recalled() {
    var options = Desk.Options(capacity: 100)
    options.recirculation = HardwareProfile.Recirculation(
      path: Millimetres(5000), lapLimit: 2, reasons: [.binDisabled])
    var desk = Desk(options)
    _ = desk.admit(1, Desk.codeForC, at: 0)
    desk.step(.binDisabled(Desk.d), at: 2400)
    desk.step(.binDisabled(Desk.c), at: 2500)
    #expect(desk.records.of(.pieceReassigned)?.choice == .recirculate)
    #expect(desk.records.of(.pieceReassigned)?.reason == .binDisabled)
    #expect(desk.commands == [.assign(PieceID(1), .none, sequence: 2, deadline: Pulses(20_000))])
    // The old command's answer comes late and changes nothing.
    desk.answer(1, 1, .accepted, at: 2510)
    desk.answer(1, 2, .accepted, at: 2520)
    desk.arrive(1, at: 20_000)
    #expect(desk.records.map(\.kind) == [.pieceRecirculated] && desk.commands == [.recirculate(PieceID(1))])
  }

  @Test("a piece that was never read ends at the end of the line without data, one taken off is removed")
  func unread() {
    var desk = Desk()
    desk.induct(1, at: 0)
    desk.induct(2, at: 500)
    desk.step(.pieceRemoved(PieceID(2)), at: 1000)
    #expect(desk.records.of(.pieceRemoved)?.piece == PieceID(2))
    desk.arrive(1, at: 20_000)
    #expect(desk.records.of(.pieceRejected)?.reason == .noData && desk.onMachine == 0)
    #expect(desk.records.of(.pieceRejected)?.choice == .reject)
    // The place that a removed piece would have had is free again.
    _ = desk.admit(3, at: 30_000)
    desk.step(.pieceRemoved(PieceID(3)), at: 33_000)
    let bins = (4...12).map { desk.admit($0, at: 30_000 + Int64($0) * 400) }
    #expect(bins.filter { $0 == Desk.a }.count == 4 && bins.last == Desk.c)
  }
}
