import Foundation
import SortlineCLI
import Testing

@Suite("check of run directories")
struct RunAuditTests {
  @Test("the files of a run agree; a changed, cut or missing one is found out")
  func runs() throws {
    let world = try SmallWorld()
    #expect(world.run("simulate", "@small", "--out", "@run").code == .ok)
    let good = world.run("check", "@run")
    #expect(good.code == .ok && good.err.isEmpty, "\(good.err)")
    #expect(good.out.contains("  fed                      200         200          200           200\n"))

    let pieces = try #require(world.text("run/pieces.csv"))
    try world.folder.write(
      "run/pieces.csv", pieces.split(separator: "\n").dropLast().joined(separator: "\n") + "\n")
    let short = world.run("check", "@run")
    #expect(short.code == .badData)
    #expect(short.err.contains("@run/pieces.csv: error: it counts 199 fed, and summary.json 200"))
    try world.folder.write("run/pieces.csv", pieces)

    let events = try #require(world.text("run/events.jsonl"))
    try world.folder.write("run/events.jsonl", String(events.dropLast(200)))
    #expect(world.run("check", "@run").err.contains("the file ends inside a line"))
    let lines = events.split(separator: "\n")
    try world.folder.write("run/events.jsonl", (lines[..<9] + lines[10...]).joined(separator: "\n") + "\n")
    #expect(world.run("check", "@run").err.contains("events.jsonl:10: error: event 11 follows event 9"))
    try FileManager.default.removeItem(atPath: world.path("run/events.jsonl"))
    #expect(world.run("check", "@run").err.contains("events.jsonl: error: the run has lost this file"))
  }

  /// One piece of text changed in one file of a good run, and what is said of it.
  struct Damage: CustomTestStringConvertible, Sendable {
    var file: String
    var old: String
    var new: String
    var says: String
    var testDescription: String { says }
  }

  @Test(
    "one thing changed in one file is found, with its place",
    arguments: [
      Damage(
        file: "events.jsonl", old: "piece.assigned", new: "piece.asigned",
        says: "events.jsonl:4: error: there is no such event (found \"piece.asigned\", "
          + "expected a name of the vocabulary; did you mean \"piece.assigned\"?)"),
      Damage(
        file: "events.jsonl", old: "\"run_id\":\"", new: "\"run_id\":\"0",
        says: "events.jsonl:1: error: the event belongs to another run (found \"0"),
      Damage(
        file: "events.jsonl", old: "\"schema_version\":1", new: "\"schema_version\":2",
        says: "found \"{\\\"schema_version\\\":2"),
      Damage(
        file: "pieces.csv", old: ",sorted,", new: ",sortd,",
        says: "error: there is no such outcome (found \"sortd\", expected sorted, rejected, removed, lost, "
          + "on_machine; did you mean \"sorted\"?)"),
      Damage(
        file: "pieces.csv", old: ",C1,primary", new: ",C3,primary",
        says: "error: the row tells another bin than line "),
      Damage(
        file: "metrics.csv", old: ",60,", new: ",60,x",
        says: "error: \"fed\" is not a count (found \"x"),
      Damage(
        file: "summary.json", old: "\"fed\": 200", new: "\"fed\": \"many\"",
        says: "summary.json: error: \"fed\" cannot be used (expected a whole number)"),
      Damage(
        file: "summary.json", old: "\"multiRead\": 0", new: "\"multiRead\": 3",
        says: "rejected pieces, and \"rejected\" is "),
      Damage(
        file: "summary.json", old: "\"missorted\": 0", new: "\"missorted\": 1",
        says: "summary.json: error: \"missorted\" is 1 at the top and 0 under \"figures\""),
      Damage(
        file: "summary.json", old: "{", new: "{,",
        says: "summary.json:1:2: error: "),
      Damage(file: "run.json", old: "{", new: "[", says: "run.json:2:"),
      Damage(
        file: "run.json", old: "\"run_id\"", new: "\"run\"",
        says: "run.json: error: it does not say which run this is (expected the key \"run_id\")"),
    ])
  func damage(_ damage: Damage) throws {
    let world = try SmallWorld()
    #expect(world.run("simulate", "@small", "--out", "@run").code == .ok)
    let good = try #require(world.text("run/\(damage.file)"))
    let place = try #require(good.firstRange(of: damage.old), "\(good.prefix(600))")
    try world.folder.write("run/\(damage.file)", good.replacingCharacters(in: place, with: damage.new))
    let answer = world.run("check", "@run")
    #expect(answer.code == .badData)
    #expect(answer.err.contains(damage.says), "\(answer.err)")
  }
}
