import FileFormats

extension Command {
  /// `sortline report DIR`: one page with figures and charts, and of a run the sorter in motion.
  static let report = Command(
    CommandSpec(
      "report", group: "Look into",
      abstract: "Make one page of a run or a study: figures, charts, the sorter in motion.",
      discussion: [
        "The page of a run has the result with its formulas, throughput and bins over time, what was lost from the "
          + "nameplate's rate to what was sorted and why, the bins on the machine's layout, states and alarms on a "
          + "time line, and, of a run in real time, the margins of its commands. The sorter itself can be played, "
          + "slowed and searched for a piece.",
        "The page of a study has, for each figure that moves, the main effect of each factor and the mean of each "
          + "point with its 95 % interval, and every point in a table.",
        "It is one file that needs no network and no other file, so it can be mailed and kept; tables and charts "
          + "work with scripts off, and it prints. The same run gives the same bytes. A run that was cut short or "
          + "kept no logs is shown as far as it goes, and the page says so.",
        "The animation holds some 75,000 pieces; of a longer run it begins where --from says.",
      ],
      arguments: [
        ArgumentSpec(
          "DIR", "the directory of a run or a study, such as runs/peak-hour-1", completion: .folder)
      ],
      optionGroups: [
        OptionGroup(
          "Options",
          [
            OptionSpec(
              "out", short: "o", value: "FILE", "Write the page here.", standard: "report.html in DIR",
              completion: .file(["html"])),
            OptionSpec(
              "from", value: "TIME", "Begin the animation at this time of the run.", standard: "its start"),
            OptionSpec("quiet", short: "q", "Print only errors."),
          ])
      ],
      examples: [
        ExampleSpec("sortline report runs/peak-hour-1", "runs/peak-hour-1/report.html, for a browser"),
        ExampleSpec("sortline report runs/crew", "what each factor of a study does"),
        ExampleSpec(
          "sortline report runs/peak-hour-1 --out peak.html --from 30m",
          "the second half hour, in another place"),
      ])
  ) { invocation in
    let line = invocation.line
    let console = invocation.console
    let job = ReportJob(
      path: line.operands[0], out: line.text("out"), start: try line.duration("from") ?? .zero)
    let written = try job.write()
    if !line.has("quiet") {
      let size = decimalRounded(micros: written.bytes, places: 1)
      let shown = console.outTraits.style.code(printable(written.path, limit: 240))
      console.print("\(shown): \(size) MB, \(written.content)")
    }
    return .ok
  }
}
