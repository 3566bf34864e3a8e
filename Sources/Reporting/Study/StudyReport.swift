import FileFormats

/// A study as report.html tells it: what each factor does, means with their intervals, and every point in a table.
///
/// The same study gives the same bytes.
package struct StudyReport {
  let study: StudyDirectory

  /// The figures that are drawn, in the order in which people ask for them: those that are not the same everywhere.
  let drawn: [String]

  /// The most figures that are drawn.
  private static let drawnLimit = 8

  /// The report of a study.
  package init(_ study: StudyDirectory) {
    self.study = study
    drawn = Array(Self.moving(study).prefix(Self.drawnLimit))
  }

  /// The headline figures that are not the same in every run, in their order.
  static func moving(_ study: StudyDirectory) -> [String] {
    FigureWords.headline.joined().map(\.figure).filter { name in
      guard let place = study.record.index(of: name), let first = study.runs.first else { return false }
      return study.runs.contains { $0.micros[place] != first.micros[place] }
    }
  }

  /// The bytes of report.html.
  package var html: [UInt8] { Array(page.utf8) }

  /// What people call a figure: the words of a run's result, or its name.
  static func words(_ figure: String) -> String {
    FigureWords.headline.joined().first { $0.figure == figure }?.words ?? figure
  }

  private var page: String {
    let record = study.record
    let title =
      record.title.isEmpty || record.title == record.name ? record.name : "\(record.name): \(record.title)"
    let header = "<h1>\(markup(title))</h1><p>\(markup(about))</p>\(verdict)"
    let tables = StudyTables(study: study)
    let charts = drawn.map { StudyCharts(study: study, figure: $0).html }.joined()
    let still =
      drawn.isEmpty && !study.runs.isEmpty
      ? "<section class=\"panel wide\"><p class=\"note\">Every run has the same figures: there is nothing to draw.</p></section>"
      : ""
    let body = """
      \(notices)<main>
      \(charts)\(still)\(tables.points)\(tables.thresholds)\(tables.figures)\(tables.factors)\
      \(PageFrame.inputs(record.inputs.map { ($0.role, $0.path, $0.digest) }))</main>
      """
    return PageFrame(
      title: title, header: header, body: body,
      footer: ["sortline \(record.programVersion)", "study \(record.studyID)"]
    ).html
  }

  /// What was run, in one line.
  private var about: String {
    let record = study.record
    let count = record.points.count
    let points = count == 1 ? "" : "\(grouped(count)) points, "
    let replications =
      record.replications == 1 ? "1 replication" : "\(grouped(record.replications)) replications"
    let shared = record.random.isEmpty || count == 1 ? "" : ", \(record.random)"
    return
      "scenario \(record.scenario), \(points)\(replications)\(count == 1 ? "" : " each"), seed \(record.seed)\(shared)"
  }

  private var verdict: String {
    let judged = study.summary.points.filter { $0.expectations.contains(where: \.isJudged) }
    if judged.isEmpty { return "" }
    let missing = judged.count { $0.expectations.contains { $0.isJudged && !$0.met } }
    if missing == 0 { return "<p class=\"verdict\">all means meet the thresholds</p>" }
    let words =
      study.record.points.count == 1
      ? "a threshold missed" : "\(grouped(missing)) of \(grouped(judged.count)) points miss a threshold"
    return "<p class=\"verdict bad\">\(words)</p>"
  }

  private var notices: String {
    if study.summary.isComplete { return "" }
    let missing = study.missing
    return """
      <p class="notice">This study is not complete: \(grouped(study.runs.count)) of \(grouped(study.record.runCount)) \
      runs are there. Missing: \(markup(String(missing.text.prefix(200)))).</p>

      """
  }
}

extension StudyRecord {
  /// How the points' random numbers are related, in words.
  var random: String {
    switch randomNumbers {
    case .common: "common random numbers"
    case .independent: "independent random numbers"
    }
  }
}
