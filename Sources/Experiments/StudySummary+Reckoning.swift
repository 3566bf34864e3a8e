import FileFormats
import SorterModel
import Telemetry

extension StudySummary {
  /// What these runs of a study come to; the order in which they are given says nothing.
  public init(_ record: StudyRecord, _ runs: [StudyRun]) {
    var byPoint = [[StudyRun]](repeating: [], count: record.points.count)
    for run in runs.sorted(by: { $0.run < $1.run }) { byPoint[run.point].append(run) }
    var quantiles: [Int: Int128] = [:]
    var points: [Point] = []
    for (number, runs) in byPoint.enumerated() where !runs.isEmpty {
      let known = quantiles[runs.count]
      let t =
        known ?? (runs.count > 1 ? StudentT.billionths(confidence: 0.95, degrees: runs.count - 1) : 0)
      quantiles[runs.count] = t
      points.append(Self.point(number, record, runs, t))
    }
    self.init(studyID: record.studyID, runsDone: runs.count, runCount: record.runCount, points: points)
  }

  private static func point(
    _ number: Int, _ record: StudyRecord, _ runs: [StudyRun], _ quantile: Int128
  ) -> Point {
    let figures = record.figures.enumerated().map { index, kind in
      let sample = SampleStatistics(micros: runs.map { $0.micros[index] }, quantile: quantile)
      return FigureStatistics(
        name: kind.name, unit: kind.unit, count: sample.count, mean: sample.mean,
        deviation: sample.deviation, halfWidth: sample.halfWidth, least: Billionths(micros: sample.least),
        most: Billionths(micros: sample.most))
    }
    let isWhole = runs.allSatisfy { $0.ending.isWhole }
    return Point(
      point: number, replications: runs.count, figures: figures,
      expectations: record.expectations.map { expectation in
        let index = record.index(of: expectation.figure)
        return MeanExpectation(
          expectation, micros: index.map { index in runs.map { $0.micros[index] } },
          isCount: index.map { record.figures[$0].isCount } ?? false, isWhole: isWhole)
      })
  }

  /// Whether every threshold of every point that its runs say anything of is met.
  public var meetsExpectations: Bool {
    points.allSatisfy { $0.expectations.allSatisfy { $0.met || !$0.isJudged } }
  }
}

extension MeanExpectation {
  /// Holds a threshold against the mean of figures in millionths; exactly, before the mean is rounded.
  ///
  /// Thresholds are for whole runs. Where some were cut short, only a count whose mean is over its bound already
  /// can be judged: it will not come down again.
  init(_ expectation: Expectation, micros: [Int]?, isCount: Bool, isWhole: Bool) {
    var bounds: [String] = []
    let texts = [("at least", expectation.atLeastMicros), ("at most", expectation.atMostMicros)]
    for (words, bound) in texts {
      if let bound { bounds.append("\(words) \(Billionths(micros: bound).text)") }
    }
    var got: Billionths?
    var met = false
    var isJudged = true
    if let micros, !micros.isEmpty {
      let n = Int128(micros.count)
      let sum = micros.reduce(Int128.zero) { $0 + Int128($1) }
      let isOver = expectation.atMostMicros.map { sum > Int128($0) * n } ?? false
      let isUnder = expectation.atLeastMicros.map { sum < Int128($0) * n } ?? false
      got = SampleStatistics(micros: micros, quantile: 0).mean
      met = !isOver && !isUnder
      isJudged = isWhole || (isOver && isCount)
    }
    self.init(
      figure: expectation.figure, wanted: bounds.joined(separator: ", "), got: got, met: met,
      isJudged: isJudged)
  }
}
