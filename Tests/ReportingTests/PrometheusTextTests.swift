import Reporting
import Testing

@Suite("Prometheus text")
struct PrometheusTextTests {
  @Test("a family has its help, its type and its samples, common labels first")
  func families() {
    var text = PrometheusText(common: [.init("scenario", "jam")])
    text.add("sortline_up", .gauge, "Whether it runs.", "1")
    text.add(
      "sortline_bins_total", .counter, "Pieces.", [([.init("bin", "R1")], "3"), ([.init("bin", "R2")], "0")])
    text.add("sortline_none", .gauge, "Nothing.", [])
    text.add("sortline_time_seconds", .summary, "Time.", [([.init("quantile", "0.5")], "1.5")], count: 7)
    #expect(
      text.text == """
        # HELP sortline_up Whether it runs.
        # TYPE sortline_up gauge
        sortline_up{scenario="jam"} 1
        # HELP sortline_bins_total Pieces.
        # TYPE sortline_bins_total counter
        sortline_bins_total{scenario="jam",bin="R1"} 3
        sortline_bins_total{scenario="jam",bin="R2"} 0
        # HELP sortline_time_seconds Time.
        # TYPE sortline_time_seconds summary
        sortline_time_seconds{scenario="jam",quantile="0.5"} 1.5
        sortline_time_seconds_count{scenario="jam"} 7

        """)
  }

  @Test("quotes, backslashes and line ends in labels and help are escaped")
  func escaping() {
    var text = PrometheusText()
    text.add("a", .gauge, "one \\ two\nthree \"four\"", [([.init("b", "x\"y\\z\nw")], "1")])
    #expect(
      text.text == "# HELP a one \\\\ two\\nthree \"four\"\n# TYPE a gauge\na{b=\"x\\\"y\\\\z\\nw\"} 1\n")
  }

  @Test(
    "millionths are written exactly, moved down by powers of ten",
    arguments: [
      (0, 0, "0"), (1_500_000, 0, "1.5"), (-1, 0, "-0.000001"), (98_500_000, 2, "0.985"),
      (10_771_972_671, 3, "10.771972671"), (100_000_000, 2, "1"),
    ])
  func decimals(micros: Int, places: Int, text: String) {
    #expect(PrometheusText.decimal(micros: micros, downBy: places) == text)
  }
}
