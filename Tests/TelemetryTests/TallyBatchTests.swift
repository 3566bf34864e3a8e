import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Telemetry

@Suite("Records that are counted together")
struct TallyBatchTests {
  /// Records in the order of their time as a dispatcher writes them: lives of pieces, and now and then something else.
  private func records(seed: UInt64) -> [EventRecord] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func draw(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % bound
    }
    var records: [EventRecord] = []
    var alive: [UInt64] = []
    var now: Int64 = 0
    var newest: UInt64 = 0
    for _ in 0..<2000 {
      now += Int64(draw(1500)) * 1000
      switch draw(10) {
      case 0...3:
        newest += 1
        alive.append(newest)
        records.append(SampleRun.record(.pieceInducted, 0, piece: newest))
      case 4...6 where !alive.isEmpty:
        var reading = SampleRun.record(.pieceAssigned, 0, piece: alive[Int(draw(UInt64(alive.count)))])
        reading.quality = ReadQuality.allCases[Int(draw(4))]
        records.append(reading)
      case 7...8 where !alive.isEmpty:
        let kinds: [EventKind] = [.pieceSorted, .pieceRejected, .pieceRemoved, .pieceLost]
        let piece = alive.remove(at: Int(draw(UInt64(alive.count))))
        var ending = SampleRun.record(kinds[Int(draw(4))], 0, piece: piece)
        ending.bin = BinID(UInt16(draw(4)))
        ending.reason = Reason.allCases[Int(draw(8))]
        ending.arrivedAt = Instant(now / 3)
        ending.inductedAt = Instant(now / 2)
        records.append(ending)
      default:
        let kinds: [EventKind] = [.jamStarted, .jamCleared, .binFull, .binAvailable, .inputIgnored]
        var other = SampleRun.record(kinds[Int(draw(5))], 0)
        other.bin = BinID(UInt16(draw(3)))
        records.append(other)
      }
      records[records.count - 1].elapsed = Instant(now)
    }
    return records
  }

  @Test(
    "a batch counts as its records do one by one, whatever its size and wherever the warm-up ends",
    arguments: [1, 2, 7, 48, 500], [0, 1, 700, 100_000])
  func sameAsOneByOne(size: Int, warmUp: Int64) throws {
    for seed in 1...5 as ClosedRange<UInt64> {
      let records = records(seed: seed)
      let single = Recorder(SampleRun.description(warmUp: .milliseconds(warmUp)))
      let together = Recorder(SampleRun.description(warmUp: .milliseconds(warmUp)))
      var batch = RecordBatch(capacity: size)
      for record in records {
        single.emit(record)
        if record.outcome == .onMachine { batch.append(record) } else { batch.append(ending: record) }
        if batch.count == size {
          together.emit(batch)
          batch.removeAll()
        }
      }
      together.emit(batch)
      let (one, other) = (try single.finish(), try together.finish())
      #expect(String(describing: one) == String(describing: other), "seed \(seed)")
    }
  }

  @Test("a batch knows its kinds and its endings")
  func kindsAndEndings() {
    var batch = RecordBatch(capacity: 4)
    batch.append(SampleRun.record(.pieceInducted, 1, piece: 1))
    batch.append(ending: SampleRun.record(.pieceSorted, 2, piece: 1))
    let fed = UInt64(1) << UInt64(EventKind.pieceInducted.rawValue)
    let sorted = UInt64(1) << UInt64(EventKind.pieceSorted.rawValue)
    let counts = [batch.count, batch.endingCount, batch.ending(0)]
    #expect(counts == [2, 1, 1])
    let kinds = batch.kinds
    #expect(kinds == fed | sorted)
    let last = batch[1].kind
    #expect(last == .pieceSorted)
    batch.removeAll()
    let left = [batch.count, batch.endingCount, Int(batch.kinds)]
    #expect(left == [0, 0, 0])
  }
}
