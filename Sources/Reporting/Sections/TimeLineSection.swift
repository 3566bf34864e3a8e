import FileFormats
import Supervision

/// What the machine was doing and which alarms stood, over the run's time.
struct TimeLineSection {
  let report: RunReport

  private static let rowLimit = 12

  var html: String {
    guard let log = report.log, log.end > 0, !log.states.isEmpty || !log.alarms.isEmpty else { return "" }
    let key = FlowCharts.key([
      ("steel", "sorting"), ("wait", "waits: feeder empty, or blocked"), ("amber", "held"),
      ("red", "stopped or aborted"),
    ])
    return """
      <section class="panel wide"><h2>What the machine did, and its alarms</h2>\(key)\
      \(chart(log, width: 1120, label: 190, "only-wide"))\(chart(log, width: 360, label: 4, "only-narrow"))\
      \(table(log))</section>

      """
  }

  /// The alarms of each kind, the gravest and most frequent first.
  private func kinds(_ log: RunLog) -> [(kind: AlarmKind, spells: [RunLog.AlarmSpell])] {
    Dictionary(grouping: log.alarms, by: \.kind).map { (kind: $0.key, spells: $0.value) }.sorted {
      ($1.kind.priority, $1.spells.count, $0.kind.rawValue) < (
        $0.kind.priority, $0.spells.count, $1.kind.rawValue
      )
    }
  }

  private func chart(_ log: RunLog, width: Double, label: Double, _ shown: String) -> String {
    let isNarrow = label < 10
    let kinds = kinds(log).prefix(Self.rowLimit)
    let row = isNarrow ? 30.0 : 20.0
    let frame = ChartFrame(
      left: label, top: isNarrow ? 16 : 4, width: width - label - 24, height: 24 + Double(kinds.count) * row,
      most: 1,
      times: 0...Double(log.end) / 1000)
    var drawing = SVGDrawing(
      width: width, height: frame.bottom + 28, title: "States of the machine and alarms over the run")
    if isNarrow {
      drawing.text(label, 11, "state", "soft")
    } else {
      drawing.text(label - 8, frame.top + 14, "state (PackML)", "", .end)
    }
    Self.drawStates(log, frame, y: frame.top, height: 20, in: &drawing)
    for (index, entry) in kinds.enumerated() {
      let y = frame.top + 26 + Double(index) * row + (isNarrow ? 13 : 0)
      let words = entry.kind.words.title + (entry.spells.count > 1 ? " (\(grouped(entry.spells.count)))" : "")
      drawing.text(
        isNarrow ? label : label - 8, isNarrow ? y - 2 : y + 12, words, "", isNarrow ? .start : .end)
      drawing.box(frame.left, y + 2, frame.width, 12, "paper")
      let style = entry.kind.priority >= .high ? "red" : "amber"
      for (start, end) in Self.joined(entry.spells, frame, until: log.end) {
        drawing.box(start, y + 2, max(2, end - start), 12, style, hint: hint(entry.kind, entry.spells))
      }
    }
    frame.drawTimes(in: &drawing)
    return drawing.element(shown)
  }

  /// The machine's states as one strip; `named` where their names stand in it.
  static func drawStates(
    _ log: RunLog, _ frame: ChartFrame, y: Double, height: Double, named: Bool = true,
    in drawing: inout SVGDrawing
  ) {
    drawing.box(frame.left, y, frame.width, height, "paper")
    var drawn = -Double.infinity
    for spell in log.states {
      let (start, end) = (frame.x(Double(spell.start) / 1000), frame.x(Double(spell.end) / 1000))
      // Thousands of short waits would be as many shapes: what is narrower than a third of a point is left out.
      if end - max(start, drawn) < 0.3 { continue }
      drawn = end
      let cause = spell.cause.isEmpty ? "" : " (\(spell.cause))"
      let hint =
        "\(spell.state.name)\(cause), \(RunClock.text(spell.start)) to \(RunClock.text(spell.end))"
      drawing.box(start, y, end - start, height, style(of: spell.state), hint: hint)
      let words = spell.state.name + cause
      if named, end - start > Double(words.count) * 7 + 8 {
        drawing.text((start + end) / 2, y + height / 2 + 4, words, "on-strip", .middle)
      }
    }
  }

  /// Grey while it does its work, hatched while it waits for others, in colour while it cannot.
  static func style(of state: PackMLState) -> String {
    switch state {
    case .suspended, .suspending, .unsuspending, .idle, .complete: "wait"
    case .held, .holding, .unholding: "amber"
    case .stopped, .stopping, .aborted, .aborting, .clearing: "red"
    case .execute, .starting, .resetting, .completing, .undefined: "steel"
    }
  }

  /// Where bars begin and end on the page; those that touch are one.
  private static func joined(
    _ spells: [RunLog.AlarmSpell], _ frame: ChartFrame, until end: Int64
  ) -> [(Double, Double)] {
    var bars: [(Double, Double)] = []
    for spell in spells {
      let bar = (frame.x(Double(spell.start) / 1000), frame.x(Double(spell.end ?? end) / 1000))
      if let last = bars.last, bar.0 <= last.1 + 0.5 {
        bars[bars.count - 1].1 = max(last.1, bar.1)
      } else {
        bars.append(bar)
      }
    }
    return bars
  }

  private func hint(_ kind: AlarmKind, _ spells: [RunLog.AlarmSpell]) -> String {
    let subjects = Set(spells.map(\.subject)).subtracting([""]).sorted()
    return kind.words.title + (subjects.isEmpty ? "" : ": " + subjects.prefix(12).joined(separator: ", "))
  }

  private func table(_ log: RunLog) -> String {
    let kinds = kinds(log)
    if kinds.isEmpty { return "<p class=\"note\">No alarm was raised.</p>" }
    let rows = kinds.map { kind, spells in
      let longest = spells.map { ($0.end ?? log.end) - $0.start }.max() ?? 0
      let standing = spells.contains { $0.end == nil } ? " or stands" : ""
      let style = kind.priority >= .high ? " class=\"bad\"" : " class=\"warn\""
      return "<tr><td\(style)>\(markup(kind.words.title))</td><td>\(kind.priority.name)</td>"
        + "<td class=\"n\">\(grouped(spells.count))</td><td class=\"n\">\(RunClock.text(spells.first?.start ?? 0))</td>"
        + "<td class=\"n\">\(RunClock.span(longest))\(standing)</td><td>\(markup(kind.words.meaning)) "
        + "<em>\(markup(kind.words.action))</em></td></tr>"
    }
    return """
      <div class="scroll"><table class="words"><thead><tr><th>alarm</th><th>priority</th><th class="n">raised</th>\
      <th class="n">first at</th><th class="n">longest</th><th>what it means, and what to do</th></tr></thead><tbody>
      \(rows.joined(separator: "\n"))</tbody></table></div>
      """
  }
}
