import FileFormats
import Quantities
import Reporting
import Simulation
import Telemetry

extension Command {
  /// `sortline simulate SCENARIO`: runs a scenario, writes the run directory, prints the result.
  static let simulate = Command(
    CommandSpec(
      "simulate", group: "Run",
      abstract: "Run a scenario in simulated time and keep the run.",
      discussion: [
        "A run directory holds run.json, events.jsonl, metrics.csv, pieces.csv and summary.json. Without --out "
          + "it is runs/SCENARIO-SEED, or the first free one of runs/SCENARIO-SEED-2, -3 and so on: nothing is "
          + "ever overwritten. The run is written beside its place under a hidden name and renamed when it is "
          + "whole. With --out a folder that is not empty is refused, unless it holds an earlier run and "
          + "nothing else, and --force is given.",
        "Names of scenarios, plans and machines are looked up beside the scenario, in ./scenarios and "
          + "./hardware-profiles, and in the same two folders under $SORTLINE_HOME.",
        "The same scenario, seed and files give the same bytes. The run ends with 1 when a threshold of the "
          + "scenario's 'expect' is missed. Ctrl-C stops it at the next safe point: the files are whole up to "
          + "there.",
      ],
      arguments: [
        ArgumentSpec(
          "SCENARIO", "the scenario's folder, its scenario.json5, or a name in ./scenarios",
          completion: .file(["json5"]))
      ],
      optionGroups: [
        OptionGroup(
          "What to run",
          [
            OptionSpec(
              "seed", short: "s", value: "N", "Seed of every random stream.", standard: "the scenario's"),
            OptionSpec(
              "until", short: "u", value: "TIME", "End the run at this time of it: 90s, 10m, 1h30m."),
            OptionSpec(
              "mail", short: "m", value: "FILE", "Take the mail from this CSV.", standard: "the scenario's",
              completion: .file(["csv"])),
            OptionSpec(
              "plan", short: "p", value: "NAME|FILE", "Take this sort plan.", standard: "the scenario's",
              completion: .nameOrFile(matching: "scenarios/plans/*.csv")),
            OptionSpec(
              "profile", value: "NAME|FILE", "Take this machine.", standard: "the scenario's",
              completion: .nameOrFile(matching: "hardware-profiles/*/")),
            OptionSpec("strict", "Stop at the first row of the mail file that cannot be used."),
          ]),
        OptionGroup(
          "What to write",
          [
            OptionSpec("out", short: "o", value: "DIR", "Write the run directory here.", completion: .folder),
            OptionSpec("force", short: "f", "Replace the earlier run in DIR."),
            OptionSpec(
              "summary-only", "Leave out the logs: only run.json and summary.json; the fastest way."),
            OptionSpec(
              "junit", value: "FILE", "Write the thresholds as JUnit XML too.", completion: .file(["xml"])),
          ]),
        OptionGroup(
          "What to print",
          [
            OptionSpec("json", "Print summary.json instead of the table."),
            OptionSpec("quiet", short: "q", "Print only thresholds that were missed, and errors."),
          ]),
      ],
      examples: [
        ExampleSpec("sortline simulate scenarios/peak-hour", "an hour of mail, with every log"),
        ExampleSpec(
          "sortline simulate scenarios/jam --seed 7 --out runs/jam", "another day, kept in runs/jam"),
        ExampleSpec(
          "sortline simulate scenarios/real-parcels --mail my-mail.csv", "your own mail on the parcel line"),
        ExampleSpec(
          "sortline simulate scenarios/peak-hour --quiet --junit peak.xml",
          "in CI: exit code 1 when a threshold is missed"),
      ])
  ) { invocation in
    let options = try SimulateOptions(invocation.line)
    Interruption.install()
    let outcome = try SimulationJob(options: options, console: invocation.console).run()
    if let junit = options.junit { try writeWhole(Array(report(outcome).xml.utf8), to: junit) }
    tell(outcome, options, invocation.console)
    if outcome.end.cause == .interrupted { return .interrupted }
    return outcome.summary.meetsExpectations ? .ok : .thresholdFailed
  }

  private static func tell(
    _ outcome: SimulationJob.Outcome, _ options: SimulateOptions, _ console: Console
  ) {
    let summary = outcome.summary
    let table = ResultTable(summary: summary)
    if !options.isQuiet { tellTrouble(outcome, console) }
    if options.printsJSON {
      console.out.write(String(decoding: summary.json, as: UTF8.self))
    } else if options.isQuiet {
      for line in table.thresholds(console.outTraits, missedOnly: true) { console.print(line) }
    } else {
      for line in table.lines(for: console.outTraits) { console.print(line) }
      console.print()
      console.print("Kept in \(console.outTraits.style.code(printable(outcome.place, limit: 240)))")
    }
    if outcome.end.cause == .interrupted {
      let time = Nanoseconds(outcome.end.now.rawValue).clockText
      console.error("interrupted by \(Interruption.signalName) at \(time); the files are whole up to there")
    }
  }

  /// What a person should know beside the figures.
  private static func tellTrouble(_ outcome: SimulationJob.Outcome, _ console: Console) {
    if let mail = outcome.mail, mail.refused > 0 {
      for refusal in mail.refusals.prefix(5) { console.note(refusal.asWarning.description) }
      console.warn(
        "\(grouped(mail.refused)) of \(grouped(mail.rows)) mail rows were refused (\(faultWords(mail.refusedByFault)))"
      )
    }
    if outcome.end.cause == .stuck {
      console.warn(
        "nothing could move any more at \(Nanoseconds(outcome.end.now.rawValue).clockText): "
          + "\(grouped(outcome.end.onMachine)) pieces are still on the machine")
    }
  }

  private static func report(_ outcome: SimulationJob.Outcome) -> JUnitReport {
    let summary = outcome.summary
    let cases = summary.expectations.map { result in
      JUnitReport.Case(
        name: result.figure, wanted: result.wanted, got: result.got ?? "no such figure", isMet: result.met)
    }
    let error = outcome.end.cause == .interrupted ? "interrupted by \(Interruption.signalName)" : nil
    return JUnitReport(
      suite: summary.run.scenario, cases: cases,
      properties: [
        ("run_id", summary.run.runIDText), ("profile", summary.run.profile.name), ("plan", summary.run.plan),
        ("seed", "\(summary.run.seed)"), ("digest", summary.digestText),
      ], error: error)
  }
}
