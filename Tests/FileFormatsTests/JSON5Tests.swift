import FileFormats
import Foundation
import Testing

@Suite("JSON5")
struct JSON5Tests {
  static let valid = [
    "{}", "[]", "null", "true", "'a'", "\"a\"", "0", "-0", "+1", ".5", "5.", "-.5e-3", "1E+10", "0x1F",
    "-0xff",
    "{a: 1, \"b\": 2, 'c': 3, $d_1: 4,}", "[1, 2, 3,]", "/* a */ [ // b\n 1 /* c */ ]",
    "{ ünïcode: 'é', 名前: '📬' }", "'it\\'s \"so\"'",
    "\"\\b\\f\\n\\r\\t\\v\\0\\x41\\u00e9\"",
    "'\\ud83d\\udcec'", "'\\a\\q'", "\t\u{B}\u{C}\u{A0}\u{FEFF}[\u{2028}1]\u{2029}", "{a:{b:{c:[[[{}]]]}}}",
    "'tab\there'", "{ while: 1, null: 2 }", "'sep\u{2028}arator'", "{\"\": 1}",
    "[1e2, 100, 1.5, 0.1, 123456789012345]", "{ a\u{200C}b: 1 }", "\u{FEFF}{a: 1}",
  ]

  @Test("valid texts mean what Foundation says they mean", arguments: valid)
  func agrees(text: String) throws {
    let ours = try JSONNode.read(SourceText(name: "t", bytes: Array(text.utf8)))
    // Where Foundation refuses what JSON5 allows, there is nothing to compare with.
    if let theirs = FoundationValue.read(Data(text.utf8)) {
      #expect(theirs.matches(ours), "\(ours) and \(theirs)")
    }
  }

  @Test("two things that Foundation reads otherwise mean what the specification says")
  func specified() throws {
    let continued = try JSONNode.read(SourceText(name: "t", bytes: Array("'line \\\ncontinued\\\r\n'".utf8)))
    guard case .string("line continued") = continued.kind else {
      Issue.record("a line continuation is \(continued.found)")
      return
    }
    let escaped = try JSONNode.read(SourceText(name: "t", bytes: Array("{ \\u0061b: 1 }".utf8)))
    guard case .object(let members) = escaped.kind else {
      Issue.record("an escaped key is \(escaped.found)")
      return
    }
    #expect(members.map(\.key) == ["ab"])
  }

  @Test("Foundation reads most of them, so that the comparison means something")
  func compared() {
    let read = Self.valid.filter { FoundationValue.read(Data($0.utf8)) != nil }
    #expect(read.count >= Self.valid.count - 8)
  }

  @Test(
    "invalid texts are refused",
    arguments: [
      "", "{", "[1 2", "{a}", "{a:}", "{1: 2}", "'a", "'a\nb'", "01", "1.2.3", "0x", "1e", ".", "+", "--1",
      "tru",
      "[,]", "{,}", "[1,,2]", "{a:1,,}", "/* a", "/", "'\\u12'", "'\\xg0'", "'\\1'", "'\\01'", "'\\ud800'",
      "1 2",
      "{a:1}}", "infinity", "nan", "@", "[1;2]", "{a=1}", "#", "`a`", "{'a' 1}", "1a", "0x1g", "\\u0031",
      "- 1",
    ])
  func refuses(text: String) {
    #expect(throws: InvalidInput.self) { try JSONNode.read(SourceText(name: "t", bytes: Array(text.utf8))) }
  }

  @Test("NaN and the infinities are JSON5, and are kept as they are written")
  func notFinite() throws {
    for text in ["NaN", "Infinity", "-Infinity", "+NaN"] {
      let node = try JSONNode.read(SourceText(name: "t", bytes: Array(text.utf8)))
      guard case .number(let number) = node.kind else {
        Issue.record("\(text) is no number")
        continue
      }
      #expect(number.text == text)
      #expect(throws: DecimalText.Fault.notFinite) { try number.scaled(places: 0) }
    }
  }

  @Test("several missing commas and duplicate keys are found at once")
  func several() {
    let text = "{\n  a: 1\n  b: 2,\n  a: 3,\n  c: [1 2],\n}"
    #expect(
      complaints { try JSONNode.read(SourceText(name: "t", bytes: Array(text.utf8))) } == """
        t:2:7: error: a comma is missing here (expected "," or "}")
        t:4:3: error: this key stands here for the second time (found "a", expected each key once; the first is at 2:3)
        t:5:8: error: a comma is missing here (expected "," or "]")
        """)
  }

  @Test("columns count characters, and every kind of line end counts as one")
  func places() throws {
    let source = try SourceText(name: "t", bytes: Array("\u{FEFF}é\r\n📬x\ry\nz".utf8))
    let places = [(3, 1, 1), (5, 1, 2), (7, 2, 1), (11, 2, 2), (13, 3, 1), (15, 4, 1), (16, 4, 2)]
    for (offset, line, column) in places {
      #expect(source.position(at: offset) == (line, column), "at \(offset)")
    }
  }

  @Test("a place far along a long line is right")
  func farPlace() throws {
    let source = try SourceText(name: "t", bytes: Array(String(repeating: "é", count: 100_000).utf8))
    for count in [0, 1, 2047, 2048, 2049, 99_999] {
      #expect(source.position(at: count * 2) == (1, count + 1))
    }
  }

  @Test(
    "every shipped file means what Foundation says it means",
    arguments:
      shipped("hardware-profiles", holding: "profile.json5").map { "hardware-profiles/\($0)/profile.json5" }
      + shipped("scenarios", holding: "scenario.json5").map { "scenarios/\($0)/scenario.json5" })
  func shippedFiles(path: String) throws {
    let data = try Data(contentsOf: URL(filePath: "\(packageRoot)/\(path)"))
    let ours = try JSONNode.read(SourceText(name: path, bytes: Array(data)))
    #expect(try #require(FoundationValue.read(data)).matches(ours))
  }
}

@Suite("Exact decimals")
struct DecimalTests {
  @Test(
    "decimals become whole counts without rounding",
    arguments: [
      ("0", 1, 0), ("12", 1, 120), ("12.3", 1, 123), ("12.30", 1, 123), (".5", 1, 5), ("5.", 1, 50),
      ("-0.1", 1, -1),
      ("+7", 0, 7), ("1e3", 0, 1000), ("1.5e1", 0, 15), ("1500e-2", 0, 15), ("0x10", 0, 16), ("0xA", 1, 100),
      ("0.000000001", 9, 1), ("9223372036854775807", 0, Int.max), ("-9223372036854775808", 0, Int.min),
      ("0e999999999999", 3, 0), ("0.0000000000000000000000", 1, 0), ("00000", 0, 0), ("-0", 0, 0),
    ])
  func exact(text: String, places: Int, value: Int) throws {
    #expect(try DecimalText(text).scaled(places: places) == value)
  }

  @Test(
    "what cannot be kept exactly is refused",
    arguments: [
      ("0.01", 1, DecimalText.Fault.tooPrecise), ("1e-9", 6, .tooPrecise), ("1e-999999999", 9, .tooPrecise),
      ("9223372036854775808", 0, .tooLarge), ("1e400", 1, .tooLarge),
      ("1e99999999999999999999", 0, .tooLarge),
      ("922337203685477580.8", 2, .tooLarge), ("0xFFFFFFFFFFFFFFFFF", 0, .tooLarge), ("NaN", 0, .notFinite),
      ("-Infinity", 0, .notFinite), ("", 0, .malformed), ("-", 0, .malformed), ("1e", 0, .malformed),
      ("1.2.3", 0, .malformed), ("0x", 0, .malformed), ("1 ", 0, .malformed),
    ])
  func refused(text: String, places: Int, fault: DecimalText.Fault) {
    #expect(throws: fault) { try DecimalText(text).scaled(places: places) }
  }
}

@Suite("Nearest names")
struct NearestNameTests {
  @Test(
    "a slip of the finger finds its name",
    arguments: [
      ("stackr", "stacker"), ("satcker", "stacker"), ("STACKER", "stacker"), ("xstacker", "stacker"),
      ("belt_speed", "belt_speed_mm_per_s"),
      ("simulat", "simulate"), ("chekc", "check"),
    ])
  func near(name: String, wanted: String) {
    let names = ["stacker", "belt_speed_mm_per_s", "simulate", "check", "explain"]
    #expect(nearestName(to: name, among: names) == wanted)
  }

  @Test(
    "something else altogether finds nothing",
    arguments: ["", "zebra", "q", String(repeating: "a", count: 100)])
  func far(name: String) {
    #expect(nearestName(to: name, among: ["stacker", "simulate", "check"]) == nil)
  }

  @Test("text from a file cannot take over the terminal or the line")
  func escaped() {
    #expect(printable("a\nb\u{1B}[31m\u{202E}\u{7F}é") == "a\\nb\\u{1B}[31m\\u{202E}\\u{7F}é")
    #expect(quoted("say \"hi\"") == "\"say \\\"hi\\\"\"")
    #expect(printable(String(repeating: "x", count: 100), limit: 5) == "xxxxx…")
  }
}
