import SorterModel

/// A threshold held against the figures of a run.
public struct ExpectationResult: Hashable, Sendable {
  /// The figure's name.
  public let figure: String
  /// What was wanted: `at least 30000`, `at most 0`, or both.
  public let wanted: String
  /// What came: the figure's value; nil when no figure has that name.
  public let got: String?
  /// Whether the value is within the bounds; an unknown figure is not.
  public let met: Bool
  /// Whether the run says anything of the threshold.
  ///
  /// Thresholds are for whole runs. Of one that was cut short only a count that is over its bound already
  /// can be judged: it will not come down again.
  public let isJudged: Bool

  /// Holds a threshold against the figures of a run; bounds are inclusive and compared exactly.
  public init(_ expectation: Expectation, _ figures: Figures, isWhole: Bool = true) {
    figure = expectation.figure
    var bounds: [String] = []
    if let least = expectation.atLeastMicros { bounds.append("at least \(decimalText(least, places: 6))") }
    if let most = expectation.atMostMicros { bounds.append("at most \(decimalText(most, places: 6))") }
    wanted = bounds.joined(separator: ", ")
    let value = figures[expectation.figure]
    got = value?.value
    if let micros = value?.micros {
      let isOver = micros > expectation.atMostMicros ?? .max
      met = micros >= expectation.atLeastMicros ?? .min && !isOver
      isJudged = isWhole || (isOver && value?.isCount ?? false)
    } else {
      met = false
      isJudged = true
    }
  }
}
