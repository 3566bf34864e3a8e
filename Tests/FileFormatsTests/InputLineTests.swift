import EventRecords
import Foundation
import Quantities
import SorterModel
import Testing

@testable import FileFormats

@Suite("Lines of inputs")
struct InputLineTests {
  /// What the scanner makes of a line, checksum left out; the buffer goes on behind it as a file's does.
  private func scan(_ line: String) -> EventRecord? {
    let bytes = Array((line + ",\"01234567\"]\n" + String(repeating: "9", count: 64)).utf8)
    return unsafe bytes.withUnsafeBytes { buffer in
      var scanner = unsafe InputLineScanner(buffer, end: line.utf8.count)
      return scanner.record(InputLineScanner.kindNames)
    }
  }

  /// The same for a line that follows another, and is first taken to begin with numbers as long as that one's.
  private func scan(_ line: String, after before: String) -> EventRecord? {
    var shape = InputLineScanner.HeadShape()
    var record = EventRecord(mark: 0, at: .start, position: .zero)
    for line in [before, line] {
      let bytes = Array((line + ",\"01234567\"]\n" + String(repeating: "9", count: 64)).utf8)
      let isWhole = unsafe bytes.withUnsafeBytes { buffer in
        var scanner = unsafe InputLineScanner(buffer, end: line.utf8.count)
        return scanner.read(InputLineScanner.kindNames, like: &shape, into: &record)
      }
      if !isWhole { return nil }
    }
    return record
  }

  @Test("a line is read the same whatever line stands before it")
  func heads() {
    let numbers = [
      "0", "7", "-5", "10", "12345678", "123456789", "1234567890123", "1234567890123456",
      "12345678901234567", "9223372036854775807", "18446744073709551615", "1/3", "1:3", "1,3", "",
      "12345678x",
      "1234567890x23",
    ]
    for (index, number) in numbers.enumerated() {
      for other in numbers {
        for line in [
          "[\(index),\(number),\(other),\"jam\"", "[\(number),1,\(other),\"at_end\",17",
          "[1,\(number),\(other),\"digest\",\"00ff00ff00ff00ff\"",
        ] {
          for before in [
            "[1,2,3,\"jam\"", "[12,1234567890123,12345678,\"jam\"", "[1,\(other),\(number),\"jam\"",
          ]
          where scan(before) != nil {
            #expect(scan(line, after: before) == scan(line), "\(line) after \(before)")
          }
        }
      }
    }
  }

  @Test(
    "the kinds that most lines have are taken apart as their list of fields says",
    arguments: InputKind.allCases)
  func kinds(kind: InputKind) throws {
    var expected = EventRecord(inputOf: kind, at: Instant(2), position: Pulses(3))
    var line = "[1,2,3,\"\(kind.name)\""
    for (field, names) in InputFields.named where kind.fields.contains(field) {
      switch field {
      case .piece: expected.piece = PieceID(101)
      case .bin: expected.bin = BinID(102)
      case .sequence: expected.sequence = 103
      case .detail: expected.inputDetail = 104
      case .time: expected.inputWord = 105
      case .code: expected.inputWord = try #require(DestinationCode("106")).rawValue
      case .pulses: expected.inputPulses = Pulses(107)
      case .dimensions:
        expected.inputDimensions = Dimensions(
          length: Millimetres(tenths: 108), width: Millimetres(tenths: 109),
          height: Millimetres(tenths: 110), weight: Grams(tenths: 111))
      case .session:
        expected.sessionPlace = SessionPlace(
          owner: 112, epoch: 113, event: 114, pieceBase: 115, beltOffset: 116)
      default:
        expected.a = 117
        expected.b = 118
      }
      let first = [
        InputFields.piece: 101, .bin: 102, .sequence: 103, .detail: 104, .time: 105, .code: 106, .pulses: 107,
        .dimensions: 108, .session: 112, .safe: 117,
      ][field]
      for (index, _) in names.enumerated() {
        let number = try #require(first) + index
        line += field == .code ? ",\"\(number)\"" : ",\(number)"
      }
    }
    #expect(scan(line) == expected, "\(line)")
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
