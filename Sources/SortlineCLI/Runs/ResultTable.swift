import FileFormats
import SorterModel
import Supervision
import Telemetry

/// What a run amounts to, for people: the headline figures, why pieces were rejected, and the thresholds.
struct ResultTable {
  let summary: Summary

  /// The figures in the order people ask for them, and what they call them.
  static let headline: [[(figure: String, words: String)]] = [
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
  static let rare: Set<String> = [
    "removed", "lost", "on_machine", "recirculations", "jam_count", "bins_full_peak", "mail_rows_refused",
  ]

  /// The table's lines.
  func lines(for traits: TerminalTraits) -> [String] {
    let run = summary.run
    var table = Table(
      "\(printable(run.scenario)) on \(printable(run.profile.name)), plan \(printable(run.plan)), seed \(run.seed)",
      columns: [.words(""), .numbers(""), .words(""), .numbers("")])
    for (index, group) in Self.headline.enumerated() {
      if index > 0 { table.rows.append([]) }
      for (name, words) in group {
        guard let figure = summary.figures[name] else { continue }
        if figure.micros == 0, Self.rare.contains(name) { continue }
        table.rows.append(row(words, figure))
        if name == "rejected" { table.rows += reasons }
      }
    }
    return table.lines(for: traits) + alarms + thresholds(traits)
  }

  /// The alarms that the run raised, the gravest and most frequent first; nothing where there were none.
  private var alarms: [String] {
    let raised = (summary.supervision?.alarms ?? []).filter { $0.tally.raised > 0 }
      .sorted {
        ($1.kind.priority, $1.tally.raised, $0.kind.rawValue)
          < ($0.kind.priority, $0.tally.raised, $1.kind.rawValue)
      }
    if raised.isEmpty { return [] }
    let words = raised.map { count in
      let times = count.tally.raised == 1 ? "" : " \(grouped(count.tally.raised)) times"
      let longest = decimalRounded(micros: Int(count.tally.longest.rawValue / 1000), places: 0)
      let standing = count.tally.standing > 0 ? ", \(count.tally.standing) still standing" : ""
      return "\(count.kind.words.title)\(times) (longest \(longest) s\(standing))"
    }
    return ["", "  alarms: " + words.joined(separator: "; ")]
  }

  private func row(_ words: String, _ figure: Figure) -> [Table.Cell] {
    let fed = summary.totals.pieces.fed
    let isShare = figure.unit == "pieces" && figure.name != "fed" && fed > 0
    let share = isShare ? "\(percent(figure.micros / 1_000_000, of: fed)) %" : ""
    let mood: Table.Mood =
      ["lost", "missorted"].contains(figure.name) && figure.micros > 0 ? .bad : .plain
    return [
      Table.Cell(words), Table.Cell(rounded(figure), mood: mood), Table.Cell(unit(figure), mood: .faint),
      Table.Cell(share, mood: .faint),
    ]
  }

  /// The reasons that pieces were rejected for, most frequent first.
  private var reasons: [[Table.Cell]] {
    let counts = summary.totals.pieces.rejectedByReason
    let found = Reason.allCases.filter { counts[Int($0.rawValue)] > 0 }
      .sorted {
        counts[Int($0.rawValue)] != counts[Int($1.rawValue)]
          ? counts[Int($0.rawValue)] > counts[Int($1.rawValue)] : $0.rawValue < $1.rawValue
      }
    return found.map { reason in
      let count = counts[Int(reason.rawValue)]
      return [
        Table.Cell("  \(reason.name)", mood: .faint), Table.Cell(grouped(count), mood: .faint),
        Table.Cell("pieces", mood: .faint),
        Table.Cell("\(percent(count, of: summary.totals.pieces.fed)) %", mood: .faint),
      ]
    }
  }

  /// The value to as many places as people can use: none for large ones, one for per cents, four for money.
  private func rounded(_ figure: Figure) -> String {
    decimalRounded(
      micros: figure.micros, places: Self.places(figure.name, unit: figure.unit, micros: figure.micros))
  }

  /// How many decimals of such a value people can use.
  static func places(_ name: String, unit: String, micros: Int) -> Int {
    switch unit {
    case "percent": 2
    case "pieces/h": micros < 100_000_000 ? 2 : 0
    case "ms": micros >= 10_000_000_000 ? 0 : 1
    case _ where name == "cost_per_piece": 4
    default: 0
    }
  }

  private func unit(_ figure: Figure) -> String { figure.unit == "percent" ? "%" : printable(figure.unit) }

  /// Each threshold as wanted and got.
  func thresholds(_ traits: TerminalTraits, missedOnly: Bool = false) -> [String] {
    let results = summary.expectations.filter { !missedOnly || ($0.isJudged && !$0.met) }
    if results.isEmpty { return [] }
    var table = Table(columns: [.words("threshold"), .words("wanted"), .numbers("got"), .words("")])
    for result in results {
      let wanted = Self.withCommas(result.wanted)
      let got = result.got.map { grouped(String($0)) } ?? "no such figure"
      table.rows.append([
        Table.Cell(printable(result.figure)), Table.Cell(wanted),
        Table.Cell(got, mood: result.met || !result.isJudged ? .plain : .bad), verdict(result),
      ])
    }
    let isCut = !missedOnly && results.contains { !$0.isJudged }
    return (missedOnly ? [] : [""]) + table.lines(for: traits)
      + (isCut ? ["  not judged: the run was cut short"] : [])
  }

  /// Bounds such as `at least 30000` with a comma between each three digits of their numbers.
  static func withCommas(_ bounds: String) -> String {
    bounds.split(separator: " ").map { word in
      word.first.map { $0.isASCIIDigit || $0 == "-" } ?? false
        ? grouped(String(word)) : String(word)
    }.joined(separator: " ")
  }

  private func verdict(_ result: ExpectationResult) -> Table.Cell {
    if !result.isJudged { return Table.Cell("not judged") }
    return result.met ? Table.Cell("met", mood: .good) : Table.Cell("MISSED", mood: .bad)
  }
}

/// Millionths as a decimal of so many places, rounded half up, with thousands separators.
func decimalRounded(micros: Int, places: Int) -> String {
  var divisor = 1
  for _ in places..<6 { divisor *= 10 }
  let half = divisor / 2
  let scaled = Int((Int128(micros) + Int128(micros >= 0 ? half : -half)) / Int128(divisor))
  if places == 0 { return grouped(scaled) }
  var digits = String(scaled.magnitude)
  while digits.count <= places { digits = "0" + digits }
  return (scaled < 0 ? "-" : "") + grouped(String(digits.dropLast(places))) + "." + digits.suffix(places)
}
