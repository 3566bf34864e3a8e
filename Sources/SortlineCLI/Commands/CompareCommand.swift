import FileFormats

extension Command {
  /// `sortline compare A B...`: the figures of runs side by side, and where two of one seed part.
  static let compare = Command(
    CommandSpec(
      "compare", group: "Look into",
      abstract: "Hold runs or studies against the first: what got worse, where they part.",
      discussion: [
        "Every figure of summary.json is held against that of the first run, and for each it is stated which way "
          + "it gets worse: 'higher' is better for throughput and rates, 'lower' for rejects, times and costs, and "
          + "how much mail came is neither.",
        "For two runs of one scenario and seed the first event that differs is told from both sides, with the events "
          + "before it: with the same seed every difference has its cause in what was changed. One run each of "
          + "different seeds is one draw each, and a small difference may be chance.",
        "For studies and replicated runs the means are held against each other, point by point, with the 95 % "
          + "confidence interval of the difference: pair by pair where replications drew the same random numbers, "
          + "else by Welch. What an interval that holds 0 shows is noise and no regression.",
        "With --fail-on-regression the exit code is 1 where a figure got worse. --kpi names the figures that are "
          + "held, and --tolerance says by how many per cent they may be worse.",
      ],
      arguments: [
        ArgumentSpec("A", "the run or study that the others are held against", completion: .folder),
        ArgumentSpec("B", "other runs, or other studies", arity: .oneOrMore, completion: .folder),
      ],
      optionGroups: [
        OptionGroup(
          "What to hold",
          [
            OptionSpec(
              "kpi", short: "k", value: "NAME", "Show and hold this figure; may be given several times.",
              standard: "all", repeats: true),
            OptionSpec(
              "tolerance", value: "PERCENT", "Call a figure worse only beyond this.", standard: "0"),
            OptionSpec("fail-on-regression", "End with 1 where a figure got worse."),
          ]),
        OptionGroup(
          "What to print",
          [
            OptionSpec("all", short: "a", "Show figures too that did not change."),
            OutputFormat.option,
            OptionSpec("json", "The same as --format json."),
            OptionSpec("quiet", short: "q", "Print only what got worse."),
          ]),
      ],
      examples: [
        ExampleSpec(
          "sortline compare runs/one-sweeper runs/two-sweepers",
          "two studies: which figures moved, beyond chance"),
        ExampleSpec(
          "sortline compare runs/before runs/after", "what changed, and the first event that differs"),
        ExampleSpec(
          "sortline compare runs/before runs/after --kpi oee_percent --fail-on-regression --quiet",
          "in CI: exit code 1 when effectiveness fell"),
      ])
  ) { invocation in
    let options = try CompareOptions(invocation.line)
    Interruption.install()
    if options.paths.contains(where: { StudyDirectory.isOne($0) }) {
      return try StudyCompareJob(options: options, console: invocation.console).tell()
    }
    return try CompareJob(options: options, console: invocation.console).tell()
  }
}
