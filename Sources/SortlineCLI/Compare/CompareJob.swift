import FileFormats
import Quantities
import Reporting

/// Compares runs: their figures side by side, what they were made from, and where two of one seed part.
struct CompareJob {
  let options: CompareOptions
  let console: Console
  let runs: [RunSummary]
  let comparison: RunComparison
  let held: Set<String>?
  /// Where the first two part; nil where they are no runs of one scenario and seed, or keep no events.
  let difference: FirstDifference?

  /// Reads the runs.
  init(options: CompareOptions, console: Console) throws {
    self.options = options
    self.console = console
    runs = try options.paths.map { try RunSummary(path: $0) }
    held = options.figures.map { Set($0) }
    let named = zip(options.paths, runs).map { path, run in
      RunComparison.Run(name: path, figures: run.figures.map { ($0.name, $0.micros, $0.unit) })
    }
    comparison = RunComparison(named[0], Array(named.dropFirst()), tolerance: options.tolerance)
    difference =
      runs.count == 2 && Self.isOneSeed(runs[0], runs[1]) && runs.allSatisfy(Self.keepsEvents)
      ? try FirstDifference(runs[0].directory, runs[1].directory) : nil
  }

  /// Prints what was found; answers the code to end with.
  func tell() -> ExitCode {
    warn()
    switch options.format {
    case .json: console.out.write(String(decoding: json, as: UTF8.self))
    case .junit: console.out.write(comparison.junit(among: held, suite: "compare").xml)
    case .text where options.isQuiet: tellRegressions()
    case .text: tellText()
    }
    return options.failsOnRegression && !regressions.isEmpty ? .thresholdFailed : .ok
  }

  var regressions: [RunComparison.Row] { comparison.regressions(among: held) }

  private static func isOneSeed(_ a: RunSummary, _ b: RunSummary) -> Bool {
    ["scenario", "seed", "replication"].allSatisfy { a.facts[$0] == b.facts[$0] }
  }

  private static func keepsEvents(_ run: RunSummary) -> Bool {
    folderEntries(run.directory.path)?.contains("events.jsonl") ?? false
  }

  private func warn() {
    for (path, run) in zip(options.paths, runs) {
      let shown = printable(path, limit: 240)
      if run.isRecounted {
        console.warn("'\(shown)' was cut short and left no summary: its events were counted")
      } else if let ended = run.facts["ended"]?.text, ended != "finished" {
        console.warn("'\(shown)' ended early: \(printable(ended))")
      }
    }
    let first = runs[0]
    if runs.contains(where: { $0.text("scenario") != first.text("scenario") }) {
      console.warn("the runs are of different scenarios")
    } else if runs.contains(where: { !Self.isOneSeed($0, first) }) {
      console.warn("one run each, of different seeds: a difference may be chance; compare several of each")
    }
  }

  // MARK: Text

  private func tellText() {
    for line in inputs.lines(for: console.outTraits) { console.print(line) }
    console.print()
    for line in figures.lines(for: console.outTraits) { console.print(line) }
    if let difference { tell(difference) }
    console.print()
    tellRegressions()
  }

  /// What the runs are, and which of their inputs differ.
  private var inputs: Table {
    var table = Table(columns: [.words("")] + letters.map { .words($0) })
    func row(_ name: String, _ value: (RunSummary) -> String) {
      let values = runs.map(value)
      if name != "run", Set(values).count == 1 { return }
      table.rows.append([Table.Cell(name)] + values.map { Table.Cell(printable($0, limit: 120)) })
    }
    row("run") { $0.directory.path }
    row("scenario") { $0.text("scenario") }
    row("profile") { $0.text("profile") }
    row("plan") { $0.text("plan") }
    row("seed") { $0.facts["seed"]?.numberText ?? "" }
    row("program") { $0.directory.facts["program"]?["version"]?.text ?? "" }
    row("command") { $0.directory.text("command") }
    let roles = runs.flatMap { ($0.directory.facts["inputs"]?.items ?? []).compactMap { $0["role"]?.text } }
    var seen: Set<String> = []
    for role in roles where seen.insert(role).inserted {
      row("\(role) (digest)") { run in
        let input = run.directory.input(role: role)
        return input?["digest"]?.text.map { String($0.split(separator: ":").last ?? "") } ?? "none"
      }
    }
    row("decisions (digest)") { $0.isRecounted ? "not known" : $0.text("digest") }
    return table
  }

  private var letters: [String] { Self.letters(runs.count) }

  /// What the compared are called in tables: A, B, C, ...
  static func letters(_ count: Int) -> [String] {
    (0..<count).map { $0 < 26 ? String(UnicodeScalar(UInt8(65 + $0))) : "#\($0 + 1)" }
  }

  /// The figures that are shown even where they are the same.
  static let headline: Set<String> = [
    "fed", "sorted", "rejected", "throughput_per_hour", "accept_rate_percent", "oee_percent",
    "time_in_system_p50_ms", "time_in_system_p95_ms", "cost_per_piece",
  ]

  /// The rows that are shown: those asked for, else the headline and all that differ.
  private var shown: [RunComparison.Row] {
    if let names = options.figures {
      return names.compactMap { name in comparison.rows.first { $0.figure == name } }
    }
    return comparison.rows.filter { options.showsAll || $0.differs || Self.headline.contains($0.figure) }
  }

  private var figures: Table {
    var columns: [Table.Column] = [.words("figure"), .words("better"), .numbers(letters[0])]
    for letter in letters.dropFirst() {
      columns += [.numbers(letter), .numbers("change"), .words("")]
    }
    var table = Table(columns: columns)
    for row in shown {
      var cells: [Table.Cell] = [
        Table.Cell(row.figure), Table.Cell(row.direction.rawValue, mood: .faint),
        Table.Cell(Self.value(row.base, row.unit)),
      ]
      for change in row.changes {
        let mood: Table.Mood = change.verdict == .worse ? .bad : change.verdict == .better ? .good : .faint
        cells += [
          Table.Cell(Self.value(change.micros, row.unit)), Table.Cell(Self.moved(change, row.unit)),
          Table.Cell(change.verdict.rawValue, mood: mood),
        ]
      }
      table.rows.append(cells)
    }
    return table
  }

  /// A value to as many places as people can use; --json has all of them.
  static func value(_ micros: Int?, _ unit: String) -> String {
    guard let micros else { return "-" }
    let places =
      switch unit {
      case "percent", "s": 2
      case "ms", "pieces/h": 1
      case "pieces", "laps", "jams", "feeds", "diverts", "sweeps", "bins", "rows", "alarms", "inputs",
        "records":
        0
      default: 4
      }
    return decimalRounded(micros: micros, places: micros % 1_000_000 == 0 ? 0 : places)
  }

  /// The change in per cent of the first run's value, or as it is where that is 0.
  private static func moved(_ change: RunComparison.Change, _ unit: String) -> String {
    guard let difference = change.difference, difference != 0 else { return "" }
    let sign = difference > 0 ? "+" : ""
    if let percent = change.microPercent { return sign + decimalRounded(micros: percent, places: 2) + " %" }
    return sign + value(difference, unit)
  }

  private func tell(_ difference: FirstDifference) {
    console.print()
    guard !difference.isNone else {
      return console.print("Every event is the same: \(grouped(difference.sameEvents)) of them.")
    }
    console.print(
      "The first event that differs, after \(grouped(difference.sameEvents)) that do not:")
    console.print("  A  " + FirstDifference.words(difference.first))
    console.print("  B  " + FirstDifference.words(difference.second))
    if difference.before.isEmpty { return }
    console.print("The events before it:")
    for event in difference.before { console.print("     " + FirstDifference.words(event)) }
  }

  private func tellRegressions() {
    let found = regressions
    if found.isEmpty { return console.print("No figure got worse\(tolerance).") }
    let names = found.map { row in
      let worst = row.changes.filter { $0.verdict == .worse }
        .max { ($0.difference ?? 0).magnitude < ($1.difference ?? 0).magnitude }
      return "\(row.figure) (\(worst.map { Self.moved($0, row.unit) } ?? ""))"
    }
    console.print(
      "\(found.count) figure\(found.count == 1 ? "" : "s") got worse\(tolerance): "
        + names.joined(separator: ", "))
  }

  private var tolerance: String {
    options.tolerance == 0
      ? "" : " by more than \(PrometheusText.decimal(micros: options.tolerance)) %"
  }
}
