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

  /// Holds a threshold against these figures; bounds are inclusive and compared exactly.
  public init(_ expectation: Expectation, _ figures: Figures) {
    figure = expectation.figure
    var bounds: [String] = []
    if let least = expectation.atLeastMicros { bounds.append("at least \(decimalText(least, places: 6))") }
    if let most = expectation.atMostMicros { bounds.append("at most \(decimalText(most, places: 6))") }
    wanted = bounds.joined(separator: ", ")
    let value = figures[expectation.figure]
    got = value?.value
    if let micros = value?.micros {
      met = micros >= expectation.atLeastMicros ?? .min && micros <= expectation.atMostMicros ?? .max
    } else {
      met = false
    }
  }
}
