import FileFormats

extension Command {
  /// `sortline run SCENARIO`: drives a machine, virtual or real, in real time.
  static let run = Command(
    CommandSpec(
      "run", group: "Run",
      abstract: "Drive a sorter in real time: the virtual plant, or a machine over Modbus.",
      discussion: [
        "The simulated backend is the virtual plant of 'simulate', paced by the clock on the wall; the same "
          + "scenario and seed give the same outcome for every piece. Over Modbus the scenario gives the "
          + "machine, the plan and the thresholds, and the mail is what the machine reports.",
        "Over Modbus nothing is driven without --arm. The machine is connected to and checked first, and a "
          + "table says what was found. --dry-run does everything but write.",
        "The run directory holds the files that 'simulate' writes, written in place and locked while the run "
          + "lasts; summary.json comes last, with a section on timing. Without --out it is "
          + "runs/SCENARIO-SEED, or the first free one of runs/SCENARIO-SEED-2, -3 and so on.",
        "The run ends when all mail has left the machine, when --for or --until is over, or with Ctrl-C, "
          + "SIGTERM or SIGHUP: induction is held, the machine disarmed, the files are whole. On a terminal "
          + "'q' stops, 'h' holds or releases induction, 'a' acknowledges alarms, 's' puts acknowledged ones aside "
          + "for an hour and 'u' brings them back, 'r' resets a machine in its safe state and latched alarms; "
          + "elsewhere a line is printed every five seconds.",
      ],
      arguments: [
        ArgumentSpec(
          "SCENARIO", "the scenario's folder, its scenario.json5, or a name in ./scenarios",
          arity: .optional, completion: .file(["json5"]))
      ],
      optionGroups: [
        OptionGroup(
          "What to drive",
          [
            OptionSpec(
              "backend", short: "b", value: "NAME", "Drive this: simulated or modbus.", standard: "simulated",
              completion: .choices(["simulated", "modbus"])),
            OptionSpec(
              "connect", short: "c", value: "HOST:PORT", "Connect here.", standard: "the profile's device"),
            OptionSpec("arm", "Drive the outputs of the machine."),
            OptionSpec("dry-run", "Connect, check and decide, and write nothing to the machine."),
            OptionSpec(
              "scanner", value: "SPEC",
              "Take readings from stdin, listen:PORT, listen:HOST:PORT or connect:HOST:PORT.",
              standard: "the machine's"),
          ]),
        OptionGroup(
          "What to run",
          [
            OptionSpec(
              "for", short: "t", value: "TIME",
              "Feed for this time: 60s, 10m, 8h; a real machine then runs empty, for 30 s at most."),
            OptionSpec("until", short: "u", value: "TIME", "End the run at this time of the plant."),
            OptionSpec(
              "speed", value: "N", "Plant seconds in one real second; 0 for as many as can be.",
              standard: "1"),
            OptionSpec(
              "seed", short: "s", value: "N", "Seed of every random stream.", standard: "the scenario's"),
            OptionSpec(
              "mail", short: "m", value: "FILE", "Take the mail from this CSV.", standard: "the scenario's",
              completion: .file(["csv"])),
            OptionSpec(
              "plan", short: "p", value: "NAME|FILE", "Take this sort plan.", standard: "the scenario's",
              completion: .nameOrFile(matching: "scenarios/plans/*.csv")),
            OptionSpec(
              "profile", value: "NAME|FILE", "Take this machine.", standard: "the scenario's",
              completion: .nameOrFile(matching: "hardware-profiles/*/")),
          ]),
        OptionGroup(
          "What to write",
          [
            OptionSpec("out", short: "o", value: "DIR", "Write the run directory here.", completion: .folder),
            OptionSpec("force", short: "f", "Replace the earlier run in DIR."),
            OptionSpec(
              "resume", value: "RUN", "Go on with this run, which a crash or a power cut ended.",
              completion: .folder),
            OptionSpec(
              "rotate-mb", value: "N", "Put events.jsonl and inputs.jsonl aside at N MiB and begin anew."),
            OptionSpec("rotate-every", value: "TIME", "Put them aside after this time: 24h."),
            OptionSpec("report", "Make report.html too: figures, charts and the sorter in motion."),
            OptionSpec(
              "prometheus", value: "FILE",
              "Write the metrics for a textfile collector here, once each metrics interval.",
              completion: .file(["prom"])),
            OptionSpec(
              "junit", value: "FILE", "Write the thresholds to a file as JUnit XML too.",
              completion: .file(["xml"])),
          ]),
        OptionGroup(
          "What to print",
          [
            OptionSpec("plain", "Print lines even where a live view could be shown."),
            OutputFormat.option,
            OptionSpec("json", "Print summary.json; the same as --format json."),
            OptionSpec("quiet", short: "q", "Print only thresholds that were missed, and errors."),
          ]),
      ],
      examples: [
        ExampleSpec("sortline run scenarios/peak-hour", "the whole pipeline on the virtual plant"),
        ExampleSpec(
          "sortline run scenarios/peak-hour --speed 60 --for 60s --quiet", "an hour of mail in a minute"),
        ExampleSpec(
          "sortline run scenarios/peak-hour --backend modbus --dry-run",
          "check a machine and follow it without a word to it"),
        ExampleSpec(
          "sortline run scenarios/peak-hour --backend modbus --connect 127.0.0.1:1502 --arm --for 60s",
          "drive a virtual PLC for a minute"),
        ExampleSpec(
          "sortline run --resume runs/peak-hour-1 --arm", "go on after a power cut, in the same run directory"
        ),
      ])
  ) { invocation in
    let options = try RunOptions(invocation.line)
    let console = invocation.console
    Interruption.install()
    let outcome = try LiveJob(options: options, console: console).run()
    let result = outcome.result
    if let junit = options.junit { try writeWhole(Array(result.junit.xml.utf8), to: junit) }
    result.tell(console, format: options.format, quiet: options.isQuiet)
    // What a machine did cannot be done again: it is told before a page of it can fail.
    if options.writesReport { try ReportJob.add(to: outcome.place) }
    return result.exitCode
  }
}
