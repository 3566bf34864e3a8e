import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Dispatching

@Suite("Looking on while another controller sorts")
struct LookOnTests {
  /// A desk whose first piece was read and whose command was withheld.
  private static func onlooker(
    _ code: DestinationCode = Desk.code, _ quality: ReadQuality = .good, _ options: Desk.Options = .init()
  ) -> Desk {
    var desk = Desk(options)
    desk.induct(1, at: 0)
    desk.identify(1, code, Desk.letter, quality, at: 2300)
    desk.answer(1, 1, .withheld, at: 2300)
    return desk
  }

  @Test("a withheld command is no refusal: a piece that the other sends to the same bin ends sorted")
  func sameBin() {
    var desk = Self.onlooker()
    #expect(desk.records == [])
    desk.confirm(1, Desk.a, at: 6200)
    #expect(desk.records.map(\.kind) == [.pieceSorted] && desk.onMachine == 0)
  }

  @Test(
    "a piece in another bin that the plan allows is sorted there, after its change of bin is told",
    arguments: [(Desk.b, Choice.primary), (Desk.c, .alternate), (Desk.d, .overflow)])
  func anotherBin(bin: BinID, choice: Choice) {
    var desk = Self.onlooker()
    desk.confirm(1, bin, at: 7700)
    #expect(desk.records.map(\.kind) == [.pieceReassigned, .pieceSorted] && desk.commands == [])
    #expect(desk.records.allSatisfy { $0.bin == bin && $0.choice == choice && $0.reason == .none })
    #expect(desk.onMachine == 0)
  }

  @Test("in a reject bin a piece is rejected; where this plan would send nothing it is removed, never lost")
  func elsewhere() {
    var desk = Self.onlooker()
    desk.confirm(1, Desk.r, at: 5200)
    #expect(desk.records.of(.pieceRejected)?.reason == .divertRefused)
    desk = Self.onlooker(Desk.codeForC)
    desk.confirm(1, Desk.a, at: 6200)
    #expect(desk.records.of(.pieceRemoved)?.reason == .unexpectedPiece && desk.onMachine == 0)
    desk = Self.onlooker(Desk.code, .noRead)
    desk.confirm(1, Desk.d, at: 7700)
    #expect(desk.records.of(.pieceRejected)?.reason == .noRead)
  }

  @Test("what nobody diverts goes to the end and is no fault of a diverter")
  func nobodySorts() {
    var desk = Self.onlooker()
    for piece in UInt64(1)...5 {
      if piece > 1 {
        _ = desk.admit(piece, at: Int64(piece) * 1000)
        desk.answer(piece, UInt32(piece), .withheld, at: Int64(piece) * 1000 + 2300)
      }
      desk.arrive(piece, at: Int64(piece) * 1000 + 20_000)
      #expect(desk.records.map(\.kind) == [.pieceRejected])
      #expect(desk.records.of(.pieceRejected)?.reason == .divertRefused)
    }
  }

  @Test("the machine's refusal of what the other wanted is believed, whatever bin it is about")
  func refusedThere() {
    var desk = Self.onlooker()
    desk.step(.divertRefused(PieceID(1), Desk.b, .binFull), at: 6500)
    #expect(desk.records.of(.divertRefused)?.reason == .binFull)
    desk.arrive(1, at: 20_000)
    #expect(desk.records.of(.pieceRejected)?.reason == .binFull)
  }

  @Test("in direct control a piece is known by its place, whichever bin's eye sees it")
  func direct() {
    var options = Desk.Options()
    options.mode = .direct
    var desk = Self.onlooker(Desk.code, .good, options)
    desk.step(.photoEye(.bin(Desk.b), blocked: true), at: 6700)
    #expect(desk.records.of(.pieceSorted)?.bin == Desk.b && desk.onMachine == 0)
  }

  @Test("a piece that nobody sees again is lost all the same; one that another lap was expected of is not")
  func lost() {
    var desk = Self.onlooker()
    desk.step(.encoderAdvanced, at: 60_000)
    #expect(desk.records.of(.pieceLost)?.reason == .lostInTrack)
    var options = Desk.Options()
    options.recirculation = HardwareProfile.Recirculation(
      path: Millimetres(5000), lapLimit: 3, reasons: [.divertRefused])
    desk = Self.onlooker(Desk.code, .good, options)
    desk.arrive(1, at: 20_000)
    #expect(desk.records.map(\.kind) == [.pieceRecirculated])
    desk.step(.encoderAdvanced, at: 90_000)
    #expect(desk.records.of(.pieceRemoved) != nil && desk.onMachine == 0)
  }
}
