import FileFormats
import Quantities
import Telemetry

/// How punctual a run was, for people.
struct TimingTable {
  let timing: TimingReport

  /// The lines under the figures of a run.
  func lines(for traits: TerminalTraits) -> [String] {
    var table = Table(
      "", columns: [.words("in real time"), .numbers("median"), .numbers("99 of 100"), .numbers("most")])
    for (name, words) in Self.spans {
      guard let span = timing.span(name) else { continue }
      table.rows.append([
        Table.Cell(words), Table.Cell(span.median.shortText), Table.Cell(span.p99.shortText),
        Table.Cell(span.longest.shortText, mood: .faint),
      ])
    }
    var lines = [""] + table.lines(for: traits) + [""]
    lines += ([marginText] + countTexts).map { "  " + $0 }
    for refusal in timing.refused { lines.append("  not granted: " + refusal) }
    return lines
  }

  private static let spans = [
    ("cycle", "a cycle's work"), ("lateness", "a cycle begins late by"),
    ("ring_to_directive", "from ring to directive"), ("input_to_directive", "from input to directive"),
    ("command_round_trip", "from command to answer"),
  ]

  private var marginText: String {
    let margin = timing.margin
    if margin.count == 0 { return "margin: no command was acknowledged" }
    func both(_ time: Nanoseconds) -> String {
      "\(time.shortText) (\(decimalRounded(micros: Int(margin.tenths(time)) * 100_000, places: 0)) mm)"
    }
    let below = margin.belowLimit == 0 ? "none" : grouped(margin.belowLimit)
    return "margin: \(both(margin.least)) least, \(both(margin.p1)) p1, \(both(margin.median)) median; "
      + "\(below) below \(margin.limit.shortText)"
  }

  private var countTexts: [String] {
    var texts: [String] = []
    if timing.period != nil {
      texts.append(
        "\(grouped(timing.count("cycles"))) cycles, \(grouped(timing.count("overruns"))) overruns, "
          + "\(grouped(timing.count("periods_skipped"))) periods skipped")
    }
    let late = timing.count("answers_late")
    if late > 0 { texts.append("\(grouped(late)) commands came after the decision point") }
    let dropped = timing.count("commands_dropped")
    if dropped > 0 { texts.append("\(grouped(dropped)) commands found the port's ring full") }
    let waits = timing.count("plant_waits")
    if waits > 0 {
      let longest = Nanoseconds(Int64(timing.count("plant_longest_wait_us")) * 1000)
      texts.append(
        "the plant waited \(grouped(waits)) times for the controller, \(longest.shortText) at most")
    }
    if timing.count("requests") > 0 {
      texts.append(
        "\(grouped(timing.count("requests"))) requests, \(grouped(timing.count("requests_failed"))) failed, "
          + "\(grouped(timing.count("reconnects"))) reconnects, "
          + "\(grouped(timing.count("unknown_outcomes"))) commands of unknown outcome")
    }
    return texts
  }
}
