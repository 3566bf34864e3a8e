import FileFormats

/// How punctual a run in real time was: the margins of its commands, and the spans of its control cycle.
struct TimingSection {
  let report: RunReport

  var html: String {
    guard let timing = report.summary?.timing else { return "" }
    let backend = timing["backend"]?.text ?? ""
    let about = backend == "modbus" ? "a machine over Modbus" : "the virtual plant"
    let refused = (timing["refused"]?.items ?? []).compactMap(\.text).map {
      "<li class=\"warn\">\(markup($0))</li>"
    }
    let told = refused.isEmpty ? "" : "<ul>\(refused.joined())</ul>"
    return """
      <section class="panel wide"><h2>Timing of the control thread</h2><p class="note">Driven: \(about). These are \
      figures of the computer: no two runs have the same.</p>\(told)<div class="pair">\(margins(timing))\
      \(spans(timing))</div></section>

      """
  }

  /// How much time was left when the machine acknowledged a piece's command.
  private func margins(_ timing: JSONValue) -> String {
    guard let margin = timing["margin"], let count = margin["count"]?.integer, count > 0 else {
      return "<p class=\"note\">No command had a margin to measure.</p>"
    }
    let steps = margin["histogram"]?.items ?? []
    let limit = margin["limit_ms"]?.decimal ?? 0
    let most = Double(steps.compactMap { $0["pieces"]?.integer }.max() ?? 1)
    let frame = ChartFrame(
      left: 46, top: 22, width: FlowCharts.width - 58, height: 130, most: ChartScale.ceiling(most),
      times: 0...1)
    var drawing = SVGDrawing(
      width: FlowCharts.width, height: 200, title: "Time left when commands were acknowledged, by pieces")
    frame.drawValues(in: &drawing, unit: "pieces")
    let slot = frame.width / Double(max(1, steps.count))
    for (index, step) in steps.enumerated() {
      let x = frame.left + slot * Double(index)
      let pieces = step["pieces"]?.integer ?? 0
      let end = step["up_to_ms"]?.decimal
      let isShort = (end ?? .infinity) <= limit
      let words = end.map { $0 < 1000 ? "\(shortNumber($0))" : "\(shortNumber($0 / 1000)) s" } ?? "more"
      if pieces > 0 {
        let y = min(frame.y(Double(pieces)), frame.bottom - 1)
        let hint = "up to \(end.map { "\(shortNumber($0)) ms" } ?? "any time"): \(grouped(pieces)) pieces"
        drawing.box(x + 1, y, slot - 2, frame.bottom - y, isShort ? "red" : "steel", hint: hint)
      }
      drawing.text(x + slot / 2, frame.bottom + 15, words, "soft small", .middle)
    }
    drawing.text(
      frame.right, frame.bottom + 34, "up to so many ms left at the machine's answer", "soft", .end)
    let below = margin["below_limit"]?.integer ?? 0
    let style = below > 0 ? "bad" : "note"
    let least = margin["min_ms"]?.decimal.map { shortNumber($0, places: 2) } ?? "?"
    let way = margin["min_mm"]?.decimal.map { shortNumber($0) } ?? "?"
    return """
      <div><h3>Margins of \(grouped(count)) commands</h3>\(drawing.element())<p class="\(style)">Least: \(least) ms, \
      which is \(way) mm of belt. \(grouped(below)) below the limit of \(shortNumber(limit)) ms.</p></div>
      """
  }

  /// Cycle, lateness and what else was measured.
  private func spans(_ timing: JSONValue) -> String {
    let rows = timing.members.compactMap { member -> String? in
      guard member.value["p50_us"] != nil, let count = member.value["count"]?.integer, count > 0 else {
        return nil
      }
      let values = ["p50_us", "p99_us", "max_us"].map { key in
        "<td class=\"n\">\(member.value[key]?.decimal.map { grouped(shortNumber($0)) } ?? "")</td>"
      }
      let words = member.key.replacing("_", with: " ")
      return "<tr><td>\(markup(words))</td><td class=\"n\">\(grouped(count))</td>\(values.joined())</tr>"
    }
    let counts = timing.members.compactMap { member -> String? in
      guard member.key != "speed", let count = member.value.integer, count > 0 else { return nil }
      return
        "<tr><td>\(markup(member.key.replacing("_", with: " ")))</td><td class=\"n\">\(grouped(count))</td></tr>"
    }
    let counted =
      counts.isEmpty
      ? ""
      : "<details><summary>Counts</summary><table><tbody>\(counts.joined(separator: "\n"))</tbody></table></details>"
    return """
      <div><h3>Spans, in microseconds</h3><div class="scroll"><table><thead><tr><th>what</th><th class="n">measured</th>\
      <th class="n">median</th><th class="n">99 %</th><th class="n">longest</th></tr></thead><tbody>
      \(rows.joined(separator: "\n"))</tbody></table></div>\(counted)</div>
      """
  }
}
