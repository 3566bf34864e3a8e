import FileFormats
import Foundation
import Quantities
import SorterModel
import Testing

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers from the same seed.
struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A text with a few bytes replaced, taken out, doubled or put in.
  mutating func mutated(_ text: String) -> Data {
    let pieces = [
      "\"", "'", ",", "\n", "{", "}", "[", "]", ":", "-", "\\", "/*", "\u{0}", "9999999999999999999999",
      "NaN", "1e400",
      "0", "-1", "null", "é", "?", "*", "\r", "#",
    ]
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...3, using: &self) {
      let at = Int.random(in: 0..<bytes.count, using: &self)
      switch Int.random(in: 0..<6, using: &self) {
      case 0: bytes[at] = UInt8.random(in: 0...255, using: &self)
      case 1: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...20, using: &self)))
      case 2: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 30)], at: at)
      case 3: bytes.removeSubrange(at...)
      default: bytes.insert(contentsOf: Array((pieces.randomElement(using: &self) ?? "").utf8), at: at)
      }
      if bytes.isEmpty { bytes = [0x7B] }
    }
    return Data(bytes)
  }
}

@Suite("Files with random damage")
struct MutationTests {
  /// Each complaint stands on one line, names its file, and has no control characters.
  private func check(_ said: String, _ file: String, seed: UInt64) {
    for line in said.split(separator: "\n") {
      #expect(line.hasPrefix(file), "seed \(seed): \(line)")
      #expect(
        line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }, "seed \(seed): \(line)")
      #expect(line.utf8.count < 1500, "seed \(seed): \(line)")
    }
  }

  @Test("a damaged profile is read or refused, never more than that", arguments: 1...8)
  func profiles(group: UInt64) throws {
    let fixture = try Fixture()
    for seed in (group * 1000)..<(group * 1000 + 100) {
      var numbers = SeededNumbers(state: seed)
      try fixture.write(numbers.mutated(Sample.profile), to: "profile.json5")
      check(complaints { try fixture.library.loadProfile("profile.json5") }, "profile.json5:", seed: seed)
    }
  }

  @Test("a damaged register map is read or refused, and so is one of other people's making", arguments: 1...8)
  func registerMaps(group: UInt64) throws {
    let fixture = try Fixture.whole()
    let profile = try fixture.library.loadProfile("hardware-profiles/rig").value
    let foreign = """
      Tag Name,Address,Data Type,RW,Bit,Scale,Comments
      speed,40101,REAL,r,,0.1,"belt, now"
      run,00003,BOOL,rw,,,
      ready,0x1F,WORD,r,3,,
      """
    for seed in (group * 1000)..<(group * 1000 + 100) {
      var numbers = SeededNumbers(state: seed)
      try fixture.write(numbers.mutated(Sample.registers), to: "map.csv")
      check(complaints { try fixture.library.loadRegisters("map.csv", for: profile) }, "map.csv:", seed: seed)
      try fixture.write(numbers.mutated(foreign), to: "tags.csv")
      let said = complaints { _ = try RegisterMapImport(path: fixture("tags.csv")).map.issues() }
      check(said, fixture("tags.csv"), seed: seed)
    }
  }

  @Test("a damaged scenario, plan or mix is read or refused, never more than that", arguments: 1...8)
  func scenarios(group: UInt64) throws {
    let fixture = try Fixture.whole()
    let files = [
      ("scenarios/day/scenario.json5", Sample.scenario), ("scenarios/plans/towns.csv", Sample.plan),
      ("scenarios/mixes/towns.csv", Sample.mix),
    ]
    for seed in (group * 1000)..<(group * 1000 + 100) {
      var numbers = SeededNumbers(state: seed)
      let (path, text) = files[Int(seed % 3)]
      try fixture.write(numbers.mutated(text), to: path)
      check(complaints { try fixture.library.loadScenario("scenarios/day") }, "scenarios/", seed: seed)
      try fixture.write(text, to: path)
    }
  }

  @Test("a damaged mail file gives every row an answer, in order of time", arguments: 1...8)
  func mail(group: UInt64) throws {
    let fixture = try Fixture()
    for seed in (group * 1000)..<(group * 1000 + 100) {
      var numbers = SeededNumbers(state: seed)
      try fixture.write(numbers.mutated(Sample.mail + "\n" + Sample.mail.dropFirst(65)), to: "mail.csv")
      let mail: MailFile
      do {
        mail = try MailFile(path: fixture("mail.csv"), shownAs: "mail.csv")
      } catch {
        check(error.description, "mail.csv:", seed: seed)
        continue
      }
      var piece = Mailpiece(
        arrivedAt: .start, destination: .none,
        dimensions: Dimensions(length: .zero, width: .zero, height: .zero, weight: .zero))
      var last = Instant.start
      var pieces = 0
      while true {
        let answer = mail.next(into: &piece)
        if answer == .end { break }
        guard answer == .piece else { continue }
        pieces += 1
        #expect(piece.arrivedAt >= last, "seed \(seed)")
        #expect(piece.dimensions.length > .zero && piece.destination != .none, "seed \(seed)")
        last = piece.arrivedAt
      }
      #expect(pieces > 0 && pieces == mail.pieces, "seed \(seed)")
      check(mail.refusals.map(\.description).joined(separator: "\n"), "mail.csv:", seed: seed)
    }
  }

  @Test(
    "tables of random fields come back as they were written, across every edge of the buffer",
    arguments: 1...3)
  func tables(seed: UInt64) throws {
    var numbers = SeededNumbers(state: seed)
    let alphabet = ["a", "b", "é", ",", "\"", "\n", "\r\n", "0", "📬", " "]
    var rows: [[String]] = []
    var text = "a,b,c\n"
    while text.utf8.count < 2_300_000 {
      let row = (0..<3).map { _ in
        let count = Int.random(
          in: 0...(Int.random(in: 0..<200, using: &numbers) == 0 ? 9000 : 12), using: &numbers)
        return (0..<count).map { _ in alphabet.randomElement(using: &numbers) ?? "" }.joined()
      }
      if row == ["", "", ""] { continue }
      rows.append(row)
      let fields = row.map { field in
        field.utf8.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
          ? "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : field
      }
      text += fields.joined(separator: ",") + (Bool.random(using: &numbers) ? "\n" : "\r\n")
    }
    let fixture = try Fixture()
    try fixture.write(text, to: "table.csv")
    let table = try TableReader(path: fixture("table.csv"))
    for (index, row) in rows.enumerated() {
      try #require(try table.next(), "seed \(seed), row \(index)")
      if (0..<3).map({ table[$0] }) != row {
        Issue.record("seed \(seed), row \(index) is not as it was written")
        return
      }
    }
    #expect(try !table.next())
  }
}
