import FileFormats

/// Puts the report of a run together as one page that needs nothing from elsewhere.
struct ReportPage {
  let report: RunReport

  var html: String {
    let facts = report.facts
    let title = "\(facts.scenario) on \(facts.profile)"
    let figures = FigureSections(report: report)
    let loss = LossSection(report: report)
    let notices = report.notices.map { "<p class=\"notice\">\(markup($0))</p>\n" }.joined()
    let header = """
      <h1>\(markup(title))</h1><p>plan \(markup(facts.plan)), seed \(markup(facts.seed)), \(markup(begun))</p>\(verdict)
      """
    let body = """
      \(notices)\(figures.tiles)<main>
      \(animation)\(loss.html)\(FlowCharts(report: report).html)\(BinMapSection(report).html)\
      \(BinFillChart(report: report).html)\(figures.thresholds)\(TimeLineSection(report: report).html)\
      \(TimingSection(report: report).html)\(figures.result)\(inputs)</main>
      """
    return PageFrame(
      title: "\(title), seed \(facts.seed)", header: header, body: body, footer: footer, scripts: scripts
    )
    .html
  }

  /// When the run began, as people write it.
  private var begun: String {
    String(report.facts.startsAt.prefix(16).map { $0 == "T" ? " " : $0 })
  }

  /// In one word whether the run did what was asked of it.
  private var verdict: String {
    guard let wanted = report.summary?.thresholds, !wanted.isEmpty else { return "" }
    let missed = wanted.count { !$0.isMet && $0.isJudged }
    if missed > 0 { return "<p class=\"verdict bad\">\(missed) of \(wanted.count) thresholds missed</p>" }
    let judged = wanted.count { $0.isJudged }
    if judged == 0 { return "<p class=\"verdict warn\">thresholds not judged</p>" }
    return "<p class=\"verdict\">\(judged) of \(wanted.count) thresholds met</p>"
  }

  private var animation: String {
    guard let log = report.log else { return "" }
    let key = FlowCharts.key([
      ("ink", "piece"), ("amber", "piece for a reject \(report.profile.binWord)"), ("steel", "content"),
      ("red", "full"),
    ])
    let speeds = [(1, "1"), (5, "5"), (20, "20"), (60, "60"), (300, "300")].map { value, words in
      "<option value=\"\(value)\"\(value == 5 ? " selected" : "")>\(words) times as fast</option>"
    }
    return """
      <section class="panel wide screen"><h2>The run, moving</h2>
      <noscript><p class="note">The animation needs scripts, which are off. Everything below works without.</p></noscript>
      <div id="player" hidden>
      <div class="status"><span id="now"></span><span id="state"></span><span id="under-way"></span>\
      <span id="alarms"></span></div>
      <canvas id="sorter" role="img" aria-label="The sorter at the chosen moment: belt, pieces and \
      \(markup(report.profile.binWord))s"></canvas>
      <div class="controls"><button id="play" type="button">Play</button>
      <div class="slider">\(strip(log))<input id="time" type="range" aria-label="Time of the run"></div>
      <select id="speed" aria-label="Speed">\(speeds.joined())</select>
      <form id="finder" class="controls"><label for="piece">Piece</label><input id="piece" type="text" \
      inputmode="search" autocomplete="off"><button type="submit">Find</button></form></div>
      <div id="story" aria-live="polite"></div>
      \(key)<p class="note">Click a piece for its story, a \(markup(report.profile.binWord)) for what lies in it. The \
      space bar plays and stops.</p></div></section>

      """
  }

  /// The states of the machine, as wide as the slider below.
  private func strip(_ log: RunLog) -> String {
    let (first, last) = (Double(log.window.lowerBound) / 1000, Double(log.window.upperBound) / 1000)
    let frame = ChartFrame(
      left: 0, top: 0, width: 1000, height: 8, most: 1, times: first...max(first + 0.001, last))
    var drawing = SVGDrawing(width: 1000, height: 8, title: "States of the machine over the time below")
    TimeLineSection.drawStates(log, frame, y: 0, height: 8, named: false, in: &drawing)
    for alarm in log.alarms.filter({ log.window.contains($0.start) }).prefix(400) {
      let x = frame.x(Double(alarm.start) / 1000)
      drawing.box(x, 0, 3, 8, alarm.kind.priority >= .high ? "red" : "amber")
    }
    return drawing.element("strip").replacing(
      "class=\"chart strip\"", with: "class=\"chart\" preserveAspectRatio=\"none\"")
  }

  private var inputs: String { PageFrame.inputs(report.facts.inputs) }

  private var footer: [String] {
    var parts = ["sortline \(report.facts.version)", "run \(report.facts.runID)"]
    if let digest = report.summary?.digest, !digest.isEmpty { parts.append("digest \(digest)") }
    if !report.facts.command.isEmpty { parts.append("made by: \(report.facts.command)") }
    return parts
  }

  private var scripts: String {
    guard let log = report.log else { return "" }
    let data = AnimationData(report: report, log: log).json
    return
      "<script type=\"application/json\" id=\"log\">\(data)</script>\n<script>\n\(ReportScript.text)</script>\n"
  }
}

extension RunReport {
  /// The bytes of report.html.
  package var html: [UInt8] { Array(ReportPage(report: self).html.utf8) }
}
