import FileFormats

extension Command {
  /// `sortline sweep STUDY`: runs a study of many design points, and goes on with one that was interrupted.
  static let sweep = Command(
    CommandSpec(
      "sweep", group: "Study",
      abstract: "Run a study: a scenario under every combination of its factors.",
      discussion: [
        "A study is a JSON5 file that names a scenario, factors (keys of the scenario, of its profile or of its plan, "
          + "and the values that they take) and how many replications each point has. All points are read and "
          + "checked before anything runs.",
        "Finished runs are kept as they come. A sweep that was interrupted goes on where it stopped when it is "
          + "started again; so does one whose study was changed: runs are known by the digest of their inputs, and "
          + "what holds still is not repeated.",
        "With --shard I/N, or as a task of a Slurm array or a Kubernetes Indexed Job (whose number of parts "
          + "\(Shard.countVariable) says), only a part of the runs is run, in a folder of its own; 'sortline merge' joins "
          + "them. A sweep ends with 0 also where points miss the scenario's thresholds: which they are is what it is "
          + "to find out.",
      ],
      arguments: [ArgumentSpec("STUDY", "the study's JSON5 file", completion: .file(["json5"]))],
      optionGroups: [
        OptionGroup(
          "What to run",
          [
            OptionSpec("list", short: "l", "List the runs, and run nothing."),
            OptionSpec("runs", value: "RUNS", "Run only these: 0..9,12.", standard: "all"),
            OptionSpec(
              "shard", value: "I/N", "Run only part I of N.", standard: "the batch system's, or all"),
            StudyRunner.jobsOption,
          ]),
        OptionGroup(
          "What to write",
          [
            OptionSpec(
              "out", short: "o", value: "DIR", "Keep the study here.", standard: "runs/ and its name",
              completion: .folder),
            OptionSpec("force", short: "f", "Drop earlier runs in DIR that the study has no longer."),
            OptionSpec("logs", "Keep the run directory of each run."),
          ]),
        OptionGroup(
          "What to print",
          [
            OptionSpec(
              "show", value: "FIGURE", "Show this figure of each point; may be given more than once.",
              repeats: true),
            OptionSpec("json", "Print summary.json instead of the table."),
            OptionSpec("quiet", short: "q", "Print only errors."),
          ]),
      ],
      examples: [
        ExampleSpec("sortline sweep scenarios/studies/crew.json5 --list", "what it would run"),
        ExampleSpec("sortline sweep scenarios/studies/crew.json5", "all of it, on all cores"),
        ExampleSpec("sortline sweep scenarios/studies/crew.json5 --shard 1/4 --out crew", "a quarter of it"),
      ])
  ) { invocation in
    let options = try SweepOptions(invocation.line, environment: invocation.console.environment)
    Interruption.install()
    return try SweepJob(options: options, console: invocation.console).run()
  }
}
