import FileFormats

/// Throughput over time and the distribution of time in system.
struct FlowCharts {
  let report: RunReport

  /// The width of a chart that shares a row with another on a desk.
  static let width = 440.0

  /// Pieces an hour in each interval, and the time in system.
  var html: String { throughput + timeInSystem }

  private var throughput: String {
    var rows = report.intervals
    // The rest of an interval, when the last pieces leave the machine, says nothing of its rate.
    if let first = rows.first, let last = rows.last, rows.count > 1, last.length * 2 < first.length {
      rows.removeLast()
    }
    rows = RunIntervals.joined(rows, limit: 90).filter { $0.length > 0 }
    guard let first = rows.first, let last = rows.last else { return "" }
    let rated = Double(report.profile.ratedPiecesPerHour)
    let peak = rows.map { Double(max($0.fed, $0.sorted + $0.missed)) * 3600 / $0.length }.max() ?? 0
    // A machine that waits for mail most of the time would leave an empty chart below its rated speed.
    let showsRated = peak * 5 > rated
    let frame = ChartFrame(
      left: 46, top: 34, width: Self.width - 66, height: 150,
      most: ChartScale.ceiling((showsRated ? max(rated, peak) : peak) * 1.02),
      times: first.start...max(last.end, first.start + 1))
    var drawing = SVGDrawing(
      width: Self.width, height: 214, title: "Pieces fed, sorted and not sorted an hour, over the run")
    frame.drawValues(in: &drawing, unit: "pieces/h")
    frame.drawTimes(in: &drawing)
    var fed = ""
    for row in rows {
      let (x1, x2) = (frame.x(row.start), frame.x(row.end))
      let sorted = Double(row.sorted) * 3600 / row.length
      let all = Double(row.sorted + row.missed) * 3600 / row.length
      let span = "\(RunClock.text(Int64(row.start * 1000))) to \(RunClock.text(Int64(row.end * 1000)))"
      let hint =
        "\(span): fed \(grouped(row.fed)), sorted \(grouped(row.sorted)), not sorted \(grouped(row.missed))"
      let width = max(0.5, x2 - x1 - (x2 - x1 > 3 ? 1 : 0))
      drawing.box(x1, frame.y(sorted), width, frame.bottom - frame.y(sorted), "steel", hint: hint)
      if row.missed > 0 {
        drawing.box(x1, frame.y(all), width, max(1, frame.y(sorted) - frame.y(all)), "amber", hint: hint)
      }
      let level = shortNumber(frame.y(Double(row.fed) * 3600 / row.length))
      fed += "\(fed.isEmpty ? "M" : "L")\(shortNumber(x1)) \(level)L\(shortNumber(x2)) \(level)"
    }
    drawing.path(fed, "fed")
    if showsRated {
      drawing.line(frame.left, frame.y(rated), frame.right, frame.y(rated), "rated")
      drawing.text(frame.right, frame.y(rated) - 4, "rated \(grouped(Int(rated)))", "soft halo", .end)
    } else {
      drawing.text(frame.right, frame.top - 12, "rated \(grouped(Int(rated)))", "soft", .end)
    }
    if let warm = report.summary?.warmUp, warm > first.start, warm < last.end {
      drawing.line(frame.x(warm), frame.top, frame.x(warm), frame.bottom, "mark")
      drawing.text(frame.x(warm) + 4, frame.top + 10, "warm-up ends", "soft halo")
    }
    let key = Self.key([("fed-key", "fed"), ("steel", "sorted"), ("amber", "not sorted")])
    return "<section class=\"panel\"><h2>Throughput over time</h2>\(key)\(drawing.element())</section>\n"
  }

  private var timeInSystem: String {
    guard let log = report.log else { return "" }
    let ended = (log.sortedTimes + log.missedTimes).sorted()
    guard let longest = ended.last else {
      return
        "<section class=\"panel\"><h2>Time in system</h2><p class=\"note\">No piece ended.</p></section>\n"
    }
    func rank(_ perCent: Int) -> Double {
      Double(ended[max(0, (ended.count * perCent + 99) / 100 - 1)]) / 1000
    }
    let slices = 44
    // Up to a little beyond the 99th percentile; what is longer is counted in the last bar.
    let step = ChartScale.step(for: max(0.1, min(rank(99) * 1.15, Double(longest) / 1000 * 1.05)), count: 6)
    let whole = (max(0.1, min(rank(99) * 1.15, Double(longest) / 1000 * 1.05)) / step).rounded(.up) * step
    func histogram(_ times: [Int32]) -> [Int] {
      times.reduce(into: [Int](repeating: 0, count: slices)) { counts, time in
        counts[min(slices - 1, max(0, Int(Double(time) / 1000 / whole * Double(slices))))] += 1
      }
    }
    let (good, bad) = (histogram(log.sortedTimes), histogram(log.missedTimes))
    let most = zip(good, bad).map { Double($0 + $1) }.max() ?? 1
    let frame = ChartFrame(
      left: 46, top: 58, width: Self.width - 66, height: 126, most: ChartScale.ceiling(most), times: 0...whole
    )
    var drawing = SVGDrawing(
      width: Self.width, height: 214, title: "How long pieces took from their arrival to their end")
    frame.drawValues(in: &drawing, unit: "pieces")
    for value in stride(from: 0.0, through: whole * 1.0001, by: step) {
      drawing.line(frame.x(value), frame.bottom, frame.x(value), frame.bottom + 4, "axis")
      drawing.text(frame.x(value), frame.bottom + 17, "\(shortNumber(value)) s", "soft", .middle)
    }
    for slot in 0..<slices where good[slot] + bad[slot] > 0 {
      let (a, b) = (whole * Double(slot) / Double(slices), whole * Double(slot + 1) / Double(slices))
      let last = slot == slices - 1 && Double(longest) / 1000 > whole ? " and longer" : ""
      let hint =
        "\(shortNumber(a, places: 2)) to \(shortNumber(b, places: 2)) s\(last): \(grouped(good[slot])) sorted, "
        + "\(grouped(bad[slot])) not sorted"
      let width = frame.x(b) - frame.x(a) - 1
      let level = frame.y(Double(good[slot]))
      drawing.box(frame.x(a), level, width, frame.bottom - level, "steel", hint: hint)
      if bad[slot] > 0 {
        let top = min(frame.y(Double(good[slot] + bad[slot])), level - 1)
        drawing.box(frame.x(a), top, width, level - top, "amber", hint: hint)
      }
    }
    let marks = [50, 95, 99].enumerated().map { place, perCent in
      (perCent: perCent, x: frame.x(rank(perCent)), y: frame.top - 4 - Double(2 - place) * 15)
    }
    for mark in marks { drawing.line(mark.x, mark.y, mark.x, frame.bottom, "mark") }
    for mark in marks {
      let atRight = mark.x > frame.left + frame.width * 0.6
      let words = "\(mark.perCent) % within \(shortNumber(rank(mark.perCent), places: 2)) s"
      drawing.text(mark.x + (atRight ? -4 : 4), mark.y + 4, words, "soft halo", atRight ? .end : .start)
    }
    let key = Self.key([("steel", "sorted"), ("amber", "not sorted")])
    return "<section class=\"panel\"><h2>Time in system</h2>\(key)\(drawing.element())</section>\n"
  }

  /// What the marks of a chart mean.
  static func key(_ entries: [(style: String, words: String)]) -> String {
    let items = entries.map { "<span><i class=\"\($0.style)\"></i>\(markup($0.words))</span>" }.joined()
    return "<p class=\"key\">\(items)</p>"
  }
}
