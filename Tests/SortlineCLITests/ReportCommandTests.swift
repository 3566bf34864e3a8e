import Foundation
import SortlineCLI
import Testing

@Suite("report")
struct ReportCommandTests {
  private func world() throws -> SmallWorld {
    let world = try SmallWorld()
    #expect(world.run("simulate", "@small", "--out", "@run").code == .ok)
    return world
  }

  @Test("report writes one page into the run directory, the same bytes each time and with simulate --report")
  func page() throws {
    let world = try world()
    let answer = world.run("report", "@run")
    #expect(answer.code == .ok && answer.err.isEmpty)
    #expect(answer.out.contains(/^@run\/report\.html: \d\.\d MB, 200 pieces in motion\n$/))
    let page = try #require(world.text("run/report.html"))
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
    #expect(page.contains("<h1>small on bench</h1>") && page.contains("\"count\":200"))
    #expect(world.run("report", "@run/run.json", "--out", "@again.html", "--quiet").out.isEmpty)
    #expect(world.text("again.html") == page)
    #expect(world.run("simulate", "@small", "--out", "@other", "--report").code == .ok)
    #expect(world.text("other/report.html") == page)
    #expect(world.text("other/run.json") == world.text("run/run.json"))
    // The page is one of a run's files: check takes it, and the run may be replaced.
    #expect(world.run("check", "@other").code == .ok)
    #expect(world.run("simulate", "@small", "--out", "@other", "--force").code == .ok)
    #expect(!world.names("other").contains("report.html"))
  }

  @Test("the page has every figure of the summary, and tells how every piece ended")
  func figures() throws {
    let world = try world()
    #expect(world.run("report", "@run").code == .ok)
    let page = try #require(world.text("run/report.html"))
    let summary = try #require(world.text("run/summary.json"))
    let names = summary.matches(of: /"name": "([a-z_]+)",\s+"value"/).map { String($0.1) }
    #expect(names.count > 30)
    for name in names { #expect(page.contains("<td>\(name)</td>"), "\(name)") }
    let rejected = try #require(summary.firstMatch(of: /"rejected": (\d+)/)?.1)
    #expect(page.contains("<span>rejected</span><b>\(rejected)</b>"))
    #expect(page.contains("the scanner found no code on it"))
  }

  @Test("a run in real time has its margins in the page, and its pieces as in simulation")
  func live() throws {
    let world = try SmallWorld()
    let answer = world.run("run", "@small", "--speed", "0", "--out", "@live", "--report", "--quiet")
    #expect(answer.code == .ok, "\(answer.err)")
    let page = try #require(world.text("live/report.html"))
    #expect(page.contains("Timing of the control thread") && page.contains("Driven: the virtual plant."))
    #expect(page.contains("\"count\":200"))
  }

  @Test("a run without logs, and one that a crash cut short, are shown as far as they go")
  func parts() throws {
    let world = try world()
    #expect(world.run("simulate", "@small", "--out", "@few", "--summary-only", "--report").code == .ok)
    #expect(world.text("few/report.html")?.contains("This run kept no logs") == true)
    try FileManager.default.removeItem(atPath: world.path("run/summary.json"))
    let log = try #require(world.text("run/events.jsonl"))
    try world.folder.write("run/events.jsonl", String(log.prefix(log.count / 2)))
    let rows = try #require(world.text("run/metrics.csv"))
    try world.folder.write("run/metrics.csv", String(rows.dropLast(20)))
    let answer = world.run("report", "@run")
    #expect(answer.code == .ok, "\(answer.err)")
    let page = try #require(world.text("run/report.html"))
    #expect(page.contains("This run was cut short") && page.contains("The last line of the log is torn off"))
  }

  @Test("parts of a rotated log are shown as one")
  func rotated() throws {
    let world = try world()
    let log = try #require(world.text("run/events.jsonl"))
    let lines = log.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(world.run("report", "@run", "--out", "@whole.html").code == .ok)
    try world.folder.write("run/events.000001.jsonl", lines[..<300].joined(separator: "\n") + "\n")
    try world.folder.write("run/events.jsonl", lines[300...].joined(separator: "\n"))
    #expect(world.run("report", "@run", "--out", "@parts.html").code == .ok)
    #expect(world.text("parts.html") == world.text("whole.html"))
  }

  @Test("--from begins the animation later, and past the run's end it is refused")
  func from() throws {
    let world = try world()
    #expect(world.run("report", "@run", "--from", "100s").code == .ok)
    #expect(world.text("run/report.html")?.contains("\"window\":[100000,") == true)
    let late = world.run("report", "@run", "--from", "9h")
    #expect(late.code == .usage && late.err.contains("--from is at 9:00:00, and the run's log ends at 0:0"))
  }

  @Test("a damaged log, a summary that is none, and a folder that is no run end with what is wrong and where")
  func refusals() throws {
    let world = try world()
    let nowhere = world.run("report", "@small")
    #expect(nowhere.code == .noInput && nowhere.err.contains("'@small' is no run directory"))
    let log = try #require(world.text("run/events.jsonl"))
    try world.folder.write(
      "run/events.jsonl", log.replacing("\"piece\":9,", with: "\"piece\":8,", maxReplacements: 1))
    let damaged = world.run("report", "@run")
    #expect(
      damaged.code == .badData && damaged.err.contains(/@run\/events\.jsonl:\d+:1: error: the line is not as/)
    )
    #expect(!world.names("run").contains("report.html"))
    try world.folder.write("run/events.jsonl", log)
    try world.folder.write(
      "run/metrics.csv",
      "interval_start_s,interval_s,fed,sorted,rejected,removed,lost,bins_full\n0,60,x,0,0,0,0,0\n")
    let row = world.run("report", "@run")
    #expect(row.code == .badData && row.err.contains("@run/metrics.csv:2:6: error: this is no number"))
    try world.folder.write("run/summary.json", "{,}")
    let summary = world.run("report", "@run")
    #expect(summary.code == .badData && summary.err.contains("@run/summary.json:1:2: error:"))
  }

  @Test("a page that cannot be written ends with 73")
  func unwritable() throws {
    let world = try world()
    let answer = world.run("report", "@run", "--out", "@nowhere/page.html")
    #expect(answer.code == .cannotCreate && answer.err.contains("cannot write '@nowhere/page.html'"))
  }
}

@Suite("report of a study")
struct StudyReportCommandTests {
  @Test("replications have a page in their directory, and the study goes on with it there")
  func replications() throws {
    let world = try SmallWorld()
    #expect(world.run("simulate", "@small", "--replications", "3", "--out", "@study").code == .ok)
    let answer = world.run("report", "@study")
    #expect(
      answer.code == .ok && answer.out == "@study/report.html: 0.0 MB, 3 runs\n", "\(answer.out)\(answer.err)"
    )
    let page = try #require(world.text("study/report.html"))
    #expect(page.contains("3 replications") && page.contains("Every figure over the replications"))
    #expect(world.run("report", "@study", "--from", "3s").code == .usage)
  }

  @Test("replications take no --report, and a study whose table is wrong is told by its place")
  func refusals() throws {
    let world = try SmallWorld()
    let both = world.run("simulate", "@small", "--replications", "2", "--report", "--out", "@study")
    #expect(both.code == .usage && both.err.contains("'sortline report' makes the page of a study."))
    #expect(world.run("simulate", "@small", "--replications", "2", "--out", "@study").code == .ok)
    let rows = try #require(world.text("study/runs.csv"))
    try world.folder.write("study/runs.csv", rows.replacing("\n1,0,2,", with: "\n7,0,2,"))
    let answer = world.run("report", "@study")
    #expect(answer.code == .badData && answer.err.contains("@study/runs.csv:3:1: error:"), "\(answer.err)")
  }
}
