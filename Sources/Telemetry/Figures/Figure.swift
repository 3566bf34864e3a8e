/// One key figure of a run: an exact value and how it was reached.
public struct Figure: Hashable, Sendable {
  /// The name in summary.json and in thresholds, such as `throughput_per_hour` or `rejected.noRead`.
  public let name: String
  /// The value in millionths of its unit, rounded half up; exact for counts.
  public let micros: Int
  /// The unit: `pieces`, `percent`, `pieces/h`, `ms`, `s`, or a currency's code.
  public let unit: String
  /// How the value is computed, in words and names of other figures.
  public let formula: String

  /// Whether it is a count, which only grows in the course of a run.
  public let isCount: Bool

  /// The value as a decimal without needless zeros, such as `29997.5`.
  public var value: String { decimalText(micros, places: 6) }

  /// A figure with this value in millionths of its unit.
  package init(_ name: String, micros: Int, unit: String, formula: String, isCount: Bool = false) {
    self.isCount = isCount
    self.name = name
    self.micros = micros
    self.unit = unit
    self.formula = formula
  }

  /// A figure that is a count.
  init(_ name: String, count: Int, unit: String = "pieces", formula: String) {
    self.init(
      name, micros: Int(clamping: Int128(count) * 1_000_000), unit: unit, formula: formula,
      isCount: true)
  }
}
