import FileFormats
import Reporting

extension Command {
  /// `sortline accept RUN`: the acceptance report that supplier and operator sign.
  static let accept = Command(
    CommandSpec(
      "accept", group: "Look into",
      abstract: "Write the acceptance report of a run for supplier and operator to sign.",
      discussion: [
        "For a site or factory acceptance test: which functions the run exercised and which it should have, "
          + "availability after FEM 9.222, throughput against the machine's rating and the scenario's "
          + "thresholds, and every minute of machine time and every piece with exactly one cause. Each figure "
          + "names its formula and the numbers of the events behind it; the parts add up to the whole, or there is "
          + "no report.",
        "It works on simulated runs, on runs on a machine, and on runs that a crash cut short: those are judged "
          + "only where a count was over its bound already. Every line of the journal must bear its checksum.",
        "The exit code is 1 where a threshold was missed. A function that nothing exercised is an open point and "
          + "no failure.",
      ],
      arguments: [ArgumentSpec("RUN", "the run directory, such as runs/peak-hour-1", completion: .folder)],
      optionGroups: [
        OptionGroup(
          "Options",
          [
            OptionSpec(
              "out", short: "o", value: "FILE",
              "Write the report here too: Markdown (.md), one HTML page (.html) or JSON (.json).",
              completion: .file(["md", "html", "json"])),
            OutputFormat.option,
            OptionSpec("json", "The same as --format json, with the number of every event."),
            OptionSpec("quiet", short: "q", "Print only the verdict and thresholds that were missed."),
          ])
      ],
      examples: [
        ExampleSpec("sortline accept runs/peak-hour-1", "the report on the terminal"),
        ExampleSpec("sortline accept runs/peak-hour-1 --out acceptance.html", "a page to print and sign"),
      ])
  ) { invocation in
    let line = invocation.line
    let console = invocation.console
    let format = try OutputFormat(line)
    let ending = line.text("out").map { path in String(path.split(separator: ".").last ?? "") }
    if let ending, !["md", "html", "json"].contains(ending) {
      throw UsageError(
        "--out cannot tell the form of '\(printable(line.text("out") ?? "", limit: 240))'",
        advice: "Let its name end in .md, .html or .json.", command: "accept")
    }
    let job = try AcceptJob(path: line.operands[0])
    if let torn = job.torn {
      console.warn("the journal was torn by a crash; the report ends before it: \(torn)")
    }
    let content = job.content
    if let path = line.text("out") {
      let bytes =
        switch ending {
        case "md": Array(content.document.markdown.utf8)
        case "html": Array(content.document.html.utf8)
        default: content.json
        }
      try writeWhole(bytes, to: path)
    }
    switch format {
    case .json: console.out.write(String(decoding: content.json, as: UTF8.self))
    case .junit: console.out.write(content.junit.xml)
    case .text where line.has("quiet"):
      for criterion in content.criteria where criterion.isJudged && !criterion.isMet {
        console.print("\(criterion.name): wanted \(criterion.wanted), got \(criterion.got)")
      }
      console.print("\(content.name): \(content.verdict.words)")
    case .text:
      for text in DocumentText(document: content.document, traits: console.outTraits).lines {
        console.print(text)
      }
    }
    return job.exitCode
  }
}
