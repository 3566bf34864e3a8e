import EventRecords
import Foundation
import Quantities
import SorterModel
import Testing

@testable import Telemetry

@Suite("Rows of pieces.csv and metrics.csv")
struct TableFileTests {
  private static func assigned(_ piece: UInt64, _ milliseconds: Int64, lap: UInt8 = 0) -> EventRecord {
    var record = SampleRun.record(.pieceAssigned, milliseconds, piece: piece)
    record.code = DestinationCode("SW1A1AA") ?? .none
    record.dimensions = Dimensions(
      length: Millimetres(tenths: 2413), width: Millimetres(105), height: Millimetres(tenths: 5),
      weight: Grams(tenths: 123))
    record.sizeClass = SizeClassID(0)
    record.bin = BinID(1)
    record.choice = .overflow
    record.planLine = 12
    record.lap = lap
    return record
  }

  @Test("a piece has one row when it ends, with all that was read and decided")
  func pieceRows() throws {
    var reassigned = SampleRun.record(.pieceReassigned, 1500, piece: 1)
    reassigned.bin = BinID(0)
    reassigned.choice = .alternate
    reassigned.planLine = 13
    var sorted = SampleRun.ended(.pieceSorted, 1, 6040, arrived: 900, inducted: 1000, bin: 0)
    sorted.lap = 1
    let files = try logs(
      SampleRun.description(),
      [
        SampleRun.inducted(1, 1000), SampleRun.inducted(2, 1100), Self.assigned(1, 1200), reassigned, sorted,
        SampleRun.ended(.pieceRejected, 2, 7000, arrived: 1100, inducted: 1100, bin: 2, reason: .noRead),
        SampleRun.inducted(4, 7100), SampleRun.inducted(3, 7200), Self.assigned(4, 7300),
        SampleRun.runEnded(8000, feeding: 8000),
      ], onMachine: 2)
    #expect(files.pieces[0] + "\n" == PieceRows.header)
    let one =
      "00000000000000ab,1,,1.000000000,1.000000000,6.040000000,SW1A1AA,letter,241.3,105,0.5,12.3,good,"
    #expect(files.pieces[1] == one + "B1,alternate,13,1,sorted,,5140.000000")
    let two =
      "00000000000000ab,2,,1.100000000,1.100000000,7.000000000,,,,,,,,R,,,0,rejected,noRead,5900.000000"
    #expect(files.pieces[2] == two)
    let three = "00000000000000ab,3,,7.200000000,7.200000000,,,,,,,,,,,,0,on_machine,,"
    #expect(files.pieces[3] == three)
    let four = "00000000000000ab,4,,7.100000000,7.100000000,,SW1A1AA,letter,241.3,105,0.5,12.3,good,"
    #expect(files.pieces[4] == four + "\"B,2\",overflow,12,0,on_machine,,")
    let columns = files.pieces[0].split(separator: ",").count
    #expect(columns == 20)
    for row in [two, three] { #expect(row.filter { $0 == "," }.count == columns - 1) }
  }

  @Test("a piece that was never inducted still gets its row, from its last record")
  func unknownPiece() throws {
    let directory = try TemporaryDirectory()
    let recorder = try Recorder(SampleRun.description(), writing: JournalFiles(directory: directory.path))
    recorder.emit(SampleRun.ended(.pieceRemoved, 9, 50, arrived: 10, inducted: 20, bin: .max))
    #expect(throws: RecorderError.self) { try recorder.finish() }
    let rows = try directory.lines("pieces.csv")
    #expect(
      rows[1] == "00000000000000ab,9,,0.010000000,0.020000000,0.050000000,,,,,,,,,,,0,removed,,40.000000")
  }

  @Test("a row of metrics is written an interval, also where nothing happened, and the rest at the end")
  func metricRows() throws {
    var noRead = SampleRun.record(.pieceAssigned, 1500, piece: 2)
    noRead.quality = .noRead
    var recirculated = SampleRun.record(.pieceRecirculated, 9000, piece: 2)
    recirculated.lap = 1
    var full = SampleRun.record(.binFull, 9500)
    full.bin = BinID(1)
    // Round once more it was not read at all.
    var unread = SampleRun.ended(
      .pieceRejected, 2, 31_000, arrived: 1100, inducted: 1100, bin: 2, reason: .noRead)
    unread.quality = .noData
    let files = try logs(
      SampleRun.description(interval: .seconds(10)),
      [
        SampleRun.record(.runStarted, 0), SampleRun.inducted(1, 1000), SampleRun.inducted(2, 1100),
        Self.assigned(1, 1200), noRead, recirculated, full,
        SampleRun.ended(.pieceSorted, 1, 10_000, arrived: 1000, inducted: 1000), unread,
        SampleRun.runEnded(32_500, feeding: 20_000),
      ], onMachine: 0)
    #expect(files.metrics[0] + "\n" == IntervalMeter.header)
    let none = String(repeating: ",0", count: 19)
    let prefix = "00000000000000ab,sample,3,42,"
    #expect(
      files.metrics.dropFirst() == [
        prefix + "0,10,2,0,0,0\(none),0,0,1,2,720,50,1,1,,,",
        prefix + "10,10,0,1,0,0\(none),0,0,1,1,0,,1,1,9000,9000,9000",
        prefix + "20,10,0,0,0,0\(none),0,0,1,1,0,,1,0,,,",
        prefix + "30,2.5,0,0,1,1\(none),0,0,0,0,0,0,1,1,29900,29900,29900",
      ])
    #expect(files.metrics[0].split(separator: ",").count == 40)
  }

  @Test("the ring's depth is the most records of one millisecond, ids included")
  func ringDepth() throws {
    let records = [
      SampleRun.inducted(1, 5), SampleRun.text("A"), SampleRun.inducted(2, 7), Self.assigned(1, 7),
      Self.assigned(2, 8), SampleRun.text("B"), SampleRun.inducted(3, 12_000),
    ]
    let files = try logs(SampleRun.description(interval: .seconds(10)), records)
    #expect(files.metrics[1].hasSuffix(",3,,,"))
    #expect(files.metrics[2].hasSuffix(",2,,,"))
    let recorder = Recorder(SampleRun.description())
    for record in records { recorder.emit(record) }
    #expect(try recorder.finish().ringDepthMax == 3)
  }

  @Test("logs that nobody wants are not written, and the others are the same")
  func singleLogs() throws {
    let directory = try TemporaryDirectory()
    let both = try Recorder(SyntheticRun.description, writing: JournalFiles(directory: directory.path))
    SyntheticRun.emit(pieces: 1000, into: both)
    let expected = try both.finish(onMachine: 0)
    for name in ["events.jsonl", "pieces.csv", "metrics.csv"] {
      let alone = try TemporaryDirectory()
      let path = alone.path + "/" + name
      let recorder = try Recorder(
        SyntheticRun.description,
        writing: JournalFiles(
          events: name == "events.jsonl" ? path : nil, pieces: name == "pieces.csv" ? path : nil,
          metrics: name == "metrics.csv" ? path : nil), ringSlots: 2)
      SyntheticRun.emit(pieces: 1000, into: recorder)
      #expect(try recorder.finish(onMachine: 0) == expected)
      #expect(try alone.lines(name) == directory.lines(name))
    }
  }

  @Test("the same run gives the same bytes in every build")
  func digests() throws {
    let directory = try TemporaryDirectory()
    let recorder = try Recorder(SyntheticRun.description, writing: JournalFiles(directory: directory.path))
    SyntheticRun.emit(pieces: 20_000, into: recorder)
    _ = try recorder.finish(onMachine: 0)
    let digests = try ["events.jsonl", "pieces.csv", "metrics.csv"].map { name in
      var digest = Fingerprint()
      digest.update(try Data(contentsOf: URL(fileURLWithPath: directory.path + "/" + name)))
      return digest.text
    }
    #expect(digests == ["3d3642a7bdd5051d", "de78a0479faac959", "bfb7d22b8ad266da"])
  }
}
