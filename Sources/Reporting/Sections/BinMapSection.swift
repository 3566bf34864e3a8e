import FileFormats
import SorterModel

/// The bins as a heat map of the machine's real layout, and as a table.
struct BinMapSection {
  let report: RunReport
  private let counts: [RunSummary.BinCount]

  /// The section of a run.
  init(_ report: RunReport) {
    self.report = report
    counts = Self.counts(report)
  }

  /// The summary's counts of the bins, or, of a run without one, the log's.
  private static func counts(_ report: RunReport) -> [RunSummary.BinCount] {
    if let summary = report.summary, summary.bins.count == report.profile.bins.count { return summary.bins }
    var ended = [Int](repeating: 0, count: report.profile.bins.count)
    for (key, group) in report.log?.endings ?? [:] where key.bin > 0 { ended[key.bin - 1] += group.count }
    return zip(report.profile.bins, ended).map {
      RunSummary.BinCount(name: $0.name, pieces: $1, sweeps: 0, fullSeconds: 0)
    }
  }

  var html: String {
    let word = report.profile.binWord
    let most = counts.map(\.pieces).max() ?? 0
    return """
      <section class="panel wide"><h2>Every \(markup(word)) where it stands</h2>
      <p class="note">The darker, the more pieces: up to \(grouped(most)). Outlined in amber: it was full or failed \
      diverts. Seen from above; the belt runs from the induction on.</p>
      \(map(.wide, "only-wide"))\(map(.narrow, "only-narrow"))\(table)</section>

      """
  }

  /// What is out of the ordinary about a bin, in words; empty where nothing is.
  private func trouble(_ index: Int) -> String {
    var words: [String] = []
    if counts[index].fullSeconds > 0 {
      words.append("full for \(RunClock.span(Int64(counts[index].fullSeconds * 1000)))")
    }
    let failed = report.log?.failedDiverts[index] ?? 0
    if failed > 0 { words.append("\(grouped(failed)) \(failed == 1 ? "divert" : "diverts") failed") }
    return words.joined(separator: ", ")
  }

  private func map(_ style: MachineDrawing.Style, _ shown: String) -> String {
    let machine = MachineDrawing(report.profile, style: style)
    var drawing = SVGDrawing(
      width: style.width, height: machine.height,
      title: "Pieces in each \(report.profile.binWord) of the machine")
    drawing.path(Self.commands(machine.belt), "belt-edge")
    drawing.path(Self.commands(machine.belt), "belt")
    drawing.path(Self.commands(machine.wayBack), "way-back")
    if let start = machine.belt.first {
      drawing.box(start.x - 16, start.y - 14, 14, 28, "feeder", hint: "induction")
      drawing.text(start.x - 9, start.y - 20, "in", "soft", .middle)
    }
    let scanner = machine.point(Double(report.profile.scanner.position.tenths) / 10)
    drawing.box(scanner.x - 2, scanner.y - 14, 4, 28, "scanner", hint: "scanner")
    let most = Double(max(1, counts.map(\.pieces).max() ?? 1))
    for (index, mouth) in machine.mouths.enumerated() {
      draw(index, mouth, machine, Double(counts[index].pieces) / most, in: &drawing)
    }
    labels(machine, in: &drawing)
    return drawing.element(shown)
  }

  private func draw(
    _ index: Int, _ mouth: MachineDrawing.Mouth, _ machine: MachineDrawing, _ share: Double,
    in drawing: inout SVGDrawing
  ) {
    let style = machine.style
    let bin = report.profile.bins[index]
    let count = counts[index]
    let trouble = trouble(index)
    let sweeps = count.sweeps > 0 ? ", emptied \(grouped(count.sweeps)) times" : ""
    let hint =
      "\(report.profile.binWord) \(count.name): \(grouped(count.pieces)) pieces\(sweeps)\(trouble.isEmpty ? "" : ", " + trouble)"
    let width = bin.isEnd ? 2 * style.halfBelt + 8 : machine.binWidth
    let depth = bin.isEnd ? min(style.depth, style.margin - 26) : style.depth
    let start = bin.isEnd ? 4.0 : style.halfBelt + style.gap
    // The corners across and away from the belt: drawn as a polygon, because rows and curves turn it.
    let (acrossX, acrossY) = (-mouth.outY, mouth.outX)
    func corner(_ half: Double, _ out: Double) -> String {
      let across = half * (1 + mouth.spread * out)
      return shortNumber(mouth.x + acrossX * across + mouth.outX * out) + " "
        + shortNumber(mouth.y + acrossY * across + mouth.outY * out)
    }
    let shape =
      "M\(corner(-width / 2, start))L\(corner(width / 2, start))L\(corner(width / 2, start + depth))"
      + "L\(corner(-width / 2, start + depth))Z"
    let opacity = count.pieces == 0 ? 0 : 0.1 + 0.8 * share
    drawing.raw(
      "<path class=\"\(trouble.isEmpty ? "bin" : "bin trouble")\" fill-opacity=\"\(shortNumber(opacity, places: 2))\""
        + " d=\"\(shape)\"><title>\(markup(hint))</title></path>")
  }

  /// Names beside the bins, as many as there is room for; reject bins first.
  private func labels(_ machine: MachineDrawing, in drawing: inout SVGDrawing) {
    let style = machine.style
    var taken: [(x: Double, y: Double, half: Double)] = []
    let rejects = report.log?.rejectBins ?? []
    let order =
      counts.indices.filter { rejects.contains($0) } + counts.indices.filter { !rejects.contains($0) }
    for (rank, index) in order.enumerated() {
      let mouth = machine.mouths[index]
      let isEnd = report.profile.bins[index].isEnd
      let out = isEnd ? 18 : style.halfBelt + style.gap + style.depth + (mouth.outY < -0.5 ? 5 : 10)
      let name = counts[index].name
      let x = mouth.x + mouth.outX * out
      let y = mouth.y + mouth.outY * out + (isEnd ? style.halfBelt + 22 : mouth.outY > 0.5 ? 3 : 0)
      let half = 3.6 * Double(name.count) + 3
      let room = rank < rejects.count ? 0.0 : 22
      if taken.contains(where: { abs($0.x - x) < $0.half + half + room && abs($0.y - y) < 12 }) { continue }
      taken.append((x, y, half))
      drawing.text(x, y, name, rejects.contains(index) ? "strong" : "soft", .middle)
    }
  }

  /// The commands of a line through waypoints.
  static func commands(_ points: [MachineDrawing.Waypoint]) -> String {
    points.enumerated().map { "\($0 == 0 ? "M" : "L")\(shortNumber($1.x)) \(shortNumber($1.y))" }.joined()
  }

  private var table: String {
    let rows = counts.indices.map { index in
      let trouble = trouble(index)
      return "<tr><td>\(markup(counts[index].name))</td><td class=\"n\">\(grouped(counts[index].pieces))</td>"
        + "<td class=\"n\">\(grouped(counts[index].sweeps))</td><td\(trouble.isEmpty ? "" : " class=\"warn\"")>"
        + "\(markup(trouble))</td></tr>"
    }
    return """
      <details><summary>All \(counts.count) as a table</summary><div class="scroll"><table><thead><tr>\
      <th>\(markup(report.profile.binWord))</th><th class="n">pieces</th><th class="n">emptied</th>\
      <th>out of the ordinary</th></tr></thead><tbody>\(rows.joined(separator: "\n"))</tbody></table></div></details>
      """
  }
}
