import FileFormats
import Foundation
import Quantities
import RegisterMap
import SorterModel
import Testing

@Suite("The library")
struct LibraryTests {
  @Test("a scenario is found as a folder, as a file, by its name and from inside")
  func ways() throws {
    let fixture = try Fixture.whole()
    for path in [
      "scenarios/day", "scenarios/day/", "scenarios/day/scenario.json5", "day", fixture("scenarios/day"),
    ] {
      #expect(try fixture.library.loadScenario(path).scenario.name == "day")
    }
    let inside = Library(workingDirectory: fixture("scenarios/day"))
    #expect(try inside.loadScenario(".").scenario.name == "day")
    let beside = Library(workingDirectory: fixture("scenarios"))
    #expect(try beside.loadScenario("day/scenario.json5").profile.name == "rig")
  }

  @Test("what stands beside the scenario comes before the working directory, and that before the home")
  func order() throws {
    let fixture = try Fixture.whole()
    func profile(_ title: String) -> String {
      Sample.profile.replacingOccurrences(of: "A bench rig", with: title)
    }
    let library = Library(workingDirectory: fixture("work"), environmentHome: fixture("home"))
    try fixture.write(Sample.scenario, to: "else/scenarios/day/scenario.json5")
    try fixture.write(Sample.plan, to: "home/scenarios/plans/towns.csv")
    try fixture.write(Sample.mix, to: "home/scenarios/mixes/towns.csv")
    try fixture.write(profile("home"), to: "home/hardware-profiles/rig/profile.json5")
    let scenario = "../else/scenarios/day"
    try fixture.write("", to: "work/marker")
    #expect(try library.loadScenario(scenario).profile.title == "home")
    try fixture.write(profile("work"), to: "work/hardware-profiles/rig/profile.json5")
    #expect(try library.loadScenario(scenario).profile.title == "work")
    try fixture.write(profile("beside"), to: "else/hardware-profiles/rig/profile.json5")
    let loaded = try library.loadScenario(scenario)
    #expect(loaded.profile.title == "beside")
    #expect(
      loaded.inputs.map(\.path) == [
        "../else/scenarios/day/scenario.json5", "hardware-profiles/rig/profile.json5",
        "scenarios/plans/towns.csv",
        "scenarios/mixes/towns.csv",
      ])
    #expect(library.names(.profile) == ["rig"])
    #expect(library.names(.plan) == ["towns"])
  }

  @Test("a scenario means what it says")
  func meaning() throws {
    let fixture = try Fixture.whole()
    let loaded = try fixture.library.loadScenario("day")
    let scenario = loaded.scenario
    #expect(scenario.seed == .max)
    #expect(scenario.startsAt == 1_767_636_000)
    #expect(scenario.duration == .seconds(3600))
    #expect(scenario.warmUp == .milliseconds(500))
    #expect(scenario.sweeping.sweepers == 2)
    #expect(scenario.sweeping.service == .seconds(15)...(.seconds(40)))
    #expect(scenario.imperfections.noReadPPM == 8000)
    #expect(scenario.imperfections.doubleDetectionPPM == 1_000_000)
    #expect(
      scenario.faults == [
        TimedFault(
          at: .seconds(300), lasts: .seconds(60), kind: .missedDiverts(bin: BinID(1), ppm: 1_000_000)),
        TimedFault(at: .seconds(600), lasts: .seconds(120), kind: .jam(position: Millimetres(1200))),
      ])
    #expect(
      scenario.expectations == [
        Expectation(figure: "throughput_per_hour", atLeastMicros: 2_900_500_000, atMostMicros: nil),
        Expectation(figure: "rejected.noRead", atLeastMicros: nil, atMostMicros: 100_000_000),
      ])
    guard case .generated(let mail) = scenario.mail else {
      Issue.record("the mail is not generated")
      return
    }
    #expect(mail.arrivals == .poisson(perHour: 3000))
    #expect(mail.destinations.map(\.pattern) == ["331??", "33201"])
    #expect(mail.destinations.map(\.weight) == [12, 3])
    #expect(mail.sizes.first?.height == Millimetres(tenths: 3)...Millimetres(2))
  }

  @Test("a profile means what it says")
  func machine() throws {
    let fixture = try Fixture.whole()
    let profile = try fixture.library.loadProfile("rig").value
    #expect(profile.bins.map(\.name) == ["01", "02", "03", "R1"])
    #expect(profile.bins.map(\.position.tenths) == [15_000, 19_005, 23_010, 40_000])
    #expect(profile.bins.map(\.side) == [.left, .right, .left, .left])
    #expect(profile.bins[0].takes == [SizeClassID(0)])
    #expect(profile.bins[3].takes == [SizeClassID(0), SizeClassID(1)])
    #expect(profile.bins[3].capacityPieces == 100 && profile.bins[3].capacityWeight == nil)
    #expect(profile.sizeClasses[0].aspectThousandths == 1300...2500)
    #expect(profile.sizeClasses[1].weight == Grams(500)...Grams(500))
    #expect(profile.scanner.resultDelay == Nanoseconds(20_500_000))
    #expect(profile.recirculation?.reasons == [.noRead, .binFull])
    #expect(profile.costs.rejectMicrosPerPiece == 50_000)
    #expect(profile.imperfections.noReadPPM == 1000)
  }

  @Test("a plan means the same in CSV and in JSON5")
  func plans() throws {
    let fixture = try Fixture.whole()
    try fixture.write(
      """
      { schema_version: 1, name: "towns", title: "Two towns", rules: [
        { kind: "sort", match: "331", bins: ["01"], alternates: ["02"], label: "MIAMI" },
        { kind: "sort", match: "33200-33499", size: "letter", bins: ["02-03"], valid_from: "2026-01-01",
          valid_to: "2026-12-31" },
        { kind: "overflow", bins: ["03"] },
        { kind: "reject", match: "*", bins: ["R1"] },
      ] }
      """, to: "towns.json5")
    let table = try fixture.library.loadPlan("towns").value
    let object = try fixture.library.loadPlan("towns.json5").value
    #expect(table.rules.map(\.line) == [3, 4, 5, 6])
    #expect(object.rules.map(\.line) == [2, 3, 5, 6])
    #expect(table.rules.map(\.kind) == object.rules.map(\.kind))
    #expect(table.rules.map(\.bins) == [["01"], ["02", "03"], ["03"], ["R1"]])
    #expect(object.rules.map(\.bins) == table.rules.map(\.bins))
    #expect(object.rules.map(\.alternates) == table.rules.map(\.alternates))
    #expect(object.rules.map(\.sizeClass) == [nil, "letter", nil, nil])
    #expect(table.rules.map(\.sizeClass) == [nil, "letter", nil, nil])
    #expect(object.rules.map(\.label) == table.rules.map(\.label))
  }

  @Test("rules of another year are left out, and their number is said")
  func dates() throws {
    let fixture = try Fixture.whole()
    let then = try #require(CalendarTime.moment("2027-01-01T00:00:00Z"))
    let plan = try fixture.library.loadPlan("towns", inEffectAt: then.seconds)
    #expect(plan.value.rules.count == 3)
    #expect(
      plan.remarks.map(\.description) == [
        "scenarios/plans/towns.csv: note: 1 rule is not in effect on 2027-01-01 and left out"
      ])
    #expect(try fixture.library.loadPlan("towns", inEffectAt: then.seconds - 1).value.rules.count == 4)
    #expect(try fixture.library.loadPlan("towns").value.rules.count == 4)
  }

  @Test("overrides take the place of what the scenario names")
  func overrides() throws {
    let fixture = try Fixture.whole()
    try fixture.write(
      Sample.profile.replacingOccurrences(of: "\"rig\"", with: "\"other\""), to: "other.json5")
    try fixture.write(Sample.plan.replacingOccurrences(of: "MIAMI", with: "OTHER"), to: "other.csv")
    let plain = try fixture.library.loadScenario("day")
    let loaded = try fixture.library.loadScenario(
      "day",
      overriding: ScenarioOverrides(
        profile: "other.json5", plan: "other.csv", mail: "scenarios/replay/mail.csv", seed: 7,
        duration: .seconds(10_000)))
    #expect(loaded.profile.name == "other")
    #expect(loaded.plan.rules[0].label == "OTHER")
    #expect(loaded.scenario.seed == 7)
    #expect(loaded.scenario.duration == .seconds(10_000))
    #expect(loaded.inputs.map(\.role) == ["scenario", "profile", "plan", "mail"])
    #expect(loaded.inputs.last?.path == "scenarios/replay/mail.csv")
    #expect(
      loaded.remarks.map(\.description) == [
        "scenarios/day/scenario.json5:4:14: note: \"starts_at\" is left aside: the run starts with the mail file"
          + " given instead"
      ])
    #expect(loaded.runID != plain.runID)
    #expect(plain.runID == (try fixture.library.loadScenario("scenarios/day")).runID)
    let mail = try #require(try loaded.openMail())
    #expect(mail.startsAt == loaded.scenario.startsAt)
  }

  @Test("a mail file gives the run its start and is opened at its beginning")
  func replay() throws {
    let fixture = try Fixture.whole()
    let loaded = try fixture.library.loadScenario("replay")
    #expect(loaded.scenario.startsAt == 1_767_636_000)
    #expect(loaded.inputs.map(\.role) == ["scenario", "profile", "registers", "plan", "mail"])
    #expect(loaded.inputs.last?.bytes == Sample.mail.utf8.count)
    #expect(loaded.inputs.last?.digest == digest(of: Sample.mail))
    let mail = try #require(try loaded.openMail())
    var piece = Mailpiece(
      arrivedAt: .start, destination: .none,
      dimensions: Dimensions(length: .zero, width: .zero, height: .zero, weight: .zero))
    #expect(mail.next(into: &piece) == .piece)
    #expect(piece.name.description == "A1")
  }

  @Test("the digest is FNV-1a as its authors publish it")
  func digests() {
    #expect(digest(of: "") == "fnv1a64:cbf29ce484222325")
    #expect(digest(of: "a") == "fnv1a64:af63dc4c8601ec8c")
    #expect(digest(of: "foobar") == "fnv1a64:85944171f73967e8")
  }

  private func digest(of text: String) -> String {
    var digest = FNV1a64()
    digest.combine(text.utf8)
    return InputFile(role: "", path: "", bytes: 0, digest: digest).digest
  }

  @Test("a fault after the end of the run is a warning")
  func warning() throws {
    let fixture = try Fixture.whole()
    let loaded = try fixture.library.loadScenario(
      "day", overriding: ScenarioOverrides(duration: .seconds(600)))
    #expect(
      loaded.remarks.map(\.description) == [
        "scenarios/day/scenario.json5:13:13: warning: the fault begins after the run has ended (found 600, expected"
          + " less than the run's 600 s)"
      ])
  }
}

@Suite("The calendar")
struct CalendarTests {
  @Test("every day from 1970 to 2199 has a date of its own, in order")
  func days() throws {
    var months = 0
    for day in 0..<84_006 {
      let date = CalendarTime.date(days: day)
      guard CalendarTime.days(date) == day else {
        Issue.record("day \(day) is \(date), which is \(String(describing: CalendarTime.days(date)))")
        return
      }
      if date.hasSuffix("-01") { months += 1 }
    }
    #expect(CalendarTime.date(days: 0) == "1970-01-01")
    #expect(CalendarTime.date(days: 84_005) == "2199-12-31")
    #expect(months == 230 * 12)
  }

  @Test(
    "Foundation reads the same moment from a text",
    arguments: ["2026-01-05T18:00:00Z", "2000-02-29T23:59:59+14:00", "2100-03-01T00:00:00-11:30"])
  func foundation(text: String) throws {
    let theirs = try Date(text, strategy: .iso8601)
    #expect(CalendarTime.moment(text)?.seconds == Int64(theirs.timeIntervalSince1970))
  }
}

@Suite("Register maps")
struct RegisterMapFileTests {
  @Test("a map is loaded beside its profile, its points in the profile's unit")
  func besideProfile() throws {
    let fixture = try Fixture.whole()
    let machine = try fixture.library.loadMachine("rig")
    let modbus = try #require(machine.profile.modbus)
    #expect(modbus.device == .tcp(host: "::1", port: 1502))
    #expect(modbus.poll == Nanoseconds(2_500_000) && modbus.watchdog == .milliseconds(300))
    #expect(machine.profile.control.cycle == .milliseconds(1))
    let events = try #require(machine.registers?["events"])
    #expect(
      events.unit == 7 && events.type == PointType(.u16, count: 168) && events.about == "the ring, 8 slots")
    #expect(machine.inputs.map(\.role) == ["profile", "registers"])
  }

  @Test("a profile without its map can be simulated, and is said not to be drivable")
  func withoutMap() throws {
    let fixture = try Fixture.whole()
    try fixture.write(Sample.profile, to: "elsewhere/profile.json5")
    let machine = try fixture.library.loadMachine("elsewhere")
    #expect(machine.registers == nil)
    #expect(machine.remarks.map(\.severity) == [.warning])
  }

  @Test("references count from 1 and may stand in place of table and address, or beside them")
  func references() throws {
    let fixture = try Fixture()
    try fixture.write("name,ref\na,40001\nb,00017\nc,465536\n", to: "map.csv")
    let map = try fixture.library.loadRegisters("map.csv").value
    #expect(map["a"]?.address == 0 && map["a"]?.type == .u16)
    #expect(map["b"]?.table == .coil && map["b"]?.address == 16 && map["b"]?.type == .bool)
    #expect(map["c"]?.address == 65_535)
    try fixture.write("name,table,address,ref\na,holding,1,40001\nb,input,,40002\n", to: "map.csv")
    #expect(
      complaints { try fixture.library.loadRegisters("map.csv") } == """
        map.csv:2:11: error: address and ref do not agree (found "1", expected 0: the address on the wire \
        counts from 0, the reference from 1)
        map.csv:3:3: error: table and ref do not agree (found "input", expected holding)
        """)
  }

  @Test("a map that is written is read back the same, with references too", arguments: [false, true])
  func roundTrip(withReferences: Bool) throws {
    let points = [
      RegisterPoint("a.b-c_1", .coil, 65_535, .bool, access: .write, onLinkLoss: .safe, about: "=1+2, \"x\""),
      RegisterPoint(
        "temp", .input, 9, PointType(.i16), device: "remote", unit: 200, byteOrder: .badc,
        scaleMicros: 100_000,
        offsetMicros: -40_500_000, pollGroup: "slow", about: "°C"),
      RegisterPoint("bit", .holding, 3, .bool, bit: 15, access: .readWrite, onLinkLoss: .off),
      RegisterPoint("text", .holding, 100, PointType(.ascii, count: 13), byteOrder: .cdab),
    ]
    let fixture = try Fixture()
    let text = RegisterMapText.csv(RegisterMap(points), withReferences: withReferences)
    try fixture.write(text, to: "map.csv")
    var expected = points
    // A spreadsheet must not run it: it is kept as text by a quote before it.
    expected[0].about = "'=1+2, \"x\""
    #expect(try fixture.library.loadRegisters("map.csv").value.points == expected)
  }
}
