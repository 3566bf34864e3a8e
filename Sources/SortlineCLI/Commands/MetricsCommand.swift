import FileFormats

extension Command {
  /// `sortline metrics RUN`: a run's final figures for Prometheus.
  static let metrics = Command(
    CommandSpec(
      "metrics", group: "Look into",
      abstract: "Print a run's final metrics for Prometheus.",
      discussion: [
        "Text exposition format, in Prometheus' base units: seconds, ratios, pieces a second. Of a run that a crash "
          + "left without a summary the events are counted, and its sortline_run_info says ended=\"cut\".",
        "While a run lasts, 'run --prometheus FILE' writes its live metrics to a file.",
      ],
      arguments: [ArgumentSpec("RUN", "the run directory, such as runs/peak-hour-1", completion: .folder)],
      optionGroups: [
        OptionGroup(
          "Options",
          [
            OptionSpec(
              "out", short: "o", value: "FILE", "Write them here, whole or not at all, and print nothing.",
              completion: .file(["prom"]))
          ])
      ],
      examples: [
        ExampleSpec("sortline metrics runs/peak-hour-1 | promtool check metrics", "the metrics, checked"),
        ExampleSpec(
          "sortline metrics runs/peak-hour-1 --out sortline.prom", "a file for a textfile collector"),
      ])
  ) { invocation in
    let text = FinalMetrics(try RunSummary(path: invocation.line.operands[0])).text
    guard let path = invocation.line.text("out") else {
      invocation.console.out.write(text)
      return .ok
    }
    try MetricsFile(path: path, every: .seconds(1)).write(text)
    return .ok
  }
}
