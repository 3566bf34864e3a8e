import FileFormats
import Reporting
import Telemetry

/// Means with their intervals, as people read them.
enum StatisticsTable {
  /// The table of the headline figures.
  static func headline(_ title: String, _ figures: [FigureStatistics], _ traits: TerminalTraits) -> [String] {
    // The extremes are for wide places; a table that does not fit is hard to read.
    let isWide = traits.width >= 100
    var table = Table(
      title,
      columns: [.words(""), .numbers("mean"), .numbers("± 95 %"), .numbers("deviation")]
        + (isWide ? [.numbers("least"), .numbers("most")] : []) + [.words("")])
    for (index, group) in FigureWords.headline.enumerated() {
      if index > 0 { table.rows.append([]) }
      for (name, words) in group {
        guard let figure = figures.first(where: { $0.name == name }) else { continue }
        if figure.most == Billionths(0), FigureWords.rare.contains(name) { continue }
        table.rows.append(row(words, figure, isWide))
      }
    }
    return table.lines(for: traits)
  }

  private static func row(_ words: String, _ figure: FigureStatistics, _ isWide: Bool) -> [Table.Cell] {
    let places = figure.places
    let (mean, half) = (figure.meanText, figure.halfText)
    func cell(_ value: Billionths?) -> Table.Cell {
      Table.Cell(value.map { decimalRounded(micros: $0.micros, places: places) } ?? "", mood: .faint)
    }
    let isBad = ["lost", "missorted"].contains(figure.name) && figure.most > Billionths(0)
    return [
      Table.Cell(words), Table.Cell(mean, mood: isBad ? .bad : .plain), Table.Cell(half),
      cell(figure.deviation),
    ] + (isWide ? [cell(figure.least), cell(figure.most)] : [])
      + [Table.Cell(figure.unit == "percent" ? "%" : printable(figure.unit), mood: .faint)]
  }

  /// Each threshold as wanted and got in the mean.
  static func thresholds(
    _ results: [MeanExpectation], _ traits: TerminalTraits, missedOnly: Bool = false
  ) -> [String] {
    let results = results.filter { !missedOnly || ($0.isJudged && !$0.met) }
    if results.isEmpty { return [] }
    var table = Table(columns: [.words("threshold"), .words("wanted"), .numbers("mean"), .words("")])
    for result in results {
      let verdict =
        !result.isJudged
        ? Table.Cell("not judged")
        : result.met ? Table.Cell("met", mood: .good) : Table.Cell("MISSED", mood: .bad)
      let got = result.got.map { shortened($0) } ?? "no such figure"
      table.rows.append([
        Table.Cell(printable(result.figure)), Table.Cell(FigureWords.wanted(result.wanted)),
        Table.Cell(got, mood: result.met || !result.isJudged ? .plain : .bad), verdict,
      ])
    }
    return (missedOnly ? [] : [""]) + table.lines(for: traits)
  }

  /// A mean to six decimals at most, without needless zeros.
  static func shortened(_ value: Billionths) -> String {
    var text = decimalRounded(micros: value.micros, places: 6)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}
