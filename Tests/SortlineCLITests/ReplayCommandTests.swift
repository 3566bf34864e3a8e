import Foundation
import SortlineCLI
import Testing

@Suite("replay and verify")
struct ReplayCommandTests {
  private func world() throws -> SmallWorld {
    let world = try SmallWorld()
    #expect(world.run("simulate", "@small", "--out", "@run").code == .ok)
    return world
  }

  @Test("a run replays to its own digest and verifies, wherever its files have gone")
  func same() throws {
    let world = try world()
    let summary = try #require(world.text("run/summary.json"))
    let digest = try #require(summary.firstMatch(of: /"digest": "([0-9a-f]{16})"/)?.output.1)
    for file in ["profile.json5", "plan.csv", "scenario.json5"] {
      try FileManager.default.removeItem(atPath: world.path("small/\(file)"))
    }
    let replayed = world.run("replay", "@run")
    #expect(replayed.code == .ok, "\(replayed.err)")
    #expect(replayed.out.contains(digest) && replayed.out.contains("The same decisions."))
    let verified = world.run("verify", "@run")
    #expect(verified.code == .ok, "\(verified.err)")
    #expect(verified.out.contains("Every checksum fits"))
    #expect(world.run("verify", "--quiet", "@run").out.isEmpty)
  }

  @Test(
    "a digit that changed in either journal is told with its byte and ends with 65",
    arguments: ["events", "inputs"])
  func changed(journal: String) throws {
    let world = try world()
    let text = try #require(world.text("run/\(journal).jsonl"))
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let offset = lines[..<50].reduce(0) { $0 + $1.utf8.count + 1 }
    lines[50] = lines[50].replacing("1", with: "3", maxReplacements: 1)
    try world.folder.write("run/\(journal).jsonl", lines.joined(separator: "\n"))
    let answer = world.run("verify", "@run")
    #expect(answer.code == .badData)
    #expect(answer.err.contains("\(journal).jsonl:51:1: error:") && answer.err.contains("at byte \(offset)"))
  }

  @Test("a run that was cut short in the middle of a line replays as far as it goes")
  func cut() throws {
    let world = try world()
    for journal in ["events", "inputs"] {
      let text = try #require(world.text("run/\(journal).jsonl"))
      try world.folder.write("run/\(journal).jsonl", String(text.dropLast(333)))
    }
    try FileManager.default.removeItem(atPath: world.path("run/summary.json"))
    let answer = world.run("replay", "@run")
    #expect(answer.code == .ok, "\(answer.err)")
    #expect(answer.out.contains("torn off the end") && answer.out.contains("The run was cut short"))
  }

  @Test("decisions that no longer follow from the inputs end with 1 and show both sides")
  func differs() throws {
    let world = try world()
    // The plan that the run is said to have had sends the north to another chute.
    let facts = try #require(world.text("run/run.json"))
    try world.folder.write(
      "run/run.json", facts.replacing("sort,1,,C1,C2,NORTH", with: "sort,1,,C3,C2,NORTH"))
    let answer = world.run("replay", "@run")
    #expect(answer.code == .thresholdFailed)
    #expect(answer.out.contains("The first event that differs"))
    #expect(answer.out.contains("bin C1") && answer.out.contains("bin C3"))
    #expect(answer.out.contains("identified, piece 1"))
  }

  @Test("another plan is compared piece by piece")
  func whatIf() throws {
    let world = try world()
    try world.folder.write("other.csv", SmallWorld.plan.replacing("sort,2,,C2 C3", with: "sort,2,,C3"))
    let answer = world.run("replay", "@run", "--what-if", "@other.csv")
    #expect(answer.code == .ok, "\(answer.err)")
    #expect(answer.out.contains("sorted in C2") && answer.out.contains("sorted in C3"))
    #expect(
      world.run("replay", "@run", "--what-if", "@small/plan.csv").out.contains(
        "0 of 200 pieces end otherwise"))
  }

  @Test("a replay up to a piece tells what was heard about it, what was decided and why")
  func untilPiece() throws {
    let world = try world()
    let answer = world.run("replay", "@run", "--until", "17")
    #expect(answer.code == .ok, "\(answer.err)")
    for words in ["Piece 17", "heard", "decided", "ordered", "The scanner read", "It ended"] {
      #expect(answer.out.contains(words), "\(words)")
    }
    #expect(world.run("replay", "@run", "--until", "17", "--quiet").out.isEmpty)
    // The digest is the one that a replay up to the same moment has.
    let told = try #require(answer.out.firstMatch(of: /last input +([0-9.]+) s/)?.output.1)
    let digest = try #require(answer.out.firstMatch(of: /digest +([0-9a-f]{16})/)?.output.1)
    #expect(world.run("replay", "@run", "--until", "\(told)s").out.contains(digest))
    // Its mail has no ids, and 200 pieces.
    for name in ["201", "0", "x17", "17x"] {
      let unknown = world.run("replay", "@run", "--until", name)
      #expect(unknown.code == .noInput && unknown.out.isEmpty, "\(name)")
      #expect(unknown.err.contains("no piece '\(name)'") && unknown.err.contains("Its pieces are 1 to 200."))
      #expect(unknown.err.contains("A time has its unit"))
    }
  }

  @Test("a piece is also named by the id that it bears outside, and the nearest ids are told")
  func untilOutsideID() throws {
    let world = try world()
    try world.folder.write(
      "mail.csv",
      """
      id,arrived_at,destination,length_mm,width_mm,height_mm,weight_g
      PARCEL-A,2026-01-05T18:00:00Z,100,200,100,50,300
      PARCEL-B,2026-01-05T18:00:02Z,200,200,100,50,300
      """)
    let made = world.run("simulate", "@small", "--mail", "@mail.csv", "--out", "@mailed")
    #expect(made.code == .ok || made.code == .thresholdFailed, "\(made.err)")
    let answer = world.run("replay", "@mailed", "--until", "PARCEL-B")
    #expect(answer.code == .ok && answer.out.contains("Piece 2"), "\(answer.err)")
    let near = world.run("replay", "@mailed", "--until", "PARCEL-C")
    #expect(near.code == .noInput && near.err.contains("PARCEL-A, PARCEL-B"))
  }

  @Test("a piece whose inputs were cut off is told as far as they go, and damage before its end ends with 65")
  func untilPieceOfPart() throws {
    let world = try world()
    let text = try #require(world.text("run/inputs.jsonl"))
    var lines = text.split(separator: "\n").map(String.init)
    let seen = try #require(lines.firstIndex { $0.contains("\"inducted\",150,") })
    try world.folder.write("run/inputs.jsonl", lines[...seen].joined(separator: "\n") + "\n")
    let part = world.run("replay", "@run", "--until", "150")
    #expect(part.code == .ok && part.out.contains("still on the machine"), "\(part.err)")
    lines[30] = lines[30].replacing("1", with: "3", maxReplacements: 1)
    try world.folder.write("run/inputs.jsonl", lines.joined(separator: "\n") + "\n")
    let damaged = world.run("replay", "@run", "--until", "150")
    #expect(damaged.code == .badData && damaged.err.contains("inputs.jsonl:31:1: error:"))
  }

  @Test("what cannot be replayed is refused in words")
  func refused() throws {
    let world = try world()
    #expect(world.run("simulate", "@small", "--summary-only", "--out", "@bare").code == .ok)
    let bare = world.run("replay", "@bare")
    #expect(bare.code == .noInput && bare.err.contains("--summary-only"))
    #expect(world.run("replay", "@small").code == .noInput)
    #expect(world.run("replay", "@run", "--until", "5s", "--what-if", "x").code == .usage)
    #expect(world.run("replay", "@run", "--what-if", "@none.csv").code == .noInput)
    #expect(world.run("verify", "@none").code == .noInput)
  }
}
