import Foundation
import SortlineCLI
import Testing

@Suite("compare of studies")
struct StudyCompareTests {
  private func world() throws -> SmallWorld {
    let world = try SmallWorld()
    let scenario = try #require(world.text("small/scenario.json5"))
    for (name, ppm) in [("worse", 150_000), ("same", 50_000)] {
      try world.folder.write("\(name)/profile.json5", SmallWorld.profile)
      try world.folder.write("\(name)/plan.csv", SmallWorld.plan)
      try world.folder.write(
        "\(name)/scenario.json5",
        scenario.replacing("name: \"small\"", with: "name: \"\(name)\"").replacing(
          "expect:", with: "imperfections: { no_read_ppm: \(ppm) },\n  expect:"))
    }
    #expect(run(world, "small", to: "a", seed: 3).code == .ok)
    return world
  }

  private func run(_ world: SmallWorld, _ name: String, to out: String, seed: Int) -> SmallWorld.Answer {
    world.run(
      "simulate", "@\(name)", "--replications", "6", "--seed", "\(seed)", "--out", "@\(out)", "--quiet")
  }

  @Test("what moved beyond chance is told from noise, and a regression ends with 1")
  func moved() throws {
    let world = try world()
    #expect(run(world, "worse", to: "b", seed: 3).code == .ok)
    let answer = world.run("compare", "@a", "@b", "--fail-on-regression", "--kpi", "read_rate_percent")
    #expect(answer.code == .thresholdFailed, "\(answer.err)")
    #expect(answer.out.contains(/1 figure got worse beyond chance: read_rate_percent \(-\d/))
    let back = world.run("compare", "@b", "@a", "--fail-on-regression", "--kpi", "read_rate_percent")
    #expect(back.code == .ok && back.out.contains("better"))
    let junit = world.run("compare", "@a", "@b", "--kpi", "read_rate_percent", "--format", "junit")
    #expect(junit.out.contains("failures=\"1\""))
    let json = world.run("compare", "@a", "@b", "--kpi", "fed", "--json").out
    #expect(try JSONSerialization.jsonObject(with: Data(json.utf8)) is [String: Any])
  }

  @Test("replications of the same random numbers are compared pair by pair, others by Welch")
  func methods() throws {
    let world = try world()
    #expect(run(world, "small", to: "again", seed: 3).code == .ok)
    let paired = world.run("compare", "@a", "@again", "--json", "--kpi", "rejected").out
    #expect(paired.contains("\"method\": \"paired\""))
    #expect(paired.contains("\"verdict\": \"same\""))
    #expect(run(world, "small", to: "other", seed: 4).code == .ok)
    let welch = world.run("compare", "@a", "@other", "--json", "--kpi", "rejected").out
    #expect(welch.contains("\"method\": \"welch\""))
    #expect(world.run("compare", "@a", "@other").out.contains("Independent replications, by Welch"))
  }

  @Test("a study is not compared with a run, and a study that is not whole is told")
  func mixed() throws {
    let world = try world()
    #expect(world.run("simulate", "@small", "--out", "@run", "--quiet").code == .ok)
    for words in [["compare", "@a", "@run"], ["compare", "@run", "@a"]] {
      let answer = world.run(words)
      #expect(answer.code == .configuration)
      #expect(answer.err.contains("'@run' is no study, and the others are"))
    }
    let rows = try #require(world.text("a/runs.csv")).split(separator: "\n")
    try world.folder.write("a/runs.csv", rows.dropLast().joined(separator: "\n") + "\n")
    #expect(world.run("compare", "@a", "@a").err.contains("is not whole: 5 of 6 runs are there"))
    try world.folder.write("a/study.json", "{")
    #expect(world.run("compare", "@a", "@a").err.contains("study.json:1:"))
  }
}
