import Quantities
import SorterModel
import Testing

@testable import Telemetry

@Suite("The table of pieces under way")
struct PieceTableTests {
  private static func slot(_ piece: UInt64) -> PieceSlot {
    var slot = PieceSlot()
    slot.piece = piece
    slot.arrivedAt = Int64(piece) * 3
    return slot
  }

  @Test("it answers as a dictionary does, whatever comes and goes", arguments: 1...10)
  func againstDictionary(seed: UInt64) {
    var random = Seeded(state: seed)
    var table = PieceTable(capacity: 4)
    var model: [UInt64: Int64] = [:]
    var newest: UInt64 = 0
    for step in 0..<4000 {
      if random.next() % 100 < 52 {
        // Mostly the next number, now and then a leap: the table's places are met again.
        newest += random.next() % 10 == 0 ? random.next() % 3000 + 1 : 1
        table.insert(Self.slot(newest))
        model[newest] = Int64(newest) * 3
      } else if let piece = model.keys.sorted().dropFirst(Int(random.next() % 7)).first {
        if let place = table.find(PieceID(piece)) { table.remove(at: place) }
        model[piece] = nil
      }
      if step % 200 == 0 {
        let found = table.inOrder.map { [Int64($0.piece), $0.arrivedAt] }
        #expect(
          found == model.sorted { $0.key < $1.key }.map { [Int64($0.key), $0.value] }, "seed \(seed), \(step)"
        )
        let count = table.count
        #expect(count == model.count)
        for piece in model.keys where table.find(PieceID(piece)) == nil {
          Issue.record("piece \(piece) is not found, seed \(seed)")
        }
        let stranger = table.find(PieceID(newest + 1))
        #expect(stranger == nil)
      }
    }
  }

  @Test("its memory follows the pieces under way, not their numbers")
  func flatMemory() {
    var table = PieceTable()
    let before = table.capacity
    for piece in 1...100_000 as ClosedRange<UInt64> {
      table.insert(Self.slot(piece))
      if piece > 300, let place = table.find(PieceID(piece - 300)) { table.remove(at: place) }
    }
    let (capacity, count) = (table.capacity, table.count)
    #expect(capacity == before && count == 300)
  }

  @Test("no piece is never found, and not put in")
  func noPiece() {
    var table = PieceTable()
    table.insert(PieceSlot())
    let (count, place) = (table.count, table.find(.none))
    #expect(count == 0 && place == nil)
  }

  @Test(
    "a destination's characters are those of its description",
    arguments: [
      "0", "9", "A", "Z", "33101", "331", "SW1A1AA", "ABCDEF", "ABCDEFG", "999999999999", "ZZZZZZZZZZZZ",
    ])
  func codes(text: String) throws {
    let code = try #require(DestinationCode(text))
    let (head, tail) = CodeText.characters(of: code)
    #expect(
      written {
        $0.word(head, count: CodeText.count(head))
        $0.word(tail, count: CodeText.count(tail))
      } == code.description)
  }
}
