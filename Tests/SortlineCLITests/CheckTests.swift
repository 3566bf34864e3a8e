import Foundation
import SortlineCLI
import Testing

@Suite("check")
struct CheckTests {
  @Test("a machine's figures are worked out and shown with their arithmetic")
  func machine() throws {
    let answer = try SmallWorld().run("check", "@small/profile.json5")
    #expect(answer.code == .ok && answer.err.isEmpty)
    let flat = answer.out.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for line in [
      "rated speed 3,600 pieces/h one every 1,000 ms",
      "pitch 1,000 mm 1,000 mm/s x 3,600 s / 3,600, 1,000 encoder pulses",
      "gap behind a box of middle length 750 mm pitch - 250 mm, at least 100 mm is needed",
      "gap behind the longest piece 600 mm pitch - 400 mm, at least 100 mm is needed",
      "reading is there at 600 mm scanner at 500 mm + 100 ms at 1,000 mm/s",
      "from there to the first chute 1,400 mm, 1,400 ms C1 at 2,000 mm; answer 10 ms + diverter 50 ms leave 1,340 ms",
      "one diverter, in and out 100 ms the gap behind the longest piece lasts 600 ms",
      "ring capacity 128 slots 3,600/h x 8 records x 10 s = 80 -> 128 slots (8 KiB)",
      "a chute fills in 8 min 100 pieces at an even share of 720 pieces/h",
      "1 file checked: no errors",
    ] { #expect(flat.contains(line), "\(line)") }
  }

  @Test("a scenario brings its machine, its plan against the bins and its mail against the plan")
  func scenario() throws {
    let answer = try SmallWorld().run("check", "@small")
    let flat = answer.out.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(answer.code == .ok)
    for line in [
      "gap behind the mean piece 800 mm", "rules 4 2 sort, 1 overflow, 1 reject",
      "bins used 5 of 6 every one that has a diverter", "Mail, the first 200 pieces drawn with seed 3",
      "without a rule 0 every destination has a rule",
    ] { #expect(flat.contains(line), "\(line)") }
  }

  @Test("a plan given with a machine is held against its bins; one given alone says how to do that")
  func plan() throws {
    let world = try SmallWorld()
    try world.folder.write(
      "other.csv", SmallWorld.plan.replacing("C2 C3", with: "C2").replacing("R1", with: "R11"))
    let alone = world.run("check", "@other.csv")
    #expect(alone.code == .ok && alone.out.contains("add --profile NAME"))
    let both = world.run("check", "@other.csv", "--profile", "@small/profile.json5")
    #expect(both.code == .configuration)
    #expect(both.out.contains("unused: C3 R1"))
    #expect(both.err.contains("@other.csv:5: error: the machine has no bin \"R11\" (did you mean \"R1\"?)"))
  }

  @Test("mail is held against a plan: refused rows and destinations without a rule are counted and told")
  func mail() throws {
    let world = try SmallWorld()
    let alone = world.run("check", "@small/mail.csv")
    #expect(alone.out.contains("add --plan NAME --profile NAME"))
    let answer = world.run("check", "@small/mail.csv", "@small/plan.csv", "@small/profile.json5")
    #expect(answer.code == .ok)
    let flat = answer.out.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(flat.contains("rows refused 2 1 timeOrder, 1 weight"))
    #expect(flat.contains("without a rule 1 33.3 % would be rejected as invalidDestination: 999 (1)"))
    #expect(flat.contains("3 files checked: no errors, 2 warnings"))
    let strict = world.run("check", "--strict", "@small/mail.csv", "@small/plan.csv", "@small/profile.json5")
    #expect(strict.code == .badData)
  }

  @Test("every fault of every file is told at once")
  func allFaults() throws {
    let world = try SmallWorld()
    try world.folder.write(
      "small/profile.json5",
      SmallWorld.profile.replacing("bin_word", with: "bin_wort").replacing(
        "spacing_mm: 1000", with: "spacing_mm: -1"))
    try world.folder.write("mix.csv", "destination,weight\n1?,0\n")
    let answer = world.run("check", "@small/profile.json5", "@mix.csv", "@nowhere.csv")
    #expect(answer.code == .badData)
    #expect(answer.err.contains("did you mean \"bin_word\"?"))
    #expect(answer.err.contains("@small/profile.json5:12:"))
    #expect(answer.err.contains("@mix.csv:2:"))
    #expect(answer.err.contains("@nowhere.csv: error: there is no such file"))
    #expect(answer.out.contains("3 files checked: "))
  }

  @Test(
    "what a file is shows in its content, not in its name",
    arguments: [
      (SmallWorld.profile, FileKind.profile), (SmallWorld.plan, .plan), (SmallWorld.mail, .mail),
      ("destination,weight\n331??,5\n", .mix), ("# note\nmatch,kind,bins\n", .plan),
      ("// c\n/* d */ { rules: [{ kind: 'sort', match: '1' }] }", .plan),
      ("{ mail: {}, profile: 'x', plan: 'y' }", .scenario),
      ("run_id,piece\n", .unknown("this is a file of a run; give the run directory that holds it")),
      ("{}", .unknown("it has the keys of neither a profile nor a scenario, a plan or a study")),
    ])
  func kinds(text: String, kind: FileKind) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("file", text)
    #expect(try CheckedFile(file.path).kind == kind)
  }

  @Test(
    "what can be of no kind is told with its place, and a binary file is not echoed",
    arguments: [
      ([], "1:1: error: the file is empty"),
      ([0xEF, 0xBB, 0xBF], "1:1: error: the file is empty"),
      (Array("\n# nothing\n".utf8), "1:1: error: the file holds nothing but empty lines and comments"),
      ([0x7F, 0x45, 0x4C, 0x0A, 0x46, 0x00], "2:2: error: the file is not text (found a NUL byte"),
      (Array("caf".utf8) + [0xE9], "1:4: error: the text is not UTF-8 (found the byte 0xE9"),
      (
        [UInt8](repeating: 0x5B, count: 200),
        "1:65: error: lists and objects are nested too deeply (found more than 64 levels"
      ),
      (Array("{\n  colour: }".utf8), "2:11: error: this is not a value"),
      (
        Array("{}".utf8), "1:1: error: it has the keys of neither a profile nor a scenario, a plan or a study"
      ),
    ] as [([UInt8], String)])
  func noKind(bytes: [UInt8], says: String) throws {
    let world = try SmallWorld()
    try Data(bytes).write(to: world.folder.url.appendingPathComponent("thing"))
    let answer = world.run("check", "@thing")
    #expect(answer.code == .badData)
    #expect(answer.err.hasPrefix("@thing:\(says)") && answer.err.count { $0 == "\n" } == 1, "\(answer.err)")
  }

  @Test("a machine whose rating leaves too small a gap behind its typical piece is told as slower")
  func rating() throws {
    let world = try SmallWorld()
    try world.folder.write(
      "small/profile.json5", SmallWorld.profile.replacing("min_gap_mm: 100", with: "min_gap_mm: 751"))
    let answer = world.run("check", "@small/profile.json5")
    #expect(answer.code == .ok)
    #expect(
      answer.err.contains(
        "warning: the rated speed leaves 750 mm behind a box of middle length, and at least 751 mm is needed"),
      "\(answer.err)")
  }

  @Test(
    "a table of semicolons, tabs or bare carriage returns is told as that, by check and simulate alike",
    arguments: [
      (";", "\n", "1:3: error: the fields are not separated by commas (found \";\", expected \",\")"),
      ("\t", "\n", "1:3: error: the fields are not separated by commas (found \"\\t\", expected \",\")"),
      (",", "\r", "1:1: error: the lines end in a carriage return alone (found CR, expected LF or CR LF)"),
    ])
  func oddTables(comma: String, line: String, says: String) throws {
    let world = try SmallWorld()
    try world.folder.write(
      "odd.csv", SmallWorld.mail.replacing(",", with: comma).replacing("\n", with: line))
    let checked = world.run("check", "@odd.csv")
    #expect(checked.code == .badData && checked.err == "@odd.csv:\(says)\n", "\(checked.err)")
    let run = world.run("simulate", "@small", "--mail", "@odd.csv", "--out", "@run")
    #expect(run.code == .badData && run.err.hasSuffix("@odd.csv:\(says)\n"), "\(run.err)")
  }

  @Test("a column of a plan that is nearly an optional one is told, not silently left aside")
  func nearlyAColumn() throws {
    let world = try SmallWorld()
    try world.folder.write("plan.csv", SmallWorld.plan.replacing("alternates", with: "alternats"))
    let answer = world.run("check", "@plan.csv")
    #expect(answer.code == .ok)
    #expect(
      answer.err.hasPrefix("@plan.csv:1:22: warning: this column is left aside (found \"alternats\"")
        && answer.err.contains("did you mean \"alternates\"?"), "\(answer.err)")
  }

  @Test("a run with a warm-up, double feeds, jams and slip agrees with itself too")
  func hardRun() throws {
    let world = try SmallWorld(expect: "missorted: { at_least: 0 }", pieces: 2000)
    let scenario = try #require(world.text("small/scenario.json5"))
    try world.folder.write(
      "small/scenario.json5",
      scenario.replacing(
        "warm_up_s: 0,",
        with: """
          warm_up_s: 300, imperfections: { double_feed_ppm: 50000, double_detection_ppm: 500000,
            jam_ppm: 5000, jam_clear_s: 20, slip_ppm: 50000, slip_max_mm: 100, missed_divert_ppm: 20000 },
          """))
    #expect(world.run("simulate", "@small", "--out", "@run").code == .ok)
    let answer = world.run("check", "@run")
    #expect(answer.code == .ok, "\(answer.err)\(answer.out)")
    let summary = try #require(world.text("run/summary.json"))
    #expect(summary.contains("\"length_s\": 300"))
  }
}
