import FileFormats

extension Command {
  /// `sortline simulate SCENARIO`: runs a scenario, writes the run directory, prints the result.
  static let simulate = Command(
    CommandSpec(
      "simulate", group: "Run",
      abstract: "Run a scenario in simulated time and keep the run.",
      discussion: [
        "A run directory holds run.json, events.jsonl, metrics.csv, pieces.csv and summary.json, and with --report "
          + "a page for a browser, report.html. Without --out it is runs/SCENARIO-SEED, or the first free one of runs/SCENARIO-SEED-2, -3 and so on: nothing is "
          + "ever overwritten. The run is written beside its place under a hidden name and renamed when it is "
          + "whole. With --out a folder that is not empty is refused, unless it holds an earlier run and "
          + "nothing else, and --force is given.",
        "Names of scenarios, plans and machines are looked up beside the scenario, in ./scenarios and "
          + "./hardware-profiles, and in the same two folders under $SORTLINE_HOME.",
        "The same scenario, seed and files give the same bytes. The run ends with 1 when a threshold of the "
          + "scenario's 'expect' is missed. Ctrl-C stops it at the next safe point: the files are whole up to "
          + "there.",
        "With --replications or --until-precision the result is the directory of a study: study.json, runs.csv and "
          + "summary.json with mean, standard deviation and 95 % confidence interval of every figure. Thresholds "
          + "are held against the means. The seed of a replication follows from the scenario's seed, its name and "
          + "the replication's number; --replication K runs one of them again, to the same bytes. A precision is "
          + "looked at from \(ReplicationOptions.usualLeast) replications on, or as many as --replications says; "
          + "where it is not reached, the command ends with 1 and says which figure holds it up. With --out a study that "
          + "was broken off, or that is to have more replications, is gone on with.",
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
            WarmUpWords.option,
          ]),
        OptionGroup(
          "How often to run it",
          [
            OptionSpec(
              "replications", short: "r", value: "N", "Run so many replications, each with a seed of its own."
            ),
            OptionSpec(
              "until-precision", value: "FIGURE=P%",
              "Add replications until half the confidence interval of the figure's mean is at most P % of it.",
              repeats: true),
            OptionSpec(
              "max-replications", value: "N", "Run no more than so many for a precision.",
              standard: "\(ReplicationOptions.usualMost)"),
            OptionSpec("replication", value: "K", "Run only replication K, with its logs."),
            StudyRunner.jobsOption,
          ]),
        OptionGroup(
          "What to write",
          [
            OptionSpec("out", short: "o", value: "DIR", "Write the run directory here.", completion: .folder),
            OptionSpec("force", short: "f", "Replace the earlier run in DIR."),
            OptionSpec(
              "summary-only", "Leave out the logs: only run.json and summary.json; the fastest way."),
            OptionSpec("report", "Make report.html too: figures, charts and the sorter in motion."),
            OptionSpec(
              "logs", "Keep the run directory of each replication."),
            OptionSpec(
              "junit", value: "FILE", "Write the thresholds to a file as JUnit XML too.",
              completion: .file(["xml"])),
          ]),
        OptionGroup(
          "What to print",
          [
            OutputFormat.option,
            OptionSpec("json", "Print summary.json; the same as --format json."),
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
          "sortline simulate scenarios/bins-full --replications 30",
          "thirty days, means with confidence intervals"),
        ExampleSpec(
          "sortline simulate scenarios/peak-hour --quiet --junit peak.xml",
          "in CI: exit code 1 when a threshold is missed"),
      ])
  ) { invocation in
    let options = try SimulateOptions(invocation.line)
    Interruption.install()
    if let replications = try ReplicationOptions(invocation.line) {
      return try ReplicationJob(
        options: options, replications: replications, console: invocation.console
      ).run()
    }
    let outcome = try SimulationJob(options: options, console: invocation.console).run()
    let result = RunResult(
      summary: outcome.summary, place: outcome.place, mail: outcome.mail, now: outcome.end.now)
    if let junit = options.junit { try writeWhole(Array(result.junit.xml.utf8), to: junit) }
    result.tell(invocation.console, format: options.format, quiet: options.isQuiet)
    return result.exitCode
  }
}
