extension StudySummary {
  /// Reads the summary.json of a study; everything that is wrong with it is told with its place.
  public init(path: String, shownAs name: String? = nil, of record: StudyRecord) throws(InvalidInput) {
    let shown = name ?? path
    let bytes = try OpenFile(path: path, shownAs: shown).contents(limit: SourceText.maximumBytes)
    let source = try SourceText(name: shown, bytes: bytes)
    let issues = Issues()
    guard let node = JSON5Reader.read(source, issues: issues, limit: 20_000_000),
      let fields = Fields(node, as: .studySummary, source: source, issues: issues)
    else { throw InvalidInput(issues.ordered, category: .badData) }
    let summary = Self.summary(fields, of: record)
    try issues.throwIfFailed()
    self = summary
  }

  private static func summary(_ fields: Fields, of record: StudyRecord) -> StudySummary {
    fields.checkVersion()
    let id = fields.text("study_id")
    if id != record.studyID, let node = fields["study_id"] {
      fields.complain(node, "this is the summary of another study", expected: quoted(record.studyID))
    }
    let values = ObjectKeys("points[].values", required: record.factors.map(\.name))
    let points = fields.objects("points", count: 0...record.points.count, as: .summaryPoint).map { point in
      _ = point.object("values", as: values)
      return Point(
        point: point.whole("point", 0...max(0, record.points.count - 1)),
        replications: point.whole("replications", 0...record.replications),
        figures: point.objects("figures", count: 0...500, as: .summaryFigure).map(statistics),
        expectations: point.objects("expectations", count: 0...500, as: .summaryExpectation).map(expectation))
    }
    return StudySummary(
      studyID: id, runsDone: fields.whole("runs_done", 0...StudyRecord.mostRuns),
      runCount: fields.whole("runs", 0...StudyRecord.mostRuns), points: points)
  }

  private static func statistics(_ item: Fields) -> FigureStatistics {
    let zero = Billionths(0)
    let mean = number("mean", item) ?? zero
    let high = number("ci95_high", item, mayBeNull: true)
    return FigureStatistics(
      name: item.text("name"), unit: item.text("unit"), count: item.whole("n", 0...StudyRecord.mostRuns),
      mean: mean, deviation: number("sd", item, mayBeNull: true),
      halfWidth: high.map { Billionths($0.count - mean.count) }, least: number("min", item) ?? zero,
      most: number("max", item) ?? zero)
  }

  private static func expectation(_ item: Fields) -> MeanExpectation {
    MeanExpectation(
      figure: item.text("figure"), wanted: item.text("wanted"), got: number("got", item, mayBeNull: true),
      met: item.flag("met"), isJudged: item.flag("judged"))
  }

  private static func number(_ key: String, _ item: Fields, mayBeNull: Bool = false) -> Billionths? {
    guard let node = item[key] else { return nil }
    switch node.kind {
    case .null where mayBeNull: return nil
    case .number(let number):
      if let value = Billionths(number.text) { return value }
      item.complain(node, "\(quoted(key)) is out of range", expected: "a number with at most 9 decimals")
    default: item.complain(node, "\(quoted(key)) is not a number", expected: "a number")
    }
    return nil
  }
}
