import Foundation
import SortlineCLI
import Testing

@Suite("simulate")
struct SimulateTests {
  @Test(
    "what is given in the place of a scenario is told by what it is",
    arguments: [
      ("plan.csv", "This is a sort plan; it is given with --plan"),
      ("mail.csv", "This is a mail file; it is given with --mail"),
      ("profile.json5", "This is a hardware profile; it is given with --profile"),
    ])
  func otherKinds(file: String, says: String) throws {
    let answer = try SmallWorld().run("simulate", "@small/\(file)", "--out", "@run")
    #expect(answer.code == .badData && answer.err.contains(says), "\(answer.err)")
  }

  static let files = [
    "datapackage.json", "events.jsonl", "inputs.jsonl", "metrics.csv", "pieces.csv", "run.json",
    "summary.json",
  ]

  @Test("a run leaves its seven files, prints its figures and its thresholds, and ends with 0")
  func run() throws {
    let world = try SmallWorld()
    let answer = world.run("simulate", "@small", "--out", "@run")
    #expect(answer.code == .ok, "\(answer.err)")
    #expect(answer.err.isEmpty)
    #expect(world.names("run") == Self.files)
    #expect(answer.out.hasPrefix("small on bench, plan plan, seed 3\n"))
    #expect(answer.out.contains(/\n  fed +200  pieces\n/))
    #expect(answer.out.contains("\n  fed        at least 200  200  met\n"))
    #expect(answer.out.hasSuffix("\nKept in @run\n"))
    #expect(world.names("") == ["run", "small"])
  }

  @Test("the same seed gives the same bytes in every file, another seed another run")
  func determinism() throws {
    let world = try SmallWorld()
    for name in ["one", "two"] { #expect(world.run("simulate", "@small", "--out", "@\(name)").code == .ok) }
    for file in Self.files { #expect(world.text("one/\(file)") == world.text("two/\(file)"), "\(file)") }
    #expect(world.run("simulate", "@small", "--seed", "4", "--out", "@three").code == .ok)
    #expect(world.text("three/events.jsonl") != world.text("one/events.jsonl"))
    #expect(world.text("three/run.json")?.contains("simulate small --seed 4\"") == false)
    #expect(world.text("three/run.json")?.contains("--seed 4\"") == true)
  }

  @Test("--json prints summary.json, byte for byte")
  func json() throws {
    let world = try SmallWorld()
    let answer = world.run("simulate", "@small", "--out", "@run", "--json")
    #expect(answer.out == world.text("run/summary.json"))
  }

  @Test("a missed threshold ends with 1; --quiet prints nothing else; JUnit says wanted and got")
  func thresholds() throws {
    let world = try SmallWorld(expect: "fed: { at_least: 200 }, lost: { at_least: 1 }")
    let answer = world.run("simulate", "@small", "--out", "@run", "--quiet", "--junit", "@junit.xml")
    #expect(answer.code == .thresholdFailed)
    #expect(
      answer.out == """
          threshold  wanted      got
          ----------------------------------
          lost       at least 1    0  MISSED

        """)
    let xml = try #require(world.text("junit.xml"))
    #expect(xml.contains("tests=\"2\" failures=\"1\""))
    #expect(xml.contains("message=\"wanted at least 1, got 0\""))
    #expect(try SmallWorld().run("simulate", "@small", "--out", "@run", "--quiet").out.isEmpty)
  }

  @Test("a folder that holds something else is refused, and so is an earlier run without --force")
  func refusals() throws {
    let world = try SmallWorld()
    try world.folder.write("full/letter.txt", "dear")
    let full = world.run("simulate", "@small", "--out", "@full", "--force")
    #expect(full.code == .cannotCreate)
    #expect(full.err.hasPrefix("sortline: error: '@full' is not empty and holds more than an earlier run\n"))
    #expect(world.run("simulate", "@small", "--out", "@run").code == .ok)
    let again = world.run("simulate", "@small", "--out", "@run", "--seed", "4")
    #expect(again.code == .cannotCreate)
    #expect(again.err.hasPrefix("sortline: error: '@run' holds an earlier run\n"))
    #expect(world.run("simulate", "@small", "--out", "@run/", "--seed", "4", "--force").code == .ok)
    #expect(world.text("run/run.json")?.contains("\"seed\": 4") == true)
    try world.folder.write("run/notes.txt", "mine")
    #expect(world.run("simulate", "@small", "--out", "@run", "--force").code == .cannotCreate)
    #expect(world.text("run/notes.txt") == "mine")
    let file = world.run("simulate", "@small", "--out", "@full/letter.txt")
    #expect(file.err == "sortline: error: '@full/letter.txt' is there and is no folder\n")
    #expect(world.names("") == ["full", "run", "small"])
  }

  @Test("an empty folder, folders that are not there yet and a link to a folder are written")
  func places() throws {
    let world = try SmallWorld()
    try FileManager.default.createDirectory(atPath: world.path("empty"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(atPath: world.path("link"), withDestinationPath: "empty")
    #expect(world.run("simulate", "@small", "--out", "@link").code == .ok)
    #expect(world.names("empty") == Self.files)
    #expect(world.run("simulate", "@small", "--out", "@a/b/c").code == .ok)
    #expect(world.names("a/b/c") == Self.files)
  }

  @Test("without --out runs get names of their own and none is ever overwritten")
  func ownNames() throws {
    let world = try SmallWorld()
    for _ in 1...3 {
      #expect(try BuiltProgram.shell("sortline simulate small -q", in: world.folder.url).code == 0)
    }
    #expect(world.names("runs") == ["small-3", "small-3-2", "small-3-3"])
  }

  @Test("--until ends the run in the middle and leaves pieces on the machine")
  func until() throws {
    let world = try SmallWorld(expect: "missorted: { at_most: 0 }")
    #expect(world.run("simulate", "@small", "--out", "@run", "--until", "1m").code == .ok)
    let summary = try #require(world.text("run/summary.json"))
    #expect(summary.contains("\"ended\": \"time_is_up\""))
    #expect(!summary.contains("\"on_machine\": 0,"))
    #expect(world.run("simulate", "@small", "--out", "@all").code == .ok)
    let ids = ["run", "all"].map { world.text("\($0)/run.json")?.split(separator: "\n")[2] }
    #expect(ids[0] != ids[1], "the time that was asked for makes it another run")
  }

  @Test("--summary-only leaves the logs out and tells the same figures")
  func summaryOnly() throws {
    let world = try SmallWorld()
    #expect(world.run("simulate", "@small", "--out", "@run", "--summary-only").code == .ok)
    #expect(world.run("simulate", "@small", "--out", "@logs").code == .ok)
    #expect(world.names("run") == ["run.json", "summary.json"])
    #expect(world.text("run/summary.json") == world.text("logs/summary.json"))
    #expect(world.run("check", "@run").code == .ok)
    let story = world.run("explain", "@run", "1")
    #expect(story.code == .noInput)
    #expect(story.err.contains("A run made with --summary-only has no events to explain."))
  }

  @Test("a wrong scenario is told with all its places, and nothing is written")
  func wrongScenario() throws {
    let world = try SmallWorld()
    let scenario = try #require(world.text("small/scenario.json5"))
    try world.folder.write(
      "small/scenario.json5",
      scenario.replacing("seed: 3", with: "sede: 3").replacing("200,\n", with: "-200,\n"))
    let answer = world.run("simulate", "@small", "--out", "@run")
    #expect(answer.code == .badData)
    #expect(answer.err.contains("@small/scenario.json5:3:"))
    #expect(answer.err.contains("did you mean \"seed\"?"))
    #expect(answer.err.split(separator: "\n").count >= 2)
    #expect(world.names("") == ["small"])
  }

  @Test("a plan for another machine is refused before anything runs, with the nearest bin")
  func wrongPlan() throws {
    let world = try SmallWorld()
    try world.folder.write("small/plan.csv", SmallWorld.plan.replacing("C2 C3", with: "C2 C33"))
    let answer = world.run("simulate", "@small", "--out", "@run")
    #expect(answer.code == .configuration)
    #expect(
      answer.err.contains("plan.csv:3: error: the machine has no bin \"C33\" (did you mean \"C3\"?)"),
      "\(answer.err)")
    #expect(world.names("") == ["small"])
  }

  @Test("wrong rows of a mail file are counted and told; with --strict the first one ends it")
  func mail() throws {
    let world = try SmallWorld(expect: "fed: { at_least: 3 }")
    let answer = world.run("simulate", "@small", "--mail", "@small/mail.csv", "--out", "@run")
    #expect(answer.code == .ok, "\(answer.err)")
    #expect(answer.err.contains("mail.csv:5:3: warning: the piece arrived before that of the row above"))
    #expect(answer.err.contains("2 of 5 mail rows were refused (1 timeOrder, 1 weight)"))
    #expect(world.text("run/pieces.csv")?.contains(",C,") == true)
    let strict = world.run("simulate", "@small", "--mail", "@small/mail.csv", "--out", "@strict", "--strict")
    #expect(strict.code == .badData)
    #expect(strict.err.contains("mail.csv:5:3: error: the piece arrived before"))
    #expect(world.names("") == ["run", "small"])
  }

  @Test("a bare name that is nearly that of a shipped scenario is answered with it")
  func nearestScenario() throws {
    let world = try SmallWorld()
    try world.folder.write("scenarios/peak-hour/scenario.json5", "{}")
    let ending = try BuiltProgram.shell("sortline simulate peek-hour", in: world.folder.url)
    #expect(ending.code == 66)
    #expect(ending.err == "peek-hour: error: there is no such file\n  Did you mean peak-hour?\n")
  }

  @Test("a JUnit file that cannot be written is an error")
  func junitFailure() throws {
    let answer = try SmallWorld().run("simulate", "@small", "--out", "@run", "--junit", "@none/junit.xml")
    #expect(answer.code == .cannotCreate)
    #expect(answer.err == "sortline: error: cannot write '@none/junit.xml': No such file or directory\n")
  }
}

@Suite("simulate as a process")
struct SimulateProcessTests {
  @Test("a signal stops the run at a safe point: the files are whole and say so", arguments: ["INT", "TERM"])
  func interrupted(signal: String) throws {
    let world = try SmallWorld(pieces: 500_000)
    let line = """
      sortline simulate small --out run & run=$!
      until compgen -G '.run.partial-*/events.jsonl' > /dev/null; do :; done
      kill -\(signal) $run; wait $run
      """
    let ending = try BuiltProgram.shell(line, in: world.folder.url)
    #expect(ending.code == 130)
    #expect(ending.err.contains("sortline: error: interrupted by SIG\(signal) at "))
    #expect(world.text("run/summary.json")?.contains("\"ended\": \"interrupted\"") == true)
    #expect(world.names("") == ["run", "small"])
    let check = world.run("check", "@run")
    #expect(check.code == .ok, "\(check.err)")
  }

  @Test("a log that cannot be written to its end is an error, and no half run is left")
  func fullDisk() throws {
    let world = try SmallWorld(pieces: 100_000)
    let ending = try BuiltProgram.shell(
      "ulimit -f 2000; sortline simulate small --out run", in: world.folder.url)
    #expect(ending.code == 73)
    #expect(ending.err.contains("cannot write run/events.jsonl: File too large"), "\(ending.err)")
    #expect(world.names("") == ["small"])
  }

  @Test("a reader that goes away does not stop the run", arguments: ["| true", ">&-", "| head -c 10"])
  func closedOutput(tail: String) throws {
    let world = try SmallWorld()
    let ending = try BuiltProgram.shell(
      "set -o pipefail; sortline simulate small --out run \(tail) > /dev/null", in: world.folder.url)
    #expect(ending.code == 0)
    #expect(world.names("run") == SimulateTests.files)
    #expect(world.text("run/events.jsonl")?.contains("small on bench") == false)
  }

  @Test("a result that cannot be printed is an error, and the run is kept")
  func fullOutput() throws {
    let world = try SmallWorld()
    let ending = try BuiltProgram.shell(
      "sortline simulate small --out run --json > /dev/full", in: world.folder.url)
    #expect(ending.code == 73)
    #expect(ending.err.contains("cannot write to standard output: No space left on device"))
    #expect(world.names("run") == SimulateTests.files)
  }

  @Test("a terminal sees the bar, and its cursor comes back")
  func terminal() throws {
    let world = try SmallWorld()
    let ending = try BuiltProgram.shell(
      "script -qec 'sortline simulate small --out run' /dev/null", in: world.folder.url,
      environment: ["TERM": "xterm"])
    #expect(ending.code == 0)
    let bar = try #require(ending.out.firstRange(of: "100 %"))
    let shown = try #require(ending.out.firstRange(of: "\u{1B}[?25h"))
    #expect(ending.out.hasPrefix("\u{1B}[?25l") && bar.lowerBound < shown.lowerBound)
  }

  @Test("two signals at once, as timeout(1) sends them, stop a run at its next safe point")
  func twoSignals() throws {
    let world = try SmallWorld(pieces: 1_000_000)
    let ending = try BuiltProgram.shell(
      """
      sortline simulate small --quiet --out run & run=$!
      until [ -s .run.partial-*/events.jsonl ]; do kill -0 $run || exit 9; done
      kill -TERM $run; kill -INT $run
      wait $run; code=$?
      ls -A; exit $code
      """, in: world.folder.url)
    #expect(ending.code == 130 && ending.err.contains("interrupted by SIG"), "\(ending.err)")
    #expect(ending.out == "run\nsmall\n")
  }
}
