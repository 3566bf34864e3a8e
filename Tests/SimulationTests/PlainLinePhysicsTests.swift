import Dispatching
import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Simulation

/// The physics of a plain line worked out on one page, without any of the simulator's code.
///
/// The belt runs at 4,000 mm/s and its encoder gives 1,000 pulses a metre: a pulse is a millimetre and
/// lasts 250,000 ns. A piece is fed at the first pulse at which all three hold: it has arrived; its head is
/// 240 mm behind the head before it (60,000 pieces an hour); and 90 mm behind that piece's tail. Its reading
/// is there 1,500 mm and 200 ms (800 mm) on. Bin n is 6,000 + 500 n mm from the induction, and the eye
/// that confirms a divert 200 mm further.
@Suite("The physics of a plain line, by arithmetic alone")
struct PlainLinePhysicsTests {
  private struct Item {
    var arrival: Int
    var length: Int
    var thicknessTenths: Int
    var bin: Int
  }

  /// 2,000 pieces: every 200 ms one, and now and then a crowd that comes at once.
  private func items(seed: UInt64) -> [Item] {
    var random = TestRandom(seed)
    return (0..<2000).map { k in
      Item(
        arrival: (k % 97 < 30 ? k - k % 97 : k) * 200_000_000, length: 100 + random.below(201),
        thicknessTenths: 2 + random.below(60), bin: random.below(10))
    }
  }

  @Test(
    "every piece is read, diverted and confirmed at the computed pulse and nanosecond",
    arguments: 1...4 as ClosedRange<UInt64>)
  func exact(seed: UInt64) {
    let items = items(seed: seed)
    let pulse = 250_000
    var heads: [Int] = []
    for (k, item) in items.enumerated() {
      var head = (item.arrival + pulse - 1) / pulse
      if k > 0 { head = max(head, heads[k - 1] + 240, heads[k - 1] + items[k - 1].length + 90) }
      heads.append(head)
    }
    let mail = items.map { item in
      Mailpiece(
        arrivedAt: Instant(Int64(item.arrival)), destination: SampleLine.code(item.bin),
        dimensions: Dimensions(
          length: Millimetres(item.length), width: Millimetres(100),
          height: Millimetres(tenths: Int32(item.thicknessTenths)), weight: Grams(10)))
    }
    var sample = SampleScenario(seed: seed)
    sample.sweeping.sweepers = 0
    var levels: [(pieces: Int64, thickness: Int64)] = []
    let run = WatchedRun(SampleLine(rated: 60_000), sample, mail: ListedMail(mail)) { plant in
      levels = (0..<10).map { (plant.bins[$0].pieces, plant.bins[$0].thickness) }
      return nil
    }
    #expect(run.faults == [])
    let inducted = run.all(.pieceInducted)
    let assigned = run.all(.pieceAssigned)
    let sorted = run.all(.pieceSorted).sorted { $0.piece < $1.piece }
    #expect(inducted.count == 2000 && assigned.count == 2000 && sorted.count == 2000)
    for (k, item) in items.enumerated() {
      let decision = heads[k] + 6000 + 500 * item.bin
      expect(inducted[k], at: heads[k], piece: k + 1)
      expect(assigned[k], at: heads[k] + 2300, piece: k + 1)
      // What is left to the diverter's last moment: 15 ms of moving are 60 mm.
      #expect(Int(assigned[k].span) == decision - 60 - (heads[k] + 2300))
      expect(sorted[k], at: decision + 200, piece: k + 1)
      #expect(Int(sorted[k].bin.rawValue) == item.bin && Int(assigned[k].bin.rawValue) == item.bin)
    }
    for bin in 0..<10 {
      let own = items.filter { $0.bin == bin }
      #expect(Int(levels[bin].pieces) == own.count)
      #expect(Int(levels[bin].thickness) == own.reduce(0) { $0 + $1.thicknessTenths })
    }
  }

  private func expect(_ record: EventRecord, at position: Int, piece: Int) {
    #expect(record.piece == PieceID(UInt64(piece)))
    #expect(Int(record.position.rawValue) == position, "piece \(piece)")
    #expect(Int(record.elapsed.rawValue) == position * 250_000, "piece \(piece)")
  }
}
