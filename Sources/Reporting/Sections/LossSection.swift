import FileFormats
import SorterModel
import Telemetry

/// From the nameplate's rate to what was sorted: each step with its cause, and the pieces that were not sorted.
struct LossSection {
  let report: RunReport

  /// A step of the breakdown.
  struct Step {
    var words: String
    /// How it is computed.
    var formula: String
    /// Pieces an hour.
    var rate: Double
    /// Whether it is a level that was reached and not a loss.
    var isLevel = false
  }

  var html: String { breakdown + table }

  /// The steps; none where there was no machine time.
  var steps: [Step] {
    let rated = Double(report.profile.ratedPiecesPerHour)
    let time = report.summary?.value("machine_time_s") ?? Double(report.log?.end ?? 0) / 1000
    guard time > 0 else { return [] }
    func rate(_ pieces: Int) -> Double { Double(pieces) * 3600 / time }
    let counts = counts
    var steps = [Step(words: "nameplate", formula: "rated pieces an hour", rate: rated, isLevel: true)]
    var left = rated
    if let summary = report.summary {
      for (state, words) in [
        ("held", "jam or stopped belt"), ("blocked", "induction held"), ("starved", "feeder empty"),
      ] {
        let loss = rated * summary.value("\(state)_s") / time
        if loss > 0 {
          steps.append(Step(words: words, formula: "rated x \(state) time / machine time", rate: -loss))
        }
        left -= loss
      }
    }
    let pace = rate(counts.fed) - left
    if abs(pace) >= rated / 100_000 {
      let words = report.summary == nil ? "not fed" : pace < 0 ? "wider gaps than rated" : "closer than rated"
      steps.append(Step(words: words, formula: "fed / machine time - what is left above", rate: pace))
    }
    steps.append(Step(words: "fed", formula: "fed / machine time", rate: rate(counts.fed), isLevel: true))
    let reasons = counts.rejected.sorted { ($1.count, $0.reason.rawValue) < ($0.count, $1.reason.rawValue) }
    for (reason, count) in reasons.prefix(6) {
      steps.append(Step(words: "rejected: \(reason.name)", formula: reason.because, rate: -rate(count)))
    }
    let rest = reasons.dropFirst(6).reduce(0) { $0 + $1.count }
    for (words, formula, count) in [
      ("rejected: other reasons", "all reasons that are not above", rest),
      ("removed by hand", "taken off by a person", counts.removed),
      ("lost", "nobody can find them", counts.lost),
      ("still on the machine", "fed and not ended", counts.onMachine),
      ("missorted", "in a bin that the plan does not name", counts.missorted),
    ] where count > 0 {
      steps.append(Step(words: words, formula: formula, rate: -rate(count)))
    }
    let good = counts.sorted - counts.missorted
    steps.append(
      Step(
        words: "sorted right", formula: "(sorted - missorted) / machine time", rate: rate(good), isLevel: true
      ))
    return steps
  }

  /// The numbers that the breakdown rests on: the summary's, or, of a run without one, the log's.
  private var counts: PieceNumbers { PieceNumbers(report) }

  private var breakdown: String {
    let steps = steps
    guard !steps.isEmpty else {
      return """
        <section class="panel"><h2>From nameplate to sorted</h2><p class="note">There was no machine time: \
        nothing was fed.</p></section>

        """
    }
    let row = 23.0
    let most = max(1, steps.filter(\.isLevel).map(\.rate).max() ?? 1)
    let (left, right) = (178.0, FlowCharts.width - 122)
    var drawing = SVGDrawing(
      width: FlowCharts.width, height: Double(steps.count) * row + 6,
      title: "From the nameplate's rate to pieces sorted an hour, step by step")
    func x(_ rate: Double) -> Double { left + (right - left) * max(0, rate) / most }
    var level = 0.0
    for (index, step) in steps.enumerated() {
      let y = 3 + Double(index) * row
      let hint = "\(step.words): \(step.formula)"
      drawing.text(left - 8, y + 15, step.words, step.isLevel ? "strong" : "", .end)
      if step.isLevel {
        level = step.rate
        drawing.box(left, y + 3, x(level) - left, row - 6, "steel", hint: hint)
      } else {
        let next = level + step.rate
        let (from, to) = (min(x(level), x(next)), max(x(level), x(next)))
        drawing.box(from, y + 3, max(1.5, to - from), row - 6, step.rate < 0 ? "amber" : "fill2", hint: hint)
        level = next
      }
      if index + 1 < steps.count { drawing.line(x(level), y + row - 3, x(level), y + row + 3, "grid") }
      drawing.text(FlowCharts.width - 58, y + 15, Self.rateWords(step), step.isLevel ? "strong" : "", .end)
      let share = shortNumber(
        step.rate / steps[0].rate * 100, places: abs(step.rate) * 1000 < steps[0].rate ? 2 : 1)
      drawing.text(FlowCharts.width - 2, y + 15, "\(share) %", "soft", .end)
    }
    return """
      <section class="panel"><h2>From nameplate to sorted</h2><p class="note">Pieces an hour of machine time; what \
      each step cost, and its share of the nameplate.</p>\(drawing.element())</section>

      """
  }

  private static func rateWords(_ step: Step) -> String {
    let places = abs(step.rate) < 1 ? 2 : abs(step.rate) < 100 ? 1 : 0
    let number = grouped(shortNumber(abs(step.rate), places: places))
    return step.isLevel ? number : (step.rate < 0 ? "\u{2212}" : "+") + number
  }

  // MARK: the pieces that were not sorted

  private var table: String {
    guard let log = report.log else { return "" }
    let groups = log.endings.filter { $0.key.outcome != .sorted }.sorted {
      ($1.value.count, $0.key.outcome.rawValue, $0.key.reason.rawValue, $0.key.bin)
        < ($0.value.count, $1.key.outcome.rawValue, $1.key.reason.rawValue, $1.key.bin)
    }
    guard !groups.isEmpty else {
      return """
        <section class="panel"><h2>Not sorted</h2><p class="note">Every piece that was fed was sorted.</p></section>

        """
    }
    let shown = groups.prefix(14)
    let rows = shown.map { key, group in
      let bin = key.bin > 0 ? report.profile.bins[key.bin - 1].name : ""
      let why =
        key.outcome == .onMachine ? "the run ended first" : key.reason == .none ? "" : key.reason.because
      let links = group.examples.map { "<a href=\"#piece-\($0)\">\($0)</a>" }.joined(separator: " ")
      let style = key.outcome == .lost ? " class=\"bad\"" : ""
      return "<tr><td\(style)>\(Self.words(key.outcome))</td><td>\(markup(bin))</td>"
        + "<td class=\"n\">\(grouped(group.count))</td><td>\(markup(why))</td><td class=\"links\">\(links)</td></tr>"
    }
    let rest = groups.dropFirst(14).reduce(0) { $0 + $1.value.count }
    let more =
      rest > 0
      ? "<p class=\"note\">And \(grouped(rest)) more in \(groups.count - 14) smaller groups.</p>" : ""
    return """
      <section class="panel"><h2>Not sorted, and why</h2><div class="scroll"><table class="reasons"><thead><tr><th>ended</th>\
      <th>in</th><th class="n">pieces</th><th>because</th><th>such as</th></tr></thead><tbody>
      \(rows.joined(separator: "\n"))</tbody></table></div>\(more)</section>

      """
  }

  private static func words(_ outcome: Outcome) -> String {
    switch outcome {
    case .onMachine: "on the machine"
    case .sorted, .rejected, .lost: outcome.name
    case .removed: "removed by hand"
    }
  }
}

/// How many pieces were fed and how they ended.
struct PieceNumbers {
  var fed = 0
  var sorted = 0
  var rejected: [(reason: Reason, count: Int)] = []
  var removed = 0
  var lost = 0
  var onMachine = 0
  var missorted = 0

  /// A run's numbers by its summary, or by its log where it has none.
  init(_ report: RunReport) {
    if let summary = report.summary {
      func count(_ name: String) -> Int { Int(summary.value(name)) }
      (fed, sorted, removed, lost) = (count("fed"), count("sorted"), count("removed"), count("lost"))
      (onMachine, missorted) = (count("on_machine"), count("missorted"))
      rejected = Reason.allCases.filter { $0 != .none }.map { ($0, count("rejected.\($0.name)")) }
    } else if let log = report.log {
      (fed, sorted, removed, lost) = (log.fed, log.count(.sorted), log.count(.removed), log.count(.lost))
      onMachine = log.count(.onMachine)
      var byReason: [Reason: Int] = [:]
      for (key, group) in log.endings where key.outcome == .rejected {
        byReason[key.reason, default: 0] += group.count
      }
      rejected = Reason.allCases.map { ($0, byReason[$0] ?? 0) }
    }
    rejected.removeAll { $0.count == 0 }
  }
}
