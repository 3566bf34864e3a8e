import FileFormats
import Replay

extension Command {
  /// `sortline verify RUN`: the integrity of a run's journal, and the promises that it must show kept.
  static let verify = Command(
    CommandSpec(
      "verify", group: "Look into",
      abstract: "Prove that a run's journal is whole and that it kept every promise.",
      discussion: [
        "Every line of events.jsonl and inputs.jsonl bears a checksum over itself and all lines above: a byte "
          + "that changed, and a line that was lost, doubled, moved or cut, are told with the offset of the "
          + "first byte that cannot be trusted. Then the run's files are held against each other as 'check' does, "
          + "every piece must be accounted for, no command may have moved two pieces, and the recorded inputs "
          + "must lead to the recorded decisions, as 'replay' does.",
        "Checksums find accidents. They are no protection against somebody who wants to deceive: whoever can "
          + "write the files can compute them anew.",
      ],
      arguments: [ArgumentSpec("RUN", "the run directory, such as runs/peak-hour-1", completion: .folder)],
      optionGroups: [OptionGroup("Options", [OptionSpec("quiet", short: "q", "Print only what is wrong.")])],
      examples: [ExampleSpec("sortline verify runs/peak-hour-1", "the journal of a run, line by line")])
  ) { invocation in
    let line = invocation.line
    let console = invocation.console
    let quiet = MemorySink()
    var told = console
    if line.has("quiet") { told.out = quiet }
    let run = try RecordedRun(path: line.operands[0])
    let report = CheckReport(console: told, strict: false)
    try RunAudit(path: run.directory.path, report: report, checkingSums: true).check(
      try CheckedFile(run.directory.path))
    if report.errors > 0 {
      console.note("The journal is not whole, or the run's files do not agree.")
      return report.code
    }
    let replay = ReplayJob(run: run, console: told, isQuiet: true)
    let code = try replay.compare(until: nil)
    guard code == .ok else { return code }
    told.print()
    told.print("Every checksum fits, every piece is accounted for, no command moved two pieces,")
    told.print("and the recorded inputs lead to the recorded decisions.")
    return .ok
  }
}
