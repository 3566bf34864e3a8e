import Testing

@testable import Quantities

@Suite("Lengths, masses, times and numbers")
struct MeasureTests {
  @Test(
    "tenths are written as people write them",
    arguments: [
      (0, "0"), (1, "0.1"), (10, "1"), (-5, "-0.5"), (-10, "-1"), (1234, "123.4"), (-1234, "-123.4"),
      (Int32.max, "214748364.7"), (.min, "-214748364.8"),
    ])
  func decimals(tenths: Int32, text: String) {
    #expect(Millimetres(tenths: tenths).description == text)
    #expect(Grams(tenths: tenths).description == text)
  }

  @Test("measures add, subtract and compare by their amounts")
  func arithmetic() {
    #expect(Millimetres(3) + Millimetres(tenths: 5) == Millimetres(tenths: 35))
    #expect(Millimetres(3) - Millimetres(4) == Millimetres(tenths: -10) && Millimetres(-1) < .zero)
    #expect(Grams(2) + Grams(tenths: 1) == Grams(tenths: 21) && Grams(1) < Grams(tenths: 11))
    #expect(Pulses(5) - Pulses(7) == Pulses(-2) && Pulses(-2) < .zero)
    #expect(Nanoseconds.seconds(2) == .milliseconds(2000))
    #expect(Nanoseconds.seconds(1) - .milliseconds(1) == Nanoseconds(999_000_000))
    var sum = Nanoseconds.zero
    sum += .seconds(3)
    #expect(Instant.start + sum == Instant(3_000_000_000))
    #expect(Instant(5) - Instant(9) == Nanoseconds(-4) && Instant(5) < .never)
  }

  @Test("identifiers know their nothing, and order by number")
  func identifiers() {
    #expect(PieceID.none == PieceID(0) && PieceID(1) < PieceID(2))
    #expect(BinID.none.index == 65_535 && BinID(3) < BinID(4) && BinID(7).index == 7)
    #expect(SizeClassID.none.index == 255 && SizeClassID(0) < SizeClassID(1))
  }

  @Test("identifiers and measures are as small as what they hold")
  func sizes() {
    #expect(MemoryLayout<DestinationCode>.size == 8 && MemoryLayout<PieceID>.size == 8)
    #expect(MemoryLayout<BinID>.size == 2 && MemoryLayout<SizeClassID>.size == 1)
    #expect(MemoryLayout<Millimetres>.size == 4 && MemoryLayout<Pulses>.size == 8)
  }
}
