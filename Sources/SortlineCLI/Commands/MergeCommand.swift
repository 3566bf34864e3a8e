import FileFormats

extension Command {
  /// `sortline merge DIR...`: joins the parts of a study that several computers ran.
  static let merge = Command(
    CommandSpec(
      "merge", group: "Study",
      abstract: "Join the parts of a study that several computers ran.",
      discussion: [
        "The folders are those that 'sortline sweep' wrote, or one that holds its shards. All must be of the same study. "
          + "The result has the same bytes as if one computer had run everything.",
        "Where runs are missing, nothing is written and they are named in the form that 'sweep --runs' takes. A run "
          + "that stands in two parts is taken once; where the two differ, that is an error. Run directories (sweep "
          + "--logs) stay where they are.",
      ],
      arguments: [
        ArgumentSpec(
          "DIR", "a folder with a part of the study, or with its shards", arity: .oneOrMore,
          completion: .folder)
      ],
      optionGroups: [
        OptionGroup(
          "What to write",
          [
            OptionSpec("out", short: "o", value: "DIR", "Keep the whole study here.", completion: .folder),
            OptionSpec("force", short: "f", "Replace an earlier study in DIR."),
          ]),
        OptionGroup(
          "What to print",
          [
            OptionSpec("json", "Print summary.json."),
            OptionSpec("quiet", short: "q", "Print only errors."),
          ]),
      ],
      examples: [
        ExampleSpec("sortline merge runs/crew --out runs/crew-whole", "all shards in runs/crew"),
        ExampleSpec("sortline merge crew-a crew-b --out crew", "two parts from two computers"),
      ])
  ) { invocation in
    let line = invocation.line
    guard let out = line.text("out") else {
      throw UsageError("'merge' needs --out DIR: where the whole study is to be kept", command: "merge")
    }
    return try MergeJob(
      folders: line.operands, out: out, force: line.has("force"), printsJSON: line.has("json"),
      isQuiet: line.has("quiet"), console: invocation.console
    ).run()
  }
}
