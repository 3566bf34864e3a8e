import EventRecords
import FileFormats
import Glibc
import Quantities
import Replay
import SorterModel
import Telemetry

/// Replays a run and tells what came of it.
struct ReplayJob {
  let run: RecordedRun
  let console: Console
  let isQuiet: Bool

  /// Compares every decision with the run's, by digest first and by event where digests differ.
  func compare(until: Instant?) throws -> ExitCode {
    let started = monotonicNow()
    // The thread that steps reads too, and more than three others have nothing to do beside it.
    let readers = min(3, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)) - 1))
    let finding = try DigestReplay.run(
      try run.inputs(), profile: run.profile, plan: run.plan, until: until, readers: readers
    ) { _ in !Interruption.isRequested }
    if Interruption.isRequested { return .interrupted }
    let took = monotonicNow() - started
    tell(finding)
    let rate = finding.inputs * 1_000_000 / Int(max(1, took.rawValue / 1000))
    if !isQuiet { console.note("\(grouped(rate)) inputs a second") }
    if let damage = finding.damage {
      tell(damage)
      return .badData
    }
    if finding.difference == nil, until != nil { return .ok }
    if finding.difference == nil, finding.isComplete {
      let wanted = run.summaryDigest
      if wanted == nil || wanted == finding.digest { return .ok }
      console.note(
        "summary.json tells another digest than its run's inputs lead to: \(hexadecimal(wanted ?? 0))")
      return .thresholdFailed
    }
    return try compareEvents(isCut: finding.difference == nil)
  }

  func tell(_ damage: Diagnostic) {
    console.note(damage.description)
    console.note("  What stands before it was replayed; what follows cannot be trusted.")
  }

  func tell(_ finding: DigestReplay.Finding) {
    if isQuiet { return }
    let name = printable(run.description.scenario)
    console.print("\(name) on \(printable(run.profile.name)), \(grouped(finding.inputs)) inputs replayed")
    var rows: [[Table.Cell]] = [
      ["digest", Table.Cell(hexadecimal(finding.digest))],
      ["marks that agree", Table.Cell(grouped(finding.marks))],
      ["last input", Table.Cell("\((finding.lastInput - .start).secondsText) s into the run")],
      ["pieces on the machine then", Table.Cell(grouped(finding.onMachine))],
    ]
    if finding.tornBytes > 0 {
      rows.append(["torn off the end", Table.Cell("\(grouped(finding.tornBytes)) bytes, not replayed")])
    }
    for line in Table(columns: [.words(""), .words("")], rows: rows).lines(for: console.outTraits) {
      console.print("  " + line)
    }
    if let difference = finding.difference {
      console.print(
        "DIFFERENT: after \(grouped(difference.inputs)) inputs the run's digest was "
          + "\(hexadecimal(difference.recorded)), and the replay's is \(hexadecimal(difference.replayed))")
      console.print("The first \(grouped(difference.agreedInputs)) inputs led to the same decisions.")
    } else if finding.damage == nil {
      console.print(
        finding.marks > 0 || finding.isComplete
          ? "The same decisions." : "No mark stands among these inputs: there is nothing to compare with yet."
      )
    }
  }

  /// Finds the first event that differs; where the inputs were cut off by a crash, holds what there is against it.
  func compareEvents(isCut: Bool) throws -> ExitCode {
    let finding = try EventReplay.run(
      inputs: try run.inputs(), events: try run.events(), run: run.description, plan: run.plan)
    if let damage = finding.damage {
      console.note(damage.description)
      return .badData
    }
    guard let difference = finding.difference else {
      if isCut {
        if !isQuiet {
          console.print("The run was cut short; \(grouped(finding.sameEvents)) events agree up to there.")
        }
        return .ok
      }
      console.print("Every event is the same: only commands differ, or what a command says.")
      return .thresholdFailed
    }
    console.print("")
    console.print("The first event that differs, after \(grouped(difference.sameEvents)) that do not:")
    console.print("  run     " + describe(difference.recorded))
    console.print("  replay  " + describe(difference.replayed))
    console.print("The inputs before it:")
    for input in difference.inputs { console.print("  " + InputText(run.profile).sentence(input)) }
    return .thresholdFailed
  }

  private func describe(_ event: EventLine?) -> String {
    guard let event else { return "nothing more" }
    let facts = event.attributes.map { "\($0.key) \(printable($0.value))" }.joined(separator: ", ")
    return "\(Nanoseconds(event.elapsed).secondsText) s \(event.name): \(facts)"
  }

  /// Tells what another plan would have done with the same inputs.
  func whatIf(_ plan: CompiledPlan, named name: String) throws -> ExitCode {
    let finding = try WhatIf.run(try run.inputs(), profile: run.profile, plan: run.plan, other: plan)
    if let damage = finding.damage {
      console.note(damage.description)
      return .badData
    }
    let changed = finding.pieces - finding.same
    console.print(
      "\(printable(run.description.scenario)) under the plan \(printable(name)) instead of "
        + "\(printable(run.description.plan)): \(grouped(changed)) of \(grouped(finding.pieces)) pieces "
        + "end otherwise")
    guard changed > 0 else { return .ok }
    var table = Table(
      columns: [.numbers("pieces"), .words("ended"), .words("would have ended"), .words("such as")])
    for change in finding.changes.prefix(Self.changesShown) {
      table.rows.append([
        Table.Cell(grouped(change.pieces)), Table.Cell(words(change.recorded)),
        Table.Cell(words(change.other)),
        Table.Cell(change.examples.map { String($0.rawValue) }.joined(separator: " ")),
      ])
    }
    for line in table.lines(for: console.outTraits) { console.print(line) }
    let more = finding.changes.count - Self.changesShown
    if more > 0 { console.print("  and \(grouped(more)) more kinds of change") }
    if finding.unmatched > 0 {
      console.print("  \(grouped(finding.unmatched)) pieces end under one of the two plans only")
    }
    return .ok
  }

  private static let changesShown = 20

  private func words(_ ending: WhatIf.Ending) -> String {
    let bin = ending.bin == .none ? "" : " in \(InputText(run.profile).bin(ending.bin))"
    let reason = ending.reason == .none ? "" : " (\(ending.reason.name))"
    return "\(ending.outcome.name)\(bin)\(reason)"
  }
}
