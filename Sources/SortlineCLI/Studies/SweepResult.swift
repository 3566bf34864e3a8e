import FileFormats
import Reporting

/// What a sweep came to, as the command tells it.
struct SweepResult {
  let record: StudyRecord
  let rows: [StudyRun]
  let summary: StudySummary
  /// The runs that were asked for.
  let wanted: [Int]
  let place: String

  /// At most so many points are told one by one.
  private static let shown = 200

  /// Prints the result: the table, or `json` the summary.
  func tell(_ console: Console, _ options: SweepOptions) {
    let traits = console.outTraits
    if options.printsJSON {
      console.out.write(String(decoding: summary.json(of: record), as: UTF8.self))
    } else if !options.isQuiet {
      for line in lines(options.shown, traits) { console.print(line) }
      console.print()
      console.print("Kept in \(traits.style.code(printable(place, limit: 240)))")
    }
    tellMissing(console, options)
  }

  /// A table of the points with means and half their intervals.
  ///
  /// - Parameter figures: what to show; nil: of the usual figures as many as there is room for.
  func lines(_ figures: [String]?, _ traits: TerminalTraits) -> [String] {
    let usual = SweepOptions.usualFigures
    let choices = figures.map { [$0] } ?? [usual, Array(usual[1...]), Array(usual[1...2])]
    let tables = choices.map { ($0, table($0)) }
    guard let (figures, table) = tables.first(where: { $0.1.isAligned(for: traits) }) ?? tables.first else {
      return []
    }
    var lines = table.lines(for: traits)
    if summary.points.count > Self.shown {
      lines.append("  and \(grouped(summary.points.count - Self.shown)) more points, in summary.json")
    }
    let units = figures.compactMap { name in
      record.figures.first { $0.name == name }.map { "\(Self.words(name)) in \(printable($0.unit))" }
    }
    return lines + ["", "  Means and half their 95 % intervals: \(units.joined(separator: ", "))."]
      + thresholds
  }

  private func table(_ figures: [String]) -> Table {
    let all = grouped(record.runCount)
    let done = rows.count == record.runCount ? all : "\(grouped(rows.count)) of \(all)"
    var table = Table(
      "\(printable(record.name)): \(done) runs, \(printable(record.title))", columns: [.numbers("point")])
    table.columns += record.factors.map { .numbers(printable($0.name)) }
    table.columns += figures.map { .numbers(Self.words($0)) }
    for point in summary.points.prefix(Self.shown) {
      var row = [Table.Cell("\(point.point)")]
      row += record.points[point.point].values.map { Table.Cell(printable($0.text, limit: 30)) }
      for name in figures {
        guard let figure = point.figures.first(where: { $0.name == name }) else { continue }
        let (mean, half) = (figure.meanText, figure.halfText)
        row.append(Table.Cell(half.isEmpty ? mean : "\(mean) ± \(half)"))
      }
      table.rows.append(row)
    }
    return table
  }

  /// What people call a figure: the words of a run's result, or its name.
  private static func words(_ figure: String) -> String {
    FigureWords.headline.joined().first { $0.figure == figure }?.words ?? figure
  }

  /// How many points miss a threshold in the mean.
  private var thresholds: [String] {
    if record.expectations.isEmpty { return [] }
    let missing = summary.points.filter { $0.expectations.contains { $0.isJudged && !$0.met } }
    if missing.isEmpty { return ["", "  The means of every point meet the scenario's thresholds."] }
    let which = RunSelection(missing.map(\.point)).text
    return [
      "",
      "  \(missing.count == 1 ? "One point misses" : "\(grouped(missing.count)) points miss") a threshold in the mean: \(which).",
    ]
  }

  private func tellMissing(_ console: Console, _ options: SweepOptions) {
    var missing = RunSelection(wanted)
    for run in rows { missing.remove(run.run) }
    if Interruption.isRequested {
      console.error(
        "interrupted by \(Interruption.signalName); \(grouped(rows.count)) finished runs are kept, and the same "
          + "command goes on with the \(grouped(missing.count)) that are left")
    }
  }
}
