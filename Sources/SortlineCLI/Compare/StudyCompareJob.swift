import Experiments
import FileFormats
import Reporting
import Telemetry

/// Compares studies: the means of their figures with the intervals of the differences, and which of them moved.
struct StudyCompareJob {
  let options: CompareOptions
  let console: Console
  private let studies: [StudyDirectory]
  private let comparison: StudyComparison
  private let held: Set<String>?

  /// Reads the studies.
  init(options: CompareOptions, console: Console) throws {
    self.options = options
    self.console = console
    var studies: [StudyDirectory] = []
    for path in options.paths {
      guard StudyDirectory.isOne(path) else {
        throw CommandFailure(
          .configuration, "'\(printable(path, limit: 240))' is no study, and the others are",
          advice: "Compare runs with runs, and studies with studies.")
      }
      do throws(InvalidInput) { studies.append(try StudyDirectory(path: path)) } catch {
        throw CommandFailure(error)
      }
    }
    self.studies = studies
    held = options.figures.map { Set($0) }
    comparison = try StudyComparison(studies, tolerance: options.tolerance)
  }

  /// Prints what was found; answers the code to end with.
  func tell() -> ExitCode {
    warn()
    switch options.format {
    case .json: console.out.write(String(decoding: json, as: UTF8.self))
    case .junit: console.out.write(junit.xml)
    case .text where options.isQuiet: tellRegressions()
    case .text: tellText()
    }
    return options.failsOnRegression && !regressions.isEmpty ? .thresholdFailed : .ok
  }

  private func warn() {
    for study in studies where !study.missing.isEmpty {
      console.warn(
        "'\(printable(study.path, limit: 240))' is not whole: \(grouped(study.runs.count)) of "
          + "\(grouped(study.record.runCount)) runs are there")
    }
    if Set(studies.map(\.record.scenario)).count > 1 {
      console.warn("the studies are of different scenarios")
    }
  }

  // MARK: Text

  private func tellText() {
    let traits = console.outTraits
    for (letter, study) in zip(CompareJob.letters(studies.count), studies) {
      let record = study.record
      console.print(
        "\(letter)  \(printable(study.path, limit: 240)): \(printable(record.scenario)), seed \(record.seed), "
          + "\(grouped(study.runs.count)) run\(study.runs.count == 1 ? "" : "s")")
    }
    for point in comparison.points {
      console.print()
      if !point.name.isEmpty { console.print(traits.style.heading(printable(point.name, limit: 240))) }
      let table = table(of: point)
      for line in table.lines(for: traits) { console.print(line) }
    }
    console.print()
    console.print(method)
    tellRegressions()
  }

  /// How the intervals were reckoned, in a sentence.
  private var method: String {
    let methods = Set(
      comparison.points.flatMap { $0.rows.flatMap { $0.changes.map(\.difference.method) } })
    let words =
      switch (methods.contains(.paired), methods.contains(.welch)) {
      case (true, false): "Pairs of replications with the same random numbers"
      case (false, true): "Independent replications, by Welch"
      default: "Pairs where replications have the same random numbers, else by Welch"
      }
    return "\(words); ± is half the 95 % confidence interval of the change.\n"
      + "Of twenty figures that did not move, one seems to by chance."
  }

  /// The rows that are shown: those asked for, else the headline and all that moved.
  private func shown(_ rows: [StudyComparison.Row]) -> [StudyComparison.Row] {
    if let names = options.figures { return names.compactMap { name in rows.first { $0.figure == name } } }
    return rows.filter { row in
      options.showsAll || CompareJob.headline.contains(row.figure)
        || row.changes.contains { ![.same, .noise, .unknown].contains($0.verdict) }
    }
  }

  private func table(of point: StudyComparison.Point) -> Table {
    let letters = CompareJob.letters(studies.count)
    var columns: [Table.Column] = [.words("figure"), .words("better"), .numbers(letters[0])]
    for letter in letters.dropFirst() {
      columns += [.numbers(letter), .numbers("change"), .numbers("±"), .words("")]
    }
    var table = Table(columns: columns)
    for row in shown(point.rows) {
      var cells: [Table.Cell] = [
        Table.Cell(row.figure), Table.Cell(row.direction.rawValue, mood: .faint),
        Table.Cell(CompareJob.value(row.base.micros, row.unit)),
      ]
      for change in row.changes {
        let mood: Table.Mood = change.verdict == .worse ? .bad : change.verdict == .better ? .good : .faint
        let sign = change.difference.mean.count > 0 ? "+" : ""
        cells += [
          Table.Cell(CompareJob.value(change.mean.micros, row.unit)),
          Table.Cell(sign + CompareJob.value(change.difference.mean.micros, row.unit)),
          Table.Cell(
            change.difference.halfWidth.map { CompareJob.value($0.micros, row.unit) } ?? "-", mood: .faint),
          Table.Cell(change.verdict.rawValue, mood: mood),
        ]
      }
      table.rows.append(cells)
    }
    return table
  }

  /// What got worse: point and figure.
  private var regressions: [(point: String, figure: String, percent: Int?)] {
    comparison.points.flatMap { point in
      point.rows.filter { held?.contains($0.figure) ?? true }.flatMap { row in
        row.changes.filter { $0.verdict == .worse }.map { (point.name, row.figure, $0.microPercent) }
      }
    }
  }

  private func tellRegressions() {
    let found = regressions
    let tolerance =
      options.tolerance == 0 ? "" : " by more than \(PrometheusText.decimal(micros: options.tolerance)) %"
    if found.isEmpty { return console.print("No figure got worse\(tolerance) beyond chance.") }
    let names = found.map { fault in
      let percent =
        fault.percent.map { " (\($0 > 0 ? "+" : "")\(decimalRounded(micros: $0, places: 2)) %)" } ?? ""
      return (fault.point.isEmpty ? "" : "\(printable(fault.point, limit: 120)): ") + fault.figure + percent
    }
    console.print(
      "\(found.count) figure\(found.count == 1 ? "" : "s") got worse\(tolerance) beyond chance: "
        + names.joined(separator: "; "))
  }
}

/// The comparison for programs.
extension StudyCompareJob {
  private var junit: JUnitReport {
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

  private var json: [UInt8] {
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
