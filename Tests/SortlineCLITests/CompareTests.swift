import Foundation
import SortlineCLI
import Testing

@Suite("compare, accept and metrics")
struct CompareTests {
  private func world() throws -> SmallWorld {
    let world = try SmallWorld()
    try world.folder.write(
      "small/other.csv", SmallWorld.plan.replacing("sort,2,,C2 C3", with: "sort,2,,C3 C2"))
    #expect(world.run("simulate", "@small", "--out", "@a", "--quiet").code == .ok)
    return world
  }

  @Test("two runs of one seed are told their first event that differs, from both sides, with those before it")
  func firstDifference() throws {
    let world = try world()
    #expect(
      world.run("simulate", "@small", "--plan", "@small/other.csv", "--out", "@b", "--quiet").code == .ok)
    let answer = world.run("compare", "@a", "@b")
    #expect(answer.code == .ok, "\(answer.err)")
    #expect(
      answer.out.contains(
        /The first event that differs, after \d+ that do not:\n  A  .*bin C2.*\n  B  .*bin C3/))
    #expect(answer.out.contains("The events before it:\n"))
    #expect(answer.out.contains(/plan *\n? +(A )?plan *\n? +(B )?other\n/))
    let same = world.run("compare", "@a", "@a")
    #expect(same.out.contains("Every event is the same: "))
    #expect(same.out.contains("No figure got worse.\n"))
    #expect(world.run("compare", "@a", "@b", "--json").out.contains("\"first_difference\": {"))
  }

  @Test("--fail-on-regression ends with 1 for what got worse, and only for the figures it is told to hold")
  func regression() throws {
    let world = try world()
    #expect(
      world.run("simulate", "@small", "--seed", "4", "--out", "@b", "--quiet", "--summary-only").code == .ok)
    let either = [
      world.run("compare", "@a", "@b", "--kpi", "rejected", "--fail-on-regression", "--quiet"),
      world.run("compare", "@b", "@a", "--kpi", "rejected", "--fail-on-regression", "--quiet"),
    ]
    #expect(either.map(\.code.rawValue).sorted() == [0, 1], "one of the two has more rejects")
    #expect(either.contains { $0.out.hasPrefix("1 figure got worse: rejected (+") })
    #expect(either[0].err.contains("one run each, of different seeds: a difference may be chance"))
    let wide = world.run(
      "compare", "@a", "@b", "--kpi", "rejected", "--fail-on-regression", "--quiet", "--tolerance", "100%")
    #expect(wide.code == .ok)
    let junit = world.run("compare", "@a", "@b", "--kpi", "rejected", "--format", "junit")
    #expect(junit.out.contains("name=\"rejected\""))
    #expect(world.run("compare", "@a", "@b", "--kpi", "fed", "--fail-on-regression").code == .ok)
  }

  @Test(
    "what makes no sense is told with the nearest right word",
    arguments: [
      (["compare", "@a"], ExitCode.usage, "'compare' needs B"),
      (["compare", "@a", "@a", "--kpi", "oee"], .usage, "Did you mean oee_percent?"),
      (["compare", "@a", "@a", "--tolerance", "-1"], .usage, "--tolerance needs"),
      (["compare", "@a", "@a", "--json", "--format", "junit"], .usage, "contradict each other"),
      (["compare", "@a", "@none"], .noInput, "'@none' is no run directory"),
      (["accept", "@a", "--out", "@x.pdf"], .usage, ".md, .html or .json"),
      (["accept", "@a", "--out", "@none/x.md"], .cannotCreate, "cannot write '@none/x.md'"),
      (["metrics", "@a", "--out", "@none/x.prom"], .cannotCreate, "cannot write '@none/x.prom'"),
      (["simulate", "@small", "--format", "xml"], .usage, "--format cannot be 'xml'"),
    ])
  func refusals(words: [String], code: ExitCode, says: String) throws {
    let answer = try world().run(words)
    #expect(answer.code == code)
    #expect(answer.err.contains(says), "\(answer.err)")
  }

  @Test("the acceptance report adds up, names its events, and is written as Markdown, a page and JSON")
  func accept() throws {
    let world = try world()
    let answer = world.run("accept", "@a", "--out", "@a.md")
    #expect(answer.code == .ok, "\(answer.err)")
    #expect(answer.out.contains("Result: PASSED\n"))
    #expect(answer.out.contains(/account of the pieces +200 fed +200 +closes/))
    #expect(answer.out.contains("For the operator\n"))
    #expect(world.text("a.md")?.contains("| **fed** |") == true)
    #expect(world.run("accept", "@a", "--quiet", "--out", "@a.html").out == "small on bench: PASSED\n")
    #expect(world.text("a.html")?.contains("<p class=\"line\">Signature</p>") == true)
    let text = world.run("accept", "@a", "--format", "json").out
    #expect(text == world.run("accept", "@a", "--json").out)
    let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let pieces = try #require(json["pieces"] as? [String: Any])
    let causes = try #require(pieces["causes"] as? [[String: Any]])
    #expect(causes.compactMap { $0["pieces"] as? Int }.reduce(0, +) == 200)
    for cause in causes where cause["outcome"] as? String == "rejected" {
      let events = cause["events"] as? [String: Any]
      let numbers = events?["seq"] as? [Int] ?? []
      #expect(numbers.count == cause["pieces"] as? Int)
      let lines = world.text("a/events.jsonl")?.split(separator: "\n") ?? []
      for number in numbers { #expect(lines[number - 1].contains("\"piece.rejected\"")) }
    }
    #expect(world.run("accept", "@a", "--format", "junit").out.contains("exercised.outcome.sorted"))
  }

  @Test("a missed threshold is not passed and ends with 1")
  func notPassed() throws {
    let world = try SmallWorld(expect: "lost: { at_least: 1 }")
    #expect(world.run("simulate", "@small", "--out", "@a", "--quiet").code == .thresholdFailed)
    let answer = world.run("accept", "@a", "--quiet")
    #expect(answer.code == .thresholdFailed)
    #expect(answer.out == "lost: wanted at least 1, got 0\nsmall on bench: NOT PASSED\n")
  }

  @Test("a run that a crash cut short is counted from its events, to the last whole line")
  func cutShort() throws {
    let world = try world()
    let whole = world.run("metrics", "@a").out
    try FileManager.default.removeItem(atPath: world.path("a/summary.json"))
    #expect(world.run("metrics", "@a").out.replacing("ended=\"cut\"", with: "ended=\"finished\"") == whole)
    let events = try #require(world.text("a/events.jsonl"))
    try world.folder.write("a/events.jsonl", String(events.prefix(events.count / 2)))
    let answer = world.run("accept", "@a")
    #expect(answer.code == .ok, "\(answer.err)")
    #expect(answer.out.contains("Result: NOT JUDGED\n"))
    #expect(answer.out.contains("The run was cut short: its account ends with event "))
    #expect(answer.err.contains("the journal was torn by a crash"))
    #expect(world.run("compare", "@a", "@a").err.contains("was cut short and left no summary"))
    let lines = events.split(separator: "\n")
    try world.folder.write("a/events.jsonl", (lines[..<9] + lines[10...]).joined(separator: "\n") + "\n")
    let damaged = world.run("accept", "@a")
    #expect(damaged.code == .badData && damaged.out.isEmpty)
    #expect(damaged.err.contains("events.jsonl:10:"), "\(damaged.err)")
  }

  @Test("a summary that tells other totals than the events is refused")
  func forgedSummary() throws {
    let world = try world()
    let summary = try #require(world.text("a/summary.json"))
    try world.folder.write("a/summary.json", summary.replacing("\"sorted\": ", with: "\"sorted\": 1"))
    let answer = world.run("accept", "@a")
    #expect(answer.code == .badData)
    #expect(answer.err.contains("summary.json: error: \"sorted\" is not what the events tell"))
    try world.folder.write("a/summary.json", "{")
    #expect(world.run("compare", "@a", "@a").err.contains("summary.json:1:"))
  }

  @Test("events out of their order are refused, and a journal without checksums is called so")
  func order() throws {
    let world = try world()
    let sums = /,"crc32c":"[0-9a-f]{8}"/
    let bare = try #require(world.text("a/events.jsonl")).replacing(sums, with: "")
    try world.folder.write("a/events.jsonl", bare)
    #expect(world.run("accept", "@a").out.contains(", WITHOUT CHECKSUMS"))
    var lines = bare.split(separator: "\n").map(String.init)
    lines[30] = lines[30].replacing(/"elapsed_ns":\d+/, with: "\"elapsed_ns\":0")
    try world.folder.write("a/events.jsonl", lines.joined(separator: "\n") + "\n")
    let late = world.run("accept", "@a")
    #expect(late.code == .badData)
    #expect(late.err.contains("events.jsonl:31: error: the event is earlier than the one before it"))
    lines.remove(at: 30)
    try world.folder.write("a/events.jsonl", lines.joined(separator: "\n") + "\n")
    #expect(world.run("accept", "@a").err.contains("events.jsonl:31: error: event 32 follows event 30"))
  }

  @Test("figures at the end of what numbers can say are compared and exported, not stumbled over")
  func extremes() throws {
    let world = try world()
    let summary = try #require(world.text("a/summary.json"))
    let huge = "9223372036854.775807"
    try world.folder.write(
      "a/summary.json",
      summary.replacing(/"value": [0-9.]+/, with: "\"value\": \(huge)")
        .replacing(/"(sorted|rejected|lost)": \d+/) { "\"\($0.1)\": 9223372036854775807" })
    #expect(world.run("simulate", "@small", "--seed", "4", "--out", "@b", "--quiet").code == .ok)
    #expect(world.run("compare", "@a", "@b", "--all").code == .ok)
    #expect(world.run("compare", "@b", "@a", "--json", "--all").code == .ok)
    #expect(world.run("metrics", "@a").out.contains("_count{"))
  }

  @Test("logs in several parts are read as one, in the report as in the metrics")
  func rotated() throws {
    let world = try SmallWorld(pieces: 6000)
    let run = world.run(
      "run", "@small", "--speed", "0", "--rotate-mb", "1", "--out", "@r", "--quiet", "--prometheus", "@r.prom"
    )
    #expect(run.code == .ok, "\(run.err)")
    #expect(world.names("r").contains("events.000001.jsonl"))
    #expect(world.run("accept", "@r", "--quiet").out == "small on bench: PASSED\n")
    #expect(world.run("metrics", "@r").out.contains(/sortline_pieces_fed_total\{.*\} 6000\n/))
    #expect(world.text("r.prom")?.contains(/sortline_up\{.*\} 0\n/) == true)
    #expect(world.text("r.prom")?.contains(/sortline_pieces_fed_total\{.*\} 6000\n/) == true)
    #expect(world.names("").filter { $0.contains("prom") } == ["r.prom"])
    #expect(world.run("check", "@r").code == .ok)
  }

  @Test("metrics that cannot be written are told before there is a run")
  func unwritableMetrics() throws {
    let world = try SmallWorld()
    let run = world.run("run", "@small", "--speed", "0", "--out", "@r", "--prometheus", "@none/r.prom")
    #expect(run.code == .cannotCreate)
    #expect(world.names("") == ["small"])
  }

  @Test("check holds the data package against the tables beside it")
  func dataPackage() throws {
    let world = try world()
    let package = try #require(world.text("a/datapackage.json"))
    try world.folder.write("a/datapackage.json", package.replacing("\"laps\"", with: "\"turns\""))
    let answer = world.run("check", "@a")
    #expect(answer.code == .badData)
    #expect(
      answer.err.contains("it describes column 17 of pieces.csv otherwise than that is"), "\(answer.err)")
    try world.folder.write("a/datapackage.json", package.replacing("sortline-run-", with: "sortline-run-0"))
    #expect(world.run("check", "@a").err.contains("it describes another run"))
    try FileManager.default.removeItem(atPath: world.path("a/datapackage.json"))
    #expect(world.run("check", "@a").code == .ok, "runs of earlier versions have none")
  }
}
