import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Telemetry

/// The totals of these records, on a machine of three bins.
func totals(_ records: [EventRecord], warmUp: Nanoseconds = .zero, onMachine: Int? = nil) throws -> Totals {
  let recorder = Recorder(SampleRun.description(warmUp: warmUp))
  for record in records { recorder.emit(record) }
  return try recorder.finish(onMachine: onMachine)
}

@Suite("The tally")
struct TallyTests {
  @Test("each kind of record counts where it belongs")
  func counters() throws {
    var noRead = SampleRun.record(.pieceAssigned, 50, piece: 2)
    noRead.quality = .noRead
    var refused = SampleRun.record(.mailRowRejected, 60)
    refused.lap = MailFault.time.rawValue
    var swept = SampleRun.record(.plantSwept, 90)
    swept.bin = BinID(1)
    swept.count = 12
    let totals = try totals(
      [
        SampleRun.inducted(1, 10), SampleRun.inducted(2, 20), SampleRun.inducted(3, 30),
        SampleRun.inducted(4, 40), SampleRun.inducted(5, 45), SampleRun.record(.pieceAssigned, 50, piece: 1),
        noRead, refused, refused, SampleRun.record(.pieceRecirculated, 61, piece: 3),
        SampleRun.record(.pieceReassigned, 62, piece: 3), SampleRun.record(.divertMissed, 63, piece: 3),
        SampleRun.record(.divertRefused, 64, piece: 3), SampleRun.record(.inputIgnored, 65),
        SampleRun.record(.alarmRaised, 66), SampleRun.record(.plantDoubleFeed, 67, piece: 3), swept,
        SampleRun.ended(.pieceSorted, 1, 110, arrived: 10, inducted: 10, bin: 1),
        SampleRun.record(.plantMissorted, 110, piece: 1),
        SampleRun.ended(.pieceRejected, 2, 120, arrived: 10, inducted: 20, bin: 2, reason: .noRead),
        SampleRun.ended(.pieceRemoved, 3, 130, arrived: 10, inducted: 20, bin: .max),
        SampleRun.ended(.pieceLost, 4, 140, arrived: 10, inducted: 20, bin: .max, reason: .lostInTrack),
        SampleRun.runEnded(200, feeding: 100),
      ], onMachine: 1)
    let pieces = totals.pieces
    #expect(pieces.fed == 5 && pieces.sorted == 1 && pieces.rejected == 1 && pieces.removed == 1)
    #expect(pieces.lost == 1 && pieces.onMachine == 1 && pieces.missorted == 1 && pieces.recirculations == 1)
    #expect(pieces.rejectedByReason[Int(Reason.noRead.rawValue)] == 1)
    #expect(pieces.reads == [1, 1, 0, 0] && pieces.doubleFeeds == 1 && pieces.reassigned == 1)
    #expect(pieces.divertsMissed == 1 && pieces.divertsRefused == 1)
    #expect(totals.bins.map(\.pieces) == [0, 1, 1])
    #expect(totals.bins[1].sweeps == 1 && totals.bins[1].swept == 12 && totals.sweeps == 1)
    #expect(totals.mailRowsRefused == 2 && totals.mailRefused[Int(MailFault.time.rawValue)] == 2)
    #expect(totals.inputsIgnored == 1 && totals.alarms == 1)
    #expect(totals.machineTime == .milliseconds(100) && totals.runTime == .milliseconds(200))
    #expect(totals.timeInSystem.count == 4 && totals.timeInSystem.largest == .milliseconds(130))
    #expect(totals.timeOnMachine.largest == .milliseconds(120))
  }

  @Test("the scanner was passed by each reading, and by each piece that came to the end without one")
  func passages() throws {
    var lap = SampleRun.record(.pieceRecirculated, 70, piece: 2)
    lap.quality = .noData
    var unread = SampleRun.ended(.pieceRejected, 2, 120, arrived: 10, inducted: 20, bin: 2, reason: .noData)
    unread.quality = .noData
    let totals = try totals(
      [
        SampleRun.inducted(1, 10), SampleRun.inducted(2, 20), SampleRun.record(.pieceAssigned, 50, piece: 1),
        lap, SampleRun.ended(.pieceSorted, 1, 110, arrived: 10, inducted: 10, bin: 1), unread,
        SampleRun.runEnded(200, feeding: 100),
      ], onMachine: 0)
    #expect(totals.pieces.reads == [1, 0, 0, 0] && totals.pieces.scannerPassages == 3)
    #expect(totals.pieces.rejected == 1 && totals.pieces.recirculations == 1)
    let figure = try #require(Figures(SampleRun.description(), totals)["read_rate_percent"])
    #expect(figure.value == "33.333333")
  }

  @Test("pieces fed in the warm-up count apart, however late they end")
  func warmUp() throws {
    let totals = try totals(
      [
        SampleRun.inducted(1, 10), SampleRun.inducted(2, 999), SampleRun.inducted(3, 1000),
        SampleRun.inducted(4, 1100),
        SampleRun.ended(.pieceSorted, 2, 1500, arrived: 999, inducted: 999),
        SampleRun.record(.plantMissorted, 1500, piece: 2),
        SampleRun.ended(.pieceSorted, 3, 1600, arrived: 1000, inducted: 1000),
        SampleRun.ended(.pieceRejected, 1, 9000, arrived: 10, inducted: 10, bin: 2, reason: .noRead),
        SampleRun.ended(.pieceSorted, 4, 9100, arrived: 1100, inducted: 1100, bin: 1),
        SampleRun.runEnded(9100, feeding: 5000),
      ], warmUp: .seconds(1), onMachine: 0)
    #expect(totals.pieces.fed == 2 && totals.pieces.sorted == 2 && totals.pieces.missorted == 0)
    #expect(totals.warmUpPieces.fed == 2 && totals.warmUpPieces.sorted == 1)
    #expect(totals.warmUpPieces.rejected == 1 && totals.warmUpPieces.missorted == 1)
    #expect(totals.timeInSystem.count == 2 && totals.timeInSystem.largest == .seconds(8))
    #expect(totals.bins.map(\.pieces) == [1, 1, 0])
    #expect(totals.machineTime == .seconds(4))
  }

  @Test("the states share out the machine time; a stop outweighs a hold, and that an empty feeder")
  func states() throws {
    var starved = SampleRun.record(.plantStarved, 1000)
    var fed = SampleRun.record(.plantStarved, 5000)
    fed.choice = .alternate
    var late = starved
    late.elapsed = Instant(9_000_000_000)
    starved.choice = .primary
    let totals = try totals([
      starved,  // starved 1...2
      SampleRun.record(.inductionHeld, 2000),  // blocked 2...3
      SampleRun.record(.jamStarted, 3000),  // held 3...4.5
      SampleRun.record(.beltStopped, 3100),
      SampleRun.record(.jamCleared, 4000),
      SampleRun.record(.beltStarted, 4500),  // blocked 4.5...4.8
      SampleRun.record(.inductionReleased, 4800),  // starved 4.8...5
      fed,  // execute from 5
      SampleRun.inducted(1, 6000),
      // Beyond the end of feeding: all of this is drain.
      late, SampleRun.record(.jamStarted, 9500),
      SampleRun.ended(.pieceSorted, 1, 11_000, arrived: 6000, inducted: 6000),
      SampleRun.runEnded(12_000, feeding: 8000),
    ])
    let times = totals.stateTimes
    #expect(times[MachineState.starved.rawValue] == .milliseconds(1200))
    #expect(times[MachineState.blocked.rawValue] == .milliseconds(1300))
    #expect(times[MachineState.held.rawValue] == .milliseconds(1500))
    #expect(times[MachineState.execute.rawValue] == .milliseconds(4000))
    #expect(totals.jams == 2 && totals.jamTime == .milliseconds(3500))
    #expect(totals.beltStoppedTime == .milliseconds(1400) && totals.inductionHeldTime == .milliseconds(2800))
    #expect(totals.starvedTime == .milliseconds(7000))
  }

  @Test("times are cut at the warm-up's end", arguments: [0, 500, 2500, 3500, 7999] as [Int64])
  func statesAfterWarmUp(warmUp: Int64) throws {
    let totals = try totals(
      [
        SampleRun.record(.jamStarted, 2000), SampleRun.record(.jamCleared, 3000), SampleRun.inducted(1, 6000),
        SampleRun.ended(.pieceSorted, 1, 9000, arrived: 6000, inducted: 6000),
        SampleRun.runEnded(9000, feeding: 8000),
      ], warmUp: .milliseconds(warmUp))
    let held = max(0, 3000 - max(warmUp, 2000))
    #expect(totals.jams == (warmUp <= 2000 ? 1 : 0) && totals.jamTime == .milliseconds(held))
    #expect(totals.stateTimes[MachineState.held.rawValue] == .milliseconds(held))
    #expect(totals.stateTimes.map(\.rawValue).reduce(0, +) == (8000 - warmUp) * 1_000_000)
    #expect(totals.machineTime == .milliseconds(8000 - warmUp))
  }

  @Test("bins full are counted now, at their peak and in time")
  func binsFull() throws {
    func bin(_ kind: EventKind, _ bin: UInt16, _ milliseconds: Int64) -> EventRecord {
      var record = SampleRun.record(kind, milliseconds)
      record.bin = BinID(bin)
      return record
    }
    let records = [
      bin(.binFull, 0, 1000), bin(.binFull, 0, 1500), bin(.binFull, 1, 2000), bin(.binAvailable, 0, 3000),
      bin(.binAvailable, 0, 3100), bin(.binFull, 7, 3200), bin(.binFull, 2, 4000),
      bin(.binAvailable, 1, 5000), SampleRun.runEnded(6000, feeding: 6000),
    ]
    let whole = try totals(records)
    #expect(whole.binsFullPeak == 2 && whole.binsFullNow == 1)
    #expect(whole.bins.map(\.full) == [.milliseconds(2000), .milliseconds(3000), .milliseconds(2000)])
    let late = try totals(records, warmUp: .milliseconds(4500))
    #expect(late.binsFullPeak == 2)
    #expect(late.bins.map(\.full) == [.zero, .milliseconds(500), .milliseconds(1500)])
  }

  @Test("the account of pieces must balance")
  func conservation() throws {
    let records = [
      SampleRun.inducted(1, 10), SampleRun.inducted(2, 20),
      SampleRun.ended(.pieceSorted, 1, 30, arrived: 10, inducted: 10),
    ]
    #expect(try totals(records, onMachine: 1).pieces.onMachine == 1)
    let error = try #require(throws: RecorderError.self) { try totals(records, onMachine: 0) }
    #expect(
      error.description
        == "internal error: pieces are not accounted for: fed 2 = sorted 1 + rejected 0 + removed 0 "
        + "+ lost 0 + on the machine 0 does not hold: the right side is 1")
    // The count is right, and yet a piece ended twice and another never.
    let twice = records + [SampleRun.ended(.pieceSorted, 1, 40, arrived: 10, inducted: 10)]
    let doubled = try #require(throws: RecorderError.self) { try totals(twice, onMachine: 0) }
    #expect(doubled.description.hasSuffix("but not every piece fed ended exactly once"))
    let unknown = [SampleRun.ended(.pieceSorted, 9, 40, arrived: 10, inducted: 10)]
    #expect(throws: RecorderError.self) { try totals(unknown) }
  }

  @Test("the tally is the same whether logs are written or not")
  func sameWithLogs() throws {
    let directory = try TemporaryDirectory()
    let logging = try Recorder(SyntheticRun.description, writing: JournalFiles(directory: directory.path))
    let plain = Recorder(SyntheticRun.description)
    for recorder in [logging, plain] { SyntheticRun.emit(pieces: 3000, into: recorder) }
    let totals = try plain.finish(onMachine: 0)
    #expect(try logging.finish(onMachine: 0) == totals)
    #expect(totals.pieces.fed == 3000 && totals.timeOnMachine.p50 == .milliseconds(8400))
  }
}
