import FileFormats

/// Holds the files of a run directory against each other: all must tell the same totals.
struct RunAudit {
  let path: String
  let report: CheckReport
  /// Whether each event's checksum must fit.
  let checksSums: Bool

  init(path: String, report: CheckReport, checkingSums: Bool = false) {
    self.path = path
    checksSums = checkingSums
    self.report = report
  }

  func check(_ file: CheckedFile) throws(CommandFailure) {
    let run: RunDirectory
    do throws(CommandFailure) {
      run = try RunDirectory(path: path)
    } catch {
      if let invalid = error.invalid {
        report.tell(invalid)
      } else {
        for message in error.messages { fault("run.json", message) }
      }
      return
    }
    if run.text("run_id").isEmpty {
      fault("run.json", "it does not say which run this is", expected: "the key \"run_id\"")
      return
    }
    let seed = run.facts["seed"]?.numberText ?? "unknown"
    report.begin(file, "run of \(printable(run.text("scenario"))), seed \(printable(seed))")
    let summary = readSummary(run)
    let hasLogs = !run.text("command").split(separator: " ").contains("--summary-only")
    var totals: [(file: String, totals: RunTotals)] = []
    var ends: [EventAudit.End]?
    if expected("events.jsonl", hasLogs), let audit = auditEvents(run) {
      totals.append(("events.jsonl", audit.totals))
      // Where the events are wrong themselves, they are no measure for the pieces.
      if audit.isSound { ends = audit.ends }
    }
    if let counted = expected("pieces.csv", hasLogs) ? auditPieces(run, against: ends) : nil {
      totals.append(("pieces.csv", counted))
    }
    if let counted = expected("metrics.csv", hasLogs) ? auditMetrics(run, against: summary) : nil {
      totals.append(("metrics.csv", counted))
    }
    auditPackage(run)
    if let summary { compare(totals, summary) }
    if let ended = summary?["ended"]?.text, ended != "finished" {
      report.tell(Diagnostic(.note, file: "\(path)/summary.json", "the run ended early: \(printable(ended))"))
    }
    tell(totals, summary)
  }

  /// Whether a file should be there; says so where it is missing.
  private func expected(_ name: String, _ hasLogs: Bool) -> Bool {
    if folderEntries(path)?.contains(name) ?? false { return true }
    if hasLogs { fault(name, "the run has lost this file") }
    return false
  }

  func fault(
    _ name: String, line: Int = 0, _ message: String, found: String? = nil, expected: String? = nil
  ) {
    report.tell(
      Diagnostic(file: "\(path)/\(name)", line: line, message, found: found, expected: expected))
  }

  private func readSummary(_ run: RunDirectory) -> JSONValue? {
    guard let bytes = readWhole(run.file("summary.json"), limit: 1 << 26) else {
      fault("summary.json", "it cannot be read: \(describeError(lastError))")
      return nil
    }
    do throws(JSONSyntaxError) {
      let summary = try JSONValue(bytes: bytes[...])
      if summary["run_id"]?.text != run.text("run_id") {
        fault(
          "summary.json", "it belongs to another run", found: quoted(summary["run_id"]?.text ?? ""),
          expected: quoted(run.text("run_id")))
      }
      checkTotals(summary)
      return summary
    } catch {
      report.tell(InvalidInput(error, file: path + "/summary.json", bytes))
      return nil
    }
  }

  /// A total of the whole run: the summary's, and what the warm-up left out of it.
  private static func whole(_ name: String, _ summary: JSONValue) -> Int? {
    guard let told = summary[name]?.integer else { return nil }
    let warmUp = summary["warm_up"]
    if warmUp?["fed"]?.integer ?? 0 == 0 { return told }
    // Laps begun in the warm-up are not told apart.
    return name == "recirculations" ? nil : told + (warmUp?[name]?.integer ?? 0)
  }

  /// Where a file tells another total than the summary.
  private func compare(_ totals: [(file: String, totals: RunTotals)], _ summary: JSONValue) {
    for (file, counted) in totals {
      for (name, count) in counted.named {
        // Intervals do not count laps.
        if name == "recirculations", file == "metrics.csv" { continue }
        guard let told = Self.whole(name, summary), told != count else { continue }
        fault(file, "it counts \(grouped(count)) \(name), and summary.json \(grouped(told))")
      }
    }
  }

  /// What the summary lacks, and where its own parts do not agree.
  private func checkTotals(_ summary: JSONValue) {
    for name in RunTotals().named.map(\.name) where summary[name]?.integer ?? -1 < 0 {
      fault(
        "summary.json", "\(quoted(name)) cannot be used", found: summary[name] == nil ? "nothing" : nil,
        expected: "a whole number")
    }
    let reasons = summary["rejected_by_reason"]?.members ?? []
    let sum = reasons.reduce(Int128(0)) { $0 + Int128($1.value.integer ?? 0) }
    if let rejected = summary["rejected"]?.integer, sum != Int128(rejected) {
      fault(
        "summary.json", "its reasons make \(sum) rejected pieces, and \"rejected\" is \(grouped(rejected))")
    }
    for figure in summary["figures"]?.items ?? [] {
      guard let name = figure["name"]?.text, let above = summary[name]?.numberText,
        let value = figure["value"]?.numberText, above != value
      else { continue }
      fault(
        "summary.json",
        "\(quoted(name)) is \(printable(above)) at the top and \(printable(value)) under \"figures\"")
    }
  }

  private func tell(_ totals: [(file: String, totals: RunTotals)], _ summary: JSONValue?) {
    for (file, counted) in totals where !counted.isConserved {
      fault(file, "pieces are not accounted for: fed is not sorted + rejected + removed + lost + on machine")
    }
    guard !totals.isEmpty else { return }
    var table = Table(columns: [.words("")] + totals.map { .numbers($0.file) } + [.numbers("summary.json")])
    for (index, name) in RunTotals().named.map(\.name).enumerated() {
      table.rows.append(
        [Table.Cell(name)] + totals.map { Table.Cell(grouped($0.totals.named[index].count)) }
          + [Table.Cell(summary.flatMap { Self.whole(name, $0) }.map { grouped($0) } ?? "-")])
    }
    report.table(table)
  }
}
