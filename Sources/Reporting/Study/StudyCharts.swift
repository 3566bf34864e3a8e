import FileFormats

/// One figure of a study, drawn: what each factor does to it, and the mean of every point with its interval.
struct StudyCharts {
  let study: StudyDirectory
  let figure: String

  private static let factorLimit = 6
  private let height = 150.0

  var html: String {
    guard let range else { return "" }
    let unit = study.record.figures.first { $0.name == figure }?.unit ?? ""
    let words = StudyReport.words(figure)
    let heading = "\(words), \(unit == "percent" ? "%" : unit)"
    if study.record.points.count == 1 {
      return "<section class=\"panel\"><h2>\(markup(heading))</h2>\(replications(range))</section>\n"
    }
    let effects =
      study.record.factors.isEmpty
      ? ""
      : "<section class=\"panel\"><h2>\(markup(words)): main effects</h2>\(self.effects(range))</section>\n"
    return effects
      + "<section class=\"panel\"><h2>\(markup(heading)): means and 95 % intervals</h2>\(intervals(range))</section>\n"
  }

  /// The figure of a point.
  private func statistics(_ point: StudySummary.Point) -> FigureStatistics? {
    point.figures.first { $0.name == figure }
  }

  private func values(of point: Int) -> [Double] {
    guard let place = study.record.index(of: figure) else { return [] }
    return study.runs(of: point).map { Double($0.micros[place]) / 1e6 }
  }

  /// From the least to the most that is drawn, with a little room; the axis need not begin at 0.
  private var range: ClosedRange<Double>? {
    guard let place = study.record.index(of: figure) else { return nil }
    var ends = study.runs.map { Double($0.micros[place]) / 1e6 }
    for point in study.summary.points {
      guard let statistics = statistics(point) else { continue }
      ends += [statistics.low, statistics.high].compactMap { $0?.value }
    }
    guard let least = ends.min(), let most = ends.max(), most > least else { return nil }
    let room = (most - least) * 0.06
    return (least - room)...(most + room)
  }

  private func frame(left: Double, width: Double, _ range: ClosedRange<Double>, count: Int) -> ChartFrame {
    ChartFrame(
      left: left, top: 12, width: width, height: height, most: range.upperBound, least: range.lowerBound,
      times: 0...Double(max(1, count)))
  }

  // MARK: main effects

  /// A level of a factor, and the mean over all points that have it.
  struct Level {
    var words: String
    var mean: Double
    var points: Int
  }

  /// The levels of a factor in their order: numbers by size, others as they come.
  func levels(of factor: Int) -> [Level] {
    var order: [StudyValue] = []
    var means: [StudyValue: [Double]] = [:]
    for point in study.summary.points {
      guard let mean = statistics(point)?.mean.value else { continue }
      let value = study.record.points[point.point].values[factor]
      if means[value] == nil { order.append(value) }
      means[value, default: []].append(mean)
    }
    if order.allSatisfy({ $0.number != nil }) { order.sort { ($0.number ?? 0) < ($1.number ?? 0) } }
    return order.map { value in
      let found = means[value] ?? []
      return Level(
        words: value.text, mean: found.reduce(0, +) / Double(max(1, found.count)), points: found.count)
    }
  }

  private func effects(_ range: ClosedRange<Double>) -> String {
    let factors = Array(study.record.factors.prefix(Self.factorLimit).enumerated())
    var drawing = SVGDrawing(
      width: FlowCharts.width, height: height + 56,
      title: "What each factor does to \(StudyReport.words(figure))")
    let whole = frame(left: 52, width: FlowCharts.width - 60, range, count: 1)
    whole.drawValues(in: &drawing, unit: "")
    let part = whole.width / Double(max(1, factors.count))
    for (place, factor) in factors {
      let levels = levels(of: place)
      let frame = frame(left: whole.left + part * Double(place), width: part, range, count: levels.count)
      if place > 0 { drawing.line(frame.left, frame.top, frame.left, frame.bottom, "axis") }
      var line = ""
      for (index, level) in levels.enumerated() {
        let (x, y) = (frame.x(Double(index) + 0.5), frame.y(level.mean))
        line += "\(index == 0 ? "M" : "L")\(shortNumber(x)) \(shortNumber(y))"
        let points = level.points == 1 ? "1 point" : "\(grouped(level.points)) points"
        let hint =
          "\(factor.name) \(level.words): \(shortNumber(level.mean, places: 4)), the mean of \(points)"
        drawing.box(x - 3.5, y - 3.5, 7, 7, "ink", hint: hint)
      }
      drawing.path(line, "fed")
      label(levels.map(\.words), frame, in: &drawing)
      drawing.text(frame.left + part / 2, frame.bottom + 36, fitted(factor.name, part), "strong", .middle)
    }
    let left = study.record.factors.count - factors.count
    let more = left > 0 ? " \(left) more factors are in the tables." : ""
    return drawing.element()
      + "<p class=\"note\">Each mark is the mean over all points with that value; the axis need not begin at 0.\(more)</p>"
  }

  /// Names below their places, as many as there is room for.
  private func label(_ names: [String], _ frame: ChartFrame, in drawing: inout SVGDrawing) {
    var free = -Double.infinity
    for (index, name) in names.enumerated() {
      let x = frame.x(Double(index) + 0.5)
      let words = fitted(name, frame.width / Double(min(names.count, 4)))
      let half = Double(words.count) * 3.4
      if x - half < free { continue }
      free = x + half + 6
      drawing.text(x, frame.bottom + 17, words, "soft", .middle)
    }
  }

  /// A text cut to a width.
  private func fitted(_ text: String, _ width: Double) -> String {
    let room = max(2, Int(width / 6.8))
    return text.count <= room ? text : text.prefix(room - 1) + "…"
  }

  // MARK: intervals

  private func intervals(_ range: ClosedRange<Double>) -> String {
    let count = study.record.points.count
    let frame = frame(left: 52, width: FlowCharts.width - 60, range, count: count)
    var drawing = SVGDrawing(
      width: FlowCharts.width, height: height + 50,
      title: "The mean of \(StudyReport.words(figure)) at each point, with its interval")
    frame.drawValues(in: &drawing, unit: "")
    drawBounds(frame, in: &drawing)
    for point in study.summary.points {
      guard let statistics = statistics(point) else { continue }
      let x = frame.x(Double(point.point) + 0.5)
      // Single runs are drawn where there is room to see them.
      if count <= 60 {
        for value in values(of: point.point) { drawing.box(x - 2, frame.y(value) - 1, 4, 2, "fill2") }
      }
      draw(statistics, x, frame, named: "point \(point.point)\(factors(point.point))", in: &drawing)
    }
    label((0..<count).map { "\($0)" }, frame, in: &drawing)
    drawing.text(frame.left + frame.width / 2, frame.bottom + 33, "point", "soft", .middle)
    return drawing.element()
  }

  private func factors(_ point: Int) -> String {
    let pairs = zip(study.record.factors, study.record.points[point].values)
    return pairs.map { ", \($0.name) \($1.text)" }.joined()
  }

  /// A mean and its interval.
  private func draw(
    _ statistics: FigureStatistics, _ x: Double, _ frame: ChartFrame, named name: String,
    in drawing: inout SVGDrawing
  ) {
    let (mean, half) = (statistics.meanText, statistics.halfText)
    let runs = statistics.count == 1 ? "1 run" : "\(grouped(statistics.count)) runs"
    let hint = "\(name): \(mean)\(half.isEmpty ? "" : " ± \(half)"), \(runs)"
    if let low = statistics.low?.value, let high = statistics.high?.value {
      let (top, bottom) = (frame.y(high), frame.y(low))
      drawing.line(x, top, x, bottom, "whisker")
      for y in [top, bottom] { drawing.line(x - 4, y, x + 4, y, "whisker") }
    }
    drawing.box(x - 3.5, frame.y(statistics.mean.value) - 3.5, 7, 7, "ink", hint: hint)
  }

  /// The figure of each replication, and the mean with its interval.
  private func replications(_ range: ClosedRange<Double>) -> String {
    guard let point = study.summary.points.first, let statistics = statistics(point) else { return "" }
    let values = values(of: point.point)
    let frame = frame(left: 52, width: FlowCharts.width - 60, range, count: values.count)
    var drawing = SVGDrawing(
      width: FlowCharts.width, height: height + 50, title: "\(StudyReport.words(figure)) of each replication")
    if let low = statistics.low?.value, let high = statistics.high?.value {
      drawing.box(frame.left, frame.y(high), frame.width, max(1.5, frame.y(low) - frame.y(high)), "fill1")
    }
    frame.drawValues(in: &drawing, unit: "")
    drawBounds(frame, in: &drawing)
    drawing.line(
      frame.left, frame.y(statistics.mean.value), frame.right, frame.y(statistics.mean.value), "mean")
    for (index, value) in values.enumerated() {
      let hint = "replication \(index + 1): \(shortNumber(value, places: 4))"
      drawing.box(frame.x(Double(index) + 0.5) - 2.5, frame.y(value) - 2.5, 5, 5, "ink", hint: hint)
    }
    label((1...max(1, values.count)).map { "\($0)" }, frame, in: &drawing)
    drawing.text(frame.left + frame.width / 2, frame.bottom + 33, "replication", "soft", .middle)
    let half = statistics.halfText
    return drawing.element()
      + "<p class=\"note\">Mean \(statistics.meanText)\(half.isEmpty ? "" : " ± \(half), the band"); each mark is a run.</p>"
  }

  /// What the scenario's thresholds ask of the figure, where it lies in the chart.
  private func drawBounds(_ frame: ChartFrame, in drawing: inout SVGDrawing) {
    let wanted = study.summary.points.first?.expectations.filter { $0.figure == figure } ?? []
    for bound in wanted.flatMap({ $0.wanted.split(separator: " ") }).compactMap({ Double($0) })
    where (frame.least...frame.most).contains(bound) {
      drawing.line(frame.left, frame.y(bound), frame.right, frame.y(bound), "rated")
      drawing.text(frame.right, frame.y(bound) - 4, "threshold", "soft halo", .end)
    }
  }
}
