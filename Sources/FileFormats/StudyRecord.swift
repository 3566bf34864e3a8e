import Quantities
import SorterModel

/// What a study is: which runs it has and what they are made from; written as study.json.
///
/// The same study gives the same bytes, on any machine and whatever part of it was run where.
public struct StudyRecord: Hashable, Sendable {
  /// The study's name.
  public var name: String
  /// One line for people.
  public var title: String
  /// The version of the program that runs it.
  public var programVersion: String
  /// The scenario's name.
  public var scenario: String
  /// The seed that those of all runs are made from.
  public var seed: UInt64
  /// How many replications each design point has.
  public var replications: Int
  /// Whether the points share their random numbers.
  public var randomNumbers = RandomNumbers.common
  /// What figures leave out.
  public var warmUp = WarmUpRule.scenario
  /// When runs end at the latest; nil: when their scenario ends.
  public var until: Nanoseconds?
  /// The files of the scenario as it stands, without any factor.
  public var inputs: [Input]
  /// What is varied; empty for replications of one scenario.
  public var factors: [Factor]
  /// The design points in order; the place in this list is the point's number.
  public var points: [Point]
  /// The figures of each run, in the order of the columns of runs.csv.
  public var figures: [FigureKind]
  /// Thresholds that are held against the means of each point.
  public var expectations: [Expectation]
  /// How precise the means were to be, where that decided how many replications there are.
  public var precision: [PrecisionTarget] = []

  /// A study with these parts.
  public init(
    name: String, title: String, programVersion: String, scenario: String, seed: UInt64, replications: Int,
    inputs: [Input], factors: [Factor] = [], points: [Point], figures: [FigureKind],
    expectations: [Expectation] = []
  ) {
    self.name = name
    self.title = title
    self.programVersion = programVersion
    self.scenario = scenario
    self.seed = seed
    self.replications = replications
    self.inputs = inputs
    self.factors = factors
    self.points = points
    self.figures = figures
    self.expectations = expectations
  }

  /// The most runs a study may have.
  public static let mostRuns = 1_000_000
  /// The most factors a study may have.
  public static let mostFactors = 32

  /// How many runs the whole study has: they are numbered from 0, point by point.
  public var runCount: Int { points.count * replications }

  /// The point and the replication (from 1) of a run.
  public func place(of run: Int) -> (point: Int, replication: Int) {
    (run / replications, run % replications + 1)
  }

  /// Where a figure stands in each run's `micros`; nil where the study has none of this name.
  public func index(of figure: String) -> Int? { figures.firstIndex { $0.name == figure } }
}

extension StudyRecord {
  /// Which random numbers the design points draw.
  public enum RandomNumbers: String, CaseIterable, Sendable {
    /// Replication k has the same seed at each point, so that points are compared pair by pair.
    case common
    /// Each run has a seed of its own.
    case independent
  }

  /// What the figures of a run leave out.
  public enum WarmUpRule: Hashable, Sendable {
    /// The warm-up that the scenario states.
    case scenario
    /// This much of every run.
    case fixed(Nanoseconds)
    /// What MSER-5 finds in each run's times in system.
    case mser5
  }

  /// A file that the study was made from.
  public struct Input: Hashable, Sendable {
    /// What it is for: `study`, `scenario`, `profile`, `registers`, `plan`, `mix` or `mail`.
    public var role: String
    /// Its path as it was given; the name alone for a shared one.
    public var path: String
    /// Its size in bytes.
    public var bytes: Int
    /// `fnv1a64:` and 16 hexadecimal digits.
    public var digest: String

    /// An input.
    public init(role: String, path: String, bytes: Int, digest: String) {
      self.role = role
      self.path = path
      self.bytes = bytes
      self.digest = digest
    }
  }

  /// Something that is varied.
  public struct Factor: Hashable, Sendable {
    /// Its name: its column in runs.csv.
    public var name: String
    /// The key that it sets, such as `sweeping.sweepers` or `profile.belt.speed_mm_per_s`.
    public var key: String

    /// A factor.
    public init(name: String, key: String) {
      self.name = name
      self.key = key
    }
  }

  /// One combination of values.
  public struct Point: Hashable, Sendable {
    /// The value of each factor, in their order.
    public var values: [StudyValue]
    /// The digest over all files of this point's runs: `fnv1a64:` and 16 hexadecimal digits.
    public var inputsDigest: String

    /// A design point.
    public init(values: [StudyValue], inputsDigest: String) {
      self.values = values
      self.inputsDigest = inputsDigest
    }
  }

  /// A figure that each run has.
  public struct FigureKind: Hashable, Sendable {
    /// Its name in summary.json and in thresholds.
    public var name: String
    /// Its unit.
    public var unit: String
    /// How it is computed.
    public var formula: String
    /// Whether it is a count, which only grows in the course of a run.
    public var isCount: Bool

    /// A kind of figure.
    public init(name: String, unit: String, formula: String, isCount: Bool) {
      self.name = name
      self.unit = unit
      self.formula = formula
      self.isCount = isCount
    }

    /// Its column in runs.csv: the name with `_` in place of the point.
    public var column: String { name.replacing(".", with: "_") }
  }

  /// How precise a mean is to be.
  public struct PrecisionTarget: Hashable, Sendable {
    /// The figure.
    public var figure: String
    /// The most that half its confidence interval may be of the mean, in millionths.
    public var halfWidthPartsPerMillion: Int

    /// A target.
    public init(figure: String, halfWidthPartsPerMillion: Int) {
      self.figure = figure
      self.halfWidthPartsPerMillion = halfWidthPartsPerMillion
    }
  }
}

/// A value of a factor.
public enum StudyValue: Hashable, Sendable {
  /// A number as it is written.
  case number(String)
  /// A text.
  case text(String)
  /// True or false.
  case flag(Bool)
  /// A list or an object, as JSON on one line.
  case json(String)

  /// The value as people and tables read it.
  public var text: String {
    switch self {
    case .number(let text), .text(let text), .json(let text): text
    case .flag(let value): value ? "true" : "false"
    }
  }

  /// The value as a floating-point number, for axes; nil where it is none.
  public var number: Double? {
    if case .number(let text) = self { return Double(text) }
    return nil
  }
}
