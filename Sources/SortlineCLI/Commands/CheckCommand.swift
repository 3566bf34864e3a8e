import FileFormats

extension Command {
  /// `sortline check FILE...`: every fault at once, then what the figures mean.
  static let check = Command(
    CommandSpec(
      "check", group: "Look into",
      abstract: "Find every fault in files before anything runs, and do the arithmetic.",
      discussion: [
        "What a file is shows in its content: a hardware profile, a scenario, a sort plan, a destination mix, "
          + "a mail file, a register map, a study, or the directory of an earlier run or study. Each fault is told as file:line:column with what "
          + "was found, what was expected and the nearest right name.",
        "For a machine it prints what its figures mean: pitch and gaps, the time from the reading to the first "
          + "diverter, the size of its rings; of one that is driven, the "
          + "requests of a poll and the time they take. A plan is held against the bins of the machine, mail against the "
          + "plan: those of the scenario, or those given beside it. In a run directory the events, the list of "
          + "pieces, the intervals and the summary must tell the same totals, and each piece the same end. Of a study every "
          + "point is read; in its directory the summary must follow from the runs.",
      ],
      arguments: [
        ArgumentSpec("FILE", "a file or folder to check", arity: .oneOrMore, completion: .file([]))
      ],
      optionGroups: [
        OptionGroup(
          "Options",
          [
            OptionSpec(
              "profile", value: "NAME|FILE", "Hold plans and mail against this machine.",
              completion: .nameOrFile(matching: "hardware-profiles/*/")),
            OptionSpec(
              "plan", short: "p", value: "NAME|FILE", "Hold mail against this plan.",
              completion: .nameOrFile(matching: "scenarios/plans/*.csv")),
            OptionSpec("strict", "End with an error for warnings too."),
          ])
      ],
      examples: [
        ExampleSpec("sortline check scenarios/peak-hour", "a scenario and all that it names"),
        ExampleSpec(
          "sortline check my-mail.csv --plan us-scf --profile letter-sorter",
          "mail against a plan and a machine"),
        ExampleSpec("sortline check runs/peak-hour-1", "that a run's files tell the same"),
      ])
  ) { invocation in
    let line = invocation.line
    let report = CheckReport(console: invocation.console, strict: line.has("strict"))
    let files = try line.operands.map { try CheckedFile($0) }
    var checker = Checker(
      library: Library(environmentHome: invocation.console.environment["SORTLINE_HOME"]), report: report)
    checker.gather(files, profile: line.text("profile"), plan: line.text("plan"))
    for (index, file) in files.enumerated() {
      if index > 0 { invocation.console.print() }
      try checker.check(file)
    }
    invocation.console.print()
    report.end(files: files.count)
    return report.code
  }
}
