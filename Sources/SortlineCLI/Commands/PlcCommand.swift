import FileFormats
import Rehearsal

extension Command {
  /// `sortline plc SCENARIO`: a virtual PLC that plays a scenario's mail in real time.
  static let plc = Command(
    CommandSpec(
      "plc", group: "Rehearse",
      abstract: "Be the PLC of a machine: a Modbus device with the plant behind it.",
      discussion: [
        "Shows the machine's registers on Modbus TCP, or on a serial line, and plays a scenario's mail, bins, "
          + "sweepers and faults behind them in real time: everything can be rehearsed without hardware. With "
          + "--profile alone it feeds generic mail. register-interface.md beside the profiles says what the "
          + "registers mean; 'sortline map' says where they lie.",
        "The machine stands until a controller is armed for the first time: then its belt starts, its mail is "
          + "fed and the scenario's time begins. With --feed-at-once it runs from the start, and what nobody "
          + "assigns goes on to the end.",
        "It prints one line on standard output when controllers may come, and the machine's own account when it "
          + "ends: on SIGTERM or Ctrl-C, or after --for. It waits for nobody: a controller that is late misses "
          + "decision points. Without a heartbeat for the watchdog's time it goes into its safe state.",
        "Faults of the device itself are given as NAME[@TIME[+TIME]]: when, counted from the machine's start, and "
          + "for how long. Without a time a fault stands from the beginning.",
      ] + DeviceFault.Kind.allCases.map { "\($0.rawValue): \($0.about)." },
      arguments: [
        ArgumentSpec(
          "SCENARIO", "the scenario's folder, its scenario.json5, or a name in ./scenarios", arity: .optional,
          completion: .file(["json5"]))
      ],
      optionGroups: [
        OptionGroup(
          "What to play",
          [
            OptionSpec(
              "profile", value: "NAME|FILE", "Be this machine.", standard: "the scenario's",
              completion: .nameOrFile(matching: "hardware-profiles/*/")),
            OptionSpec(
              "mail", short: "m", value: "FILE", "Take the mail from this CSV.", standard: "the scenario's",
              completion: .file(["csv"])),
            OptionSpec(
              "seed", short: "s", value: "N", "Seed of every random stream.", standard: "the scenario's"),
            OptionSpec("speed", value: "N", "Let the plant run N times as fast as real.", standard: "1"),
            OptionSpec("for", value: "TIME", "End after this real time: 90s, 10m."),
            OptionSpec("feed-at-once", "Do not wait for an armed controller."),
          ]),
        OptionGroup(
          "Where to be",
          [
            OptionSpec(
              "listen", short: "l", value: "HOST:PORT", "Listen there; port 0 lets the system choose.",
              standard: "127.0.0.1:1502"),
            OptionSpec(
              "serial", value: "DEVICE:BAUD:8E1", "Be on a serial line too, or alone without --listen."),
            OptionSpec(
              "scanner-feed", value: "HOST:PORT",
              "Tell the scanner's readings there, a line each, and nowhere else."),
            OptionSpec(
              "allow-beyond-loopback",
              "Let other machines reach it: whoever does can drive it."),
          ]),
        OptionGroup(
          "What to try",
          [
            OptionSpec(
              "fault", value: "NAME[@TIME[+TIME]]", "Let the device do something wrong; see below.",
              repeats: true),
            OptionSpec(
              "encoder-start", value: "N", "Start the encoder at this count: near 4294967296 it soon wraps.",
              standard: "0"),
          ]),
        OptionGroup(
          "What to write",
          [
            OptionSpec(
              "pieces", value: "FILE",
              "Write where each piece ended to this CSV; driven directly, numbered in the order of ending.",
              completion: .file(["csv"])
            ),
            OptionSpec("quiet", short: "q", "Show no status line, and no notes on the files."),
          ]),
      ],
      examples: [
        ExampleSpec("sortline plc scenarios/peak-hour", "a letter sorter on 127.0.0.1:1502"),
        ExampleSpec(
          "sortline plc --profile letter-sorter --listen 127.0.0.1:0 --speed 10",
          "generic mail, ten times as fast, on a free port"),
        ExampleSpec(
          "sortline plc scenarios/peak-hour --fault freeze-heartbeat@10s", "what does the controller do then?"
        ),
      ])
  ) { invocation in
    let options = try PlcOptions(invocation.line)
    Interruption.install()
    return try PlcJob(options: options, console: invocation.console).run()
  }
}
