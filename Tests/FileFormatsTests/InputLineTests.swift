import EventRecords
import Foundation
import Quantities
import SorterModel
import Testing

@testable import FileFormats

@Suite("Lines of inputs")
struct InputLineTests {
  private static let kinds = InputKind.allCases.map { InputLineScanner.KindName($0) }

  /// What the scanner makes of a line, checksum left out; the buffer goes on behind it as a file's does.
  private func scan(_ line: String) -> EventRecord? {
    let bytes = Array((line + ",\"01234567\"]\n" + String(repeating: "9", count: 64)).utf8)
    return unsafe bytes.withUnsafeBytes { buffer in
      var scanner = unsafe InputLineScanner(buffer, end: line.utf8.count, kinds: Self.kinds)
      return scanner.record()
    }
  }

  @Test(
    "numbers of every length come out as they stand, up to the greatest",
    arguments: [
      0, 1, 9, 10, 99_999_999, 100_000_000, 123_456_789, 9_999_999_999_999_999, 12_345_678_901_234_567,
      UInt64(Int64.max), .max,
    ] as [UInt64])
  func numbers(value: UInt64) throws {
    let record = try #require(scan("[1,2,3,\"at_end\",\(value)"))
    #expect(record.piece == PieceID(value))
    #expect(record.elapsed == Instant(2))
    #expect(record.position == Pulses(3))
  }

  @Test("signs, codes and measures come out as they stand")
  func fields() throws {
    let record = try #require(
      scan("[7,-5,-9223372036854775808,\"identified\",17,2,\"A1Z9\",1820,-1,0,2147483647"))
    #expect(record.elapsed == Instant(-5))
    #expect(record.position == Pulses(.min))
    #expect(DestinationCode(rawValue: record.inputWord) == DestinationCode("A1Z9"))
    #expect(record.inputDimensions.length == Millimetres(tenths: 1820))
    #expect(record.inputDimensions.width == Millimetres(tenths: -1))
    #expect(record.inputDimensions.weight == Grams(tenths: .max))
    #expect(scan("[1,2,3,\"identified\",17,1,\"\",1,1,1,1")?.inputWord == 0)
    #expect(scan("[1,2,3,\"machine_restarted\"")?.inputKind == .machineRestarted)
    let session = try #require(scan("[1,2,3,\"session\",65535,7,-9,12,-4294967296"))
    #expect(
      session.sessionPlace
        == SessionPlace(owner: 65_535, epoch: 7, event: -9, pieceBase: 12, beltOffset: -1 << 32))
    let safe = try #require(scan("[1,2,3,\"safe\",244,739"))
    #expect(safe.a == 244 && safe.b == 739)
    #expect(scan("[1,2,3,\"digest\",\"00ff00ff00ff00ff\"")?.a == 0x00FF_00FF_00FF_00FF)
  }

  @Test(
    "what is no input is refused",
    arguments: [
      "", "[", "[1,2,3", "[1,2,3,\"at_end\"", "[1,2,3,\"at_end\",", "[1,2,3,\"at_end\",1,",
      "[1,2,3,\"at_end\",1,2",
      "[1,2,3,\"at_end\",18446744073709551616", "[1,2,3,\"at_end\",99999999999999999999999999",
      "[1,2,3,\"at_end\",-1", "[1,2,3,\"at_end\",+1", "[1,2,3,\"at_end\", 1", "[1,2,3,\"at_enx\",1",
      "[1,2,3,\"machine_rested\"", "[1,2,3,\"\",1", "[1,9223372036854775808,3,\"at_end\",1",
      "[1,-9223372036854775809,3,\"at_end\",1", "[1,2,3,\"confirmed\",1,65536", "[1,2,3,\"link\",256",
      "[1,2,3,\"identified\",17,2,\"a1\",1,1,1,1", "[1,2,3,\"identified\",17,2,\"1234567890123\",1,1,1,1",
      "[1,2,3,\"identified\",17,2,\"12\",1,1,1,2147483648", "[1,2,3,\"digest\",\"00ff\"", "{}",
      "[1.5,2,3,\"jam\"",
    ])
  func refused(line: String) {
    #expect(scan(line) == nil)
  }
}
