import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Dispatching

@Suite("The digest over directives")
struct DigestTests {
  private func digest(_ records: [EventRecord]) -> UInt64 {
    var digest = DirectiveDigest()
    for record in records { digest.combine(record) }
    return digest.value
  }

  private var sample: [EventRecord] {
    (1...9 as ClosedRange<Int64>).map { number in
      var record = EventRecord(
        .pieceAssigned, at: Instant(number * 1000), position: Pulses(number * 4),
        piece: PieceID(UInt64(number)))
      record.bin = BinID(UInt16(number))
      return record
    }
  }

  @Test("it does not matter when records are taken out, nor when the digest is asked for", arguments: 1...10)
  func batches(size: Int) {
    var buffer = DirectiveBuffer(capacity: 100)
    for (index, record) in sample.enumerated() {
      if index % 2 == 0 { buffer.append(record) } else { buffer.append(ending: record) }
      let soFar = buffer.digest.value
      #expect(soFar == digest(Array(sample[...index])), "after record \(index)")
      if buffer.recordCount == size { buffer.removeAll() }
    }
    let whole = buffer.digest.value
    #expect(whole == digest(sample))
  }

  @Test("every field of a record counts, and so does the order of records")
  func everyField() {
    let changes: [(inout EventRecord) -> Void] = [
      { $0.elapsed = Instant(-1) }, { $0.position = Pulses(-1) }, { $0.piece = PieceID(77) }, { $0.a = 1 },
      { $0.b = 1 }, { $0.count = 1 }, { $0.planLine = 1 }, { $0.sequence = 1 }, { $0.span = 1 },
      { $0.bin = .none }, { $0.kind = .pieceLost }, { $0.reason = .flushed }, { $0.quality = .noData },
      { $0.sizeClass = SizeClassID(3) }, { $0.choice = .overflow }, { $0.lap = 200 },
    ]
    var found: Set<UInt64> = [digest(sample)]
    for (number, change) in changes.enumerated() {
      for place in sample.indices {
        var records = sample
        change(&records[place])
        let isNew = found.insert(digest(records)).inserted
        #expect(isNew, "change \(number) at \(place)")
      }
    }
    let turned = digest(sample.reversed())
    #expect(!found.contains(turned))
  }

  @Test("every field of a command counts, and so does the order of commands")
  func commands() {
    func digest(_ commands: Command...) -> UInt64 {
      var digest = DirectiveDigest()
      for command in commands { digest.combine(command) }
      return digest.value
    }
    let one = Command.assign(PieceID(1), BinID(2), sequence: 3, deadline: Pulses(4))
    let all: [Command] = [
      one, .assign(PieceID(9), BinID(2), sequence: 3, deadline: Pulses(4)),
      .assign(PieceID(1), BinID(9), sequence: 3, deadline: Pulses(4)),
      .assign(PieceID(1), BinID(2), sequence: 9, deadline: Pulses(4)),
      .assign(PieceID(1), BinID(2), sequence: 3, deadline: Pulses(9)),
      .fire(BinID(2), PieceID(1), at: Pulses(4)),
      .recirculate(PieceID(1)), .holdInduction, .releaseInduction,
    ]
    #expect(Set(all.map { digest($0) }).count == all.count)
    #expect(digest(all[0], all[1]) != digest(all[1], all[0]))
  }
}
