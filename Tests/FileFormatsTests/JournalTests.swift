import FileFormats
import Foundation
import Testing

@Suite("Journals and tables read back")
struct JournalTests {
  private func line(_ seq: Int, piece: Int, _ more: String = "") -> String {
    "{\"schema_version\":1,\"run_id\":\"00\",\"seq\":\(seq),\"timestamp\":\"2026-01-05T18:00:01.440000000Z\","
      + "\"elapsed_ns\":\(seq * 1000),\"severity_text\":\"INFO\",\"event_name\":\"piece.assigned\","
      + "\"attributes\":{\"piece\":\(piece),\"bin\":\"017\"\(more)}}\n"
  }

  private func read(_ data: Data, piece: UInt64? = nil) throws -> (events: [EventLine], damage: [String]) {
    let fixture = try Fixture()
    try fixture.write(data, to: "events.jsonl")
    let reader = try EventLineReader(path: fixture("events.jsonl"), shownAs: "events.jsonl")
    var events: [EventLine] = []
    var damage: [String] = []
    while true {
      switch try piece.map({ try reader.next(aboutPiece: $0) }) ?? reader.next() {
      case .event(let event): events.append(event)
      case .damaged(let diagnostic): damage.append(diagnostic.description)
      case .end: return (events, damage)
      }
    }
  }

  @Test("events come back with their place, attributes and escapes")
  func events() throws {
    let first = line(1, piece: 7)
    let second = line(
      2, piece: 8, ",\"id\":\"a\\n\\u001b\\ud83d\\udcec\\\"é\",\"lap\":-1.5,\"ok\":true,\"none\":null")
    let (events, damage) = try read(Data((first + second).utf8))
    #expect(damage == [])
    #expect(events.map(\.sequence) == [1, 2])
    #expect(events.map(\.elapsed) == [1000, 2000])
    #expect(events.map(\.line) == [1, 2])
    #expect(events.map(\.byteOffset) == [0, first.utf8.count])
    #expect(events[0].name == "piece.assigned")
    #expect(events[0].severity == "INFO")
    #expect(events[0].number("piece") == 7)
    #expect(events[1]["id"] == "a\n\u{1B}📬\"é")
    #expect(events[1].attributes.map(\.key) == ["piece", "bin", "id", "lap", "ok", "none"])
    #expect(events[1].attributes.map(\.value).suffix(3) == ["-1.5", "true", "null"])
  }

  @Test("one piece's events are found, not those whose number begins alike")
  func onePiece() throws {
    let text = [7, 77, 7, 1, 70].enumerated().map { line($0.offset + 1, piece: $0.element) }.joined()
    #expect(try read(Data(text.utf8), piece: 7).events.map(\.sequence) == [1, 3])
    #expect(try read(Data(text.utf8), piece: 70).events.map(\.sequence) == [5])
    #expect(try read(Data(text.utf8), piece: 2).events == [])
  }

  @Test("a torn tail, zeros and a flipped bit are reported with their place")
  func damage() throws {
    let good = line(1, piece: 7)
    let size = good.utf8.count
    #expect(
      try read(Data((good + good.dropLast(1)).utf8)).damage == [
        "events.jsonl:2:1: error: the file ends inside a line, at byte \(size)"
          + " (found \(size - 1) bytes without a line end, expected whole lines; this tail was torn off)"
      ])
    #expect(
      try read(Data(good.utf8) + Data(count: 4096)).damage == [
        "events.jsonl:2:1: error: the file ends inside a line, at byte \(size)"
          + " (found 4096 zero bytes, expected whole lines; this tail was torn off)"
      ])
    let flipped = good.replacingOccurrences(of: "\"seq\":1,", with: "\"seq\":q,")
    let (events, said) = try read(Data((good + flipped + good).utf8))
    #expect(events.count == 2)
    #expect(said.count == 1)
    #expect(
      said[0].hasPrefix("events.jsonl:2:41: error: the line is not an event, at byte \(size) (found \""))
    #expect(said[0].hasSuffix(", expected a text, a number, true, false or null)"))
    var bytes = Data(good.utf8)
    bytes[4] ^= 0x80
    #expect(
      try read(bytes).damage == [
        "events.jsonl:1:5: error: the line is not text, at byte 0 (found the byte 0xE8, expected UTF-8)"
      ])
  }

  @Test("a journal longer than the window is read to its end")
  func long() throws {
    let text = (1...8000).map { line($0, piece: $0) }.joined()
    let (events, damage) = try read(Data(text.utf8))
    #expect(damage == [])
    #expect(events.map(\.sequence) == Array(1...8000))
    #expect(events.last?.byteOffset == text.utf8.count - line(8000, piece: 8000).utf8.count)
  }

  @Test("a table is read by the names of its columns, and a bad row is said and passed")
  func table() throws {
    let fixture = try Fixture()
    try fixture.write(
      "piece,id,note\r\n1,a,\"x, \"\"y\"\"\"\r\n2,b\r\n3,c,\"two\r\nlines\"\r\n", to: "pieces.csv")
    let table = try TableReader(
      path: fixture("pieces.csv"), shownAs: "pieces.csv", required: ["piece", "id"])
    #expect(table.columns == ["piece", "id", "note"])
    #expect(try table.next())
    #expect((table["piece"], table["note"], table["zzz"], table.line) == ("1", "x, \"y\"", nil, 2))
    #expect(
      complaints { try table.next() }
        == "pieces.csv:3:1: error: the row has the wrong number of fields (found 2, expected 3, as in the header)"
    )
    #expect(try table.next())
    #expect(table["note"] == "two\r\nlines")
    #expect(
      table.diagnostic(at: 2, "this is odd").description
        == "pieces.csv:4:5: error: this is odd (found \"two\\r\\nlines\")")
    #expect(try !table.next())
    #expect(
      complaints { try TableReader(path: fixture("pieces.csv"), shownAs: "pieces.csv", required: ["peice"]) }
        == "pieces.csv:1:1: error: the column \"peice\" is missing (found \"piece\", expected \"peice\")")
  }
}
