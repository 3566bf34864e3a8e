import FileFormats
import Quantities

extension Command {
  /// `sortline replay RUN`: steps the dispatcher with what a run heard, and compares what it decides.
  static let replay = Command(
    CommandSpec(
      "replay", group: "Look into",
      abstract: "Decide a run again from its recorded inputs, and compare every decision.",
      discussion: [
        "The dispatcher hears what it heard in the run, from inputs.jsonl, on the machine and under the plan "
          + "that run.json keeps: nothing else is needed, neither the scenario's files nor a plant. It works on "
          + "simulated runs, on live runs, and on runs that a crash cut short.",
        "Digests over all directives are compared every 4,096 inputs. Where they differ, the first event that "
          + "differs is told from both sides, with the inputs before it, and the exit code is 1. A line that "
          + "was changed, lost or doubled since the run is found by its checksum, with its byte, and the exit "
          + "code is 65.",
        "With --until and a piece's number, or the id that it bears in the mail file, the replay stops with the "
          + "input that ends the piece, and tells what was heard about it, what the dispatcher decided each time "
          + "and why, and what it ordered. A number alone is a piece, a time has its unit.",
        "With --what-if the same inputs are decided under another plan, and the pieces that end otherwise are "
          + "counted. Decisions are compared, not plants: bins fill and are swept as they were.",
      ],
      arguments: [ArgumentSpec("RUN", "the run directory, such as runs/peak-hour-1", completion: .folder)],
      optionGroups: [
        OptionGroup(
          "Options",
          [
            OptionSpec(
              "until", short: "u", value: "PIECE|TIME",
              "Stop at this time, such as 90s or 10m, or with this piece's end, and tell why it ended so."),
            OptionSpec(
              "what-if", short: "w", value: "NAME|FILE",
              "Decide under this plan instead, and compare the pieces.",
              completion: .nameOrFile(matching: "scenarios/plans/*.csv")),
            OptionSpec("quiet", short: "q", "Print only differences and errors."),
          ])
      ],
      examples: [
        ExampleSpec("sortline replay runs/peak-hour-1", "the same decisions, or the first that differs"),
        ExampleSpec(
          "sortline replay runs/peak-hour-1 --until 1234", "why piece 1234 ended as it did, decided again"),
        ExampleSpec(
          "sortline replay runs/peak-hour-1 --what-if my-plan.csv", "which pieces would have gone elsewhere"),
      ])
  ) { invocation in
    let line = invocation.line
    let until = try ReplayEnd(line)
    if until != nil, line.has("what-if") {
      throw UsageError(
        "'replay' takes --until or --what-if, not both", advice: "Ask for one at a time.", command: "replay")
    }
    Interruption.install()
    let run = try RecordedRun(path: line.operands[0])
    let job = ReplayJob(run: run, console: invocation.console, isQuiet: line.has("quiet"))
    if let other = line.text("what-if") {
      let plan = try run.plan(other, home: invocation.console.environment["SORTLINE_HOME"])
      return try job.whatIf(plan, named: other)
    }
    switch until {
    case .piece(let name): return try job.compare(untilPiece: name)
    case .time(let time): return try job.compare(until: time)
    case nil: return try job.compare(until: nil)
    }
  }
}

/// Where a replay stops before the run's end.
private enum ReplayEnd {
  case time(Instant)
  case piece(String)

  /// What `--until` says; nil where it is not there.
  ///
  /// What reads like a time is one; anything else is a piece.
  init?(_ line: ParsedCommand) throws(UsageError) {
    guard let text = line.text("until") else { return nil }
    if Nanoseconds(spelled: text) == nil {
      self = .piece(text)
      return
    }
    guard let time = try line.duration("until") else { return nil }
    self = .time(Instant(time.rawValue))
  }
}
