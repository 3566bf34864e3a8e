import Reporting
import Telemetry
import Testing

@Suite("Comparison of runs")
struct RunComparisonTests {
  private func run(_ name: String, _ values: [(String, Int, String)]) -> RunComparison.Run {
    RunComparison.Run(name: name, figures: values.map { ($0.0, $0.1, $0.2) })
  }

  @Test("each figure is held by its own direction, and what only differs is neither better nor worse")
  func verdicts() {
    let base = run(
      "a",
      [
        ("fed", 100_000_000, "pieces"), ("oee_percent", 90_000_000, "percent"), ("rejected", 0, "pieces"),
        ("time_in_system_p50_ms", 5_000_000, "ms"), ("cost_total", 1_000_000, "EUR"),
        ("lost", 1_000_000, "pieces"),
      ])
    let other = run(
      "b",
      [
        ("fed", 99_000_000, "pieces"), ("oee_percent", 89_100_000, "percent"),
        ("rejected", 2_000_000, "pieces"),
        ("time_in_system_p50_ms", 4_000_000, "ms"), ("cost_total", 2_000_000, "USD"),
      ])
    let rows = RunComparison(base, [other]).rows
    #expect(rows.map { $0.changes[0].verdict } == [.other, .worse, .worse, .better, .none, .none])
    #expect(rows[1].changes[0].difference == -900_000)
    #expect(rows[1].changes[0].microPercent == -1_000_000)
    #expect(rows[2].changes[0].microPercent == nil)
    #expect(RunComparison(base, [other]).regressions().map(\.figure) == ["oee_percent", "rejected"])
    #expect(RunComparison(base, [other]).regressions(among: ["rejected"]).map(\.figure) == ["rejected"])
  }

  @Test("the tolerance holds up to its very bound, and never where there was nothing before")
  func tolerance() {
    let base = run("a", [("oee_percent", 90_000_000, "percent"), ("lost", 0, "pieces")])
    let other = run("b", [("oee_percent", 89_100_000, "percent"), ("lost", 1_000_000, "pieces")])
    #expect(RunComparison(base, [other], tolerance: 1_000_000).regressions().map(\.figure) == ["lost"])
    #expect(RunComparison(base, [other], tolerance: 999_999).regressions().count == 2)
  }

  @Test("every figure that a run has is stated to be better higher, better lower, or neither")
  func directions() {
    let neutral = Figures.names.filter { FigureDirection(of: $0) == .neutral }
    #expect(
      neutral == [
        "fed", "on_machine", "sweeps", "ring_depth_max", "machine_time_s", "execute_s", "starved_s",
      ])
    #expect(FigureDirection(of: "rejected.noRead") == .lowerIsBetter)
  }

  @Test("JUnit has a case for each figure that can get worse, and fails those that did")
  func junit() {
    let base = run("a", [("fed", 1, "pieces"), ("lost", 0, "pieces"), ("sorted", 5_000_000, "pieces")])
    let other = run(
      "b", [("fed", 2, "pieces"), ("lost", 1_000_000, "pieces"), ("sorted", 5_000_000, "pieces")])
    let xml = RunComparison(base, [other]).junit(among: nil, suite: "compare").xml
    #expect(xml.contains("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\""))
    #expect(xml.contains("message=\"wanted at most 0 pieces, got 1 pieces\""))
  }
}
