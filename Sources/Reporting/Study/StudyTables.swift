import FileFormats

/// The tables of a study: every point, the thresholds that are missed, and every figure with its formula.
struct StudyTables {
  let study: StudyDirectory

  /// More points than that are told by summary.json and runs.csv alone.
  private static let pointLimit = 500

  /// The figures that a row of the points has: those that move.
  private var shown: [String] { StudyReport.moving(study) }

  /// Means and half their intervals, a row a point.
  var points: String {
    if study.record.points.count == 1 { return "" }
    let shown = shown
    let factors = study.record.factors.map { "<th class=\"n\">\(markup($0.name))</th>" }.joined()
    let heads = shown.map { "<th class=\"n\">\(markup(StudyReport.words($0)))</th>" }.joined()
    let rows = study.summary.points.prefix(Self.pointLimit).map { point in
      let isMissed = point.expectations.contains { $0.isJudged && !$0.met }
      let values = study.record.points[point.point].values.map { "<td class=\"n\">\(markup($0.text))</td>" }
        .joined()
      let means = shown.map { name in
        guard let figure = point.figures.first(where: { $0.name == name }) else { return "<td></td>" }
        let half = figure.halfText
        return
          "<td class=\"n\">\(figure.meanText)\(half.isEmpty ? "" : " <small class=\"soft\">± \(half)</small>")</td>"
      }
      return "<tr><td class=\"n\(isMissed ? " bad" : "")\">\(point.point)</td>\(values)\(means.joined())</tr>"
    }
    let left = study.summary.points.count - rows.count
    let more = left > 0 ? "<p class=\"note\">And \(grouped(left)) more points, in summary.json.</p>" : ""
    return """
      <section class="panel wide"><h2>Every point</h2><p class="note">Means and half their 95 % intervals; a number in \
      red misses a threshold.</p><div class="scroll"><table><thead><tr><th class="n">point</th>\(factors)\(heads)</tr>\
      </thead><tbody>
      \(rows.joined(separator: "\n"))</tbody></table></div>\(more)</section>

      """
  }

  /// Each threshold, and where the mean misses it.
  var thresholds: String {
    guard let first = study.summary.points.first, !first.expectations.isEmpty else { return "" }
    let isOne = study.record.points.count == 1
    let rows = first.expectations.indices.map { index in
      let wanted = first.expectations[index]
      let results = study.summary.points.compactMap { point in
        index < point.expectations.count ? (point.point, point.expectations[index]) : nil
      }
      let missed = results.filter { $0.1.isJudged && !$0.1.met }.map(\.0)
      let isJudged = results.contains { $0.1.isJudged }
      let got =
        study.record.points.count == 1 ? wanted.got.map { decimalRounded(micros: $0.micros, places: 2) } : nil
      let verdict =
        !isJudged
        ? "not judged"
        : missed.isEmpty ? "met" : got == nil ? "missed at \(RunSelection(missed).text)" : "MISSED"
      return "<tr><td>\(markup(wanted.figure))</td><td>\(markup(FigureWords.wanted(wanted.wanted)))</td>"
        + (isOne ? "<td class=\"n\">\(got ?? "")</td>" : "")
        + "<td\(missed.isEmpty ? "" : " class=\"bad\"")>\(markup(verdict))</td></tr>"
    }
    return """
      <section class="panel wide"><h2>Thresholds, held against the means</h2><div class="scroll"><table><thead><tr>\
      <th>figure</th><th>wanted</th>\(isOne ? "<th class=\"n\">mean</th>" : "")<th></th></tr></thead><tbody>
      \(rows.joined(separator: "\n"))</tbody></table></div></section>

      """
  }

  /// Every figure with its formula; of a study of one point with its statistics.
  var figures: String {
    let isOne = study.record.points.count == 1
    let point = study.summary.points.first
    let rows = study.record.figures.compactMap { kind -> String? in
      let statistics = point?.figures.first { $0.name == kind.name }
      if kind.name.hasPrefix("rejected."), isOne, statistics?.most.count == 0 { return nil }
      let unit = kind.unit == "percent" ? "%" : kind.unit
      var cells = ""
      if isOne {
        let texts = [
          statistics?.meanText, statistics?.halfText, statistics?.deviation?.shortText(statistics),
          statistics?.least.shortText(statistics), statistics?.most.shortText(statistics),
        ]
        cells = texts.map { "<td class=\"n\">\($0 ?? "")</td>" }.joined()
      }
      return "<tr><td>\(markup(kind.name))</td>\(cells)<td class=\"soft\">\(markup(unit))</td>"
        + "<td class=\"soft\">\(markup(kind.formula))</td></tr>"
    }
    let heads =
      isOne
      ? "<th class=\"n\">mean</th><th class=\"n\">± 95 %</th><th class=\"n\">deviation</th><th class=\"n\">least</th>"
        + "<th class=\"n\">most</th>" : ""
    let table = """
      <div class="scroll"><table class="words"><thead><tr><th>figure</th>\(heads)<th></th><th>formula</th></tr></thead>\
      <tbody>
      \(rows.joined(separator: "\n"))</tbody></table></div>
      """
    if isOne {
      return "<section class=\"panel wide\"><h2>Every figure over the replications</h2>\(table)</section>\n"
    }
    return """
      <section class="panel wide"><h2>Formulas</h2><p class="note">The mean is that of a point's runs; the interval is \
      Student's, 95 %.</p><details><summary>All \(study.record.figures.count) figures</summary>\(table)</details></section>

      """
  }

  /// What the factors set.
  var factors: String {
    if study.record.factors.isEmpty { return "" }
    let rows = study.record.factors.enumerated().map { place, factor in
      var seen: Set<StudyValue> = []
      let values = study.record.points.map { $0.values[place] }.filter { seen.insert($0).inserted }
      let more = values.count > 12 ? ", and \(values.count - 12) more" : ""
      let list = values.prefix(12).map(\.text).joined(separator: ", ") + more
      return "<tr><td>\(markup(factor.name))</td><td>\(markup(factor.key))</td><td>\(markup(list))</td></tr>"
    }
    return """
      <section class="panel wide"><h2>Factors</h2><div class="scroll"><table><thead><tr><th>factor</th><th>sets</th>\
      <th>values</th></tr></thead><tbody>
      \(rows.joined(separator: "\n"))</tbody></table></div></section>

      """
  }
}

extension Billionths {
  /// The number to the decimals of the statistics that it belongs to.
  fileprivate func shortText(_ statistics: FigureStatistics?) -> String {
    decimalRounded(micros: micros, places: statistics?.places ?? 2)
  }
}
