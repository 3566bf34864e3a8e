import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Dispatching

@Suite("Reading and assigning")
struct AssignTests {
  @Test("a good reading becomes a command with its deadline and a record that says why")
  func good() throws {
    var desk = Desk()
    desk.induct(1, at: 1000)
    #expect(desk.records.map(\.kind) == [.pieceInducted] && desk.commands == [])
    desk.identify(1, at: 3300)
    // 15 ms of actuation are 60 pulses at 4 m/s.
    #expect(desk.commands == [.assign(PieceID(1), Desk.a, sequence: 1, deadline: Pulses(1000 + 6000 - 60))])
    let record = try #require(desk.records.of(.pieceAssigned))
    #expect(record.bin == Desk.a && record.choice == .primary && record.reason == .none)
    #expect(record.planLine == 2 && record.sequence == 1 && record.span == 6940 - 3300)
    #expect(record.code == Desk.code && record.dimensions == Desk.letter)
    #expect(record.sizeClass == SizeClassID(0) && record.quality == .good)
    desk.answer(1, 1, .accepted, at: 3320)
    #expect(desk.records == [] && desk.commands == [])
    desk.confirm(1, Desk.a, at: 7200)
    #expect(desk.records.of(.pieceSorted)?.bin == Desk.a && desk.onMachine == 0)
  }

  @Test("a group's members are filled evenly, and the first of equals comes first")
  func balance() {
    var desk = Desk()
    let bins = (1...8).map { desk.admit($0, at: Int64($0) * 400) }
    #expect(bins == [Desk.a, Desk.b, Desk.a, Desk.b, Desk.a, Desk.b, Desk.a, Desk.b])
  }

  @Test("the fullest limit of a bin decides, with pieces under way counted")
  func balanceByThickness() {
    var desk = Desk(Desk.Options(capacity: 100, thickness: Millimetres(20)))
    var thick = Desk.letter
    thick.height = Millimetres(6)
    desk.induct(1, at: 0)
    desk.identify(1, Desk.code, thick, at: 2300)
    #expect(desk.records.of(.pieceAssigned)?.bin == Desk.a)
    // Six thin ones weigh B down to A's level, then the first comes first again.
    let bins = (2...9).map { desk.admit($0, at: Int64($0) * 400) }
    #expect(bins == [Desk.b, Desk.b, Desk.b, Desk.b, Desk.b, Desk.b, Desk.a, Desk.b])
    // Both hold 7 mm: each takes two more of 6 mm, and the fifth goes to the alternate.
    desk.induct(20, at: 9000)
    desk.identify(20, Desk.code, thick, at: 11_300)
    #expect(desk.records.of(.pieceAssigned)?.bin == Desk.a)
    desk.induct(21, at: 9400)
    desk.identify(21, Desk.code, thick, at: 11_700)
    #expect(desk.records.of(.pieceAssigned)?.bin == Desk.b)
    desk.induct(22, at: 9800)
    desk.identify(22, Desk.code, thick, at: 12_100)
    #expect(desk.records.of(.pieceAssigned)?.bin == Desk.a)
    desk.induct(23, at: 10_200)
    desk.identify(23, Desk.code, thick, at: 12_500)
    #expect(desk.records.of(.pieceAssigned)?.choice == .primary)
    #expect(desk.records.of(.pieceAssigned)?.bin == Desk.b)
    desk.induct(24, at: 10_600)
    desk.identify(24, Desk.code, thick, at: 12_900)
    #expect(desk.records.of(.pieceAssigned)?.bin == Desk.c)
  }

  @Test("full bins lead to alternates, then to overflow, then to the reject bin as bin full")
  func chain() {
    var desk = Desk()
    var choices: [Choice] = []
    for piece in 1...18 as ClosedRange<UInt64> {
      _ = desk.admit(piece, at: Int64(piece) * 400)
      choices.append(desk.records.of(.pieceAssigned)?.choice ?? .recirculate)
      if piece == 17 {
        #expect(desk.records.of(.pieceAssigned)?.reason == .binFull)
        #expect(desk.records.of(.pieceAssigned)?.bin == Desk.r)
        #expect(desk.records.of(.pieceAssigned)?.planLine == 6)
      }
    }
    let wanted: [Choice] =
      Array(repeating: .primary, count: 8) + Array(repeating: .alternate, count: 4)
      + Array(repeating: .overflow, count: 4) + [.reject, .reject]
    #expect(choices == wanted)
  }

  @Test("full bins that laps may cure send a piece round, until its lap limit")
  func chainWithLaps() {
    var options = Desk.Options(capacity: 1)
    options.recirculation = HardwareProfile.Recirculation(
      path: Millimetres(5000), lapLimit: 2, reasons: [.binFull])
    var desk = Desk(options)
    for piece in 1...4 as ClosedRange<UInt64> { _ = desk.admit(piece, at: Int64(piece) * 400) }
    for lap in 0..<2 as Range<Int64> {
      let start = 4000 + lap * 25_000
      if lap == 0 { desk.induct(5, at: start) }
      desk.identify(5, at: start + 2300)
      #expect(desk.commands == [])
      #expect(desk.records.of(.pieceAssigned)?.choice == .recirculate)
      #expect(desk.records.of(.pieceAssigned)?.reason == .binFull)
      desk.arrive(5, at: start + 20_000)
      #expect(desk.commands == [.recirculate(PieceID(5))])
      #expect(desk.records.of(.pieceRecirculated)?.lap == UInt8(lap + 1))
    }
    desk.identify(5, at: 54_000 + 2300)
    #expect(desk.records.of(.pieceAssigned)?.reason == .lapLimit)
    #expect(desk.commands == [.assign(PieceID(5), Desk.r, sequence: 5, deadline: Pulses(54_000 + 4940))])
    desk.confirm(5, Desk.r, at: 54_000 + 5200)
    #expect(desk.records.of(.pieceRejected)?.reason == .lapLimit)
    #expect(desk.records.of(.pieceRejected)?.lap == 2)
  }

  @Test("bins out of service are left out, and the reason tells full, late and out of service apart")
  func obstacles() {
    var desk = Desk()
    desk.step(.binDisabled(Desk.a), at: 0)
    #expect(desk.admit(1, at: 100) == Desk.b)
    for bin in [Desk.b, Desk.c, Desk.d] { desk.step(.binDisabled(bin), at: 2500) }
    #expect(desk.admit(2, at: 600) == Desk.r)
    #expect(desk.records.of(.pieceAssigned)?.reason == .binDisabled)
    desk.step(.binEnabled(Desk.d), at: 3000)
    desk.step(.binFull(Desk.d), at: 3000)
    #expect(desk.admit(3, at: 1000) == Desk.r)
    #expect(desk.records.of(.pieceAssigned)?.reason == .binFull)
    desk.step(.binEnabled(Desk.a), at: 3400)
    #expect(desk.admit(4, at: 1400) == Desk.a)
  }

  @Test(
    "a reading that comes too late for a bin gets one that can still be reached",
    arguments: [
      (5919, Desk.a, Reason.none), (5920, Desk.b, .none), (6419, Desk.b, .none), (6420, Desk.c, .none),
      (6920, Desk.d, .none), (7419, Desk.d, .none), (7420, Desk.end, .assignmentTimeout),
    ])
  func late(delay: Int, bin: BinID, reason: Reason) {
    var desk = Desk()
    desk.induct(1, at: 0)
    desk.identify(1, at: Int64(delay))
    #expect(desk.records.of(.pieceAssigned)?.bin == bin)
    #expect(desk.records.of(.pieceAssigned)?.reason == reason)
  }

  @Test(
    "every bad reading and every misfit has its reason",
    arguments: [
      (ReadQuality.noRead, 2000, 1000, 10, 100, Reason.noRead), (.multiRead, 2000, 1000, 10, 100, .multiRead),
      (.noData, 2000, 1000, 10, 100, .noData), (.good, 3001, 1000, 10, 100, .tooLong),
      (.good, 2000, 1601, 10, 100, .tooLong), (.good, 2000, 1000, 71, 100, .tooThick),
      (.good, 2000, 1000, 10, 1001, .tooHeavy), (.good, 999, 1000, 10, 100, .tooSmall),
      (.good, 2000, 1000, 1, 100, .tooSmall), (.noRead, 3001, 1000, 10, 100, .noRead),
      (.good, 3000, 1600, 70, 1000, .none),
    ])
  func reasons(
    quality: ReadQuality, length: Int32, width: Int32, height: Int32, weight: Int32, reason: Reason
  ) {
    var desk = Desk()
    desk.induct(1, at: 0)
    let size = Dimensions(
      length: Millimetres(tenths: length), width: Millimetres(tenths: width),
      height: Millimetres(tenths: height), weight: Grams(tenths: weight))
    desk.identify(1, Desk.code, size, quality, at: 2300)
    #expect(desk.records.of(.pieceAssigned)?.reason == reason)
    #expect(desk.records.of(.pieceAssigned)?.bin == (reason == .none ? Desk.a : Desk.r))
    guard reason != .none else { return }
    desk.confirm(1, Desk.r, at: 5200)
    #expect(desk.records.of(.pieceRejected)?.reason == reason && desk.onMachine == 0)
  }

  @Test("a destination without a rule and a piece too close to the one before are rejected")
  func noRuleNoGap() {
    var desk = Desk()
    #expect(desk.admit(1, DestinationCode("9") ?? .none, at: 0) == Desk.r)
    #expect(desk.records.of(.pieceAssigned)?.reason == .invalidDestination)
    for (piece, gap) in [(UInt64(2), Int64(89)), (3, 90), (4, -5)] {
      desk.induct(piece, at: Int64(piece) * 400, gap: gap)
      desk.identify(piece, at: Int64(piece) * 400 + 2300)
      #expect(desk.records.of(.pieceAssigned)?.reason == (gap < 90 ? Reason.gapTooSmall : Reason.none))
    }
  }
}
