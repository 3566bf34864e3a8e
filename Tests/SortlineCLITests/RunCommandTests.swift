import FileFormats
import Foundation
import Testing

@testable import SortlineCLI

@Suite("sortline run", .serialized)
struct RunCommandTests {
  @Test("the simulated backend leaves the files of simulate, with the same pieces and digest")
  func sameAsSimulate() throws {
    let world = try SmallWorld()
    let simulated = world.run("simulate", "@small", "--out", "@a", "--quiet")
    let controlled = world.run("run", "@small", "--speed", "0", "--out", "@b", "--quiet")
    #expect(simulated.code == .ok)
    #expect(controlled.code == .ok, "\(controlled.err)")
    #expect(controlled.out.isEmpty)
    #expect(world.text("a/pieces.csv") == world.text("b/pieces.csv"))
    #expect(world.text("a/metrics.csv") == world.text("b/metrics.csv"))
    let digest = /"digest": "([0-9a-f]+)"/
    let texts = ["a", "b"].map { world.text("\($0)/summary.json") ?? "" }
    #expect(texts[0].firstMatch(of: digest)?.1 == texts[1].firstMatch(of: digest)?.1)
    #expect(texts[1].contains("\"timing\": {"))
    #expect(texts[1].contains("\"ended\": \"finished\""))
    #expect(world.text("b/run.json")?.contains("--backend simulated --speed 0") == true)
    #expect(world.run("check", "@b").code == .ok)
  }

  @Test("a missed threshold ends with 1, and JUnit says which")
  func missed() throws {
    let world = try SmallWorld(expect: "fed: { at_least: 100000 }")
    let run = world.run("run", "@small", "--speed", "0", "--out", "@b", "--quiet", "--junit", "@j.xml")
    #expect(run.code == .thresholdFailed)
    #expect(run.out.contains("MISSED"))
    #expect(world.text("j.xml")?.contains("failure") == true)
  }

  @Test("--for ends a run at its time of the plant, as --until does of simulate")
  func forAWhile() throws {
    let world = try SmallWorld(expect: "fed: { at_least: 1 }")
    #expect(
      world.run("run", "@small", "--speed", "200", "--for", "300ms", "--out", "@b", "--quiet").code == .ok)
    #expect(world.run("simulate", "@small", "--until", "60s", "--out", "@a", "--quiet").code == .ok)
    #expect(world.text("a/pieces.csv") == world.text("b/pieces.csv"))
    #expect(world.text("b/summary.json")?.contains("\"ended\": \"time_is_up\"") == true)
  }

  @Test("a folder with an earlier run is refused without --force, and replaced with it")
  func earlierRun() throws {
    let world = try SmallWorld()
    #expect(world.run("run", "@small", "--speed", "0", "--out", "@b", "--quiet").code == .ok)
    let again = world.run("run", "@small", "--speed", "0", "--out", "@b", "--quiet")
    #expect(again.code == .cannotCreate)
    #expect(again.err.contains("holds an earlier run"))
    #expect(world.run("run", "@small", "--speed", "0", "--out", "@b", "--force", "--quiet").code == .ok)
  }

  @Test("a second run into the folder of a running one is refused")
  func locked() throws {
    let world = try SmallWorld()
    try FileManager.default.createDirectory(
      at: URL(filePath: world.path("b")), withIntermediateDirectories: true)
    let place = world.path("b")
    let first = try LiveFolder(out: place, replacing: false, base: "unused")
    let second = world.run("run", "@small", "--speed", "0", "--out", "@b", "--quiet")
    #expect(second.code == .cannotCreate)
    #expect(second.err.contains("another sortline is writing"))
    #expect(first.path == place)
  }

  @Test(
    "options that make no sense together are refused in words",
    arguments: [
      (["--arm"], "--arm needs --backend modbus"),
      (["--connect", "a:1"], "--connect needs --backend modbus"),
      (["--backend", "modbus", "--speed", "2"], "--speed needs --backend simulated"),
      (["--backend", "modbus", "--arm", "--dry-run"], "contradict"),
      (["--backend", "opc"], "cannot be 'opc'"), (["--force"], "--force needs --out"),
      (["--backend", "modbus", "--scanner", "gun"], "--scanner is stdin"),
      (["--speed", "1000001"], "--speed needs a whole number"),
      (["--resume", "@b"], "--resume takes the scenario from the run"),
      (["--rotate-mb", "0"], "--rotate-mb needs a whole number"),
    ])
  func usage(words: [String], message: String) throws {
    let world = try SmallWorld()
    let run = world.run(["run", "@small"] + words)
    #expect(run.code == .usage)
    #expect(run.err.contains(message), "\(run.err)")
  }

  @Test("what cannot go on is refused in words: no run, a virtual plant's, options that belong to the run")
  func resumeRefused() throws {
    let world = try SmallWorld()
    let nothing = world.run("run", "--resume", "@b")
    #expect(nothing.code == .noInput && nothing.err.contains("is no run directory"), "\(nothing.err)")
    #expect(world.run("run", "@small", "--speed", "0", "--out", "@b", "--quiet").code == .ok)
    let virtual = world.run("run", "--resume", "@b")
    #expect(virtual.code == .usage, "\(virtual.err)")
    #expect(virtual.err.contains("a virtual plant ends with its process"), "\(virtual.err)")
    let plan = world.run("run", "--resume", "@b", "--plan", "us-scf")
    #expect(plan.code == .usage && plan.err.contains("--plan cannot be changed"), "\(plan.err)")
  }

  @Test("files that everybody may write drive no machine")
  func openFiles() throws {
    let world = try SmallWorld()
    let scenario = world.path("small") + "/scenario.json5"
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: scenario)
    let run = world.run("run", "@small", "--backend", "modbus", "--connect", "127.0.0.1:9", "--out", "@b")
    #expect(run.code == .configuration, "\(run.err)")
    #expect(run.err.contains("everybody on this computer may write this file"), "\(run.err)")
    #expect(run.err.contains("scenario.json5"), "\(run.err)")
    #expect(!FileManager.default.fileExists(atPath: world.path("b")))
  }

  @Test(
    "a machine's address is taken as probe and profiles write it",
    arguments: ["tcp:127.0.0.1:9", "127.0.0.1:9"])
  func address(text: String) throws {
    let world = try SmallWorld()
    let scenario = BuiltProgram.root + "/scenarios/peak-hour"
    let run = world.run("run", scenario, "--backend", "modbus", "--connect", text, "--out", "@b", "--quiet")
    #expect(run.code == .unavailable)
    #expect(run.err.contains("the machine at tcp:127.0.0.1:9 does not answer"), "\(run.err)")
  }

  @Test("a machine that does not answer ends with 69, and nothing is written")
  func unavailable() throws {
    let world = try SmallWorld()
    let run = world.run(
      "run", "letter", "--profile", "letter-sorter", "--plan", "us-scf", "--backend", "modbus", "--connect",
      "127.0.0.1:9", "--out", "@b")
    // Without a scenario of this name and without the shipped library nothing can be loaded either.
    #expect([.unavailable, .noInput, .configuration].contains(run.code))
    #expect(!FileManager.default.fileExists(atPath: world.path("b")))
  }
}
