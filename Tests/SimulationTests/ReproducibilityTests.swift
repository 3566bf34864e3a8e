import Dispatching
import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Simulation

@Suite("The same again, and what stays the same when one thing changes")
struct ReproducibilityTests {
  @Test("the same seed gives the same records and digest", arguments: [2, 17, 31, 77])
  func sameAgain(seed: UInt64) {
    let random = RandomScenario(seed: seed)
    let first = WatchedRun(random.line, random.sample)
    let second = WatchedRun(random.line, random.sample)
    #expect(first.digest == second.digest)
    #expect(first.records == second.records)
  }

  @Test("another seed gives another run")
  func anotherSeed() {
    let digests = (1...20).map { seed in
      WatchedRun(SampleLine(), SampleScenario(seed: UInt64(seed), pieces: 50)).digest
    }
    #expect(Set(digests).count == 20)
  }

  /// What the mail was, as the records tell: number, arrival, and the code and sizes of pieces read well.
  private func mail(_ run: WatchedRun) -> [PieceID: EventRecord] {
    var found: [PieceID: EventRecord] = [:]
    for record in run.records where record.kind == .pieceAssigned && record.quality == .good {
      found[record.piece] = record
    }
    return found
  }

  @Test("a change of one rate leaves destinations, sizes, arrivals and all other draws as they were")
  func streamsAreApart() {
    var sample = SampleScenario(arrivals: .poisson(perHour: 15_000), pieces: 800)
    sample.imperfections.noReadPPM = 20_000
    sample.imperfections.missedDivertPPM = 30_000
    sample.imperfections.slipPPM = 50_000
    sample.imperfections.slipMaximum = Millimetres(30)
    let line = SampleLine(faultsToDisable: 255)
    let before = WatchedRun(line, sample)
    sample.imperfections.noReadPPM = 300_000
    let after = WatchedRun(line, sample)
    #expect(before.count(.pieceRejected, because: .noRead) < after.count(.pieceRejected, because: .noRead))
    #expect(before.all(.pieceInducted) == after.all(.pieceInducted))
    let mail = mail(before)
    for (piece, record) in self.mail(after) {
      #expect(mail[piece]?.code == record.code && mail[piece]?.dimensions == record.dimensions)
    }
    // Every piece that is not read now and was not before is the same piece: more, never others.
    func unread(_ run: WatchedRun) -> Set<PieceID> {
      Set(run.all(.pieceRejected).filter { $0.reason == .noRead }.map(\.piece))
    }
    #expect(unread(before).isSubset(of: unread(after)))
  }

  @Test("more sweepers, more jams or more slip change no piece of mail")
  func mailIsApart() {
    let line = SampleLine(pieces: 30)
    let base = SampleScenario(arrivals: .poisson(perHour: 15_000), pieces: 400)
    var changed = [base, base, base, base]
    changed[0].sweeping.sweepers = 9
    changed[1].imperfections.jamPPM = 10_000
    changed[2].imperfections.slipPPM = 500_000
    changed[2].imperfections.slipMaximum = Millimetres(500)
    changed[3].imperfections.gapJitter = Millimetres(200)
    let wanted = mail(WatchedRun(line, base))
    for sample in changed {
      let run = WatchedRun(line, sample)
      #expect(run.faults == [])
      for (piece, record) in mail(run) {
        #expect(wanted[piece]?.code == record.code && wanted[piece]?.dimensions == record.dimensions)
      }
      let arrivals = run.all(.pieceInducted).map(\.arrivedAt)
      #expect(arrivals == WatchedRun(line, base).all(.pieceInducted).map(\.arrivedAt))
    }
  }

  @Test("a rate that changes by the hour gives each hour its share, and none to an hour without mail")
  func byHour() {
    var rates = [Int](repeating: 0, count: 24)
    rates[6] = 3600
    rates[7] = 7200
    rates[9] = 1800
    let mail = GeneratedMail(
      SampleScenario(arrivals: .byHour(rates), pieces: 30_000).generation(for: SampleLine()), seed: 4,
      startsAt: 5 * 3600)
    var counts = [Int](repeating: 0, count: 48)
    var piece = Mailpiece(
      arrivedAt: .start, destination: .none,
      dimensions: Dimensions(length: .zero, width: .zero, height: .zero, weight: .zero))
    var last = Instant.start
    while case .piece = mail.next(into: &piece) {
      #expect(piece.arrivedAt >= last)
      last = piece.arrivedAt
      let hour = 5 + Int(piece.arrivedAt.rawValue / 3_600_000_000_000)
      if hour < 48 { counts[hour] += 1 }
    }
    for day in [0, 24] {
      #expect(abs(counts[day + 6] - 3600) < 240 && abs(counts[day + 7] - 7200) < 340)
      #expect(abs(counts[day + 9] - 1800) < 170)
    }
    #expect(counts.enumerated().allSatisfy { $0.element == 0 || rates[$0.offset % 24] > 0 })
  }
}
