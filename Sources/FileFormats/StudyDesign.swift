import Quantities

/// A study as people write it: a scenario, what is varied, and how often each point is run.
public struct StudyDesign: Sendable {
  /// Its name.
  public var name: String
  /// One line for people.
  public var title: String
  /// The scenario: a name, or a file in the study's own folder.
  public var scenario: String
  /// Where the study names its scenario.
  public var scenarioPlace: Alteration.Place
  /// The seed that those of all runs are made from; nil: the scenario's.
  public var seed: UInt64?
  /// How many replications each point has.
  public var replications: Int
  /// Whether the points share their random numbers.
  public var randomNumbers: StudyRecord.RandomNumbers
  /// What figures leave out.
  public var warmUp: StudyRecord.WarmUpRule
  /// When runs end at the latest.
  public var until: Nanoseconds?
  /// What is varied.
  public var factors: [Factor]
  /// How the points are made from the factors.
  public var kind: Kind
  /// The file itself, for the record.
  public var input: InputFile

  /// How design points are made.
  public enum Kind: Hashable, Sendable {
    /// Every combination of all values; the last factor changes fastest.
    case grid
    /// The first values of all factors, the second ones, and so on.
    case list
    /// So many points that cover the range of each factor evenly, by permutations drawn from a seed.
    case latinHypercube(points: Int, seed: UInt64)
  }

  /// Something that is varied.
  public struct Factor: Sendable {
    /// Its name: its column in runs.csv.
    public var name: String
    /// The key that it sets.
    public var key: FactorKey
    /// The values that it takes; of a range in a Latin hypercube there are none.
    public var values: [Value]
    /// The range that a Latin hypercube covers, in the smallest unit of so many decimals.
    public var range: Range?
    /// Where it stands.
    public var place: Alteration.Place
  }

  /// A value, and where it stands in the study.
  public struct Value: Sendable {
    /// The value.
    public var node: JSONNode
    /// Where it stands.
    public var place: Alteration.Place
  }

  /// A range of numbers with so many decimals.
  public struct Range: Hashable, Sendable {
    /// Its lower end in units of 10 to the power of -`decimals`.
    public var low: Int
    /// Its upper end, likewise.
    public var high: Int
    /// How many decimals its numbers have.
    public var decimals: Int

    /// The number that lies `part` of `whole` along the range, rounded half up.
    func number(_ part: Int, of whole: Int) -> JSONNode {
      let numerator = Int128(high - low) * Int128(part) * 2 + Int128(whole)
      let value = low + Int(numerator / Int128(2 * whole))
      return JSONNode(offset: 0, kind: .number(DecimalText(decimalText(value, places: decimals))))
    }
  }

  /// How many points the design has; nil where there are more than a study may have.
  public var pointCount: Int? {
    switch kind {
    case .list: return factors.first?.values.count ?? 1
    case .latinHypercube(let points, _): return points
    case .grid:
      var count = 1
      for factor in factors {
        count *= factor.values.count
        if count > StudyRecord.mostRuns { return nil }
      }
      return count
    }
  }

  /// The values of a point, in the order of the factors; permutations are those of a Latin hypercube's factors.
  ///
  /// - Parameter ranks: for each factor and point of a Latin hypercube, the place that it has among all points.
  public func alterations(of point: Int, ranks: [[Int]]) -> [Alteration] {
    var rest = point
    var found: [Alteration] = []
    for (index, factor) in factors.enumerated().reversed() {
      var value = Value(node: JSONNode(offset: 0, kind: .null), place: factor.place)
      switch kind {
      case .grid:
        value = factor.values[rest % factor.values.count]
        rest /= factor.values.count
      case .list: value = factor.values[point]
      case .latinHypercube(let points, _):
        let rank = ranks[index][point]
        if let range = factor.range {
          // The middle of the stratum.
          value.node = range.number(2 * rank + 1, of: 2 * points)
        } else {
          value = factor.values[rank * factor.values.count / points]
        }
      }
      found.append(Alteration(key: factor.key, value: value.node, place: value.place))
    }
    return found.reversed()
  }
}
