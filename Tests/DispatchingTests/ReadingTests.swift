import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Dispatching

/// On the desk's line a piece is read 1,500 mm on, and its reading comes 200 ms or 800 mm later: at 2,300.
/// The shortest piece (100) and the least gap (90) make half a place of 95 mm either way.
@Suite("Readings that name no piece")
struct ReadingTests {
  private func reading(_ code: DestinationCode = Desk.code) -> FieldInput.Event {
    .readingArrived(code, Desk.letter, .good)
  }

  @Test("a reading goes to the piece that is due, up to the edge of its place", arguments: [-95, 0, 95])
  func due(_ miss: Int64) {
    var desk = Desk()
    desk.induct(1, at: 1000)
    desk.induct(2, at: 1480)
    desk.step(reading(), at: 1000 + 2300 + miss)
    #expect(desk.records.of(.pieceAssigned)?.piece == PieceID(1))
    #expect(desk.commands.count == 1)
  }

  @Test(
    "a reading that is late or early is nobody's, and its piece goes to the end unread", arguments: [-96, 96])
  func notDue(_ miss: Int64) {
    var desk = Desk()
    desk.induct(1, at: 1000)
    desk.step(reading(), at: 1000 + 2300 + miss)
    #expect(desk.records.map(\.kind) == [.inputIgnored])
    desk.arrive(1, at: 21_000)
    #expect(desk.records.of(.pieceRejected)?.reason == .noData)
    #expect(desk.records.of(.pieceRejected)?.quality == .noData)
  }

  @Test("a lap without any reading is told as one, and another with its reading is not")
  func unreadLap() {
    var options = Desk.Options()
    options.recirculation = HardwareProfile.Recirculation(
      path: Millimetres(5000), lapLimit: 2, reasons: [.noData, .noRead])
    var desk = Desk(options)
    desk.induct(1, at: 0)
    desk.arrive(1, at: 20_000)
    #expect(desk.records.of(.pieceRecirculated)?.quality == .noData)
    desk.identify(1, .none, Desk.letter, .noRead, at: 27_300)
    desk.arrive(1, at: 45_000)
    #expect(desk.records.of(.pieceRecirculated)?.quality == .good)
  }

  @Test(
    "a reading that may be the late one of a piece that went by unread is not believed", arguments: [0, 1])
  func missing(_ beyond: Int64) {
    var desk = Desk()
    desk.induct(1, at: 0)
    desk.induct(2, at: 480)
    desk.step(reading(Desk.codeForC), at: 480 + 2300)
    let doubted = desk.records.of(.pieceAssigned)
    #expect(doubted?.piece == PieceID(2) && doubted?.bin == Desk.r && doubted?.reason == .noData)
    // The piece that was not believed counts as read: two seconds of belt after the first place all is well again.
    desk.induct(3, at: 8095 + beyond)
    desk.step(reading(Desk.codeForC), at: 8095 + beyond + 2300)
    let believed = desk.records.of(.pieceAssigned)
    #expect(believed?.piece == PieceID(3) && believed?.bin == (beyond > 0 ? Desk.c : Desk.r))
    desk.arrive(1, at: 20_000)
    #expect(desk.records.of(.pieceRejected)?.reason == .noData)
  }

  @Test("readings that come late in a heap sort no piece")
  func heap() {
    var desk = Desk()
    for piece in UInt64(1)...4 { desk.induct(piece, at: Int64(piece) * 480) }
    // Those of pieces 1, 2 and 3 come while 3 is due, then that of 4 in time.
    var bins: [BinID] = []
    for place in [3 * 480 + 2300, 3 * 480 + 2301, 3 * 480 + 2302, 4 * 480 + 2300] {
      desk.step(reading(Desk.codeForC), at: Int64(place))
      bins += desk.records.filter { $0.kind == .pieceAssigned }.map(\.bin)
    }
    #expect(bins == [Desk.r, Desk.r])
  }

  @Test("of two pieces that are too close together neither is sorted by a reading that could be either's")
  func ambiguous() {
    var desk = Desk()
    desk.induct(1, at: 0)
    desk.induct(2, at: 150, gap: -50)
    desk.step(reading(), at: 2375)
    #expect(desk.records.of(.pieceAssigned)?.piece == PieceID(1))
    #expect(desk.records.of(.pieceAssigned)?.reason == .noData)
    desk.step(reading(), at: 2450)
    #expect(desk.records.of(.pieceAssigned)?.piece == PieceID(2))
    #expect(desk.records.of(.pieceAssigned)?.reason == .gapTooSmall)
  }

  @Test("a second reading that says the same, or nothing, is ignored")
  func twice() {
    var desk = Desk()
    desk.induct(1, at: 0)
    desk.step(reading(), at: 2300)
    desk.step(reading(), at: 2310)
    #expect(desk.records.map(\.kind) == [.inputIgnored])
    desk.step(.readingArrived(.none, Desk.letter, .noRead), at: 2320)
    #expect(desk.records.map(\.kind) == [.inputIgnored])
  }

  @Test(
    "a piece whose second reading contradicts the first is rejected, once, while it can be",
    arguments: [true, false], [HardwareProfile.ControlMode.assigned, .direct])
  func contradiction(namesPiece: Bool, mode: HardwareProfile.ControlMode) {
    var options = Desk.Options()
    options.mode = mode
    var desk = Desk(options)
    let piece = PieceID(1)
    desk.induct(1, at: 0)
    desk.step(reading(), at: 2300)
    #expect(desk.records.of(.pieceAssigned)?.bin == Desk.a)
    func second(_ code: DestinationCode) -> FieldInput.Event {
      namesPiece ? .pieceIdentified(piece, code, Desk.letter, .good) : reading(code)
    }
    desk.step(second(Desk.codeForC), at: 2310)
    let again = desk.records.of(.pieceReassigned)
    #expect(again?.bin == Desk.r && again?.reason == .multiRead)
    #expect(desk.commands.map(\.bin) == [Desk.r])
    desk.step(second(Desk.code), at: 2320)
    #expect(desk.records.map(\.kind) == [.inputIgnored] && desk.commands.isEmpty)
  }

  @Test("a contradiction that comes when nothing can be changed any more is ignored")
  func tooLateToContradict() {
    var desk = Desk()
    _ = desk.admit(1, at: 0)
    desk.identify(1, Desk.codeForC, at: 5990)
    #expect(desk.records.map(\.kind) == [.inputIgnored] && desk.commands.isEmpty)
  }
}

@Suite("Holds and restarts")
struct HoldTests {
  @Test("induction runs again only when nobody wants it held")
  func holds() {
    var desk = Desk()
    desk.step(.hold(.operator, true), at: 0)
    #expect(desk.commands == [.holdInduction])
    for wisher in FieldInput.HoldWisher.allCases {
      desk.step(.hold(wisher, true), at: 1)
      #expect(desk.commands == [])
    }
    desk.step(.jamStarted, at: 2)
    for wisher in FieldInput.HoldWisher.allCases {
      desk.step(.hold(wisher, false), at: 3)
      #expect(desk.commands == [])
    }
    desk.step(.jamCleared, at: 4)
    #expect(desk.commands == [.releaseInduction])
    desk.step(.hold(.journal, false), at: 5)
    #expect(desk.commands == [] && desk.records == [])
  }

  @Test("when the machine starts anew every piece on it is lost, once, and bins expect none of them")
  func restart() {
    var desk = Desk()
    _ = desk.admit(1, at: 0)
    _ = desk.admit(2, at: 480)
    desk.induct(3, at: 3000)
    desk.step(.machineRestarted, at: 3100)
    #expect(desk.records.map(\.outcome) == [.lost, .lost, .lost])
    #expect(desk.records.allSatisfy { $0.reason == .flushed })
    #expect(desk.onMachine == 0)
    desk.step(.machineRestarted, at: 3200)
    #expect(desk.records == [])
    desk.confirm(1, Desk.a, at: 6200)
    #expect(desk.records.map(\.kind) == [.inputIgnored])
  }

  @Test("an assignment that was never acknowledged is no fault of the diverter", arguments: [true, false])
  func unheard(isLinkDown: Bool) {
    var desk = Desk()
    for piece in UInt64(1)...5 { _ = desk.admit(piece, Desk.codeForC, at: Int64(piece) * 480) }
    if isLinkDown { desk.step(.link(up: false), at: 6000) }
    for piece in UInt64(1)...4 {
      desk.arrive(piece, at: Int64(piece) * 480 + 20_000)
      let wanted = isLinkDown ? Reason.linkDown : .assignmentTimeout
      #expect(desk.records.of(.divertMissed)?.reason == wanted)
      #expect(desk.records.of(.pieceRejected)?.reason == wanted)
      #expect(desk.records.of(.binDisabled) == nil)
    }
  }

  @Test("no diverter is blamed for what passed it while nobody drove, however often that was")
  func passedAlone() {
    var desk = Desk()
    for piece in UInt32(1)...4 {
      #expect(desk.admit(UInt64(piece), Desk.codeForC, at: Int64(piece) * 480) == Desk.c)
      desk.answer(UInt64(piece), piece, .accepted, at: Int64(piece) * 480 + 2400)
    }
    // Pieces 1 and 2 pass C at 7,480 and 7,960, piece 3 at 8,440, piece 4 at 8,920.
    for (place, isUp) in [(7400, false), (7950, true), (8300, false), (8500, true)] {
      desk.step(.link(up: isUp), at: Int64(place))
    }
    desk.confirm(4, Desk.c, at: 9120)
    #expect(desk.records.of(.pieceSorted) != nil)
    for piece in UInt64(1)...3 {
      desk.arrive(piece, at: Int64(piece) * 480 + 20_000)
      #expect(desk.records.of(.divertMissed)?.reason == .linkDown)
      #expect(desk.records.of(.pieceRejected)?.reason == .linkDown)
      #expect(desk.records.of(.binDisabled) == nil)
    }
  }

  @Test("a late answer while the link is down is put down to the link")
  func lateForTheLink() {
    var desk = Desk()
    _ = desk.admit(1, at: 0)
    desk.step(.link(up: false), at: 2400)
    desk.answer(1, 1, .late, at: 2500)
    #expect(desk.records.of(.assignmentAnswered)?.reason == .linkDown)
  }
}
