import EventRecords
import Quantities
import SorterModel
import Supervision
import Telemetry
import Testing

@testable import Reporting

@Suite("The acceptance report")
struct AcceptanceTests {
  /// A run written by hand or drawn, and its ledger.
  struct Script {
    var ledger: AcceptanceLedger
    var number = 0
    var last = 0
    let warmUp: Int

    init(warmUpSeconds: Int = 0, faults: [TimedFault] = []) {
      warmUp = warmUpSeconds
      let profile = SyntheticRun.description.profile
      let scenario = Scenario(
        name: "s", title: "s", seed: 1, startsAt: 0, duration: nil, warmUp: .seconds(Int64(warmUpSeconds)),
        metricsInterval: .seconds(60),
        mail: .file(path: "", compressTime: 1), sweeping: profile.sweeping,
        imperfections: profile.imperfections, faults: faults, expectations: [])
      let plan = SortPlan(
        name: "p",
        rules: [
          .init(
            kind: .sort(.any), sizeClass: nil, bins: [profile.bins[0].name, profile.bins[1].name], line: 2),
          .init(kind: .reject(.noRead), sizeClass: nil, bins: [profile.bins[2].name], line: 3),
        ])
      ledger = AcceptanceLedger(profile: profile, scenario: scenario, plan: plan, isVirtual: true)
    }

    mutating func tell(_ kind: EventKind, at second: Int, _ change: (inout EventRecord) -> Void = { _ in }) {
      number += 1
      last = max(last, second)
      var record = EventRecord(kind, at: Instant(Int64(second) * 1_000_000_000), position: .zero)
      change(&record)
      ledger.take(record, number: number)
    }

    mutating func piece(_ piece: Int, fedAt fed: Int) {
      tell(.pieceInducted, at: fed) { $0.piece = PieceID(UInt64(piece)) }
    }

    mutating func end(
      _ piece: Int, _ kind: EventKind, at second: Int, _ reason: Reason = .none, bin: UInt16 = 0
    ) {
      tell(kind, at: second) {
        $0.piece = PieceID(UInt64(piece))
        $0.reason = reason
        $0.bin = BinID(bin)
      }
    }

    mutating func finish(feeding: Int) {
      tell(.runEnded, at: last) { $0.a = UInt64(feeding) * 1_000_000_000 }
    }
  }

  @Test("time is shared among its causes by their weight, each with the events that began and ended it")
  func time() {
    var script = Script()
    script.tell(.runStarted, at: 0)
    script.piece(1, fedAt: 1)
    script.tell(.inductionHeld, at: 10)
    script.tell(.jamStarted, at: 20)
    script.tell(.jamCleared, at: 50)
    script.tell(.inductionReleased, at: 60)
    script.tell(.plantStarved, at: 70) { $0.choice = .primary }
    script.tell(.plantStarved, at: 90) { $0.choice = .alternate }
    script.end(1, .pieceSorted, at: 95)
    script.finish(feeding: 100)
    let report = script.ledger.report()
    let seconds = Dictionary(
      uniqueKeysWithValues: report.minutes.map { ($0.cause, $0.time / 1_000_000_000) })
    #expect(seconds["jam"] == 30)
    #expect(seconds["blocked"] == 20)
    #expect(seconds["starved"] == 20)
    #expect(report.timeCloses && report.piecesClose)
    let blocked = report.minutes.first { $0.cause == "blocked" }
    #expect(blocked?.spans.map(\.beganBy) == [3, 5])
    #expect(blocked?.spans.map(\.endedBy) == [4, 6])
    #expect(report.availability.machineDown == 30_000_000_000)
    #expect(report.availability.microPercent == 70_000_000)
  }

  @Test("the time without a controller, before a run went on, is down time of its own")
  func resumed() {
    var script = Script()
    script.piece(1, fedAt: 1)
    script.tell(.jamStarted, at: 10)
    script.tell(.jamCleared, at: 20)
    script.tell(.runResumed, at: 60) { $0.a = 30_000_000_000 }
    script.end(1, .pieceLost, at: 70, .linkDown)
    script.finish(feeding: 100)
    let report = script.ledger.report()
    let away = report.minutes.first { $0.cause == "controller_away" }
    #expect(away?.time == 30_000_000_000 && away?.spans.map(\.beganBy) == [4])
    #expect(report.timeCloses)
    #expect(report.availability.machineDown == 40_000_000_000)
  }

  @Test(
    "a diverter that fails weighs one over the bins with a diverter, and not while the machine is down anyway"
  )
  func weights() {
    var script = Script()
    let bins = SyntheticRun.description.profile.bins.count { !$0.isEnd }
    script.tell(.binDisabled, at: 10) {
      $0.bin = BinID(0)
      $0.reason = .diverterFault
    }
    script.tell(.jamStarted, at: 40)
    script.tell(.jamCleared, at: 60)
    script.tell(.binEnabled, at: 70) { $0.bin = BinID(0) }
    script.tell(.binDisabled, at: 80) {
      $0.bin = BinID(1)
      $0.reason = .binDisabled
    }
    script.finish(feeding: 100)
    let own = script.ledger.report().availability
    #expect(own.binDown == 40_000_000_000)
    #expect(own.machineDown == 20_000_000_000)
    #expect(own.failures.count == 2 && own.takenOut.count == 1)
    let down = 20.0 + 40.0 / Double(bins)
    #expect(own.microPercent == Int(((100 - down) * 1_000_000).rounded()))
  }

  @Test(
    "each piece has one cause; missorted ones are taken from the sorted; ends without a beginning break the account"
  )
  func pieces() {
    var script = Script(warmUpSeconds: 5)
    for piece in 1...6 { script.piece(piece, fedAt: piece * 2) }
    script.end(1, .pieceSorted, at: 13)
    script.end(3, .pieceSorted, at: 14)
    script.tell(.plantMissorted, at: 14) { $0.piece = PieceID(3) }
    script.end(4, .pieceRejected, at: 15, .noRead, bin: 2)
    script.end(5, .pieceLost, at: 16, .lostInTrack)
    script.finish(feeding: 20)
    let report = script.ledger.report()
    #expect(report.warmUpFed == 2 && report.fed.count == 4)
    #expect(
      report.pieces.map { "\($0.outcome) \($0.reason) \($0.count)" } == [
        "sorted  0", "missorted  1", "rejected noRead 1", "lost lostInTrack 1", "on_machine  1",
      ])
    #expect(report.piecesClose)
    script.end(4, .pieceSorted, at: 21)
    #expect(!script.ledger.report().piecesClose, "piece 4 ended twice")
  }

  @Test("whatever happens, every moment and every piece is accounted for exactly once", arguments: 1...40)
  func anything(seed: UInt64) {
    var random = SplitMix(state: seed)
    var script = Script(warmUpSeconds: random.next(30))
    var under: [Int] = []
    var (fed, measured) = (0, 0)
    let warmUp = script.warmUp
    var naive = NaiveClock(warmUp: warmUp)
    for second in 1...300 {
      for _ in 0..<random.next(3) {
        let kinds: [EventKind] = [
          .jamStarted, .jamCleared, .beltStopped, .beltStarted, .inductionHeld, .inductionReleased,
        ]
        let kind = kinds[random.next(kinds.count)]
        naive.tell(kind)
        script.tell(kind, at: second)
      }
      if random.next(2) == 0 {
        fed += 1
        if second >= warmUp { measured += 1 }
        script.piece(fed, fedAt: second)
        under.append(fed)
      }
      if !under.isEmpty, random.next(3) == 0 {
        let piece = under.remove(at: random.next(under.count))
        let kinds: [EventKind] = [.pieceSorted, .pieceRejected, .pieceRemoved, .pieceLost]
        let kind = kinds[random.next(4)]
        script.end(piece, kind, at: second, kind == .pieceSorted ? .none : .noRead)
      }
      naive.pass(second)
    }
    script.finish(feeding: 301)
    let report = script.ledger.report()
    #expect(report.timeCloses && report.piecesClose, "seed \(seed)")
    #expect(report.fed.count == measured, "seed \(seed)")
    for (cause, seconds) in naive.seconds {
      let time = report.minutes.first { $0.cause == cause.rawValue }?.time
      #expect(time == Int64(seconds) * 1_000_000_000, "seed \(seed), \(cause)")
    }
  }

  @Test("what should have been exercised and was not is an open point; what nothing called for is none")
  func functions() {
    let fault = TimedFault(at: .seconds(10), lasts: .seconds(5), kind: .noReads(ppm: 500_000))
    var script = Script(faults: [fault])
    script.piece(1, fedAt: 1)
    script.tell(.plantFaultStarted, at: 10)
    script.end(1, .pieceSorted, at: 12)
    script.tell(.jamStarted, at: 13)
    script.tell(.jamCleared, at: 14)
    script.finish(feeding: 20)
    let open = script.ledger.report().open.map { "\($0.group.rawValue) \($0.name)" }
    let profile = SyntheticRun.description.profile
    #expect(open.contains("outcome rejected.noRead"))
    #expect(open.contains("bin \(profile.bins[1].name)") && !open.contains("bin \(profile.bins[0].name)"))
    #expect(open.contains("fault 1: no-reads"), "it began and did not end")
    #expect(open.contains("alarm jam") && open.contains("state Held"))
    #expect(!open.contains("outcome rejected.binFull") && !open.contains("alarm linkDown"))
  }

  @Test("a missed threshold is not passed; without any, or on a run cut short, nothing is judged")
  func verdicts() {
    func verdict(_ cases: [JUnitReport.Case], ended: Bool) -> AcceptanceProtocol.Verdict {
      var script = Script()
      script.piece(1, fedAt: 1)
      script.end(1, .pieceSorted, at: 2)
      if ended { script.finish(feeding: 3) }
      return AcceptanceProtocol(
        script.ledger.report(), name: "n", suite: "s", facts: [], inputs: [], criteria: cases
      ).verdict
    }
    let met = JUnitReport.Case(name: "a", wanted: "", got: "", isMet: true)
    let missed = JUnitReport.Case(name: "b", wanted: "", got: "", isMet: false)
    let cut = JUnitReport.Case(name: "b", wanted: "", got: "", isMet: false, isJudged: false)
    #expect(verdict([met], ended: true) == .passed)
    #expect(verdict([met, missed], ended: true) == .notPassed)
    #expect(verdict([met, cut], ended: true) == .notJudged)
    #expect(verdict([met], ended: false) == .notJudged)
    #expect(verdict([], ended: true) == .notJudged)
  }
}

/// Which cause each second had, by looking at the signals once a second: another way to the same sums.
private struct NaiveClock {
  let warmUp: Int
  var seconds: [TimeCause: Int] = [:]
  private var (jams, stopped, held) = (0, false, false)

  init(warmUp: Int) { self.warmUp = warmUp }

  mutating func tell(_ kind: EventKind) {
    switch kind {
    case .jamStarted: jams += 1
    case .jamCleared: jams = max(0, jams - 1)
    case .beltStopped: stopped = true
    case .beltStarted: stopped = false
    case .inductionHeld: held = true
    default: held = false
    }
  }

  /// The second that begins now has what holds now.
  mutating func pass(_ second: Int) {
    guard second >= warmUp else { return }
    let cause: TimeCause? = jams > 0 ? .jam : stopped ? .beltStopped : held ? .blocked : nil
    if let cause { seconds[cause, default: 0] += 1 }
  }
}

/// Numbers that look drawn and are the same for the same seed.
private struct SplitMix {
  var state: UInt64

  mutating func next(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((bits ^ (bits >> 31)) % UInt64(bound))
  }
}
