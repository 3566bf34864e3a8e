import Quantities
import Soak
import Testing

@Suite("Whole runs under faults")
struct SoakTests {
  @Test("hold every invariant", arguments: 1...12 as ClosedRange<UInt64>)
  func holds(seed: UInt64) {
    let outcome = SoakCase(seed: seed, pieces: 40).run()
    #expect(outcome.violation == nil, "seed \(seed)")
    #expect(outcome.fed == 40, "seed \(seed)")
    #expect(outcome.controllers >= 1 && outcome.lasted > .zero)
  }

  @Test("are the same for the same seed, and for any number of jobs")
  func same() throws {
    let one = try SoakHunt(start: 21, seeds: 6, pieces: 30).run(jobs: 1)
    let many = try SoakHunt(start: 21, seeds: 6, pieces: 30).run(jobs: 3)
    #expect(one == many)
    #expect(one.seeds == 6 && one.fed == 180 && one.violations.isEmpty)
    #expect(SoakCase(seed: 21, pieces: 30).run() == SoakCase(seed: 21, pieces: 30).run())
    let other = try SoakHunt(start: 121, seeds: 6, pieces: 30).run(jobs: 3)
    #expect(other.digest != one.digest)
  }

  @Test("see every class of faults, and say which they have not seen")
  func classes() throws {
    let report = try SoakHunt(start: 1, seeds: 12, pieces: 60).run(jobs: 2)
    #expect(report.missing.isEmpty, "\(report.missing)")
    let calm = SoakCase(seed: 1, pieces: 20, faults: []).run()
    #expect(calm.violation == nil && calm.counts.total == 0)
    var empty = SoakReport()
    empty.add(calm, seed: 1)
    #expect(empty.missing == SoakFault.Class.allCases)
  }

  @Test("go on after a kill and after a power cut, and go on or begin anew after a journal that failed")
  func disks() {
    func fault(_ kind: SoakFault.Kind, _ at: Int64, lasts: Int64 = 0, amount: Int = 0) -> SoakFault {
      SoakFault(kind, at: .milliseconds(at), lasts: .milliseconds(lasts), amount: amount)
    }
    var gone = 0
    for seed in 1...4 as ClosedRange<UInt64> {
      func run(_ faults: SoakFault...) -> SoakOutcome {
        let outcome = SoakCase(seed: seed, pieces: 60, faults: faults).run()
        #expect(outcome.violation == nil, "seed \(seed), \(faults)")
        #expect(outcome.fed == 60, "seed \(seed), \(faults)")
        return outcome
      }
      let killed = run(fault(.kill, 2000, lasts: 300, amount: 1), fault(.kill, 4000, lasts: 300))
      #expect(killed.controllers == 3 && killed.resumptions == 1)
      let cut = run(fault(.powerCut, 2000, lasts: 300), fault(.powerCut, 4000, lasts: 900))
      #expect(cut.controllers == 3 && cut.resumptions == 2)
      let slow = run(fault(.diskShort, 1000), fault(.diskSlow, 1500, lasts: 700))
      #expect(slow.controllers == 1 && slow.counts[.diskShort] == 1)
      for kind in [SoakFault.Kind.diskError, .diskFull, .diskDeleted] {
        let failed = run(fault(kind, 2000, lasts: 300))
        #expect(failed.controllers == 2 && failed.counts[kind] == 1, "\(kind)")
        #expect(kind != .diskDeleted || failed.resumptions == 0)
        gone += failed.resumptions
      }
    }
    // Of eight that could be gone on with, some are.
    #expect((1..<8).contains(gone))
  }

  /// Seeds whose machine is driven directly, the first of them.
  static let direct: [UInt64] = (1...400 as ClosedRange<UInt64>).filter {
    SoakCase(seed: $0, pieces: 1).isDirect
  }

  @Test("hold every invariant where the controller tracks the pieces itself", arguments: direct.prefix(6))
  func holdsDirectly(seed: UInt64) {
    let outcome = SoakCase(seed: seed, pieces: 40).run()
    #expect(outcome.violation == nil, "seed \(seed)")
    #expect(outcome.fed == 40 && outcome.outcomes > 0, "seed \(seed)")
    let calm = SoakCase(seed: seed, pieces: 40, faults: []).run()
    #expect(calm.violation == nil && calm.fed == 40 && calm.outcomes >= 36, "seed \(seed)")
  }

  @Test("meet photo-eyes, an encoder and a scanner that fail, where they are driven directly")
  func sensors() {
    let kinds: [SoakFault.Kind] = [
      .eyeStuckOn, .eyeStuckOff, .eyeChatters, .encoderStands, .encoderJumps, .readingsLost,
    ]
    for (seed, kind) in zip(Self.direct, kinds) {
      let fault = SoakFault(
        kind, at: .seconds(3), lasts: .milliseconds(40), amount: kind == .encoderJumps ? 9 : 0)
      let outcome = SoakCase(seed: seed, pieces: 40, faults: [fault]).run()
      #expect(outcome.violation == nil && outcome.counts[kind] == 1, "seed \(seed), \(kind)")
    }
  }

  @Test("a device that restarts just before its encoder wraps is not taken for a belt that went on")
  func restartAtTheWrap() {
    for seed in Self.direct.prefix(3) {
      let faults = (0..<6).map { step in
        SoakFault(.reboot, at: .milliseconds(12_000 + 500 * Int64(step) * 9), lasts: .milliseconds(400))
      }
      let wrap = SoakFault(.encoderWraps, at: .zero, amount: 13_000)
      let outcome = SoakCase(seed: seed, pieces: 60, faults: faults + [wrap]).run()
      #expect(outcome.violation == nil && outcome.counts[.reboot] >= 1, "seed \(seed)")
    }
  }

  @Test("a line of the scanner that comes while a request hangs is not judged by where the belt was before")
  func readingWhileTheLinkHangs() {
    let outcome = SoakCase(seed: 104_028, pieces: 461, faults: Self.hangingRequest).run()
    #expect(
      outcome.violation == nil && outcome.counts[.lateRequest] == 1,
      "\(String(describing: outcome.violation))")
  }

  /// A case that a soak found: the belt went on for 456 ms while nobody saw it, and the next piece was read.
  private static let hangingRequest: [SoakFault] = [
    SoakFault(.reboot, at: Nanoseconds(75_424_899_302), lasts: .milliseconds(265)),
    SoakFault(.hold, at: Nanoseconds(113_954_360_549), lasts: .milliseconds(1_461), bin: 3),
    SoakFault(.jam, at: Nanoseconds(117_207_807_553), lasts: .milliseconds(530), bin: 1, amount: 3_430),
    SoakFault(.slowReply, at: Nanoseconds(118_098_259_820), lasts: .milliseconds(58), bin: 4),
    SoakFault(.diskError, at: Nanoseconds(187_623_913_331), bin: 2, amount: 1),
    SoakFault(.lostReply, at: Nanoseconds(192_076_314_626), bin: 1),
    SoakFault(.reboot, at: Nanoseconds(201_225_325_215), lasts: .milliseconds(288)),
    SoakFault(.diskDeleted, at: Nanoseconds(239_371_212_086), bin: 3),
    SoakFault(.lateRequest, at: Nanoseconds(254_896_077_844), lasts: .milliseconds(1_339), bin: 2),
    SoakFault(.suspended, at: Nanoseconds(255_125_493_705), lasts: .milliseconds(456), bin: 1),
  ]

  @Test("a line of the scanner that the next controller hears first is not judged by where the belt was")
  func readingBeforeTheBeltIsSeen() {
    // The belt goes on for 417 ms, and the line that comes is that of the piece behind the one that was due.
    for (kind, at) in [(SoakFault.Kind.powerCut, 7_850), (.powerCut, 8_000), (.kill, 7_932)] {
      let fault = SoakFault(kind, at: .milliseconds(Int64(at)), lasts: .milliseconds(417), amount: 1)
      let outcome = SoakCase(seed: 106_279, pieces: 20, faults: [fault]).run()
      #expect(
        outcome.violation == nil && outcome.resumptions == 1,
        "\(kind) at \(at): \(String(describing: outcome.violation))")
    }
  }

  @Test("nothing is let out for a control thread that stood still, by a port that was held up as well")
  func bothThreadsLate() {
    let faults = [
      SoakFault(.resetAfter, at: Nanoseconds(4_973_062_635), bin: 3, amount: 1),
      SoakFault(.resetBefore, at: Nanoseconds(8_012_614_965), bin: 2),
      SoakFault(.slowReply, at: Nanoseconds(10_495_481_541), lasts: .milliseconds(88), bin: 4),
      SoakFault(.portLate, at: Nanoseconds(26_217_430_314), lasts: .milliseconds(1_412), bin: 4),
      SoakFault(.controlLate, at: Nanoseconds(26_509_712_016), lasts: .milliseconds(1_193), bin: 2),
    ]
    let outcome = SoakCase(seed: 105_176, pieces: 39, faults: faults).run()
    #expect(outcome.violation == nil && outcome.counts[.portLate] == 1)
  }

  @Test(
    "a heartbeat that comes late because it was held up on its way is not held against who sent it in time")
  func lateHeartbeat() {
    let faults = [
      SoakFault(.lateRequest, at: Nanoseconds(97_324_220_489), lasts: .milliseconds(750), bin: 2),
      SoakFault(.controlLate, at: Nanoseconds(97_362_877_696), lasts: .milliseconds(802), bin: 4),
      SoakFault(.watchdogOff, at: Nanoseconds(97_644_705_278), lasts: .milliseconds(1_615), bin: 3),
    ]
    let outcome = SoakCase(seed: 109_174, pieces: 745, faults: faults).run()
    #expect(outcome.violation == nil && outcome.counts[.lateRequest] == 1)
  }

  @Test("an end bin whose emptying was lost does not hold induction for good")
  func emptyingLost() {
    let stops: [(at: Int64, lasts: Int64)] = [
      (6_646_299_040, 1_812), (29_757_297_601, 1_326), (48_575_218_969, 269), (74_319_525_874, 2_117),
      (99_217_518_520, 1_578),
    ]
    let faults =
      stops.map { SoakFault(.emergencyStop, at: Nanoseconds($0.at), lasts: .milliseconds($0.lasts)) } + [
        SoakFault(.fullStuckOn, at: Nanoseconds(111_699_431_702), lasts: .milliseconds(896), bin: 9),
        SoakFault(.wordsSwapped, at: Nanoseconds(112_415_320_884), lasts: .milliseconds(1_538)),
        SoakFault(.unplugged, at: Nanoseconds(118_759_709_006), lasts: .milliseconds(347)),
        SoakFault(.resetBefore, at: Nanoseconds(119_267_092_257)),
        SoakFault(.eventsLost, at: Nanoseconds(119_276_550_868), lasts: .milliseconds(430)),
      ]
    let outcome = SoakCase(seed: 105_486, pieces: 823, faults: faults).run()
    #expect(
      outcome.violation == nil && outcome.counts[.eventsLost] == 1, "\(String(describing: outcome.violation))"
    )
  }

  @Test("a piece that came to the end while the link was down is not taken for the next on its way")
  func endWhileTheLinkIsDown() {
    let faults = [
      SoakFault(.powerCut, at: Nanoseconds(316_509_710_827), lasts: .milliseconds(3_832), bin: 1),
      SoakFault(.staleReply, at: Nanoseconds(325_588_732_056)),
      SoakFault(.commandsRefused, at: Nanoseconds(325_595_928_072), lasts: .milliseconds(662), bin: 3),
      SoakFault(.pieceTaken, at: Nanoseconds(326_270_269_964)),
    ]
    let outcome = SoakCase(seed: 109_503, pieces: 465, faults: faults).run()
    #expect(outcome.violation == nil && outcome.counts[.pieceTaken] == 1)
  }

  @Test("an eye that begins to lie where a piece is due that a person took off is believed")
  func lieAboutWhatWasTakenOff() {
    // The piece would be at the end between 10.98 and 11.04 s.
    for at in stride(from: 10_960, through: 11_080, by: 20) as StrideThrough<Int64> {
      let outcome = SoakCase(
        seed: 100_144, pieces: 30,
        faults: [
          SoakFault(.pieceTaken, at: .seconds(9)),
          SoakFault(.eyeStuckOn, at: .milliseconds(at), lasts: .milliseconds(300), amount: 1),
        ]
      ).run()
      #expect(outcome.violation == nil && outcome.counts.total == 2, "at \(at) ms")
    }
  }

  @Test("begin no more seeds once they are stopped")
  func stopped() throws {
    let hunt = SoakHunt(start: 1, seeds: 1_000_000, pieces: 20)
    let report = try hunt.run(jobs: 2) { hunt.stop() }
    #expect(report.seeds < 1_000)
  }
}

@Suite("A soak finds what is made wrong on purpose, and makes it small")
struct SoakFlawTests {
  /// Which invariant each flaw breaks.
  static let flaws: [(SoakFlaw, Invariant)] = [
    (.resendsCommands, .actuation), (.mixesReadings, .sorting), (.endsTwice, .conservation),
  ]

  @Test("a reading mixed up and a piece ended twice, where the controller tracks the pieces itself")
  func foundDirectly() throws {
    for (flaw, invariant) in [(SoakFlaw.mixesReadings, Invariant.sorting), (.endsTwice, .conservation)] {
      let broken = SoakTests.direct.prefix(4).compactMap {
        SoakCase(seed: $0, pieces: 120, faults: []).run(flaw: flaw).violation
      }
      #expect(broken.first?.invariant == invariant, "\(flaw)")
    }
  }

  @Test("a command sent twice, a reading mixed up, a piece ended twice", arguments: flaws)
  func found(flaw: SoakFlaw, invariant: Invariant) throws {
    // Seed 1 is a machine that is driven directly: see above.
    let report = try SoakHunt(start: 2, seeds: 3, pieces: 120, flaw: flaw).run(jobs: 2)
    let first = try #require(report.violations.first, "no seed found it")
    #expect(first.violation.invariant == invariant, "\(first)")

    let failing = SoakCase(seed: first.seed, pieces: 120)
    let shrink = SoakShrink(failing, first.violation, flaw: flaw)
    // None of these needs a fault, and none needs all the mail.
    #expect(shrink.smallest.faults.isEmpty, "\(shrink.smallest.faults)")
    #expect(shrink.smallest.pieces < 120)
    let again = shrink.smallest.run(flaw: flaw)
    #expect(again.violation == shrink.violation && again.violation?.invariant == invariant)
    #expect(shrink.smallest.run().violation == nil)
  }

  @Test("shrinking ends when nobody wants it any more, with what was found so far")
  func given() throws {
    let failing = SoakCase(seed: 3, pieces: 120)
    let violation = try #require(failing.run(flaw: .resendsCommands).violation)
    let shrink = SoakShrink(failing, violation, flaw: .resendsCommands) { false }
    #expect(shrink.runs == 0 && shrink.smallest == failing && shrink.violation == violation)
  }
}

@Suite("The faults of a soak")
struct SoakFaultTests {
  @Test("each kind's word begins with its class, and no two are alike")
  func words() {
    let words = SoakFault.Kind.allCases.map(\.rawValue)
    #expect(Set(words).count == words.count)
    for kind in SoakFault.Kind.allCases { #expect(kind.rawValue.hasPrefix(kind.faultClass.rawValue)) }
    for faultClass in SoakFault.Class.allCases {
      #expect(SoakFault.Kind.allCases.contains { $0.faultClass == faultClass })
    }
  }

  @Test(
    "are drawn in order of time, and two of a kind never overlap", arguments: 1...40 as ClosedRange<UInt64>)
  func drawn(seed: UInt64) {
    let faults = SoakCase(seed: seed, pieces: 500).faults
    #expect(faults == SoakCase(seed: seed, pieces: 500).faults)
    #expect(zip(faults, faults.dropFirst()).allSatisfy { $0.at <= $1.at }, "seed \(seed)")
    for kind in SoakFault.Kind.allCases {
      let same = faults.filter { $0.kind == kind }
      #expect(zip(same, same.dropFirst()).allSatisfy { $0.at + $0.lasts < $1.at }, "seed \(seed), \(kind)")
    }
  }

  @Test("are counted by kind and by class")
  func counted() {
    var counts = FaultCounts()
    counts[SoakFault.Kind.kill] += 2
    counts[.lostReply] += 3
    var sum = counts
    sum.add(counts)
    #expect(sum[SoakFault.Kind.kill] == 4 && sum[.link] == 6 && sum[.device] == 0 && sum.total == 10)
  }
}
