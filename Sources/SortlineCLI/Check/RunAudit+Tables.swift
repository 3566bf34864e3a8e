import FileFormats

extension RunAudit {
  /// Reads every event: whole lines in order, one run, and each piece ending once.
  func auditEvents(_ run: RunDirectory) -> EventAudit? {
    var audit = EventAudit(runID: run.text("run_id"))
    do throws(InvalidInput) {
      let reader = try EventLineReader(path: run.file("events.jsonl"), checkingSums: checksSums)
      while true {
        switch try reader.next() {
        case .end:
          for fault in audit.finish() { self.fault("events.jsonl", line: fault.line, fault.message) }
          return audit
        case .damaged(let diagnostic):
          report.tell(diagnostic)
          audit.isSound = false
        case .event(let event):
          for diagnostic in audit.take(event, in: "\(path)/events.jsonl") { report.tell(diagnostic) }
          if audit.isForeign { return nil }
        }
      }
    } catch {
      report.tell(error)
      return nil
    }
  }

  /// Reads every row of the list of pieces: one run, and the ends that the events tell, in their order.
  func auditPieces(_ run: RunDirectory, against ends: [EventAudit.End]?) -> RunTotals? {
    var totals = RunTotals()
    var ends = ends
    var next = 0
    do throws(InvalidInput) {
      let table = try TableReader(
        path: run.file("pieces.csv"), required: ["run_id", "piece", "bin", "outcome", "reason", "laps"])
      while try table.next() {
        totals.fed += 1
        totals.recirculations += number("laps", of: table) ?? 0
        let outcome = table["outcome"] ?? ""
        if !totals.add(outcome: outcome) {
          report.tell(
            table.diagnostic(
              at: table.index(of: "outcome") ?? 0, "there is no such outcome",
              expected: RunTotals.outcomes.joined(separator: ", "),
              suggestion: nearestName(to: outcome, among: RunTotals.outcomes)))
          ends = nil
        }
        if table["run_id"] != run.text("run_id") {
          fault(
            "pieces.csv", line: table.line, "the row belongs to another run",
            found: quoted(table["run_id"] ?? ""), expected: quoted(run.text("run_id")))
          return nil
        }
        guard outcome != "on_machine", let told = ends, next < told.count else { continue }
        if let difference = told[next].difference(from: table) {
          report.tell(difference)
          // After the first difference every row may seem to differ.
          ends = nil
        }
        next += 1
      }
    } catch {
      report.tell(error)
      return nil
    }
    return totals
  }

  /// Reads every interval: whole numbers, with the pieces on the machine those that came and did not end.
  func auditMetrics(_ run: RunDirectory, against summary: JSONValue?) -> RunTotals? {
    var totals = RunTotals()
    do throws(InvalidInput) {
      let counts = ["fed", "sorted", "rejected", "removed", "lost", "on_machine"]
      let table = try TableReader(path: run.file("metrics.csv"), required: ["run_id"] + counts)
      let reasons = table.columns.filter { $0.hasPrefix("rejected_") }
      var isTold = false
      var byReason = [Int](repeating: 0, count: reasons.count)
      while try table.next() {
        let numbers = counts.map { number($0, of: table) ?? 0 }
        totals.fed += numbers[0]
        totals.sorted += numbers[1]
        totals.rejected += numbers[2]
        totals.removed += numbers[3]
        totals.lost += numbers[4]
        totals.onMachine = numbers[5]
        if !totals.isConserved, !isTold {
          isTold = true
          let left = totals.fed - totals.sorted - totals.rejected - totals.removed - totals.lost
          fault(
            "metrics.csv", line: table.line,
            "\(grouped(left)) pieces are left up to here, and \"on_machine\" is \(grouped(totals.onMachine))")
        }
        var rejected = 0
        for (index, reason) in reasons.enumerated() {
          let count = number(reason, of: table) ?? 0
          byReason[index] += count
          rejected += count
        }
        if !reasons.isEmpty, rejected != numbers[2] {
          fault(
            "metrics.csv", line: table.line,
            "its reasons make \(grouped(rejected)) rejected pieces, and \"rejected\" is \(grouped(numbers[2]))"
          )
        }
        if table["run_id"] != run.text("run_id") {
          fault(
            "metrics.csv", line: table.line, "the row belongs to another run",
            found: quoted(table["run_id"] ?? ""), expected: quoted(run.text("run_id")))
          return nil
        }
      }
      // The summary's reasons leave out the warm-up, which does not count its own.
      if let summary, summary["warm_up"]?["fed"]?.integer ?? 0 == 0 {
        for (reason, count) in zip(reasons, byReason) {
          let name = String(reason.dropFirst("rejected_".count))
          guard let told = summary["rejected_by_reason"]?[name]?.integer, told != count else { continue }
          fault(
            "metrics.csv",
            "it counts \(grouped(count)) rejected for \(printable(name)), and summary.json \(grouped(told))")
        }
      }
    } catch {
      report.tell(error)
      return nil
    }
    return totals
  }

  /// The count in a column of the current row; nil, said, where it is none.
  private func number(_ column: String, of table: TableReader) -> Int? {
    guard let index = table.index(of: column) else { return nil }
    // Bounded, so that no sum of any number of rows can overflow.
    if let number = Int(table[index]), (0...1_000_000_000_000).contains(number) { return number }
    report.tell(table.diagnostic(at: index, "\(quoted(column)) is not a count", expected: "a whole number"))
    return nil
  }
}
