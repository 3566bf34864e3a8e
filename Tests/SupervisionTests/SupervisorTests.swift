import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Supervision

/// A supervisor and what it has found, fed with records as a shell does it.
struct Watch: ~Copyable {
  var supervisor: Supervisor
  var found: [String] = []
  var looks = 0

  init(_ source: Supervisor.StateSource = .derived, noReadPPM: Int = 0, countedFrom: Nanoseconds = .zero) {
    supervisor = Supervisor(
      profile: SampleProfile.profile(noReadPPM: noReadPPM), stateSource: source, countedFrom: countedFrom)
  }

  mutating func hear(_ record: EventRecord) {
    guard supervisor.concerns(record) else { return }
    looks += 1
    supervisor.prepare(for: record)
    collect()
    supervisor.observe(record)
    collect()
  }

  mutating func hear(
    _ kind: EventKind, _ second: Int64, bin: Int? = nil, piece: UInt64 = 0, reason: Reason = .none,
    choice: Choice = .primary
  ) {
    var record = EventRecord(kind, at: at(second), position: Pulses(second * 4000), piece: PieceID(piece))
    if let bin { record.bin = BinID(UInt16(bin)) }
    record.reason = reason
    record.choice = choice
    hear(record)
  }

  mutating func report(_ condition: RuntimeCondition, _ second: Int64) {
    supervisor.report(condition, at: at(second), position: .zero)
    collect()
  }

  mutating func collect() {
    for index in 0..<supervisor.recordCount {
      let record = supervisor.record(index)
      if record.kind == .machineState {
        let state = PackMLState(rawValue: record.stateNumber)?.name ?? "?"
        let cause = PackMLCause(rawValue: record.causeNumber)?.name ?? "?"
        found.append("\(state)\(cause.isEmpty ? "" : " \(cause)")@\(record.elapsed.rawValue / 1_000_000_000)")
      } else {
        found.append(words(record))
      }
    }
    supervisor.removeRecords()
  }
}

@Suite("The supervisor")
struct SupervisorTests {
  @Test("a plain piece is none of its business")
  func plainPieces() {
    var watch = Watch()
    watch.hear(.runStarted, 0)
    for piece in 1...50 {
      let second = Int64(piece)
      watch.hear(.pieceInducted, second, piece: UInt64(piece))
      watch.hear(.pieceAssigned, second, bin: 1, piece: UInt64(piece))
      watch.hear(.pieceSorted, second, bin: 1, piece: UInt64(piece))
    }
    #expect(watch.looks == 1)
    #expect(watch.found == ["Execute@0"])
  }

  @Test("a jam holds the machine and raises an alarm, and its end clears both")
  func jam() {
    var watch = Watch()
    watch.hear(.runStarted, 0)
    watch.hear(.jamStarted, 100)
    watch.hear(.inductionHeld, 100)
    watch.hear(.jamCleared, 222)
    // Induction is released after the jam is cleared, at the same moment: that is no blocked machine.
    watch.hear(.inductionReleased, 222)
    watch.hear(.pieceSorted, 223, piece: 1)
    #expect(
      watch.found == ["Execute@0", "raised jam@100", "Held stopped@100", "cleared jam@222", "Execute@222"])
    let report = watch.supervisor.report(at: at(300))
    #expect(report.stateTimes[Int(PackMLState.held.rawValue)] == .seconds(122))
    #expect(report.stateTimes[Int(PackMLState.execute.rawValue)] == .seconds(178))
    #expect(report.tags.stateCurrent == .execute && report.tags.alarmExtent == 1)
    #expect(report.alarms.map(\.kind) == [.jam] && report.alarms[0].tally.longest == .seconds(122))
  }

  @Test("an empty feeder starves the machine, held induction blocks it, and a jam outweighs both")
  func waiting() {
    var watch = Watch()
    watch.hear(.runStarted, 0)
    watch.hear(.plantStarved, 10)
    watch.hear(.pieceSorted, 11)
    watch.hear(.inductionHeld, 20, reason: .binFull)
    watch.hear(.pieceSorted, 21)
    watch.hear(.jamStarted, 30)
    watch.hear(.pieceSorted, 31)
    watch.hear(.jamCleared, 40)
    watch.hear(.inductionReleased, 50)
    watch.hear(.plantStarved, 60, choice: .alternate)
    watch.hear(.pieceSorted, 61)
    let states = watch.found.filter { !$0.contains("jam") }
    #expect(
      states == [
        "Execute@0", "Suspended starved@10", "Suspended blocked@20", "Held stopped@30",
        "Suspended blocked@40",
        "Suspended starved@50", "Execute@60",
      ])
  }

  @Test("a signal that comes and goes at one moment is no change of state")
  func flicker() {
    var watch = Watch()
    watch.hear(.runStarted, 0)
    watch.hear(.plantStarved, 10)
    watch.hear(.plantStarved, 10, choice: .alternate)
    watch.hear(.pieceSorted, 20)
    #expect(watch.found == ["Execute@0"])
  }

  @Test("a bin is full too long when two of the longest sweeps could have ended")
  func fullBin() {
    var watch = Watch()
    watch.hear(.runStarted, 0)
    watch.hear(.binFull, 100, bin: 0)
    watch.hear(.binFull, 110, bin: 1)
    watch.hear(.binAvailable, 179, bin: 0)
    watch.hear(.pieceSorted, 500)
    watch.hear(.binAvailable, 600, bin: 1)
    watch.hear(.binFull, 700, bin: 3)
    #expect(
      watch.found == [
        "Execute@0", "raised binFullTooLong bin 1@190", "cleared binFullTooLong bin 1@600",
        "raised endBinFull bin 3@700",
      ])
  }

  @Test("a bin disabled for its diverter is a diverter's fault, another is a bin out of service")
  func disabled() {
    var watch = Watch()
    watch.hear(.binDisabled, 1, bin: 0, reason: .diverterFault)
    watch.hear(.binDisabled, 2, bin: 1, reason: .binDisabled)
    watch.hear(.binEnabled, 3, bin: 0)
    watch.hear(.binEnabled, 4, bin: 1)
    #expect(
      watch.found == [
        "raised diverterFault bin 0@1", "raised binDisabled bin 1@2", "cleared diverterFault bin 0@3",
        "cleared binDisabled bin 1@4",
      ])
  }

  @Test("one bad reading in twenty is an alarm, and good pieces alone end it")
  func readRate() {
    var watch = Watch()
    watch.hear(.runStarted, 0)
    for piece in UInt64(1)...4000 {
      // One in 25 at first, then every tenth, then all good.
      let isBad = piece <= 1500 ? piece % 25 == 0 : piece <= 2500 ? piece % 10 == 0 : false
      watch.hear(
        isBad ? .pieceRejected : .pieceSorted, Int64(piece), piece: piece, reason: isBad ? .noRead : .none)
    }
    #expect(watch.found.count == 3)
    let raised = Int64(watch.found[1].dropFirst("raised readRateLow@".count)) ?? 0
    let cleared = Int64(watch.found[2].dropFirst("cleared readRateLow@".count)) ?? 0
    // 40 of a thousand before; each hundred adds six: 50 are reached within 200 pieces.
    #expect((1600...1760).contains(raised))
    // Fewer than 25 of the last thousand: after piece 3,250, told within ten seconds.
    #expect((3250...3271).contains(cleared))
  }

  @Test("a machine whose ordinary day is worse has a higher limit")
  func ordinaryRate() {
    #expect(SupervisionLimits(SampleProfile.profile()).readFailuresPerThousand == 50)
    #expect(SupervisionLimits(SampleProfile.profile(noReadPPM: 30_000)).readFailuresPerThousand == 66)
    #expect(SupervisionLimits(SampleProfile.profile(noReadPPM: 900_000)).readFailuresPerThousand == 250)
    #expect(SupervisionLimits(SampleProfile.profile(sweep: .seconds(12))).binFullFor == .seconds(60))
  }

  @Test("lost pieces are one alarm while they keep coming, three unexpected ones within a minute another")
  func lostPieces() {
    var watch = Watch()
    watch.hear(.pieceLost, 10, piece: 4, reason: .lostInTrack)
    watch.hear(.pieceLost, 40, piece: 5, reason: .lostInTrack)
    watch.hear(.inputIgnored, 45, reason: .unexpectedPiece)
    watch.hear(.pieceRejected, 106, piece: 7, reason: .unexpectedPiece)
    watch.hear(.inputIgnored, 107, reason: .unexpectedPiece)
    watch.hear(.inputIgnored, 150, reason: .unexpectedPiece)
    watch.hear(.pieceSorted, 400)
    #expect(
      watch.found == [
        "raised pieceLost@10", "cleared pieceLost@100", "raised unexpectedPieces@150",
        "cleared unexpectedPieces@210",
      ])
  }

  @Test("an emergency stop aborts the machine, and only commands bring it back")
  func emergencyStop() {
    var watch = Watch()
    watch.hear(.runStarted, 0)
    watch.report(RuntimeCondition(.emergencyStop, .machine, .begins), 10)
    watch.hear(.jamStarted, 11)
    watch.report(RuntimeCondition(.emergencyStop, .machine, .ends), 20)
    #expect(watch.found.prefix(3) == ["Execute@0", "Aborted@10", "raised emergencyStop@10"])
    #expect(watch.supervisor.unit.state == .aborted)
    #expect(watch.supervisor.command(.start, at: at(21)) == .notFromThisState)
    for command in [PackMLCommand.clear, .reset, .start] {
      #expect(watch.supervisor.command(command, at: at(30)) == nil)
    }
    #expect(watch.supervisor.unit.state == .execute)
    #expect(watch.supervisor.packTags(at: at(30)).commandCntrlCmd == 2)
    #expect(watch.supervisor.alarms.state(.emergencyStop) == .latchedUnacknowledged)
    #expect(watch.supervisor.acknowledge(.emergencyStop, at: at(31)) == nil)
    #expect(watch.supervisor.reset(.emergencyStop, at: at(31)) == nil)
  }

  @Test("where the machine reports its state, that is followed and nothing is derived")
  func reportedStates() {
    var watch = Watch(.reported)
    watch.hear(.runStarted, 0)
    for (second, state) in [(1, PackMLState.idle), (5, .execute), (9, .held), (15, .execute)]
      as [(Int64, PackMLState)]
    {
      var record = EventRecord(.machineState, at: at(second), position: .zero)
      record.stateNumber = state.rawValue
      watch.hear(record)
      watch.hear(.jamStarted, second)
    }
    var odd = EventRecord(.machineState, at: at(16), position: .zero)
    odd.stateNumber = 200
    watch.hear(odd)
    #expect(!watch.found.contains { $0.contains("Held") || $0.contains("Execute") })
    #expect(watch.supervisor.unit.time(in: .held, until: at(20)) == .seconds(6))
    #expect(watch.supervisor.unit.state == .execute)
  }

  @Test("the same records give the same findings", arguments: [UInt64(1), 2, 3, 4, 5])
  func determinism(seed: UInt64) {
    func run() -> [String] {
      var watch = Watch()
      var state = seed
      var second: Int64 = 0
      for piece in UInt64(1)...3000 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let kind = EventKind.allCases[Int(state >> 33) % EventKind.allCases.count]
        second += Int64(state >> 60)
        if !kind.isEvent { continue }
        watch.hear(
          kind, second, bin: Int(state >> 20 & 7), piece: piece,
          reason: Reason.allCases[Int(state >> 40) % Reason.allCases.count],
          choice: Choice.allCases[Int(state >> 50) % Choice.allCases.count])
      }
      return watch.found
    }
    let first = run()
    #expect(first.count > 100)
    #expect(first == run())
    let moments = first.compactMap { $0.split(separator: "@").last.flatMap { Int64($0) } }
    #expect(moments == moments.sorted())
  }
}
