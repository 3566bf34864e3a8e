import Experiments
import FileFormats
import Reporting

/// The figures of studies, point by point, each held against the first study's.
struct StudyComparison {
  /// What is known of a figure at a point of another study.
  enum Verdict: String {
    /// Every pair, or every run, has the same value.
    case same
    /// The interval of the difference leaves 0 out, and it is better.
    case better
    /// The interval of the difference leaves 0 out, and it is worse by more than the tolerance.
    case worse
    /// Worse, and within the tolerance.
    case tolerated
    /// The interval leaves 0 out, and the figure cannot be better or worse.
    case moved
    /// The interval holds 0: chance may be all there is.
    case noise
    /// There are too few runs to say.
    case unknown = "too few runs"
  }

  /// A figure in another study.
  struct Change {
    var mean: Billionths
    var difference: MeanDifference
    /// The difference in millionths of a per cent of the first mean; nil where that is 0.
    var microPercent: Int?
    var verdict: Verdict
  }

  /// A figure in all studies.
  struct Row {
    var figure: String
    var unit: String
    var direction: FigureDirection
    var base: Billionths
    var changes: [Change]
  }

  /// A point of the design that all studies have.
  struct Point {
    /// The values of its factors in words; empty for replications of one scenario.
    var name: String
    var rows: [Row]
  }

  let points: [Point]

  /// Holds studies of the same points against the first.
  ///
  /// - Throws: `configuration` where the studies have not the same factors and points.
  init(_ studies: [StudyDirectory], tolerance: Int) throws(CommandFailure) {
    let first = studies[0]
    var points: [Point] = []
    for (number, point) in first.record.points.enumerated() {
      var places = [number]
      for other in studies.dropFirst() { places.append(try Self.place(of: number, in: first, other)) }
      let runs = zip(studies, places).map { $0.runs(of: $1) }
      guard runs.allSatisfy({ !$0.isEmpty }) else { continue }
      let names = zip(first.record.factors, point.values).map { "\($0.name) = \($1.text)" }
      points.append(
        Point(
          name: names.joined(separator: ", "),
          rows: first.record.figures.indices.compactMap { Self.row($0, studies, runs, tolerance) }))
    }
    guard !points.isEmpty else {
      throw CommandFailure(
        .configuration, "the studies have no point in common of which each has a finished run")
    }
    self.points = points
  }

  /// The point of another study with the same values.
  private static func place(
    of point: Int, in first: StudyDirectory, _ other: StudyDirectory
  ) throws(CommandFailure) -> Int {
    let names = first.record.factors.map(\.name)
    guard other.record.factors.map(\.name) == names else {
      throw CommandFailure(
        .configuration,
        "'\(printable(other.path, limit: 240))' varies other factors than '\(printable(first.path, limit: 240))'",
        advice: "Studies are compared point by point: both need the same factors, or none.")
    }
    guard
      let place = other.record.points.firstIndex(where: { $0.values == first.record.points[point].values })
    else {
      let values = zip(names, first.record.points[point].values).map { "\($0) = \(printable($1.text))" }
      throw CommandFailure(
        .configuration,
        "'\(printable(other.path, limit: 240))' has no point with \(values.joined(separator: ", "))")
    }
    return place
  }

  private static func row(
    _ index: Int, _ studies: [StudyDirectory], _ runs: [[StudyRun]], _ tolerance: Int
  ) -> Row? {
    let kind = studies[0].record.figures[index]
    let base = runs[0].map { $0.micros[index] }
    let mean = SampleStatistics(micros: base, quantile: 0).mean
    let direction = FigureDirection(of: kind.name)
    var changes: [Change] = []
    for (study, others) in zip(studies, runs).dropFirst() {
      guard let place = study.record.index(of: kind.name), study.record.figures[place].unit == kind.unit
      else {
        return nil
      }
      let difference = Self.difference(runs[0], index, others, place)
      changes.append(
        change(
          difference, from: mean,
          to: SampleStatistics(micros: others.map { $0.micros[place] }, quantile: 0).mean,
          direction, tolerance))
    }
    return Row(figure: kind.name, unit: kind.unit, direction: direction, base: mean, changes: changes)
  }

  /// Pair by pair where the replications that both have drew the same numbers, by Welch where they did not.
  private static func difference(
    _ first: [StudyRun], _ index: Int, _ second: [StudyRun], _ place: Int
  ) -> MeanDifference {
    var pairs: [(first: Int, second: Int)] = []
    for run in first {
      guard let other = second.first(where: { $0.replication == run.replication }), other.seed == run.seed
      else {
        continue
      }
      pairs.append((run.micros[index], other.micros[place]))
    }
    if pairs.count == min(first.count, second.count) { return MeanDifference(pairs: pairs) }
    return MeanDifference(first: first.map { $0.micros[index] }, second: second.map { $0.micros[place] })
  }

  private static func change(
    _ difference: MeanDifference, from base: Billionths, to mean: Billionths, _ direction: FigureDirection,
    _ tolerance: Int
  ) -> Change {
    var change = Change(mean: mean, difference: difference, verdict: .unknown)
    if base.count != 0 {
      let size = Int128(base.count.magnitude)
      let scaled = difference.mean.count * 100_000_000
      change.microPercent = Int(clamping: (2 * scaled + (scaled < 0 ? -size : size)) / (2 * size))
    }
    guard let half = difference.halfWidth else { return change }
    if difference.mean.count == 0 && half.count == 0 {
      change.verdict = .same
    } else if !difference.isSignificant {
      change.verdict = .noise
    } else {
      let isMore = difference.mean.count > 0
      switch direction {
      case .neutral: change.verdict = .moved
      case .higherIsBetter: change.verdict = isMore ? .better : .worse
      case .lowerIsBetter: change.verdict = isMore ? .worse : .better
      }
    }
    if change.verdict == .worse, let percent = change.microPercent, percent.magnitude <= tolerance {
      change.verdict = .tolerated
    }
    return change
  }
}
