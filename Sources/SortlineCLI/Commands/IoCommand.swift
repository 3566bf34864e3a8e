import FileFormats
import ModbusPlant

extension Command {
  /// `sortline io`: reads, writes and watches points, and fires diverters one after the other.
  static let io = Command(
    CommandSpec(
      "io", group: "Commission",
      abstract: "Read, write or watch a machine's points by name, or exercise its diverters.",
      discussion: [
        "Points are named as in the machine's register map, and 'all' stands for every one; 'sortline map' lists "
          + "them. Beside each value stand its address on the wire, counted from 0, and its reference "
          + "(40001 and up), counted from 1.",
        "read shows values once, watch shows changes until Ctrl-C. write sets points, as in induction.hold=on, "
          + "one after the other, and reads each back. exercise fires the diverters of these bins, or of all, one "
          + "after the other, and waits for each one's eye.",
        "Nothing is written without --arm, and then only to points that the map allows to be written. While "
          + "another controller drives the machine nothing is written at all.",
        "In assigned control the machine fires by itself when a piece comes: exercise then only says what there "
          + "is to be tried and how.",
      ],
      arguments: [
        ArgumentSpec(
          "ACTION", "read, write, watch or exercise",
          completion: .choices(["read", "write", "watch", "exercise"])),
        ArgumentSpec(
          "POINT", "names of points, NAME=VALUE to write, names of bins to exercise, or all",
          arity: .oneOrMore),
      ],
      optionGroups: [
        OptionGroup(
          "Which machine",
          [
            OptionSpec(
              "profile", value: "NAME|FILE", "The machine.",
              completion: .nameOrFile(matching: "hardware-profiles/*/")),
            OptionSpec(
              "connect", short: "c", value: "HOST:PORT", "It is there.", standard: "the profile's device"),
          ]),
        OptionGroup(
          "What to do",
          [
            OptionSpec("arm", "Write, and drive outputs."),
            OptionSpec("every", value: "TIME", "Watch this often.", standard: "100ms"),
            OptionSpec("for", value: "TIME", "Watch for so long.", standard: "until Ctrl-C"),
            OptionSpec("wait", value: "TIME", "Wait for a diverter's eye at most so long.", standard: "2s"),
            OptionSpec("json", "Print JSON, one line a value."),
          ]),
      ],
      examples: [
        ExampleSpec("sortline io read all --profile letter-sorter", "everything, once"),
        ExampleSpec(
          "sortline io watch encoder eye.induction --profile bench-rig", "each change, with its time"),
        ExampleSpec("sortline io write induction.hold=on --profile bench-rig --arm", "stops the feeder"),
        ExampleSpec("sortline io exercise all --profile bench-rig --arm", "each diverter in turn"),
      ])
  ) { invocation in
    let job = try IoJob(invocation)
    Interruption.install()
    return try job.run()
  }
}
