import FileFormats

/// Holds the files of a run directory against each other: all must tell the same totals.
struct RunAudit {
  let path: String
  let report: CheckReport

  init(path: String, report: CheckReport) {
    self.path = path
    self.report = report
  }

  func check(_ file: CheckedFile) throws(CommandFailure) {
    let run: RunDirectory
    do throws(CommandFailure) {
      run = try RunDirectory(path: path)
    } catch {
      for message in error.messages { fault("run.json", message) }
      return
    }
    let seed = run.facts["seed"]?.numberText ?? "unknown"
    report.begin(file, "run of \(printable(run.text("scenario"))), seed \(printable(seed))")
    let summary = readSummary(run)
    let hasLogs = !run.text("command").split(separator: " ").contains("--summary-only")
    var totals: [(file: String, totals: RunTotals)] = []
    if let counted = expected("events.jsonl", hasLogs) ? auditEvents(run) : nil {
      totals.append(("events.jsonl", counted))
    }
    if let counted = expected("pieces.csv", hasLogs) ? auditPieces(run) : nil {
      totals.append(("pieces.csv", counted))
    }
    if let counted = expected("metrics.csv", hasLogs) ? auditMetrics(run) : nil {
      totals.append(("metrics.csv", counted))
    }
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

  private func fault(
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
      return summary
    } catch {
      fault("summary.json", "at \(place(of: error.offset, in: bytes)): \(error.message)")
      return nil
    }
  }

  /// Reads every event: whole lines in order, one run, and each piece ending once.
  private func auditEvents(_ run: RunDirectory) -> RunTotals? {
    var audit = EventAudit()
    do throws(InvalidInput) {
      let reader = try EventLineReader(path: run.file("events.jsonl"))
      while true {
        switch try reader.next() {
        case .end:
          for fault in audit.finish() { self.fault("events.jsonl", line: fault.line, fault.message) }
          return audit.totals
        case .damaged(let diagnostic): report.tell(diagnostic)
        case .event(let event):
          if let message = audit.take(event) { fault("events.jsonl", line: event.line, message) }
        }
      }
    } catch {
      report.tell(error)
      return nil
    }
  }

  private func auditPieces(_ run: RunDirectory) -> RunTotals? {
    var totals = RunTotals()
    do throws(InvalidInput) {
      let table = try TableReader(
        path: run.file("pieces.csv"), required: ["run_id", "piece", "outcome", "laps"])
      while try table.next() {
        totals.fed += 1
        totals.recirculations += Int(table["laps"] ?? "") ?? 0
        if !totals.add(outcome: table["outcome"] ?? "") {
          fault(
            "pieces.csv", line: table.line, "there is no such outcome", found: quoted(table["outcome"] ?? ""))
        }
        if table["run_id"] != run.text("run_id") {
          fault("pieces.csv", line: table.line, "the row belongs to another run")
          break
        }
      }
    } catch {
      report.tell(error)
      return nil
    }
    return totals
  }

  private func auditMetrics(_ run: RunDirectory) -> RunTotals? {
    var totals = RunTotals()
    do throws(InvalidInput) {
      let table = try TableReader(
        path: run.file("metrics.csv"),
        required: ["run_id", "fed", "sorted", "rejected", "removed", "lost", "on_machine"])
      func number(_ column: String) -> Int { Int(table[column] ?? "") ?? 0 }
      while try table.next() {
        totals.fed += number("fed")
        totals.sorted += number("sorted")
        totals.rejected += number("rejected")
        totals.removed += number("removed")
        totals.lost += number("lost")
        totals.onMachine = number("on_machine")
      }
    } catch {
      report.tell(error)
      return nil
    }
    return totals
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

/// Reads a run's events in order and keeps count.
private struct EventAudit {
  var totals = RunTotals()
  private var nextSequence = 1
  private var elapsed: Int64 = 0
  private var line = 0
  private var last = ""
  private var underWay: Set<Int> = []

  /// Takes in one event; says what is wrong with it.
  mutating func take(_ event: EventLine) -> String? {
    defer {
      nextSequence = event.sequence + 1
      elapsed = max(elapsed, event.elapsed)
      line = event.line
      last = event.name
    }
    let piece = event.number("piece") ?? 0
    var wrong: String?
    switch event.name {
    case "piece.inducted":
      totals.fed += 1
      if !underWay.insert(piece).inserted { wrong = "piece \(piece) is fed and has not ended" }
    case "piece.sorted", "piece.rejected", "piece.removed", "piece.lost":
      _ = totals.add(outcome: String(event.name.dropFirst("piece.".count)))
      if underWay.remove(piece) == nil {
        // The second piece of a double feed ends without having been seen at induction.
        totals.fed += 1
      }
    case "piece.recirculated": totals.recirculations += 1
    default: break
    }
    if event.sequence != nextSequence {
      return "event \(event.sequence) follows event \(nextSequence - 1)"
    }
    if event.elapsed < elapsed { return "the event is earlier than the one before it" }
    return wrong
  }

  mutating func finish() -> [(line: Int, message: String)] {
    totals.onMachine = underWay.count
    return last == "run.ended" ? [] : [(line, "the last event is not run.ended: the log was cut")]
  }
}
