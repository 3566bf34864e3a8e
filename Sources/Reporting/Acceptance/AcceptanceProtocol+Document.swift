import Quantities

/// The protocol on paper.
extension AcceptanceProtocol {
  /// The document that is signed.
  public var document: Document {
    var document = Document(title: "Acceptance report: \(name)")
    var facts = Document.Table(["", ""])
    facts.rows = self.facts.filter { !$0.value.isEmpty }.map { [$0.name, $0.value] }
    facts.rows += inputs.map { ["input: \($0.role)", "\($0.path) (\($0.digest))"] }
    document.blocks.append(.table(facts))
    document.blocks += result + throughput + availability + minutes + pieces + functions
    document.blocks += [
      .heading("Signatures"),
      .paragraph(
        "The numbers above name events by their number (seq) in the run's events.jsonl, which 'sortline verify' "
          + "proves whole. Who must act on a loss is a first attribution by its cause."),
      .signatures(["For the supplier", "For the operator"]),
    ]
    return document
  }

  private var result: [Document.Block] {
    var table = Document.Table(["criterion", "wanted", "got", "verdict"])
    for criterion in criteria {
      table.rows.append([
        criterion.name, criterion.wanted, criterion.got,
        !criterion.isJudged ? "not judged" : criterion.isMet ? "met" : "MISSED",
      ])
    }
    let total = report.pieces.reduce(0) { $0 + $1.count }
    table.rows.append([
      "account of the pieces", "\(Self.grouped(report.fed.count)) fed",
      Self.grouped(total),
      report.piecesClose ? "closes" : "DOES NOT CLOSE",
    ])
    let sum = report.minutes.reduce(0) { $0 + $1.time }
    table.rows.append([
      "account of the time", "\(Self.seconds(report.machineTime.rawValue)) s",
      "\(Self.seconds(sum)) s", report.timeCloses ? "closes" : "DOES NOT CLOSE",
    ])
    var blocks: [Document.Block] = [.heading("Result: \(verdict.words)"), .table(table)]
    if criteria.isEmpty {
      blocks.append(
        .paragraph("The scenario has no thresholds ('expect'): nothing was agreed that could be judged."))
    }
    if !report.hasEnded {
      blocks.append(
        .paragraph(
          "The run was cut short: its account ends with event \(report.events), and only a count that "
            + "was over its bound already is judged."))
    }
    let open = report.open
    if !open.isEmpty {
      let names = open.prefix(Self.openShown).map { "\($0.group.title) \($0.name)" }
      let more = open.count - names.count
      blocks.append(
        .paragraph(
          "Open points: \(open.count) function\(open.count == 1 ? "" : "s") that should have been exercised "
            + "\(open.count == 1 ? "was" : "were") not: \(names.joined(separator: ", "))"
            + (more > 0 ? " and \(more) more." : ".")))
    }
    return blocks
  }

  private static let openShown = 20

  private var throughput: [Document.Block] {
    var table = Document.Table(["figure", "pieces/h", "of rated", "formula"], numeric: [1, 2])
    func row(_ name: String, _ pieces: Int, _ time: Int64, _ formula: String) {
      guard time > 0 else { return }
      let micros = AcceptanceLedger.rounded(Int128(pieces) * 3_600_000_000_000 * 1_000_000, Int128(time))
      let share = AcceptanceLedger.rounded(Int128(micros) * 100, Int128(max(1, report.rated)))
      table.rows.append([
        name, Self.places(micros, 1), "\(Self.places(share, 2)) %", formula,
      ])
    }
    table.rows.append([
      "rated", Self.places(Int64(report.rated) * 1_000_000, 1), "100.00 %", "the machine's profile",
    ])
    row(
      "achieved", report.fed.count, report.machineTime.rawValue,
      "fed / machine time; events \(report.fed.words)")
    let sorting = report.minutes.prefix(2).reduce(0) { $0 + $1.time }
    row("achieved while sorting", report.fed.count, sorting, "fed / time in the cause 'sorting'")
    if let best = report.bestFiveMinutes {
      row(
        "best five minutes", best.pieces, 300_000_000_000,
        "\(Self.grouped(best.pieces)) pieces in minutes \(best.firstMinute + 1) to \(best.firstMinute + 5) of the machine time"
      )
    }
    return [.heading("Throughput against contract"), .table(table)]
  }

  private var availability: [Document.Block] {
    let own = report.availability
    var table = Document.Table(["figure", "value", "formula"], numeric: [1])
    func time(_ name: String, _ value: Int64, _ formula: String) {
      table.rows.append([name, "\(Self.seconds(value)) s", formula])
    }
    time("time in service, t_E", own.timeInService, "machine time less the time out of service")
    time("machine down", own.machineDown, "jam, belt stopped, link down, controller away; weight k = 1")
    time(
      "diverters down", own.binDown,
      "bins out of service by a fault of their diverter while the machine ran; weight k = 1 / \(own.bins) bins"
    )
    func mean(_ name: String, _ value: Int64, _ formula: String) {
      table.rows.append([name, "\(Self.places(AcceptanceLedger.rounded(Int128(value), 1000), 3)) s", formula])
    }
    mean("down time, t_A", own.downTime, "sum of k x down time")
    table.rows.append([
      "availability", own.microPercent.map { "\(Self.places(Int64($0), 3)) %" } ?? "-", "(t_E - t_A) / t_E",
    ])
    table.rows.append(["failures", "\(own.failures.count)", "listed below"])
    if let between = own.meanBetweenFailures, let repair = own.meanToRepair {
      mean("MTBF", between, "(t_E - t_A) / failures")
      mean("MTTR", repair, "down time, unweighted / failures")
    }
    var blocks: [Document.Block] = [
      .heading("Availability"),
      .paragraph(
        "After FEM 9.222 (1989), 3.4 and 3.5, as VDI 3581 has it: the time in service holds standby, so that "
          + "waiting for mail counts for the machine. Full bins, held induction and bins taken out by order are no "
          + "down time; they stand in the tables of time and pieces."),
      .table(table),
    ]
    if !own.failures.isEmpty { blocks.append(.table(Self.table(of: own.failures, "failure"))) }
    if !own.takenOut.isEmpty {
      blocks.append(.table(Self.table(of: own.takenOut, "out of service by order")))
    }
    return blocks
  }

  private static func table(of spans: [AcceptanceReport.Span], _ title: String) -> Document.Table {
    Document.Table(
      [title, "from", "to", "time", "events"], numeric: [1, 2, 3],
      rows: spans.map {
        [
          $0.subject, "\(seconds($0.from)) s", "\(seconds($0.to)) s", "\(seconds($0.to - $0.from)) s",
          "\($0.beganBy) to \($0.endedBy.map(String.init) ?? "the end")",
        ]
      })
  }

  private var minutes: [Document.Block] {
    var table = Document.Table(
      ["cause", "must act", "min", "s", "share", "events"], numeric: [2, 3, 4], hasTotal: true)
    let whole = report.machineTime.rawValue
    func row(_ title: String, _ party: Party, _ time: Int64, _ events: String) {
      let share = whole > 0 ? AcceptanceLedger.rounded(Int128(time) * 100_000_000, Int128(whole)) : 0
      table.rows.append([
        title, party == .nobody ? "" : party.rawValue, Self.minutes(time), Self.seconds(time),
        whole > 0 ? "\(Self.places(share, 2)) %" : "-", events,
      ])
    }
    // The first two share what no other cause has; the others are left out where they took no time.
    let shown = report.minutes.enumerated().filter { $0 < 2 || $1.time != 0 }.map(\.element)
    for part in shown { row(part.title, part.party, part.time, Self.events(part.spans)) }
    row("machine time", .nobody, whole, "")
    var formulas = Document.Table(["cause", "formula"], rows: shown.map { [$0.title, $0.formula] })
    formulas.rows.append(["machine time", "from the warm-up's end to the end of feeding"])
    let none = report.minutes.filter { part in !shown.contains { $0.cause == part.cause } }.map(\.title)
    return [
      .heading("Every minute of the machine time"), .table(table), .table(formulas),
    ] + (none.isEmpty ? [] : [.paragraph("No time: \(none.joined(separator: ", ")).")])
  }

  private var pieces: [Document.Block] {
    var table = Document.Table(
      ["ended", "reason", "must act", "pieces", "share", "events"], numeric: [3, 4])
    let fed = report.fed.count
    func share(_ count: Int) -> String {
      fed > 0
        ? "\(Self.places(AcceptanceLedger.rounded(Int128(count) * 100_000_000, Int128(fed)), 2)) %" : "-"
    }
    for part in report.pieces {
      table.rows.append([
        part.outcome, part.reason, part.party == .nobody ? "" : part.party.rawValue, Self.grouped(part.count),
        share(part.count), part.evidence.words,
      ])
    }
    table.rows.append(["fed", "", "", Self.grouped(fed), share(fed), report.fed.words])
    table.hasTotal = true
    let early =
      report.warmUpFed > 0 ? " \(Self.grouped(report.warmUpFed)) pieces fed in the warm-up are left out." : ""
    return [
      .heading("Every piece"),
      .paragraph("Each piece fed ends once, with one reason; --json lists the event of each loss.\(early)"),
      .table(table),
    ]
  }

  private static func events(_ spans: [AcceptanceReport.Span]) -> String {
    guard let first = spans.first, let last = spans.last else { return "" }
    let end = last.endedBy.map(String.init) ?? "the end"
    return spans.count == 1
      ? "\(first.beganBy) to \(end)" : "\(spans.count) times, \(first.beganBy) to \(end)"
  }

  // MARK: Numbers

  /// Nanoseconds as seconds, exactly.
  static func seconds(_ time: Int64) -> String { PrometheusText.decimal(micros: Int(time), downBy: 3) }

  /// Nanoseconds as minutes, to a hundredth.
  private static func minutes(_ time: Int64) -> String {
    places(AcceptanceLedger.rounded(Int128(time) * 1_000_000, 60_000_000_000), 2)
  }

  /// Millionths with so many decimals, rounded half up.
  private static func places(_ micros: Int64, _ places: Int) -> String {
    var divisor: Int128 = 1
    for _ in places..<6 { divisor *= 10 }
    let scaled = AcceptanceLedger.rounded(Int128(micros), divisor)
    var digits = String(scaled.magnitude)
    while digits.count <= places { digits = "0" + digits }
    let whole = grouped(Int(digits.dropLast(places)) ?? 0)
    return (scaled < 0 ? "-" : "") + whole + (places > 0 ? "." + digits.suffix(places) : "")
  }

  /// A count with a comma between each three digits.
  static func grouped(_ count: Int) -> String {
    let digits = String(count.magnitude)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return (count < 0 ? "-" : "") + result
  }
}
