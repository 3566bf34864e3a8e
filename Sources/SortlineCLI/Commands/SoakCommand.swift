import FileFormats

extension Command {
  /// `sortline soak`: whole runs under random faults, every invariant looked at after every step.
  static let soak = Command(
    CommandSpec(
      "soak", group: "Rehearse",
      abstract: "Run controller and machine together under random faults, and look for broken promises.",
      discussion: [
        "Each seed draws a machine, a sort plan, mail and faults, and lets the controller that drives machines sort "
          + "the mail on the virtual PLC, in virtual time: links that fail in every way, PLCs that restart, sensors "
          + "that lie, people who press things, threads that come late, counters that wrap, and the controller's "
          + "process killed and started anew. Nothing is read but the command line, and a seed gives the same run "
          + "on any computer, for any number of jobs.",
        "After every step it is looked at that fed = sorted + rejected + removed + lost + on the machine (I1), "
          + "that no command was carried out twice (I2), by the machine's own account, and that no piece lies "
          + "elsewhere than was told (I3), by the plant's own knowledge. The machine must be safe within half a "
          + "second of its controller's last sign of life (S), what waits must be bounded (B), and everything must "
          + "come to its end (E).",
        "Of the first seed that breaks one, a small case is made: fewer faults, fewer pieces. It is written to "
          + "soak-SEED.json5, and the command that runs it again is printed. The exit code is 1 then, and also "
          + "when a class of faults never came about: such a soak says nothing of it.",
      ],
      arguments: [],
      optionGroups: [
        OptionGroup(
          "What to run",
          [
            OptionSpec("seeds", short: "n", value: "N", "Run so many seeds.", standard: "100"),
            OptionSpec("pieces", value: "N", "Feed so many pieces in each.", standard: "300"),
            OptionSpec("start", value: "SEED", "Begin with this seed.", standard: "1"),
            OptionSpec(
              "case", value: "FILE", "Run this case instead, once.", completion: .file(["json5"])),
            OptionSpec("jobs", short: "j", value: "N", "Run so many seeds at once.", standard: "one a core"),
          ]),
        OptionGroup(
          "What to write",
          [OptionSpec("out", short: "o", value: "DIR", "Write case files there.", completion: .folder)]),
        OptionGroup(
          "What to print",
          [
            OptionSpec("json", "Print JSON instead of the table."),
            OptionSpec("quiet", short: "q", "Print only what was broken, and errors."),
          ]),
      ],
      examples: [
        ExampleSpec("sortline soak", "a hundred seeds, about fifteen seconds"),
        ExampleSpec(
          "sortline soak --seeds 1000 --pieces 1000 --start 5000", "a million pieces of another day"),
        ExampleSpec("sortline soak --case soak-17.json5", "what a failing seed was shrunk to, once more"),
      ])
  ) { invocation in
    let options = try SoakOptions(invocation.line)
    Interruption.install()
    return try SoakJob(options: options, console: invocation.console).run()
  }
}
