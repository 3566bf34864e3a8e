import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Dispatching

@Suite("Tracking")
struct TrackTests {
  @Test("pieces that are unknown, ended or there already are ignored, and everything else goes on as before")
  func nonsense() {
    func story(_ desk: inout Desk, junk: Bool) -> [Command] {
      var commands: [Command] = []
      func disturb(_ desk: inout Desk, at position: Int64) {
        guard junk else { return }
        let before = desk.onMachine
        for piece in [PieceID(1), PieceID(0), PieceID(700), PieceID(.max)] {
          let events: [FieldInput.Event] = [
            .divertConfirmed(piece, Desk.a), .divertRefused(piece, Desk.a, .binFull), .pieceAtEnd(piece),
            .pieceRemoved(piece), .pieceIdentified(piece, Desk.code, Desk.letter, .good),
            .assignmentAnswered(piece, sequence: 1, .late, at: .zero),
          ]
          for event in events {
            desk.step(event, at: position)
            #expect(desk.records.map(\.kind) == [.inputIgnored] && desk.commands == [])
            #expect(desk.records.of(.inputIgnored)?.reason == .unexpectedPiece)
          }
        }
        for piece in [UInt64(0), 1, 2] {
          desk.induct(piece, at: position)
          #expect(desk.records.map(\.kind) == [.inputIgnored])
        }
        #expect(desk.onMachine == before)
      }
      _ = desk.admit(1, at: 0)
      desk.confirm(1, Desk.a, at: 6200)
      desk.induct(2, at: 7000)
      disturb(&desk, at: 7000)
      desk.identify(2, at: 9300)
      commands += desk.commands
      disturb(&desk, at: 9300)
      desk.identify(2, at: 9300)
      #expect(desk.records.map(\.kind) == [.inputIgnored], "a second reading")
      desk.confirm(2, Desk.b, at: 13_700)
      #expect(desk.records.of(.pieceSorted)?.bin == Desk.b)
      disturb(&desk, at: 13_700)
      _ = desk.admit(3, at: 14_000)
      return commands + desk.commands
    }
    var quiet = Desk()
    var disturbed = Desk()
    let wanted = story(&quiet, junk: false)
    let got = story(&disturbed, junk: true)
    #expect(got == wanted)
  }

  @Test("numbers may leave gaps, but never go back, and a wild number is no piece of this run")
  func numbers() {
    var desk = Desk()
    desk.induct(500, at: 0)
    #expect(desk.records.of(.pieceInducted) != nil, "a machine may have counted before")
    desk.induct(510, at: 500)
    #expect(desk.records.of(.pieceInducted) != nil)
    for wild in [UInt64(499), 510, .max, .max - 1, 1 << 62, 5_000_000] {
      desk.induct(wild, at: 1000)
      #expect(desk.records.map(\.kind) == [.inputIgnored], "\(wild)")
    }
    desk.induct(511, at: 1500)
    #expect(desk.records.of(.pieceInducted) != nil && desk.onMachine == 3)
  }

  @Test("a piece that never comes off is lost once it should have been seen, and not before")
  func lost() {
    var desk = Desk()
    _ = desk.admit(1, at: 0)
    _ = desk.admit(2, at: 500)
    // The end at 20,000, the way to a confirm eye (200) and twice the window (120) are given.
    desk.step(.encoderAdvanced, at: 20_320)
    #expect(desk.records == [])
    desk.step(.encoderAdvanced, at: 20_321)
    #expect(desk.records.map(\.kind) == [.pieceLost] && desk.onMachine == 1)
    #expect(desk.records.of(.pieceLost)?.piece == PieceID(1))
    #expect(desk.records.of(.pieceLost)?.reason == .lostInTrack)
    // The next piece fed finds the other.
    desk.induct(3, at: 25_000)
    #expect(desk.records.map(\.kind) == [.pieceInducted, .pieceLost] && desk.onMachine == 1)
    // Their bins are free again.
    let bins = (4...11).map { desk.admit($0, at: 24_000 + Int64($0) * 400) }
    #expect(bins.filter { $0 == Desk.a }.count == 4 && bins.filter { $0 == Desk.b }.count == 4)
  }

  @Test("a piece whose slot comes round is lost, not mixed up with the new one")
  func slotComesRound() {
    var desk = Desk()
    let capacity = UInt64(desk.dispatcher.tracks.count)
    _ = desk.admit(1, at: 0)
    desk.induct(1 + capacity, at: 10)
    #expect(desk.records.map(\.kind) == [.pieceLost, .pieceInducted] && desk.onMachine == 1)
    desk.confirm(1, Desk.a, at: 6200)
    #expect(desk.records.map(\.kind) == [.inputIgnored])
  }

  @Test("belt positions beyond reason are ignored, not computed with")
  func wildPositions() {
    for position in [Int64.min, .max, .min + 1, .max - 1, 1 << 61, -(1 << 61)] {
      var desk = Desk()
      _ = desk.admit(1, at: 0)
      let events: [FieldInput.Event] = [
        .pieceInducted(PieceID(2), arrivedAt: Instant(.max), gap: Pulses(.min)), .encoderAdvanced,
        .pieceIdentified(PieceID(1), Desk.code, Desk.letter, .good), .binDisabled(Desk.a),
        .photoEye(.induction, blocked: true), .photoEye(.end, blocked: true), .pieceAtEnd(PieceID(1)),
      ]
      for event in events {
        desk.step(event, at: position)
        #expect(desk.records.map(\.kind) == [.inputIgnored] && desk.commands == [])
        #expect(desk.records.of(.inputIgnored)?.reason == .lostInTrack)
      }
      desk.confirm(1, Desk.a, at: 6200)
      #expect(desk.records.of(.pieceSorted) != nil)
    }
  }

  @Test("on a loop without an end bin a piece goes on round, and its place moves on by a lap")
  func loop() {
    var desk = Desk(Desk.Options(hasEnd: false, topology: .loop))
    _ = desk.admit(1, at: 0)
    desk.answer(1, 1, .accepted, at: 2320)
    desk.arrive(1, at: 20_000)
    #expect(desk.records.map(\.kind) == [.divertMissed, .pieceRecirculated])
    #expect(desk.commands == [.recirculate(PieceID(1))])
    desk.identify(1, at: 22_300)
    #expect(desk.commands == [.assign(PieceID(1), Desk.a, sequence: 2, deadline: Pulses(25_940))])
    desk.step(.encoderAdvanced, at: 40_320)
    #expect(desk.records == [])
    desk.step(.encoderAdvanced, at: 40_321)
    #expect(desk.records.map(\.kind) == [.pieceLost])
  }
}

@Suite("Numbers of pieces that jump")
struct JumpingNumberTests {
  @Test("pieces under way that fall out of the window are lost at once, and nobody waits for them for ever")
  func outOfWindow() {
    var desk = Desk()
    _ = desk.admit(1, at: 0)
    _ = desk.admit(2, at: 480)
    desk.induct(1_000, at: 960)
    #expect(desk.records.filter { $0.kind == .pieceLost }.map(\.piece) == [PieceID(1), PieceID(2)])
    #expect(desk.records.allSatisfy { $0.kind != .pieceLost || $0.reason == .lostInTrack })
    #expect(desk.dispatcher.onMachine == 1)
    desk.confirm(1, Desk.a, at: 6_200)
    #expect(desk.records.map(\.kind) == [.inputIgnored])
  }

  @Test("after a garbled number was followed, real ones are followed again once nothing is under way")
  func garbled() {
    var desk = Desk()
    _ = desk.admit(1, at: 0)
    desk.confirm(1, Desk.a, at: 6_200)
    desk.induct(393_216, at: 7_000)
    desk.induct(2, at: 7_480)
    #expect(desk.records.map(\.kind) == [.inputIgnored])
    desk.step(.encoderAdvanced, at: 30_000)
    #expect(desk.records.map(\.kind) == [.pieceLost] && desk.dispatcher.onMachine == 0)
    desk.induct(3, at: 31_000)
    #expect(desk.records.map(\.kind) == [.pieceInducted])
    // The same number once more is still known.
    desk.induct(3, at: 31_480)
    #expect(desk.records.map(\.kind) == [.inputIgnored])
    desk.step(.encoderAdvanced, at: 60_000)
    #expect(desk.records.map(\.kind) == [.pieceLost] && desk.dispatcher.onMachine == 0)
    desk.induct(3, at: 61_000)
    #expect(desk.records.map(\.kind) == [.inputIgnored])
  }

  @Test("a loop's lap is its belt and its way back")
  func loopWithWayBack() {
    let way = HardwareProfile.Recirculation(path: Millimetres(3_000), lapLimit: 2, reasons: [.divertTimeout])
    var desk = Desk(Desk.Options(recirculation: way, hasEnd: false, topology: .loop))
    _ = desk.admit(1, at: 0)
    desk.answer(1, 1, .accepted, at: 2320)
    desk.arrive(1, at: 20_000)
    #expect(desk.commands == [.recirculate(PieceID(1))])
    desk.step(.encoderAdvanced, at: 43_320)
    #expect(desk.records == [])
    desk.step(.encoderAdvanced, at: 43_321)
    #expect(desk.records.map(\.kind) == [.pieceLost])
  }
}

@Suite("Direct control: the dispatcher tracks by photo-eyes")
struct DirectControlTests {
  private func desk() -> Desk {
    Desk(Desk.Options(capacity: 100, mode: .direct))
  }

  @Test(
    "a piece is made by the induction eye, fired for, and confirmed by its bin's eye within the window",
    arguments: [
      (-61, false), (-60, true), (0, true), (60, true), (61, false),
    ])
  func window(miss: Int64, isFound: Bool) {
    var desk = desk()
    desk.step(.photoEye(.induction, blocked: true), at: 1000)
    #expect(desk.records.of(.pieceInducted)?.piece == PieceID(1))
    desk.step(.photoEye(.induction, blocked: false), at: 1200)
    desk.identify(1, at: 3300)
    #expect(desk.commands == [.fire(Desk.a, PieceID(1), at: Pulses(6940))])
    desk.step(.photoEye(.bin(Desk.a), blocked: true), at: 7200 + miss)
    #expect(desk.records.map(\.kind) == [isFound ? .pieceSorted : .inputIgnored])
    desk.step(.photoEye(.bin(Desk.a), blocked: false), at: 7300)
    #expect(desk.records == [])
  }

  @Test("the gap is from tail to head, and too small a one is rejected")
  func gap() {
    var desk = desk()
    desk.step(.photoEye(.induction, blocked: true), at: 1000)
    desk.step(.photoEye(.induction, blocked: false), at: 1200)
    desk.step(.photoEye(.induction, blocked: true), at: 1289)
    #expect(desk.records.of(.pieceInducted)?.span == 89)
    desk.step(.photoEye(.induction, blocked: false), at: 1400)
    desk.step(.photoEye(.induction, blocked: true), at: 1490)
    #expect(desk.records.of(.pieceInducted)?.span == 90)
    for (piece, reason) in [(UInt64(1), Reason.none), (2, .gapTooSmall), (3, .none)] {
      desk.identify(piece, at: 3800)
      #expect(desk.records.of(.pieceAssigned)?.reason == reason)
    }
  }

  @Test("of two pieces near an eye the nearer is meant; what no piece explains is ignored and counted")
  func nearest() {
    var desk = desk()
    for (piece, origin) in [(UInt64(1), Int64(1000)), (2, 1100)] {
      desk.induct(piece, at: origin)
      desk.identify(piece, Desk.codeForC, at: origin + 2300)
    }
    desk.step(.photoEye(.bin(Desk.c), blocked: true), at: 1100 + 7200 - 30)
    #expect(desk.records.of(.pieceSorted)?.piece == PieceID(2))
    desk.step(.photoEye(.bin(Desk.c), blocked: true), at: 1100 + 7200)
    #expect(desk.records.map(\.kind) == [.inputIgnored])
    desk.step(.photoEye(.bin(Desk.b), blocked: true), at: 1000 + 6700)
    #expect(desk.records.map(\.kind) == [.inputIgnored], "the piece was never sent to B")
    desk.step(.photoEye(.end, blocked: true), at: 21_000)
    #expect(desk.records.map(\.kind) == [.divertMissed, .pieceRejected] && desk.onMachine == 0)
    desk.step(.photoEye(.end, blocked: true), at: 21_010)
    #expect(desk.records.map(\.kind) == [.inputIgnored])
  }

  @Test("when the bin of a piece fails, the order to fire is replaced or taken back")
  func failure() {
    var desk = desk()
    desk.induct(1, at: 0)
    desk.identify(1, Desk.codeForC, at: 2300)
    desk.step(.binDisabled(Desk.c), at: 2400)
    #expect(desk.commands == [.fire(Desk.d, PieceID(1), at: Pulses(7440))])
    desk.step(.binDisabled(Desk.r), at: 2500)
    desk.step(.binDisabled(Desk.d), at: 2600)
    #expect(desk.records.of(.pieceReassigned)?.bin == Desk.end)
    // Nothing is fired for the end bin: the fire order for D must be taken back all the same.
    #expect(desk.commands == [.assign(PieceID(1), .none, sequence: 4, deadline: Pulses(20_000))])
    desk.step(.photoEye(.end, blocked: true), at: 20_000)
    #expect(desk.records.of(.pieceRejected)?.bin == Desk.end && desk.onMachine == 0)
  }
}
