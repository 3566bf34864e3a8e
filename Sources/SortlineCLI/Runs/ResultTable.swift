import FileFormats
import Reporting
import SorterModel
import Supervision
import Telemetry

/// What a run amounts to, for people: the headline figures, why pieces were rejected, and the thresholds.
struct ResultTable {
  let summary: Summary

  /// The table's lines.
  func lines(for traits: TerminalTraits) -> [String] {
    let run = summary.run
    var table = Table(
      "\(printable(run.scenario)) on \(printable(run.profile.name)), plan \(printable(run.plan)), seed \(run.seed)",
      columns: [.words(""), .numbers(""), .words(""), .numbers("")])
    for (index, group) in FigureWords.headline.enumerated() {
      if index > 0 { table.rows.append([]) }
      for (name, words) in group {
        guard let figure = summary.figures[name] else { continue }
        if figure.micros == 0, FigureWords.rare.contains(name) { continue }
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
      Table.Cell(words), Table.Cell(figure.roundedText, mood: mood),
      Table.Cell(printable(figure.unitText), mood: .faint),
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

  /// Each threshold as wanted and got.
  func thresholds(_ traits: TerminalTraits, missedOnly: Bool = false) -> [String] {
    let results = summary.expectations.filter { !missedOnly || ($0.isJudged && !$0.met) }
    if results.isEmpty { return [] }
    var table = Table(columns: [.words("threshold"), .words("wanted"), .numbers("got"), .words("")])
    for result in results {
      let got = result.got.map { grouped(String($0)) } ?? "no such figure"
      table.rows.append([
        Table.Cell(printable(result.figure)), Table.Cell(FigureWords.wanted(result.wanted)),
        Table.Cell(got, mood: result.met || !result.isJudged ? .plain : .bad), verdict(result),
      ])
    }
    let isCut = !missedOnly && results.contains { !$0.isJudged }
    return (missedOnly ? [] : [""]) + table.lines(for: traits)
      + (isCut ? ["  not judged: the run was cut short"] : [])
  }

  private func verdict(_ result: ExpectationResult) -> Table.Cell {
    if !result.isJudged { return Table.Cell("not judged") }
    return result.met ? Table.Cell("met", mood: .good) : Table.Cell("MISSED", mood: .bad)
  }
}
