import FileFormats
import Quantities
import Reporting
import Telemetry

/// A run that is over, as a command tells it: the table or the summary, warnings, and the thresholds for CI.
struct RunResult {
  /// The run's figures.
  var summary: Summary
  /// Where it was written.
  var place: String
  /// The mail file, where there was one: what was refused of it is told.
  var mail: MailFile?
  /// The run's own time at its end.
  var now: Instant
  /// Why a machine that was to be driven never was; empty where it was, or was not to be.
  var undriven = ""
  /// Lines of the table beside the figures, for people.
  var more: (TerminalTraits) -> [String] = { _ in [] }

  /// Prints the result in a form; of the table, `quiet` leaves only the thresholds that were missed.
  func tell(_ console: Console, format: OutputFormat, quiet: Bool) {
    let table = ResultTable(summary: summary)
    if !quiet { tellTrouble(console) }
    if format == .json {
      console.out.write(String(decoding: summary.json, as: UTF8.self))
    } else if format == .junit {
      console.out.write(junit.xml)
    } else if quiet {
      for line in table.thresholds(console.outTraits, missedOnly: true) { console.print(line) }
    } else {
      for line in table.lines(for: console.outTraits) + more(console.outTraits) { console.print(line) }
      console.print()
      console.print("Kept in \(console.outTraits.style.code(printable(place, limit: 240)))")
    }
    if summary.ending == .interrupted {
      console.error("interrupted by \(interrupter) at \(clock); the files are whole up to there")
    } else if !undriven.isEmpty {
      console.error("the machine was never driven: \(undriven)")
    }
  }

  /// The thresholds as JUnit writes them.
  var junit: JUnitReport {
    let cases = summary.expectations.map { result in
      JUnitReport.Case(
        name: result.figure, wanted: result.wanted, got: result.got ?? "no such figure", isMet: result.met,
        isJudged: result.isJudged)
    }
    return JUnitReport(
      suite: summary.run.scenario, cases: cases,
      properties: [
        ("run_id", summary.run.runIDText), ("profile", summary.run.profile.name), ("plan", summary.run.plan),
        ("seed", "\(summary.run.seed)"), ("digest", summary.digestText),
      ],
      error: summary.ending == .interrupted
        ? "interrupted by \(interrupter)"
        : undriven.isEmpty ? nil : "the machine was never driven: \(undriven)")
  }

  /// What the command ends with, if nothing else went wrong.
  var exitCode: ExitCode {
    if summary.ending == .interrupted { return .interrupted }
    if !undriven.isEmpty { return .unavailable }
    return summary.meetsExpectations ? .ok : .thresholdFailed
  }

  private var interrupter: String { Interruption.isRequested ? Interruption.signalName : "a key" }
  private var clock: String { Nanoseconds(now.rawValue).clockText }

  /// What a person should know beside the figures.
  private func tellTrouble(_ console: Console) {
    if let mail, mail.refused > 0 {
      for refusal in mail.refusals.prefix(5) { console.note(refusal.asWarning.description) }
      console.warn(
        "\(grouped(mail.refused)) of \(grouped(mail.rows)) mail rows were refused (\(faultWords(mail.refusedByFault)))"
      )
    }
    if summary.ending == .stuck {
      console.warn(
        "nothing could move any more at \(clock): \(grouped(summary.totals.pieces.onMachine)) pieces are "
          + "still on the machine")
    }
  }
}
