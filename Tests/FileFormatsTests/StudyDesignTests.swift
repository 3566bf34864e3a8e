import FileFormats
import Foundation
import Testing

@Suite("Studies that people write")
struct StudyDesignTests {
  /// The text of a study of the sample scenario.
  static func text(_ factors: String, _ more: String = "") -> String {
    """
    {
      schema_version: 1, name: "trial", title: "A trial", scenario: "day", replications: 2, \(more)
      factors: [
        \(factors)
      ],
    }
    """
  }

  private func design(_ text: String) throws -> StudyDesign {
    try StudyDesign(SourceText(name: "trial.json5", bytes: Array(text.utf8)), recordedAs: "trial.json5")
  }

  private func values(_ design: StudyDesign) -> [[String]] {
    (0..<(design.pointCount ?? 0)).map { point in
      design.alterations(of: point, ranks: []).map { $0.value.json }
    }
  }

  @Test("a grid is every combination, the last factor changing fastest; a range has both of its ends")
  func grid() throws {
    let design = try design(
      Self.text(
        """
        { key: "sweeping.sweepers", values: [1, 3] },
        { key: "imperfections.no_read_ppm", name: "no_reads", from: 0, to: 10, steps: 4 },
        """))
    #expect(
      values(design) == ["1", "3"].flatMap { crew in ["0", "3", "7", "10"].map { [crew, $0] } })
    #expect(design.factors.map(\.name) == ["sweeping.sweepers", "no_reads"])
    #expect(design.randomNumbers == .common && design.warmUp == .scenario && design.seed == nil)
  }

  @Test("a list takes values together; numbers are told in one form however they are written")
  func list() throws {
    let design = try design(
      Self.text(
        """
        { key: "duration_s", values: [1e3, +20, 0x10] },
        { key: "mail.sizes[0].length_mm", values: [[1, 2.50], 3, [.5, 0.5]] },
        """, "design: { kind: 'list' }, random_numbers: 'independent', warm_up: '2.5 s', until_s: 3,"))
    #expect(values(design) == [["1000", "[1,2.5]"], ["20", "3"], ["16", "[0.5,0.5]"]])
    #expect(design.randomNumbers == .independent && design.warmUp == .fixed(.milliseconds(2500)))
    #expect(design.until == .seconds(3))
  }

  @Test("a Latin hypercube takes the middle of each stratum, rounded to the decimals of its ends")
  func hypercube() throws {
    let design = try design(
      Self.text(
        """
        { key: "sweeping.call_at_percent", from: 0, to: 100 },
        { key: "warm_up_s", from: 0, to: 1.0, decimals: 3 },
        { key: "sweeping.closes_bin", values: [true, false] },
        """, "design: { kind: 'latin_hypercube', points: 4, seed: 9 },"))
    let points = (0..<4).map { point in
      design.alterations(of: point, ranks: [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]]).map { $0.value.json }
    }
    #expect(
      points == [
        ["13", "0.875", "false"], ["38", "0.625", "true"], ["63", "0.375", "false"], ["88", "0.125", "true"],
      ])
    #expect(design.kind == .latinHypercube(points: 4, seed: 9))
  }

  @Test(
    "a key that is not there is told with its place and the nearest right one",
    arguments: [
      ("sweeping.sweeper", "did you mean \"sweeping.sweepers\"?"),
      ("sweepers", "did you mean \"sweeping.sweepers\"?"),
      ("profile.belt.sped", "in a profile that can be varied"),
      ("profile.belt.sped", "did you mean \"profile.belt.speed_mm_per_s\"?"),
      ("mail.sizes.length_mm", "did you mean \"mail.sizes[0].length_mm\"?"),
      ("plan.rules[0].bin", "did you mean \"plan.rules[0].bins\"?"),
      ("expect.fed.at_least", "no such key in a scenario"), ("seed", "no such key in a scenario"),
      ("profile.name", "no such key in a profile"), ("Sweeping Sweepers", "this is not a key"),
      ("mail.sizes[x].weight", "this is not a key"), ("mail..sizes", "this is not a key"),
    ])
  func wrongKeys(key: String, words: String) {
    let told = complaints { try design(Self.text("{ key: \"\(key)\", values: [1] },")) }
    #expect(told.hasPrefix("trial.json5:4:12: error: ") && told.contains(words), "\(told)")
    #expect(told.split(separator: "\n").count == 1, "\(told)")
  }

  @Test(
    "what makes no sense is told",
    arguments: [
      ("{ key: \"duration_s\" },", "", "the factor has no values"),
      ("{ key: \"duration_s\", values: [1], from: 2 },", "", "a factor has values or a range, not both"),
      ("{ key: \"duration_s\", from: 2, to: 3 },", "", "the key \"steps\" is missing"),
      ("{ key: \"duration_s\", from: 3, to: 3, steps: 2 },", "", "the range ends where it begins"),
      (
        "{ key: \"duration_s\", from: 1, to: 3, steps: 9 },", "",
        "not so many different numbers of 0 decimals"
      ),
      ("{ key: \"duration_s\", values: [1], steps: 2 },", "", "\"steps\" is for ranges alone"),
      (
        "{ key: \"duration_s\", values: [1], name: \"fed\" },", "",
        "runs.csv has a column of this name already"
      ),
      (
        "{ key: \"duration_s\", values: [1] }, { key: \"duration_s\", values: [2] },", "",
        "stands here for the second time"
      ),
      (
        "{ key: \"duration_s\", values: [1] }, { key: \"warm_up_s\", values: [1, 2] },",
        "design: { kind: 'list' },", "equally many values (found 2, expected 1, as \"duration_s\" has)"
      ),
      ("{ key: \"duration_s\", values: [1] },", "design: { kind: 'gird' },", "did you mean \"grid\"?"),
      (
        "{ key: \"duration_s\", from: 1, to: 2 },", "design: { kind: 'latin_hypercube' },",
        "the key \"points\" is missing"
      ),
      (
        "{ key: \"duration_s\", from: 1, to: 2, steps: 3 },",
        "design: { kind: 'latin_hypercube', points: 3 },", "no steps"
      ),
      (
        "{ key: \"duration_s\", values: [1] },", "design: { kind: 'grid', seed: 3 },",
        "for Latin hypercubes alone"
      ),
      ("{ key: \"duration_s\", values: [1] },", "warm_up: 'mser5',", "\"warm_up\" says nothing known"),
      (
        "{ key: \"duration_s\", from: 0, to: 99999, steps: 100000 }, { key: \"warm_up_s\", from: 0, to: 9, steps: 10 },",
        "", "too many points (found 1000000, expected at most 2500 points)"
      ),
    ])
  func faults(factors: String, more: String, words: String) {
    let told = complaints { try design(Self.text(factors, more)) }
    #expect(told.contains(words), "\(told)")
  }

  @Test("more runs than there may be are told")
  func tooMany() {
    let text = Self.text("{ key: \"duration_s\", from: 1, to: 9, steps: 3 },").replacing(
      "replications: 2", with: "replications: 400000")
    #expect(complaints { try design(text) }.contains("too many runs (found 3 points x 400000"))
    let points = complaints {
      try design(Self.text("{ key: \"duration_s\", from: 1, to: 9999, steps: 2501 },"))
    }
    #expect(points.contains("too many points (found 2501, expected at most 2500 points)"))
  }

  @Test("a study finds its scenario by name beside it, and as a file in its own folder; never elsewhere")
  func scenarios() throws {
    let fixture = try Fixture.whole()
    try fixture.write("x", to: "scenarios/studies/trial.json5")
    try fixture.write(Sample.scenario, to: "scenarios/studies/own/scenario.json5")
    let library = fixture.library
    func path(_ scenario: String) throws -> String {
      let design = try design(
        Self.text("{ key: \"duration_s\", values: [1] },").replacing("\"day\"", with: "\"\(scenario)\""))
      return try library.scenarioPath(of: design, at: "scenarios/studies/trial.json5")
    }
    #expect(try path("day") == "scenarios/day")
    #expect(try path("own/scenario.json5") == "scenarios/studies/own/scenario.json5")
    #expect(
      complaints { try path("dya") }.contains("trial.json5:2:65: error: there is no scenario of this name"))
    #expect(complaints { try path("dya") }.contains("did you mean \"day\"?"))
    #expect(
      complaints { try path("../day/scenario.json5") }.contains("may not name a file outside its folder"))
  }
}

@Suite("Values that a study sets")
struct AlterationTests {
  private func loaded(
    _ factors: String, in fixture: Fixture? = nil, scenario: String = "scenarios/day"
  ) throws -> LoadedScenario {
    let fixture = try fixture ?? Fixture.whole()
    let text = StudyDesignTests.text(factors)
    let design = try StudyDesign(SourceText(name: "trial.json5", bytes: Array(text.utf8)), recordedAs: "t")
    return try fixture.library.altered(by: design.alterations(of: 0, ranks: [])).loadScenario(scenario)
  }

  @Test("take the place of values in the scenario, the profile and the plan, wherever they stand")
  func places() throws {
    let loaded = try loaded(
      """
      { key: "sweeping.sweepers", values: [5] }, { key: "faults[0].for_s", values: [7] },
      { key: "mail.sizes[0].height_mm", values: [[1, 2]] }, { key: "profile.belt.length_mm", values: [6000.5] },
      { key: "profile.bins[1].capacity.pieces", values: [77] }, { key: "plan.rules[0].bins", values: ["03"] },
      { key: "plan.rules[1].label", values: ["a, \\"b\\""] },
      """)
    #expect(loaded.scenario.sweeping.sweepers == 5)
    // The faults are in order of time: the second one of the file comes first.
    #expect(loaded.scenario.faults.map(\.lasts) == [.seconds(60), .seconds(7)])
    #expect(loaded.profile.belt.length.tenths == 60_005)
    #expect(loaded.profile.bins.last?.capacityPieces == 77)
    #expect(loaded.plan.rules.map(\.label) == ["MIAMI", "a, \"b\"", "", ""])
    let texts = loaded.inputs.compactMap(\.text)
    #expect(texts.contains { $0.contains("height_mm: [1,2], weight_g") })
    #expect(texts.contains { $0.hasPrefix("// A rig of four bins.") && $0.contains("length_mm: 6000.5,") })
    #expect(texts.contains { $0.contains("\nsort,331,,03,02,MIAMI,,\n") })
  }

  @Test("that the files leave out are put in, with the objects around them")
  func missing() throws {
    let loaded = try loaded(
      """
      { key: "imperfections.slip_ppm", values: [11] }, { key: "profile.modbus.watchdog_ms", values: [400] },
      { key: "profile.imperfections.jam_ppm", values: [3] },
      """)
    #expect(loaded.scenario.imperfections.slipPPM == 11)
    #expect(loaded.scenario.imperfections.jamPPM == 3)
    let fixture = try Fixture.whole()
    try fixture.write(
      Sample.scenario.replacing("sweeping: { sweepers: 2 },", with: ""), to: "scenarios/day/scenario.json5")
    #expect(
      try self.loaded("{ key: \"sweeping.call_at_percent\", values: [33] },", in: fixture).scenario.sweeping
        .callAtPercent == 33)
  }

  @Test("make other inputs of a run, and the same ones where they change nothing")
  func digests() throws {
    let fixture = try Fixture.whole()
    let plain = try fixture.library.loadScenario("scenarios/day")
    let same = try loaded("{ key: \"sweeping.sweepers\", values: [2] },", in: fixture)
    let other = try loaded("{ key: \"sweeping.sweepers\", values: [3] },", in: fixture)
    #expect(same.runID == plain.runID && same.inputsDigest == plain.inputsDigest)
    #expect(other.runID != plain.runID && other.inputsDigest != plain.inputsDigest)
  }

  @Test(
    "are checked as any others, and what cannot be set is told with its place in the study",
    arguments: [
      (
        "{ key: \"sweeping.sweepers\", values: [-1] },",
        "scenarios/day/scenario.json5:10:25: error: \"sweepers\" may"
      ),
      ("{ key: \"sweeping.sweepers\", values: [\"two\"] },", "\"sweepers\" is not a number (found \"two\""),
      (
        "{ key: \"mail.sizes[3].weight\", values: [1] },",
        "trial.json5:4:45: error: \"mail.sizes[3].weight\": the list has"
      ),
      (
        "{ key: \"plan.rules[9].bins\", values: [\"01\"] },",
        "the plan scenarios/plans/towns.csv has no rule 9 (found 4 rules)"
      ),
      ("{ key: \"mail.arrivals.by_hour[0]\", values: [1] },", "there is no list at this key"),
      ("{ key: \"profile\", values: [\"rgi\"] },", "did you mean \"rig\"?"),
      ("{ key: \"duration_s\", values: [[1]] },", "\"duration_s\" is not a number"),
    ])
  func refused(factor: String, words: String) {
    let told = complaints { try loaded(factor) }
    #expect(told.contains(words), "\(told)")
  }
}
