import Foundation
import SortlineCLI
import Testing

@Suite("simulate: states and alarms")
struct SupervisedSimulationTests {
  /// A world whose belt jams for five seconds at second 20.
  private func jammed() throws -> SmallWorld {
    let world = try SmallWorld(expect: "alarms_raised: { at_most: 1 }")
    let scenario = try #require(world.text("small/scenario.json5"))
    try world.folder.write(
      "small/scenario.json5",
      scenario.replacing(
        "expect:",
        with: #"faults: [{ fault: "jam", at_s: 20, for_s: 5, position_mm: 2000 }], expect:"#))
    return world
  }

  @Test("the result tells the alarms, and a threshold may be set on their number")
  func result() throws {
    let answer = try jammed().run("simulate", "@small", "--out", "@run")
    #expect(answer.code == .ok, "\(answer.err)")
    #expect(answer.out.contains("\n  alarms: Jam (longest 6 s)\n"), "\(answer.out)")
    #expect(answer.out.contains(/alarms_raised +at most 1 +1  met/))
  }

  @Test("summary.json has the PackML times, the PackTags and the alarms")
  func summary() throws {
    let world = try jammed()
    #expect(world.run("simulate", "@small", "--out", "@run").code == .ok)
    let text = try #require(world.text("run/summary.json"))
    let whole = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let pack = try #require(whole["packml"] as? [String: Any])
    #expect(pack["state"] as? String == "Complete" && pack["mode"] as? String == "production")
    let times = try #require(pack["state_times_s"] as? [String: Double])
    let old = try #require(whole["state_times_s"] as? [String: Double])
    #expect(times.count == 17 && times["Held"] == 6 && old["held"] == 6)
    #expect(times["Execute"] == old["execute"])
    let tags = try #require(pack["pack_tags"] as? [String: Any])
    #expect(tags["Status.StateCurrent"] as? Int == 17 && tags["Status.MachSpeed"] as? Int == 60)
    #expect(tags["Admin.ProdConsumedCount"] as? Int == 200 && tags["Admin.ProdProcessedCount"] as? Int == 200)
    #expect(tags["Admin.AlarmExtent"] as? Int == 1)
    let alarms = try #require(whole["alarms"] as? [String: Any])
    let kinds = try #require(alarms["by_kind"] as? [[String: Any]])
    #expect(kinds.count == 1 && kinds[0]["alarm"] as? String == "jam" && kinds[0]["longest_s"] as? Int == 6)
  }

  @Test("explain lists the alarms that the journal holds")
  func explained() throws {
    let world = try jammed()
    #expect(world.run("simulate", "@small", "--out", "@run").code == .ok)
    let answer = world.run("explain", "@run", "--alarms")
    #expect(answer.code == .ok)
    #expect(answer.out.contains(/18:00:20.000  Jam +the machine  high +6.000/), "\(answer.out)")
    #expect(world.run("check", "@run").code == .ok)
  }
}
