import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Dispatching

@Suite("Holding, releasing and coming back")
struct RecoverTests {
  @Test("a jam holds induction and says so once, and its end releases it")
  func jam() {
    var desk = Desk()
    desk.step(.jamStarted, at: 100)
    #expect(desk.commands == [.holdInduction] && desk.records.map(\.kind) == [.jamStarted, .inductionHeld])
    desk.step(.jamStarted, at: 100)
    #expect(desk.commands == [] && desk.records == [])
    desk.step(.jamCleared, at: 100)
    #expect(desk.commands == [.releaseInduction])
    #expect(desk.records.map(\.kind) == [.jamCleared, .inductionReleased])
    desk.step(.jamCleared, at: 100)
    #expect(desk.commands == [] && desk.records == [])
  }

  @Test("a full end bin and a link that is down hold induction, each with its reason")
  func otherHolds() {
    var desk = Desk()
    desk.step(.link(up: false), at: 0)
    #expect(desk.commands == [.holdInduction] && desk.records.of(.inductionHeld)?.reason == .linkDown)
    desk.step(.link(up: true), at: 10)
    #expect(desk.commands == [.releaseInduction])
    desk.step(.binFull(Desk.end), at: 20)
    #expect(desk.commands == [.holdInduction] && desk.records.of(.inductionHeld)?.reason == .binFull)
    desk.step(.binAvailable(Desk.end, emptied: true), at: 30)
    #expect(desk.commands == [.releaseInduction])
    desk.step(.link(up: true), at: 40)
    #expect(desk.commands == [] && desk.records == [])
  }

  @Test(
    "induction stays held until the last reason is gone", arguments: [[0, 1, 2], [2, 1, 0], [1, 0, 2]])
  func nested(order: [Int]) {
    var desk = Desk()
    let begin: [FieldInput.Event] = [.jamStarted, .link(up: false), .binFull(Desk.end)]
    let end: [FieldInput.Event] = [.jamCleared, .link(up: true), .binAvailable(Desk.end, emptied: false)]
    var commands: [Command] = []
    for event in begin + order.map({ end[$0] }) {
      #expect(commands != [.holdInduction, .releaseInduction], "released too early")
      desk.step(event, at: 0)
      commands += desk.commands
    }
    #expect(commands == [.holdInduction, .releaseInduction])
  }

  @Test(
    "a full signal keeps pieces away until it goes; what lies in the bin stays counted unless it was emptied")
  func fullAndAvailable() {
    var desk = Desk()
    for piece in 1...3 as ClosedRange<UInt64> {
      _ = desk.admit(piece, Desk.codeForC, at: Int64(piece) * 400)
    }
    for piece in 1...3 as ClosedRange<UInt64> {
      desk.confirm(piece, Desk.c, at: 7200 + Int64(piece) * 400)
    }
    desk.step(.binFull(Desk.c), at: 8500)
    #expect(desk.admit(4, Desk.codeForC, at: 9000) == Desk.d)
    desk.step(.binAvailable(Desk.c, emptied: false), at: 11_400)
    #expect(desk.records.of(.binAvailable) != nil)
    #expect(desk.admit(5, Desk.codeForC, at: 9500) == Desk.c)
    #expect(desk.admit(6, Desk.codeForC, at: 10_000) == Desk.d)
    desk.step(.binAvailable(Desk.c, emptied: true), at: 12_400)
    #expect(desk.records == [], "its full signal was off already")
    // One is still on its way: there is room for three.
    let bins = (7...10).map { desk.admit($0, Desk.codeForC, at: 11_000 + Int64($0) * 400) }
    #expect(bins == [Desk.c, Desk.c, Desk.c, Desk.d])
  }

  @Test("bins that the machine does not have are ignored and said")
  func unknownBins() {
    var desk = Desk()
    let events: [FieldInput.Event] = [
      .binFull(BinID(6)), .binAvailable(.none, emptied: true), .binDisabled(BinID(999)),
      .binEnabled(BinID(6)), .photoEye(.bin(BinID(6)), blocked: true),
    ]
    for event in events {
      desk.step(event, at: 0)
      #expect(desk.records.map(\.kind) == [.inputIgnored] && desk.commands == [])
    }
  }

  @Test("the machine's state goes into the journal by its number")
  func machineState() {
    var desk = Desk()
    desk.step(.machineState(11), at: 0)
    #expect(desk.records.of(.machineState)?.count == 11 && desk.commands == [])
  }
}
