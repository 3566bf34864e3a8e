import Experiments
import FileFormats
import Reporting

/// Compares studies: the means of their figures with the intervals of the differences, and which of them moved.
struct StudyCompareJob {
  let options: CompareOptions
  let console: Console
  let studies: [StudyDirectory]
  let comparison: StudyComparison
  let held: Set<String>?

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
  var regressions: [(point: String, figure: String, percent: Int?)] {
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
