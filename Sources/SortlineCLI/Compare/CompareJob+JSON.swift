import Reporting
import Telemetry

/// The comparison for programs.
extension CompareJob {
  /// The bytes that --json prints.
  var json: [UInt8] {
    var out = JSONText()
    out.openObject()
    out.number("schema_version", 1)
    out.openList("runs")
    for run in runs {
      out.openObject()
      out.text("path", run.directory.path)
      out.text("run_id", run.text("run_id"))
      out.text("scenario", run.text("scenario"))
      out.text("profile", run.text("profile"))
      out.text("plan", run.text("plan"))
      out.number("seed", run.facts["seed"]?.numberText ?? "null")
      out.flag("cut", run.isRecounted)
      out.closeObject()
    }
    out.closeList()
    out.openList("figures")
    for row in comparison.rows where held?.contains(row.figure) ?? true { write(row, to: &out) }
    out.closeList()
    out.openList("regressions")
    for row in regressions { out.item(row.figure) }
    out.closeList()
    if let difference { write(difference, to: &out) }
    out.closeObject()
    return out.bytes
  }

  private func write(_ row: RunComparison.Row, to out: inout JSONText) {
    func decimal(_ micros: Int?) -> String { micros.map { PrometheusText.decimal(micros: $0) } ?? "null" }
    out.openObject()
    out.text("name", row.figure)
    out.text("unit", row.unit)
    out.text("better", row.direction == .neutral ? "none" : row.direction.rawValue)
    out.number("base", decimal(row.base))
    out.openList("changes")
    for change in row.changes {
      out.openObject()
      out.number("value", decimal(change.micros))
      out.number("difference", decimal(change.difference))
      out.number("percent", decimal(change.microPercent))
      out.text("verdict", change.verdict == .none ? "none" : change.verdict.rawValue)
      out.closeObject()
    }
    out.closeList()
    out.closeObject()
  }

  private func write(_ difference: FirstDifference, to out: inout JSONText) {
    out.openObject("first_difference")
    out.number("same_events", difference.sameEvents)
    for (key, event) in [("a", difference.first), ("b", difference.second)] {
      guard let event else { continue }
      out.openObject(key)
      out.number("seq", event.sequence)
      out.number("elapsed_ns", event.elapsed)
      out.text("event_name", event.name)
      out.openObject("attributes")
      for attribute in event.attributes { out.text(attribute.key, attribute.value) }
      out.closeObject()
      out.closeObject()
    }
    out.closeObject()
  }
}
