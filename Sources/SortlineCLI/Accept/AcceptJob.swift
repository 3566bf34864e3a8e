import FileFormats
import Quantities
import Reporting
import SorterModel
import Telemetry

/// Makes the acceptance report of a run from its events, and holds it against the run's summary.
struct AcceptJob {
  /// The report with the run that it is about.
  let content: AcceptanceProtocol
  /// Where a crash tore the log; nil where it is whole.
  let torn: Diagnostic?

  /// Reads the run at `path`.
  init(path: String) throws {
    let run = try RecordedRun(path: path)
    var walk = try RecordedWalk(run)
    let isVirtual = !run.directory.text("command").split(separator: " ").contains("modbus")
    var ledger = AcceptanceLedger(
      profile: run.profile, scenario: walk.scenario, plan: run.source, isVirtual: isVirtual)
    while let (record, number) = try walk.next() { ledger.take(record, number: number) }
    torn = walk.torn
    let sums = walk.hasChecksums ? "each with its checksum" : "WITHOUT CHECKSUMS"
    let description = walk.description
    let report = ledger.report()
    let counted = try walk.summary(digest: run.summaryDigest ?? 0)
    let summary = try Self.summary(of: run)
    if let summary { try Self.compare(counted, summary, report, run.directory) }
    let ended = summary?.text("ended") ?? (report.hasEnded ? "finished, without a summary" : "cut short")
    content = AcceptanceProtocol(
      report, name: "\(description.scenario) on \(description.profile.name)", suite: description.scenario,
      facts: Self.facts(run, walk: description, report, ended: ended, sums: sums),
      inputs: (run.directory.facts["inputs"]?.items ?? []).map {
        .init(
          role: $0["role"]?.text ?? "", path: $0["path"]?.text ?? "", digest: $0["digest"]?.text ?? "")
      },
      criteria: summary.map(Self.criteria) ?? Self.criteria(counted))
  }

  private static func summary(of run: RecordedRun) throws -> RunSummary? {
    let summary = folderEntries(run.directory.path)?.contains("summary.json") ?? false
    return summary ? try RunSummary(path: run.directory.path) : nil
  }

  private static func facts(
    _ run: RecordedRun, walk: RunDescription, _ report: AcceptanceReport, ended: String,
    sums: String
  ) -> [(name: String, value: String)] {
    let program = run.directory.facts["program"]
    return [
      ("machine", "\(walk.profile.name): \(walk.profile.title)"), ("scenario", walk.scenario),
      ("plan", walk.plan), ("run id", walk.runIDText), ("seed", "\(walk.seed)"),
      (
        "program",
        [program?["name"]?.text, program?["version"]?.text].compactMap(\.self).joined(separator: " ")
      ),
      ("command", run.directory.text("command")), ("began", run.directory.text("starts_at")),
      ("ended", ended), ("events", "1 to \(report.events), \(sums)"),
      ("digest", run.summaryDigest.map(hexadecimal) ?? ""),
    ]
  }

  /// The thresholds as the summary has them.
  private static func criteria(_ summary: RunSummary) -> [JUnitReport.Case] {
    (summary.facts["expectations"]?.items ?? []).map { item in
      JUnitReport.Case(
        name: item["figure"]?.text ?? "", wanted: item["wanted"]?.text ?? "",
        got: item["got"]?.numberText ?? "no such figure", isMet: item["met"] == .bool(true),
        isJudged: item["judged"] == .bool(true))
    }
  }

  private static func criteria(_ summary: Summary) -> [JUnitReport.Case] {
    summary.expectations.map {
      JUnitReport.Case(
        name: $0.figure, wanted: $0.wanted, got: $0.got ?? "no such figure", isMet: $0.met,
        isJudged: $0.isJudged)
    }
  }

  /// Refuses to report on files that tell different runs: nobody could sign that.
  private static func compare(
    _ counted: Summary, _ summary: RunSummary, _ report: AcceptanceReport, _ run: RunDirectory
  ) throws {
    var faults: [Diagnostic] = []
    func hold(_ name: String, _ events: Int, _ told: Int?) {
      guard let told, told != events else { return }
      faults.append(
        Diagnostic(
          file: run.file("summary.json"), "\(quoted(name)) is not what the events tell",
          found: grouped(told), expected: grouped(events)))
    }
    let pieces = counted.totals.pieces
    hold("fed", pieces.fed, summary.facts["fed"]?.integer)
    hold("sorted", pieces.sorted, summary.facts["sorted"]?.integer)
    hold("rejected", pieces.rejected, summary.facts["rejected"]?.integer)
    hold("removed", pieces.removed, summary.facts["removed"]?.integer)
    hold("lost", pieces.lost, summary.facts["lost"]?.integer)
    hold("fed", pieces.fed, report.fed.count)
    if !faults.isEmpty {
      throw CommandFailure(
        InvalidInput(faults, category: .badData), advice: "'sortline check' says what else does not agree.")
    }
    guard report.timeCloses, report.piecesClose else {
      throw CommandFailure(
        .badData, "the events of '\(printable(run.path, limit: 240))' do not make a whole account",
        advice: "'sortline verify' says what is wrong with them.")
    }
  }

  /// What the command ends with.
  var exitCode: ExitCode { content.verdict == .notPassed ? .thresholdFailed : .ok }
}

/// A document as the terminal shows it.
struct DocumentText {
  let document: Document
  let traits: TerminalTraits

  /// The document's lines.
  var lines: [String] {
    var lines = [traits.style.heading(printable(document.title, limit: 240))]
    for block in document.blocks {
      lines.append("")
      switch block {
      case .heading(let text): lines.append(traits.style.heading(text))
      case .paragraph(let text):
        lines += wrapped(printable(text, limit: 4000), width: traits.width - 2).map { "  " + $0 }
      case .table(let table): lines += self.lines(table)
      case .signatures(let parties):
        for party in parties {
          lines.append("  \(party)")
          lines += Document.signatureFields.map { field in
            "    \(field) " + String(repeating: ".", count: max(8, 54 - field.count))
          }
        }
      }
    }
    return lines
  }

  private func lines(_ source: Document.Table) -> [String] {
    var table = Table(
      columns: source.columns.enumerated().map {
        source.numeric.contains($0) ? .numbers($1) : .words($1)
      })
    for (index, row) in source.rows.enumerated() {
      if source.hasTotal, index == source.rows.count - 1 { table.rows.append([]) }
      table.rows.append(
        row.map { text in
          let isBad = ["MISSED", "NO", "DOES NOT CLOSE"].contains(text)
          let isGood = ["met", "closes"].contains(text)
          return Table.Cell(printable(text, limit: 400), mood: isBad ? .bad : isGood ? .good : .plain)
        })
    }
    return table.lines(for: traits)
  }
}
