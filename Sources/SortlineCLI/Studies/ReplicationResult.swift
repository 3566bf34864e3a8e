import FileFormats
import Reporting
import SorterModel

/// What replications of one scenario came to, as the command tells it.
struct ReplicationResult {
  let record: StudyRecord
  let rows: [StudyRun]
  let summary: StudySummary
  let inputs: RunInputs
  let place: String

  private var figures: [FigureStatistics] { summary.points.first?.figures ?? [] }
  private var expectations: [MeanExpectation] { summary.points.first?.expectations ?? [] }

  /// The targets with what was reached of each.
  private var targets: [(target: StudyRecord.PrecisionTarget, partsPerMillion: Int, isReached: Bool)] {
    record.precision.compactMap { target in
      guard let figure = figures.first(where: { $0.name == target.figure }),
        let reached = target.reached(by: figure)
      else { return nil }
      return (target, reached.partsPerMillion, reached.isReached)
    }
  }

  /// Whether every target was reached.
  private var isPrecise: Bool { targets.count == record.precision.count && targets.allSatisfy(\.isReached) }

  /// What the command ends with.
  var exitCode: ExitCode {
    if Interruption.isRequested { return .interrupted }
    return summary.meetsExpectations && isPrecise ? .ok : .thresholdFailed
  }

  /// Prints the result: the table, `json` the summary, `quiet` only what was missed.
  func tell(_ console: Console, json: Bool, quiet: Bool) {
    let traits = console.outTraits
    if json {
      console.out.write(String(decoding: summary.json(of: record), as: UTF8.self))
    } else if quiet {
      for line in StatisticsTable.thresholds(expectations, traits, missedOnly: true) { console.print(line) }
    } else {
      for line in lines(for: traits) { console.print(line) }
      console.print()
      console.print("Kept in \(traits.style.code(printable(place, limit: 240)))")
    }
    tellTrouble(console, quiet: quiet)
  }

  private func lines(for traits: TerminalTraits) -> [String] {
    let loaded = inputs.loaded
    let count = rows.count == 1 ? "1 replication" : "\(grouped(rows.count)) replications"
    let title =
      "\(printable(record.scenario)) on \(printable(loaded.profile.name)), plan \(printable(loaded.plan.name)), "
      + "seed \(record.seed), \(count)"
    var lines = StatisticsTable.headline(title, figures, traits)
    if record.warmUp == .mser5 {
      let found = rows.map(\.warmUp.rawValue).sorted()
      let middle = found[found.count / 2]
      lines += [
        "",
        "  warm-up by MSER-5: \(decimalRounded(micros: Int(middle / 1000), places: 1)) s in the median, at most "
          + "\(decimalRounded(micros: Int((found.last ?? 0) / 1000), places: 1)) s",
      ]
    }
    if !record.precision.isEmpty { lines.append("") }
    for (target, parts, isReached) in targets {
      let wanted = StudyRecord.PrecisionTarget.percent(target.halfWidthPartsPerMillion)
      let got = StudyRecord.PrecisionTarget.percent(parts)
      lines.append(
        "  \(target.figure): ± \(got) of the mean, \(wanted) wanted\(isReached ? "" : ", NOT REACHED")")
    }
    return lines + StatisticsTable.thresholds(expectations, traits)
  }

  private func tellTrouble(_ console: Console, quiet: Bool) {
    if Interruption.isRequested {
      let done = "\(grouped(rows.count)) \(rows.count == 1 ? "replication is" : "replications are")"
      console.error("interrupted by \(Interruption.signalName); \(done) finished and kept")
    } else if !isPrecise, let worst = holdsUp {
      console.error(
        "the precision is not reached after \(grouped(rows.count)) replications: \(worst) holds it up; "
          + "--max-replications allows more")
    }
    let unsteady = rows.filter { $0.ending == .stuck }.map(\.replication)
    if !unsteady.isEmpty && !quiet {
      console.warn(
        "nothing could move any more in replication \(RunSelection(unsteady).text), with pieces on the machine"
      )
    }
  }

  /// The target that is furthest from being reached.
  private var holdsUp: String? {
    targets.filter { !$0.isReached }.max {
      Double($0.partsPerMillion) / Double($0.target.halfWidthPartsPerMillion)
        < Double($1.partsPerMillion) / Double($1.target.halfWidthPartsPerMillion)
    }?.target.figure
  }

  /// The thresholds as JUnit writes them.
  var junit: JUnitReport {
    JUnitReport(
      suite: record.scenario,
      cases: expectations.map {
        JUnitReport.Case(
          name: $0.figure, wanted: $0.wanted, got: $0.got?.text ?? "no such figure", isMet: $0.met,
          isJudged: $0.isJudged)
      },
      properties: [
        ("study_id", record.studyID), ("profile", inputs.loaded.profile.name),
        ("plan", inputs.loaded.plan.name),
        ("seed", "\(record.seed)"), ("replications", "\(rows.count)"),
      ], error: Interruption.isRequested ? "interrupted by \(Interruption.signalName)" : nil)
  }
}
