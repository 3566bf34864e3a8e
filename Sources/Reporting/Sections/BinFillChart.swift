import FileFormats

/// How full every bin was at every time: a line a bin, the darker the fuller.
struct BinFillChart {
  let report: RunReport

  private static let columns = 180
  /// Levels are drawn in four shades; the last is full.
  private static let styles = ["fill1", "fill2", "fill3", "red"]

  var html: String {
    guard let log = report.log, log.end > 0, !log.bins.isEmpty else { return "" }
    let count = log.bins.count
    let row = min(11, max(1.5, 300 / Double(count)))
    let mostFull = report.intervals.map(\.binsFull).max() ?? 0
    let frame = ChartFrame(
      left: 46, top: mostFull > 0 ? 56 : 8, width: FlowCharts.width - 66, height: row * Double(count),
      most: 1,
      times: 0...Double(log.end) / 1000)
    var drawing = SVGDrawing(
      width: FlowCharts.width, height: frame.bottom + 30,
      title: "How full each \(report.profile.binWord) was over the run")
    drawing.box(frame.left, frame.top, frame.width, frame.height, "paper")
    var paths = [String](repeating: "", count: Self.styles.count)
    for index in 0..<count {
      let levels = Self.levels(log.bins[index].steps, until: log.end)
      Self.draw(levels, at: frame.top + Double(index) * row, height: row, frame, into: &paths)
    }
    for (path, style) in zip(paths, Self.styles) { drawing.path(path, style) }
    var free = 0.0
    for (index, bin) in report.profile.bins.enumerated() {
      let y = frame.top + (Double(index) + 0.5) * row + 4
      if y >= free {
        drawing.text(frame.left - 6, y, bin.name, "soft", .end)
        free = y + 13
      }
    }
    if mostFull > 0 { drawFull(mostFull, frame, in: &drawing) }
    frame.drawTimes(in: &drawing)
    let key = FlowCharts.key([
      ("fill1", "from 1/4"), ("fill2", "from 1/2"), ("fill3", "from 3/4"), ("red", "full"),
    ])
    let heading = "How full each \(markup(report.profile.binWord)) was"
    return "<section class=\"panel\"><h2>\(heading)</h2>\(key)\(drawing.element())</section>\n"
  }

  /// How many bins were full at once, above the bins themselves.
  private func drawFull(_ most: Int, _ below: ChartFrame, in drawing: inout SVGDrawing) {
    let frame = ChartFrame(
      left: below.left, top: 14, width: below.width, height: 32, most: Double(most), times: below.times)
    drawing.text(frame.left - 6, frame.top + 8, grouped(most), "soft", .end)
    drawing.text(frame.left, frame.top - 4, "full at once", "soft")
    for row in RunIntervals.joined(report.intervals, limit: Self.columns) where row.binsFull > 0 {
      let y = frame.y(Double(row.binsFull))
      let span = "\(RunClock.text(Int64(row.start * 1000))) to \(RunClock.text(Int64(row.end * 1000)))"
      drawing.box(
        frame.x(row.start), y, max(1, frame.x(row.end) - frame.x(row.start)), frame.bottom - y, "red",
        hint: "\(span): \(grouped(row.binsFull)) full")
    }
    drawing.line(frame.left, frame.bottom, frame.right, frame.bottom, "axis")
  }

  /// The highest level in each column of time, in quarters: 0 to 3 and 4 for full.
  private static func levels(_ steps: [BinContent.Step], until end: Int64) -> [Int] {
    var result = [Int](repeating: 0, count: columns)
    var level = 0
    var next = 0
    for column in 0..<columns {
      let limit = end * Int64(column + 1) / Int64(columns)
      var most = level
      while next < steps.count, steps[next].time < limit || column == columns - 1 {
        level = steps[next].level
        most = max(most, level)
        next += 1
      }
      result[column] = most == BinContent.fullLevel ? 4 : most * 4 / BinContent.fullLevel
    }
    return result
  }

  /// Draws runs of equal levels as one box each.
  private static func draw(
    _ levels: [Int], at y: Double, height: Double, _ frame: ChartFrame, into paths: inout [String]
  ) {
    var first = 0
    while first < levels.count {
      var last = first
      while last + 1 < levels.count, levels[last + 1] == levels[first] { last += 1 }
      if levels[first] > 0 {
        let part = frame.width / Double(columns)
        let wide = shortNumber(part * Double(last - first + 1))
        paths[levels[first] - 1] +=
          "M\(shortNumber(frame.left + part * Double(first))) \(shortNumber(y))h\(wide)v\(shortNumber(height))h-\(wide)z"
      }
      first = last + 1
    }
  }
}
