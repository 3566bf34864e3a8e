import FileFormats

extension Command {
  /// `sortline probe`: what requests a device takes, and how long it needs for them.
  static let probe = Command(
    CommandSpec(
      "probe", group: "Commission",
      abstract: "Measure a Modbus device: round trips, limits, suggested settings.",
      discussion: [
        "Reads only, unless --arm is given: it asks each table for more and more at once until the device "
          + "refuses, then times requests of several sizes, and ends with lines for the 'modbus' section of the "
          + "profile. With --profile the addresses are those of its register map; without it each table is read "
          + "from --at on.",
        "With --arm it writes too: only points that the profile's map marks writable, and only what it has "
          + "just read there. Values that the device changes in that instant are overwritten, so let the machine "
          + "stand still.",
        "Ends with 69 when the device cannot be reached or does not answer, with 76 when it answers what the "
          + "protocol forbids.",
      ],
      optionGroups: [
        OptionGroup(
          "What to ask",
          [
            OptionSpec(
              "profile", value: "NAME|FILE", "Take device, unit and addresses from this machine.",
              completion: .nameOrFile(matching: "hardware-profiles/*/")),
            OptionSpec(
              "connect", short: "c", value: "HOST:PORT", "Ask this device, or rtu:DEVICE:BAUD:8E1.",
              standard: "the profile's"),
            OptionSpec("unit", value: "N", "The Modbus unit id.", standard: "the profile's, or 1"),
            OptionSpec("at", value: "N", "Read from this wire address on.", standard: "the map's, or 0"),
            OptionSpec(
              "rounds", short: "n", value: "N", "Time so many requests of each kind.", standard: "200"),
            OptionSpec("timeout", value: "TIME", "Wait so long for an answer.", standard: "2s"),
            OptionSpec("arm", "Write too: put back what was read, where the map allows it."),
          ]),
        OptionGroup("What to print", [OptionSpec("json", "Print one JSON object instead of tables.")]),
      ],
      examples: [
        ExampleSpec("sortline probe --profile letter-sorter", "the device that the profile names"),
        ExampleSpec("sortline probe --connect 192.168.1.10:502 --unit 1", "a device without a profile"),
      ])
  ) { invocation in
    let options = try ProbeOptions(invocation.line)
    Interruption.install()
    return try ProbeJob(options: options, console: invocation.console).run()
  }
}
