import FileFormats
import Telemetry

/// The result in numbers: tiles on top, thresholds, and every figure with its formula.
struct FigureSections {
  let report: RunReport

  /// The few numbers that people ask for first.
  var tiles: String {
    let numbers = PieceNumbers(report)
    func share(_ count: Int) -> String {
      numbers.fed > 0 ? "\(shortNumber(Double(count) / Double(numbers.fed) * 100, places: 2)) %" : ""
    }
    let rejected = numbers.rejected.reduce(0) { $0 + $1.count }
    var tiles = [
      Self.tile("fed", grouped(numbers.fed), "pieces"),
      Self.tile("sorted", grouped(numbers.sorted), share(numbers.sorted)),
      Self.tile("rejected", grouped(rejected), share(rejected)),
    ]
    if numbers.removed > 0 {
      tiles.append(Self.tile("removed by hand", grouped(numbers.removed), share(numbers.removed), "warn"))
    }
    tiles.append(
      Self.tile(
        "lost", grouped(numbers.lost), numbers.lost > 0 ? share(numbers.lost) : "",
        numbers.lost > 0 ? "bad" : ""))
    if report.summary != nil {
      let style = numbers.missorted > 0 ? "bad" : ""
      tiles.append(
        Self.tile(
          "missorted", grouped(numbers.missorted), numbers.missorted > 0 ? share(numbers.missorted) : "",
          style))
    }
    if numbers.onMachine > 0 {
      tiles.append(
        Self.tile("still on the machine", grouped(numbers.onMachine), share(numbers.onMachine), "warn"))
    }
    for (name, words) in [
      ("throughput_per_hour", "throughput"), ("read_rate_percent", "read rate"),
      ("time_in_system_p50_ms", "median in system"), ("oee_percent", "OEE"),
    ] {
      guard let figure = report.summary?[name] else { continue }
      tiles.append(Self.tile(words, figure.roundedText, figure.unitText, "", hint: figure.formula))
    }
    return "<div class=\"tiles\">\(tiles.joined())</div>\n"
  }

  private static func tile(
    _ words: String, _ number: String, _ unit: String, _ style: String = "", hint: String = ""
  ) -> String {
    let title = hint.isEmpty ? "" : " title=\"\(markup(hint))\""
    return "<div class=\"tile \(style)\"\(title)><span>\(markup(words))</span><b>\(markup(number))</b>"
      + "<small>\(markup(unit))</small></div>"
  }

  /// What was asked of the run, and what came out.
  var thresholds: String {
    guard let wanted = report.summary?.thresholds, !wanted.isEmpty else { return "" }
    let rows = wanted.map { item in
      let (style, verdict) =
        !item.isJudged ? ("", "not judged: cut short") : item.isMet ? ("", "met") : ("bad", "MISSED")
      return "<tr><td>\(markup(item.figure))</td><td>\(markup(FigureWords.wanted(item.wanted)))</td>"
        + "<td class=\"n\">\(markup(grouped(item.got)))</td><td class=\"\(style)\">\(verdict)</td></tr>"
    }
    return """
      <section class="panel"><h2>Thresholds</h2><div class="scroll"><table><thead><tr><th>figure</th><th>wanted</th>\
      <th class="n">got</th><th></th></tr></thead><tbody>
      \(rows.joined(separator: "\n"))</tbody></table></div></section>

      """
  }

  /// The headline figures with their formulas, and all others to unfold.
  var result: String {
    guard let summary = report.summary else { return "" }
    let headline = FigureWords.headline.joined().compactMap { name, words -> String? in
      guard let figure = summary[name], figure.micros != 0 || !FigureWords.rare.contains(name) else {
        return nil
      }
      return Self.row(figure, words: words)
    }
    let all = summary.figures.filter { $0.micros != 0 || !$0.name.hasPrefix("rejected.") }.map {
      Self.row($0, words: $0.name, isExact: true)
    }
    let head = "<thead><tr><th>figure</th><th class=\"n\">value</th><th></th><th>formula</th></tr></thead>"
    return """
      <section class="panel wide"><h2>Result, with formulas</h2><div class="scroll"><table class="words">\(head)<tbody>
      \(headline.joined(separator: "\n"))</tbody></table></div><details><summary>All \(all.count) figures by their names \
      in summary.json</summary><div class="scroll"><table class="words">\(head)<tbody>
      \(all.joined(separator: "\n"))</tbody></table></div></details></section>

      """
  }

  private static func row(_ figure: Figure, words: String, isExact: Bool = false) -> String {
    let value = isExact ? grouped(figure.value) : figure.roundedText
    let isBad = ["lost", "missorted"].contains(figure.name) && figure.micros > 0
    return "<tr><td>\(markup(words))</td><td class=\"n\(isBad ? " bad" : "")\">\(value)</td>"
      + "<td class=\"soft\">\(markup(figure.unitText))</td><td class=\"soft\">\(markup(figure.formula))</td></tr>"
  }
}
