import FileFormats
import Reporting
import Telemetry

/// The comparison for programs.
extension StudyCompareJob {
  /// The figures that can get worse as test cases.
  var junit: JUnitReport {
    var cases: [JUnitReport.Case] = []
    for point in comparison.points {
      for row in point.rows where row.direction != .neutral && held?.contains(row.figure) ?? true {
        for (path, change) in zip(options.paths.dropFirst(), row.changes) {
          let bound = row.direction == .higherIsBetter ? "at least" : "at most"
          let half = change.difference.halfWidth.map {
            ", change \(change.difference.mean.text) ± \($0.text)"
          }
          cases.append(
            JUnitReport.Case(
              name: [
                row.figure, studies.count > 2 ? "of \(path)" : "",
                point.name.isEmpty ? "" : "at \(point.name)",
              ]
              .filter { !$0.isEmpty }.joined(separator: " "),
              wanted: "\(bound) \(row.base.text) \(row.unit) within chance",
              got: "\(change.mean.text) \(row.unit)\(half ?? "")", isMet: change.verdict != .worse,
              isJudged: change.verdict != .unknown))
        }
      }
    }
    return JUnitReport(
      suite: "compare", cases: cases,
      properties: options.paths.enumerated().map { ($0 == 0 ? "base" : "study_\($0)", $1) },
      skipped: "there are too few runs to say")
  }

  /// The bytes that --json prints.
  var json: [UInt8] {
    var out = JSONText()
    out.openObject()
    out.number("schema_version", 1)
    out.openList("studies")
    for study in studies {
      out.openObject()
      out.text("path", study.path)
      out.text("scenario", study.record.scenario)
      out.number("seed", study.record.seed)
      out.number("runs", study.runs.count)
      out.closeObject()
    }
    out.closeList()
    out.openList("points")
    for point in comparison.points {
      out.openObject()
      out.text("values", point.name)
      out.openList("figures")
      for row in point.rows where held?.contains(row.figure) ?? true { write(row, to: &out) }
      out.closeList()
      out.closeObject()
    }
    out.closeList()
    out.openList("regressions")
    for fault in regressions {
      out.openObject()
      out.text("values", fault.point)
      out.text("figure", fault.figure)
      out.closeObject()
    }
    out.closeList()
    out.closeObject()
    return out.bytes
  }

  private func write(_ row: StudyComparison.Row, to out: inout JSONText) {
    out.openObject()
    out.text("name", row.figure)
    out.text("unit", row.unit)
    out.text("better", row.direction == .neutral ? "none" : row.direction.rawValue)
    out.number("base_mean", row.base.text)
    out.openList("changes")
    for change in row.changes {
      out.openObject()
      out.number("mean", change.mean.text)
      out.text("method", change.difference.method.rawValue)
      out.number("n", change.difference.count)
      out.number("difference", change.difference.mean.text)
      let half = change.difference.halfWidth
      let mean = change.difference.mean.count
      out.number("ci95_low", half.map { Billionths(mean - $0.count).text } ?? "null")
      out.number("ci95_high", half.map { Billionths(mean + $0.count).text } ?? "null")
      out.number("percent", change.microPercent.map { PrometheusText.decimal(micros: $0) } ?? "null")
      out.text("verdict", change.verdict == .unknown ? "unknown" : change.verdict.rawValue)
      out.closeObject()
    }
    out.closeList()
    out.closeObject()
  }
}
