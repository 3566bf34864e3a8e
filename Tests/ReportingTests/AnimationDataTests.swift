import FileFormats
import Foundation
import SorterModel
import Testing

@testable import Reporting

@Suite("The log as it is packed into the page")
struct AnimationDataTests {
  /// Unpacks a column as the page's script does.
  private func unpack(_ text: String?, isSigned: Bool = false) throws -> [Int] {
    let bytes = try #require(Data(base64Encoded: text ?? ""))
    var (numbers, value, shift): ([Int], UInt64, UInt64) = ([], 0, 0)
    for byte in bytes {
      value |= UInt64(byte & 127) << shift
      shift += 7
      if byte < 128 {
        numbers.append(isSigned ? Int(bitPattern: UInt(value >> 1)) ^ -Int(value & 1) : Int(value))
        (value, shift) = (0, 0)
      }
    }
    return numbers
  }

  private func sums(_ steps: [Int]) -> [Int] {
    steps.reduce(into: [Int]()) { $0.append(($0.last ?? 0) + $1) }
  }

  private struct Page: Decodable {
    var window: [Int]
    var starts: Int
    var count: Int
    var lap: Double
    var belt: [[Double]]
    var held: [[Int]]
    var packed: [String: String]
    var destinations: String
    var ids: String
  }

  private func page(_ run: SampleRun) throws -> Page {
    let report = try run.report()
    let log = try #require(report.log)
    return try JSONDecoder().decode(Page.self, from: Data(AnimationData(report: report, log: log).json.utf8))
  }

  @Test("columns hold small numbers in one byte and any number at all")
  func columns() throws {
    var column = ByteColumn()
    let numbers = [0, 1, 127, 128, 300, 1 << 40]
    for number in numbers { column.add(number) }
    #expect(column.bytes.prefix(5) == [0, 1, 127, 128, 1])
    #expect(try unpack(column.base64) == numbers)
    var signed = ByteColumn()
    for number in [0, -1, 1, -64, 64, -(1 << 40), Int(Int32.max)] { signed.addSigned(number) }
    #expect(try unpack(signed.base64, isSigned: true) == [0, -1, 1, -64, 64, -(1 << 40), Int(Int32.max)])
  }

  @Test("what is unpacked is what the log told, piece by piece")
  func roundTrip() throws {
    let page = try page(try SampleRun())
    #expect(page.count == 3 && page.window == [0, 14_000] && page.starts == 1_767_636_000_000)
    #expect(sums(try unpack(page.packed["number"], isSigned: true)) == [1, 2, 3])
    #expect(sums(try unpack(page.packed["start"], isSigned: true)) == [1000, 2000, 13_500])
    #expect(try unpack(page.packed["span"]) == [2200, 11_000, 500])
    #expect(try unpack(page.packed["wait"]) == [600, 0, 0])
    #expect(try unpack(page.packed["bin"]) == [1, 6, 0])
    #expect(try unpack(page.packed["ending"]) == [32, 64 + Int(Reason.divertTimeout.rawValue), 0])
    #expect(try unpack(page.packed["choice"]) == [1, 9, 0])
    #expect(try unpack(page.packed["high"]) == [505, 505, 0])
    #expect(try unpack(page.packed["happenKind"]) == [PieceHappening.Kind.missed.rawValue])
    #expect(page.destinations == "100 200 " && page.ids == "A-1\n\n")
    #expect(page.belt[0] == [0, 4000, 9000, 14_000] && page.belt[1] == [0, 4000, 4000, 9000])
  }

  @Test("an id can neither close the script nor break its lines")
  func hostile() throws {
    var events = try SampleLog.events()
    events[2].attributes[2].value = "</script><b>\n&\u{2028}\"\\\u{1}"
    var run = try SampleRun()
    run.events = events
    let report = try run.report()
    let log = try #require(report.log)
    let json = AnimationData(report: report, log: log).json
    #expect(!json.contains("<") && !json.contains("&") && !json.contains("\u{2028}"))
    #expect(try page(run).ids == "</script><b> &\u{2028}\"\\\u{1}\n\n")
  }
}
