import EventRecords
import Foundation
import SorterModel
import Testing

@testable import Telemetry

@Suite("Outside ids and names in logs")
struct EscapingTests {
  /// Ids that try to break out of their field, with their form in JSON and in CSV.
  static let nasty: [(id: String, json: String, csv: String)] = [
    ("PLAIN-1", "PLAIN-1", "PLAIN-1"),
    ("two\nlines", "two\\nlines", "two\\nlines"),
    ("back\r\ttab", "back\\r\\ttab", "back\\r\\ttab"),
    ("\u{1B}[31mred", "\\u001b[31mred", "\\u001b[31mred"),
    ("\u{9B}31m", "\\u009b31m", "\\u009b31m"),
    ("\u{7F}\u{2028}", "\\u007f\\u2028", "\\u007f\\u2028"),
    ("say \"hi\"", "say \\\"hi\\\"", "\"say \"\"hi\"\"\""),
    ("a\\b", "a\\\\b", "a\\b"),
    ("one,two", "one,two", "\"one,two\""),
    ("=1+1", "=1+1", "\"'=1+1\""),
    ("+49", "+49", "\"'+49\""),
    ("-5", "-5", "\"'-5\""),
    ("@cmd", "@cmd", "\"'@cmd\""),
    ("\tx", "\\tx", "\"'\\tx\""),
    ("\rx", "\\rx", "\"'\\rx\""),
    ("a=b", "a=b", "a=b"),
    ("Grüße 日本", "Grüße 日本", "Grüße 日本"),
  ]

  @Test("a text stays in its field and on its line", arguments: nasty)
  func escaped(id: String, json: String, csv: String) {
    #expect(String(decoding: Escaping.json(id.utf8), as: UTF8.self) == json)
    #expect(String(decoding: Escaping.csv(id.utf8), as: UTF8.self) == csv)
  }

  @Test("bytes that are not UTF-8 become replacement characters")
  func notUTF8() {
    #expect(String(decoding: Escaping.json([0x61, 0xFF, 0x62]), as: UTF8.self) == "a\u{FFFD}b")
    #expect(String(decoding: Escaping.csv([0xC0, 0x80]), as: UTF8.self) == "\u{FFFD}\u{FFFD}")
  }

  @Test("an id stands in each of its piece's events and in its row, and nowhere else", arguments: nasty)
  func throughTheLogs(id: String, json: String, csv: String) throws {
    let files = try logs(
      SampleRun.description(),
      [
        SampleRun.text(id), SampleRun.inducted(1, 1000), SampleRun.inducted(2, 1100),
        SampleRun.record(.divertMissed, 1200, piece: 1),
        SampleRun.ended(.pieceSorted, 1, 1500, arrived: 1000, inducted: 1000),
        SampleRun.ended(.pieceSorted, 2, 1600, arrived: 1100, inducted: 1100),
        SampleRun.runEnded(2000, feeding: 2000),
      ], onMachine: 0)
    #expect(files.events.count == 6)
    #expect(
      files.events.map { $0.contains(",\"id\":\"\(json)\"") } == [true, false, true, true, false, false])
    #expect(files.pieces.count == 3)
    #expect(files.pieces[1].hasPrefix("00000000000000ab,1,\(csv),1.000000000,"))
    #expect(files.pieces[2].hasPrefix("00000000000000ab,2,,1.100000000,"))
    for line in files.events {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let attributes = object?["attributes"] as? [String: Any]
      if let found = attributes?["id"] as? String { #expect(found == id) }
    }
  }

  @Test("an id of 56 bytes that all need escaping fits")
  func longestID() throws {
    let id = String(repeating: "\u{1}", count: 56)
    let files = try logs(SampleRun.description(), [SampleRun.text(id), SampleRun.inducted(1, 1000)])
    #expect(files.events[0].contains(String(repeating: "\\u0001", count: 56)))
    #expect(files.pieces[1].contains(String(repeating: "\\u0001", count: 56)))
  }

  @Test("names of bins, scenarios and plans are escaped like ids")
  func names() throws {
    var run = SampleRun.description()
    run.scenario = "=evil\n,\""
    run.profile.bins[0].name = "=B\u{1B}"
    let files = try logs(
      run,
      [
        SampleRun.record(.runStarted, 0), SampleRun.inducted(1, 10),
        SampleRun.ended(.pieceSorted, 1, 20, arrived: 10, inducted: 10),
      ])
    #expect(files.events[0].contains(#""scenario":"=evil\n,\"""#))
    #expect(files.events[2].contains(#""bin":"=B\u001b""#))
    #expect(files.pieces[1].contains(#","'=B\u001b","#))
    #expect(files.metrics[1].hasPrefix(#"00000000000000ab,"'=evil\n,""",3,42,0,"#))
    #expect(files.events.count == 3 && files.pieces.count == 2 && files.metrics.count == 2)
  }
}
