import RingBuffer
import Testing

@Suite("How large a ring must be")
struct RingSizeTests {
  static let second: Int64 = 1_000_000_000

  @Test("the arithmetic is that of the design, and is said in one line")
  func usualSorter() throws {
    let size = try #require(
      RingSize(ratedPiecesPerHour: 30_000, recordsPerPiece: 8, stallNanoseconds: 60 * Self.second))
    #expect(size.records == 4000 && size.slots == 4096 && size.bytes == 262_144)
    #expect(size.description == "30,000/h x 8 records x 60 s = 4,000 -> 4,096 slots (256 KiB)")
  }

  @Test("records are rounded up, slots to a power of two")
  func rounding() throws {
    let size = try #require(
      RingSize(ratedPiecesPerHour: 3601, recordsPerPiece: 1, stallNanoseconds: 1_500_000_000))
    #expect(size.records == 2 && size.slots == 2)
    #expect(size.description == "3,601/h x 1 record x 1.5 s = 2 -> 2 slots (128 bytes)")
    let exact = try #require(
      RingSize(ratedPiecesPerHour: 3600, recordsPerPiece: 64, stallNanoseconds: 64 * Self.second))
    #expect(exact.records == 4096 && exact.slots == 4096)
    let large = try #require(
      RingSize(ratedPiecesPerHour: 1_000_000, recordsPerPiece: 64, stallNanoseconds: 600 * Self.second))
    #expect(large.slots == 16_777_216 && large.description.hasSuffix("16,777,216 slots (1,024 MiB)"))
  }

  @Test("a ring rides out no stall with the two slots it has at least")
  func noStall() throws {
    let size = try #require(RingSize(ratedPiecesPerHour: 1, recordsPerPiece: 1, stallNanoseconds: 0))
    #expect(size.records == 0 && size.slots == 2)
  }

  @Test(
    "figures out of range and rings beyond memory are refused",
    arguments: [
      (0, 8, second), (1_000_001, 8, second), (30_000, 0, second), (30_000, 65, second), (30_000, 8, -1),
      (1_000_000, 64, 1 << 62), (1_000_000, 64, 100_000 * second),
    ])
  func refused(rated: Int, records: Int, stall: Int64) {
    #expect(
      RingSize(ratedPiecesPerHour: rated, recordsPerPiece: records, stallNanoseconds: stall) == nil)
  }
}
