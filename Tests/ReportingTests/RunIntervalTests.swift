import FileFormats
import Foundation
import Testing

@testable import Reporting

@Suite("The rows of metrics.csv as they are drawn")
struct RunIntervalTests {
  private static let header =
    "run_id,interval_start_s,interval_s,fed,sorted,rejected,removed,lost,bins_full\n"

  /// Reads a table with these rows.
  private func read(_ rows: String, isCutShort: Bool = false) throws -> [RunInterval] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "metrics-\(UUID().uuidString).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data((Self.header + rows).utf8).write(to: file)
    return try RunIntervals.read(file.path, isCutShort: isCutShort)
  }

  @Test("neighbours are taken together until few enough are left, and nothing is counted twice or left out")
  func joined() throws {
    let rows = try read((0..<250).map { "a,\($0 * 60),60,\($0),\($0),1,1,1,\($0 % 7)\n" }.joined())
    #expect(rows.count == 250 && rows[3].missed == 3)
    for limit in [1, 7, 90, 250, 1000] {
      let joined = RunIntervals.joined(rows, limit: limit)
      #expect(joined.count <= limit && joined.first?.start == 0 && joined.last?.end == 15_000)
      #expect(joined.reduce(0) { $0 + $1.fed } == 31_125 && joined.reduce(0) { $0 + $1.missed } == 750)
      #expect(joined.map(\.binsFull).max() == 6)
      for (a, b) in zip(joined, joined.dropFirst()) { #expect(a.end == b.start) }
    }
    #expect(RunIntervals.joined([], limit: 90).isEmpty)
  }

  @Test("a torn last row is left out of a run that was cut short, and is an error of any other")
  func torn() throws {
    let rows = "a,0,60,5,4,1,0,0,0\na,60,6"
    #expect(try read(rows, isCutShort: true).count == 1)
    #expect(throws: InvalidInput.self) { try read(rows) }
    #expect(try read("a,0,60,5,4,1,0,0,0\na,60,60,nan,1,1,1,1,1\n", isCutShort: true).count == 1)
    #expect(throws: InvalidInput.self) { try read("a,0,60,inf,4,1,0,0,0\n") }
  }

  @Test("throughput and full bins are drawn from the rows")
  func drawn() throws {
    var run = try SampleRun()
    run.intervals = try read("a,0,60,30,24,6,0,0,2\na,60,60,30,30,0,0,0,0\n")
    let html = try run.html()
    #expect(html.contains("0:00 to 1:00: fed 30, sorted 24, not sorted 6"))
    #expect(html.contains("full at once") && html.contains("0:00 to 1:00: 2 full"))
    #expect(html.contains("rated 3,600"))
    run.intervals = try read("a,0,60,1,1,0,0,0,0\n")
    #expect(try !run.html().contains("full at once"))
  }
}
