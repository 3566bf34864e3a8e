import EventRecords
import Foundation
import Quantities
import SorterModel
import Testing

@testable import Telemetry

@Suite("Key figures")
struct FigureTests {
  /// Two hours of machine time on a machine rated at 3,600 an hour, with two operators and one sweeper.
  private static var totals: Totals {
    var totals = Totals()
    totals.pieces.fed = 5000
    totals.pieces.sorted = 4800
    totals.pieces.rejected = 150
    totals.pieces.removed = 20
    totals.pieces.lost = 10
    totals.pieces.onMachine = 20
    totals.pieces.missorted = 6
    totals.pieces.rejectedByReason[Int(Reason.noRead.rawValue)] = 100
    totals.pieces.reads = [4900, 85, 5, 5]
    totals.pieces.scannerPassages = 5000
    totals.jams = 3
    totals.machineTime = .seconds(7200)
    totals.stateTimes = [.seconds(6000), .seconds(720), .seconds(300), .seconds(180)]
    totals.timeInSystem.p50 = Nanoseconds(5_046_272_001)
    totals.mailRefused = [1, 0, 2]
    return totals
  }

  @Test(
    "each figure is what its formula says by hand",
    arguments: [
      ("fed", "5000"), ("rejected.noRead", "100"), ("rejected.binFull", "0"), ("missorted", "6"),
      // 5000 / 2 h; over 2 h x 3 people.
      ("throughput_per_hour", "2500"), ("productivity_per_hour", "833.333333"),
      // 4900 / 5000; 4800 / 4950; 4794 / 5000; 4970 / 5000.
      ("read_rate_percent", "98"), ("accept_rate_percent", "96.969697"), ("sort_rate_percent", "95.88"),
      ("output_over_input_percent", "99.4"),
      // 5000 / 3.
      ("jam_count", "3"), ("pieces_per_jam", "1666.666667"),
      // 6480 s / 7200 s; 5000 / (3600/h x 1.8 h); 4794 / 4980; their product.
      ("availability_percent", "90"), ("performance_percent", "77.160494"), ("quality_percent", "96.26506"),
      ("oee_percent", "66.850736"),
      ("time_in_system_p50_ms", "5046.272001"), ("mail_rows_refused", "3"),
      // 2 h x 38; 2 h x 3 people x 45.50; 150 x 0.05; their sum; over 5000.
      ("cost_machine", "76"), ("cost_staff", "273"), ("cost_rejects", "7.5"), ("cost_total", "356.5"),
      ("cost_per_piece", "0.0713"),
      ("machine_time_s", "7200"), ("execute_s", "6000"), ("held_s", "720"), ("starved_s", "300"),
      ("blocked_s", "180"),
    ])
  func byHand(name: String, value: String) throws {
    let figure = try #require(Figures(SampleRun.description(), Self.totals)[name])
    #expect(figure.value == value)
    #expect(!figure.formula.isEmpty && !figure.unit.isEmpty)
  }

  @Test("every agreed name is there, once")
  func names() {
    let agreed = [
      "throughput_per_hour", "fed", "sorted", "rejected", "removed", "lost", "on_machine", "recirculations",
      "missorted", "read_rate_percent", "accept_rate_percent", "sort_rate_percent", "jam_count",
      "pieces_per_jam", "oee_percent", "availability_percent", "performance_percent", "quality_percent",
      "time_in_system_p50_ms", "time_in_system_p95_ms", "time_in_system_p99_ms", "time_on_machine_p50_ms",
      "time_on_machine_p95_ms", "time_on_machine_p99_ms", "cost_per_piece", "productivity_per_hour",
      "output_over_input_percent", "bins_full_peak", "sweeps", "mail_rows_refused",
    ]
    let reasons = Reason.allCases.filter { $0 != .none }.map { "rejected.\($0.name)" }
    let names = Figures.names
    #expect(Set(names).isSuperset(of: agreed + reasons))
    #expect(Set(names).count == names.count)
  }

  @Test("a run in which nothing happened has figures, all of them 0")
  func nothing() {
    #expect(Figures(SampleRun.description(), Totals()).all.allSatisfy { $0.micros == 0 })
  }

  @Test("extreme totals do not trap")
  func extremes() {
    var totals = Totals()
    totals.pieces.fed = 100_000_000_000_000_000
    totals.pieces.rejected = 100_000_000_000_000_000
    totals.machineTime = Nanoseconds(.max)
    var run = SampleRun.description()
    run.profile.costs.staffMicrosPerHour = .max / 2
    run.profile.costs.rejectMicrosPerPiece = .max / 2
    #expect(Figures(run, totals)["cost_total"]?.micros == .max)
  }

  @Test(
    "ratios are rounded half up",
    arguments: [
      (1, 3, 333_333), (2, 3, 666_667), (1, 2_000_000, 1), (1, 2_000_001, 0), (-1, 3, -333_333), (1, 0, 0),
    ])
  func rounding(part: Int, whole: Int, micros: Int) {
    #expect(Ratio.micros(part, over: whole) == micros)
  }

  @Test(
    "thresholds are inclusive and exact",
    arguments: [
      (2_500_000_000, nil, true, "at least 2500"), (2_500_000_001, nil, false, "at least 2500.000001"),
      (nil, 2_500_000_000, true, "at most 2500"), (nil, 2_499_999_999, false, "at most 2499.999999"),
      (1_000_000, 3_000_000_000, true, "at least 1, at most 3000"),
    ] as [(Int?, Int?, Bool, String)])
  func thresholds(least: Int?, most: Int?, met: Bool, wanted: String) {
    let expectation = Expectation(figure: "throughput_per_hour", atLeastMicros: least, atMostMicros: most)
    let result = ExpectationResult(expectation, Figures(SampleRun.description(), Self.totals))
    #expect(result.met == met && result.wanted == wanted && result.got == "2500")
  }

  @Test("of a run that was cut short only a count over its bound is judged")
  func cutShort() {
    func verdict(_ figure: String, _ least: Int?, _ most: Int?) -> (met: Bool, judged: Bool) {
      let result = ExpectationResult(
        Expectation(figure: figure, atLeastMicros: least, atMostMicros: most),
        Figures(SampleRun.description(), Self.totals), isWhole: false)
      return (result.met, result.isJudged)
    }
    #expect(verdict("throughput_per_hour", 2_500_000_001, nil) == (false, false))
    #expect(verdict("fed", Int.max, nil) == (false, false))
    #expect(verdict("fed", nil, 0) == (false, true))
    #expect(verdict("fed", nil, Int.max) == (true, false))
    #expect(verdict("speed", nil, 0) == (false, true))
    for ending in RunEnding.allCases {
      let summary = Summary(
        SampleRun.description(), Self.totals, digest: 1,
        expecting: [Expectation(figure: "throughput_per_hour", atLeastMicros: .max, atMostMicros: nil)],
        ending: ending)
      #expect(summary.meetsExpectations == (ending != .finished && ending != .stuck))
    }
  }

  @Test("a threshold on a figure that is none is not met")
  func unknownFigure() {
    let result = ExpectationResult(
      Expectation(figure: "speed", atLeastMicros: 0, atMostMicros: nil),
      Figures(SampleRun.description(), Totals()))
    #expect(!result.met && result.got == nil)
  }

  @Test("the summary is JSON with the agreed keys in a fixed order")
  func summary() throws {
    let summary = Summary(
      SampleRun.description(), Self.totals, digest: 0xC0FFEE,
      expecting: [
        Expectation(figure: "missorted", atLeastMicros: nil, atMostMicros: 0),
        Expectation(figure: "speed", atLeastMicros: 1, atMostMicros: nil),
      ])
    #expect(!summary.meetsExpectations && summary.json == summary.json)
    let text = String(decoding: summary.json, as: UTF8.self)
    let keys = text.split(separator: "\n").filter { $0.hasPrefix("  \"") }.compactMap {
      $0.split(separator: "\"").dropFirst().first.map(String.init)
    }
    #expect(
      keys == [
        "schema_version", "run_id", "scenario", "profile", "plan", "seed", "replication", "ended", "fed",
        "sorted",
        "rejected", "removed", "lost", "on_machine", "recirculations", "missorted", "throughput_per_hour",
        "digest", "rejected_by_reason", "figures", "state_times_s", "bins", "expectations", "mail", "warm_up",
      ])
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(summary.json)) as? [String: Any])
    #expect(object["digest"] as? String == "0000000000c0ffee" && object["plan"] as? String == "plan\"A")
    #expect(object["fed"] as? Int == 5000 && object["throughput_per_hour"] as? Int == 2500)
    #expect((object["mail"] as? [String: Any])?["rows"] as? Int == 5003)
    let expectations = try #require(object["expectations"] as? [[String: Any]])
    #expect(expectations[0]["wanted"] as? String == "at most 0" && expectations[0]["got"] as? Int == 6)
    #expect(expectations[0]["met"] as? Bool == false && expectations[1]["got"] is NSNull)
  }

  @Test("run.json says what ran, from which inputs")
  func runFile() throws {
    var digest = Fingerprint()
    digest.update("a".utf8)
    // The published FNV-1a 64 digest of the letter a.
    #expect(digest.text == "af63dc4c8601ec8c")
    let file = RunFile(
      SampleRun.description(), command: ["sortline", "simulate", "x"],
      inputs: [.init(role: "scenario", path: "scenario.json5", bytes: 1, digest: digest.value)])
    let object = try #require(try JSONSerialization.jsonObject(with: Data(file.json)) as? [String: Any])
    #expect(object["run_id"] as? String == "00000000000000ab" && object["seed"] as? Int == 42)
    #expect(object["starts_at"] as? String == "2026-01-05T18:00:00Z")
    #expect(object["command"] as? String == "sortline simulate x")
    #expect((object["program"] as? [String: String])?["version"] == "1.2.3")
    let inputs = try #require(object["inputs"] as? [[String: Any]])
    #expect(inputs[0]["digest"] as? String == "fnv1a64:af63dc4c8601ec8c" && inputs[0]["bytes"] as? Int == 1)
  }
}
