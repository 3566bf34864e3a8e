import FileFormats
import Telemetry

/// What people call the figures, and in which order they ask for them.
package enum FigureWords {
  /// The headline figures in groups, each with the words for it.
  package static let headline: [[(figure: String, words: String)]] = [
    [
      ("fed", "fed"), ("sorted", "sorted"), ("rejected", "rejected"), ("removed", "removed by hand"),
      ("lost", "lost"), ("on_machine", "still on the machine"), ("missorted", "missorted"),
      ("recirculations", "recirculations"),
    ],
    [
      ("throughput_per_hour", "throughput"), ("productivity_per_hour", "productivity, per person"),
      ("read_rate_percent", "read rate"), ("accept_rate_percent", "accept rate"),
      ("oee_percent", "overall effectiveness (OEE)"), ("jam_count", "jams"),
      ("time_in_system_p50_ms", "time in system, median"), ("time_in_system_p95_ms", "95 of 100 within"),
      ("time_in_system_p99_ms", "99 of 100 within"), ("sweeps", "sweeps"),
      ("bins_full_peak", "most bins full at once"), ("cost_per_piece", "cost a piece"),
    ],
  ]

  /// The counts that are left out where they are zero.
  package static let rare: Set<String> = [
    "removed", "lost", "on_machine", "recirculations", "jam_count", "bins_full_peak", "mail_rows_refused",
  ]

  /// How many decimals of such a value people can use: none for large ones, one for per cents, four for money.
  package static func places(_ name: String, unit: String, micros: Int) -> Int {
    switch unit {
    case "percent": 2
    case "pieces/h": micros < 100_000_000 ? 2 : 0
    case "ms": micros >= 10_000_000_000 ? 0 : 1
    case _ where name == "cost_per_piece": 4
    default: 0
    }
  }

  /// What a threshold asks for, its numbers as people read them: `at least 30,000`.
  package static func wanted(_ text: String) -> String {
    text.split(separator: " ").map { word in
      word.first.map { $0.isASCIIDigit || $0 == "-" } ?? false ? grouped(String(word)) : String(word)
    }.joined(separator: " ")
  }
}

extension Figure {
  /// The value to as many places as people can use.
  package var roundedText: String {
    decimalRounded(micros: micros, places: FigureWords.places(name, unit: unit, micros: micros))
  }

  /// The unit as it is printed beside a number.
  package var unitText: String { unit == "percent" ? "%" : unit }
}
