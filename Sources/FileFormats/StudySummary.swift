import Telemetry

/// What the runs of a study come to, point by point; written as summary.json.
public struct StudySummary: Hashable, Sendable {
  /// The study's id.
  public var studyID: String
  /// How many runs there are of how many.
  public var runsDone: Int
  /// How many runs the study has.
  public var runCount: Int
  /// Its points with at least one run, in order.
  public var points: [Point]

  /// A summary.
  public init(studyID: String, runsDone: Int, runCount: Int, points: [Point]) {
    self.studyID = studyID
    self.runsDone = runsDone
    self.runCount = runCount
    self.points = points
  }

  /// Whether no run is missing.
  public var isComplete: Bool { runsDone == runCount }

  /// A design point.
  public struct Point: Hashable, Sendable {
    /// Its number, from 0.
    public var point: Int
    /// How many replications of it there are.
    public var replications: Int
    /// Its figures, in the order of the study's.
    public var figures: [FigureStatistics]
    /// The thresholds, held against the means.
    public var expectations: [MeanExpectation]

    /// A design point.
    public init(
      point: Int, replications: Int, figures: [FigureStatistics], expectations: [MeanExpectation]
    ) {
      self.point = point
      self.replications = replications
      self.figures = figures
      self.expectations = expectations
    }
  }
}

/// What a figure is over the replications of a point, with the 95 % confidence interval of its mean.
public struct FigureStatistics: Hashable, Sendable {
  /// The figure's name.
  public var name: String
  /// Its unit.
  public var unit: String
  /// How many runs it is from.
  public var count: Int
  /// The arithmetic mean.
  public var mean: Billionths
  /// The standard deviation of the sample (n - 1 below the line); nil for a single run.
  public var deviation: Billionths?
  /// Half the width of the confidence interval; nil for a single run.
  public var halfWidth: Billionths?
  /// The least of all.
  public var least: Billionths
  /// The most of all.
  public var most: Billionths

  /// A figure's statistics.
  public init(
    name: String, unit: String, count: Int, mean: Billionths, deviation: Billionths?, halfWidth: Billionths?,
    least: Billionths, most: Billionths
  ) {
    self.name = name
    self.unit = unit
    self.count = count
    self.mean = mean
    self.deviation = deviation
    self.halfWidth = halfWidth
    self.least = least
    self.most = most
  }

  /// The lower end of the confidence interval; nil for a single run.
  public var low: Billionths? { halfWidth.map { Billionths(mean.count - $0.count) } }
  /// The upper end of the confidence interval; nil for a single run.
  public var high: Billionths? { halfWidth.map { Billionths(mean.count + $0.count) } }
}

/// A threshold held against the mean of a figure.
public struct MeanExpectation: Hashable, Sendable {
  /// The figure's name.
  public var figure: String
  /// What was wanted: `at least 30000`, `at most 0`, or both.
  public var wanted: String
  /// The mean; nil when no figure has that name.
  public var got: Billionths?
  /// Whether the mean is within the bounds.
  public var met: Bool
  /// Whether the runs say anything of the threshold: they do when each went as far as its scenario goes.
  public var isJudged: Bool

  /// A threshold and what came of it.
  public init(figure: String, wanted: String, got: Billionths?, met: Bool, isJudged: Bool) {
    self.figure = figure
    self.wanted = wanted
    self.got = got
    self.met = met
    self.isJudged = isJudged
  }
}

extension StudySummary {
  /// The bytes of summary.json for the study it is of.
  public func json(of record: StudyRecord) -> [UInt8] {
    var out = JSONText()
    out.openObject()
    out.number("schema_version", FormatKeys.schemaVersion)
    out.text("study_id", studyID)
    out.text("name", record.name)
    out.text("scenario", record.scenario)
    out.number("runs", runCount)
    out.number("runs_done", runsDone)
    out.flag("complete", isComplete)
    out.number("confidence_percent", 95)
    out.openList("points")
    for point in points {
      out.openObject()
      out.number("point", point.point)
      out.openObject("values")
      for (factor, value) in zip(record.factors, record.points[point.point].values) {
        out.value(factor.name, value)
      }
      out.closeObject()
      out.number("replications", point.replications)
      out.openList("figures")
      for figure in point.figures { Self.write(figure, to: &out) }
      out.closeList()
      out.openList("expectations")
      for result in point.expectations { Self.write(result, to: &out) }
      out.closeList()
      out.closeObject()
    }
    out.closeList()
    out.closeObject()
    return out.bytes
  }

  private static func write(_ figure: FigureStatistics, to out: inout JSONText) {
    out.openObject()
    out.text("name", figure.name)
    out.text("unit", figure.unit)
    out.number("n", figure.count)
    let members: [(String, Billionths?)] = [
      ("mean", figure.mean), ("sd", figure.deviation), ("ci95_low", figure.low), ("ci95_high", figure.high),
      ("min", figure.least), ("max", figure.most),
    ]
    for (key, value) in members { out.number(key, value?.text ?? "null") }
    out.closeObject()
  }

  private static func write(_ result: MeanExpectation, to out: inout JSONText) {
    out.openObject()
    out.text("figure", result.figure)
    out.text("wanted", result.wanted)
    out.number("got", result.got?.text ?? "null")
    out.flag("met", result.met)
    out.flag("judged", result.isJudged)
    out.closeObject()
  }
}
