import FileFormats
import Foundation
import Testing

/// One change to a good file, and what is said of it.
struct MessageCase: CustomTestStringConvertible, Sendable {
  var name: String
  var sample: String
  var old: String
  var new: String
  var says: String
  var testDescription: String { name }

  /// The cases of a file in the folder `Messages`.
  static func all(in file: String) -> [MessageCase] {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Messages/\(file).txt")
    guard let text = try? String(contentsOf: url, encoding: .utf8) else { return [] }
    return text.components(separatedBy: "\n## ").dropFirst().compactMap { block in
      let lines = block.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
      guard lines.count >= 5, lines[1].hasPrefix("in: "), lines[2].hasPrefix("replace: "),
        lines[3].hasPrefix("with: ")
      else { return nil }
      func part(_ line: String, after key: String) -> String {
        String(line.dropFirst(key.count)).replacingOccurrences(of: "⏎", with: "\n")
      }
      return MessageCase(
        name: lines[0], sample: part(lines[1], after: "in: "), old: part(lines[2], after: "replace: "),
        new: part(lines[3], after: "with: "), says: lines[4...].joined(separator: "\n"))
    }
  }

  /// Where the sample stands, and its text.
  var file: (path: String, text: String)? {
    switch sample {
    case "profile": ("hardware-profiles/rig/profile.json5", Sample.profile)
    case "registers": ("hardware-profiles/rig/registers.csv", Sample.registers)
    case "plan": ("scenarios/plans/towns.csv", Sample.plan)
    case "mix": ("scenarios/mixes/towns.csv", Sample.mix)
    case "scenario": ("scenarios/day/scenario.json5", Sample.scenario)
    case "replay": ("scenarios/replay/scenario.json5", Sample.replay)
    case "mail": ("scenarios/replay/mail.csv", Sample.mail)
    default: nil
    }
  }
}

@Suite("What is said of bad input")
struct MessageTests {
  @Test("the samples have nothing wrong with them", arguments: ["day", "replay"])
  func samples(name: String) throws {
    let fixture = try Fixture.whole()
    #expect(complaints { try fixture.library.loadScenario("scenarios/\(name)") } == "")
  }

  @Test(
    "each message names the place, what was found and what was expected",
    arguments: ["profiles", "json5", "scenarios", "plans-and-mixes", "mail", "registers"].flatMap {
      MessageCase.all(in: $0)
    })
  func message(example: MessageCase) throws {
    let fixture = try Fixture.whole()
    let (path, text) = try #require(example.file)
    try #require(text.contains(example.old))
    try fixture.write(text.replacingOccurrences(of: example.old, with: example.new), to: path)
    let scenario = ["replay", "mail"].contains(example.sample) ? "replay" : "day"
    #expect(complaints { try fixture.library.loadScenario("scenarios/\(scenario)") } == example.says)
  }

  @Test(
    "no folder of examples is empty",
    arguments: ["profiles", "json5", "scenarios", "plans-and-mixes", "mail", "registers"])
  func examples(file: String) {
    #expect(MessageCase.all(in: file).count >= 3)
  }

  @Test("a loop has no end bin")
  func loopWithEnd() throws {
    let fixture = try Fixture.whole()
    let text = Sample.profile.replacingOccurrences(of: "topology: \"line\"", with: "topology: \"loop\"")
      .replacingOccurrences(of: "position_mm: 4000, side: \"left\"", with: "end: true")
    try fixture.write(text, to: "hardware-profiles/rig/profile.json5")
    #expect(
      complaints { try fixture.library.loadProfile("rig") }
        == """
        hardware-profiles/rig/profile.json5:21:25: error: a loop has no end, so it has no end bin \
        (found true, expected no "end")
        """)
  }

  @Test("a hundred errors of a file are shown and the rest are counted")
  func manyErrors() throws {
    let fixture = try Fixture.whole()
    let keys = (0..<250).map { "colour\($0): 1," }.joined(separator: "\n")
    try fixture.write(
      Sample.profile.replacingOccurrences(of: "schema_version: 1,", with: "schema_version: 1,\n\(keys)"),
      to: "hardware-profiles/rig/profile.json5")
    let lines = complaints { try fixture.library.loadProfile("rig") }.split(separator: "\n")
    #expect(lines.count == 101)
    #expect(lines.last == "hardware-profiles/rig/profile.json5: and 150 more")
  }
}
