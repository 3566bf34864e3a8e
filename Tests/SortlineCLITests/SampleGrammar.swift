import SortlineCLI

/// A grammar with one of everything, so that tests of the grammar do not change with the commands.
enum SampleGrammar {
  static let sort = CommandSpec(
    "sort", group: "Work", abstract: "Sort mail.", discussion: ["It sorts."],
    arguments: [
      ArgumentSpec("FOLDER", "where the mail is", completion: .folder),
      ArgumentSpec("MODE", "how", arity: .optional, completion: .choices(["fast", "careful"])),
    ],
    optionGroups: [
      OptionGroup(
        "What to sort",
        [
          OptionSpec("seed", short: "s", value: "N", "Begin with this number.", standard: "the file's"),
          OptionSpec("until", short: "u", value: "TIME", "Stop then."),
          OptionSpec("only", value: "BIN", "Only this bin.", repeats: true),
          OptionSpec("table", value: "FILE", "Take this table.", completion: .file(["csv"])),
          OptionSpec(
            "plan", value: "NAME|FILE", "Take this plan.", completion: .nameOrFile(matching: "plans/*.csv")),
        ]),
      OptionGroup(
        "What to print",
        [
          OptionSpec("colour", value: "WORD", "Which colour.", completion: .choices(["red", "green"])),
          OptionSpec("out", short: "o", value: "DIR", "Write here.", completion: .folder),
          OptionSpec("quiet", short: "q", "Print nothing."),
          OptionSpec("force", short: "f", "Replace what is there."),
        ]),
    ],
    examples: [ExampleSpec("sortline sort mail", "sorts the mail")])

  static let look = CommandSpec(
    "look", group: "Work", abstract: "Look at files.",
    arguments: [ArgumentSpec("FILE", "what to look at", arity: .oneOrMore, completion: .file([]))])

  static let program = ProgramSpec(
    abstract: "sorts mail", version: "9.9.9", commands: [sort, look],
    examples: [ExampleSpec("sortline sort mail", "sorts the mail")])

  /// What the words say to `sort`.
  static func parse(_ words: String...) throws(UsageError) -> ParsedCommand {
    try ProgramSpec.parse(words, for: sort)
  }
}
