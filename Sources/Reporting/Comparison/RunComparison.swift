/// The key figures of several runs side by side, each held against the first run's.
public struct RunComparison: Sendable {
  /// A run's figures.
  public struct Run: Sendable {
    /// What people call the run.
    public var name: String
    /// Its figures in their order: name, value in millionths, unit.
    public var figures: [(name: String, micros: Int, unit: String)]

    /// A run.
    public init(name: String, figures: [(name: String, micros: Int, unit: String)]) {
      self.name = name
      self.figures = figures
    }
  }

  /// What became of a figure between the first run and another.
  public enum Verdict: String, Sendable {
    /// The same value.
    case same
    /// Another value, and the better one.
    case better
    /// Another value, and the worse one, by more than the tolerance.
    case worse
    /// Worse, and within the tolerance.
    case tolerated
    /// Another value of a figure that cannot be better or worse.
    case other
    /// One of the two has no such figure, or in another unit.
    case none = "-"
  }

  /// A figure in another run.
  public struct Change: Sendable, Equatable {
    /// Its value there in millionths; nil where it has none.
    public var micros: Int?
    /// How much more that is than in the first run; nil where that cannot be said.
    public var difference: Int?
    /// The difference in millionths of a per cent of the first run's value; nil where that is 0.
    public var microPercent: Int?
    /// What became of it.
    public var verdict: Verdict
  }

  /// A figure in all runs.
  public struct Row: Sendable, Equatable {
    /// Its name.
    public var figure: String
    /// Its unit in the first run.
    public var unit: String
    /// Which way it gets worse.
    public var direction: FigureDirection
    /// Its value in the first run in millionths; nil where that has none.
    public var base: Int?
    /// The others, in their order.
    public var changes: [Change]

    /// Whether any run has another value than the first.
    public var differs: Bool { changes.contains { $0.verdict != .same } }
  }

  /// The runs' names, the first one's first.
  public let names: [String]
  /// The figures in the order of the first run.
  public let rows: [Row]

  /// Holds the others against the first.
  ///
  /// - Parameter tolerance: by how many millionths of a per cent a figure may be worse before it counts.
  public init(_ first: Run, _ others: [Run], tolerance: Int = 0) {
    names = [first.name] + others.map(\.name)
    let extra = others.flatMap(\.figures).filter { figure in
      !first.figures.contains { $0.name == figure.name }
    }
    var seen: Set<String> = []
    rows = (first.figures + extra).filter { seen.insert($0.name).inserted }.map { figure in
      let base = first.figures.first { $0.name == figure.name }
      let direction = FigureDirection(of: figure.name)
      return Row(
        figure: figure.name, unit: figure.unit, direction: direction, base: base?.micros,
        changes: others.map { run in
          Self.change(
            from: base, to: run.figures.first { $0.name == figure.name }, direction, tolerance: tolerance)
        })
    }
  }

  private typealias Value = (name: String, micros: Int, unit: String)

  private static func change(
    from base: Value?, to other: Value?, _ direction: FigureDirection, tolerance: Int
  ) -> Change {
    guard let base, let other, base.unit == other.unit else {
      return Change(micros: other?.micros, verdict: .none)
    }
    let difference = Int(clamping: Int128(other.micros) - Int128(base.micros))
    var change = Change(micros: other.micros, difference: difference, verdict: .same)
    if difference == 0 { return change }
    if base.micros != 0 {
      let size = Int128(base.micros.magnitude)
      change.microPercent = Int(
        clamping: AcceptanceLedger.rounded(Int128(difference) * 100_000_000, size))
    }
    switch direction {
    case .neutral: change.verdict = .other
    case .higherIsBetter: change.verdict = difference > 0 ? .better : .worse
    case .lowerIsBetter: change.verdict = difference < 0 ? .better : .worse
    }
    if change.verdict == .worse, let percent = change.microPercent, percent.magnitude <= tolerance {
      change.verdict = .tolerated
    }
    return change
  }

  /// The figures that got worse in any run, by more than the tolerance.
  public func regressions(among figures: Set<String>? = nil) -> [Row] {
    rows.filter { row in
      (figures?.contains(row.figure) ?? true) && row.changes.contains { $0.verdict == .worse }
    }
  }
}

extension RunComparison {
  /// The figures that can get worse as test cases: one for each figure and run.
  ///
  /// - Parameter figures: the figures that are held; nil for all.
  public func junit(among figures: Set<String>?, suite: String) -> JUnitReport {
    var cases: [JUnitReport.Case] = []
    for row in rows where row.direction != .neutral && figures?.contains(row.figure) ?? true {
      for (name, change) in zip(names.dropFirst(), row.changes) {
        let base = row.base.map { PrometheusText.decimal(micros: $0) } ?? "no such figure"
        let bound = row.direction == .higherIsBetter ? "at least" : "at most"
        cases.append(
          JUnitReport.Case(
            name: names.count > 2 ? "\(row.figure) of \(name)" : row.figure,
            wanted: "\(bound) \(base) \(row.unit)",
            got: change.micros.map { "\(PrometheusText.decimal(micros: $0)) \(row.unit)" }
              ?? "no such figure",
            isMet: change.verdict != .worse, isJudged: change.verdict != .none))
      }
    }
    return JUnitReport(
      suite: suite, cases: cases,
      properties: names.enumerated().map { ($0 == 0 ? "base" : "run_\($0)", $1) },
      skipped: "one of the runs has no such figure, or in another unit")
  }
}
