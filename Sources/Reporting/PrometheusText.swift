/// Metrics in Prometheus' text exposition format (version 0.0.4): what a scrape or a textfile collector reads.
///
/// Names and units follow Prometheus' conventions: base units (seconds, ratios), `_total` on what only grows. The
/// families come out in the order in which they were added, so the same figures give the same bytes.
public struct PrometheusText: Sendable {
  /// How a family's values behave.
  public enum Kind: String, Sendable {
    /// A value that only grows.
    case counter
    /// A value that goes up and down.
    case gauge
    /// Quantiles of a distribution, with how many values it has.
    case summary
  }

  /// A label and its value.
  public struct Label: Sendable, Equatable {
    /// Its name: letters, digits and underlines.
    public var name: String
    /// Its value: any text.
    public var value: String

    /// A label.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The labels that every sample bears, before its own.
  public var common: [Label]
  private var lines: [String] = []
  private var names: Set<String> = []

  /// A text without metrics.
  public init(common: [Label] = []) { self.common = common }

  /// Adds a family with one value, already written out.
  public mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: String) {
    add(name, kind, help, [([], value)])
  }

  /// Adds a family with a value for each set of labels; one without values is left out.
  ///
  /// A summary's values are its quantiles; `count` says of how many values.
  public mutating func add(
    _ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: [Label], value: String)],
    count: Int? = nil
  ) {
    if samples.isEmpty { return }
    precondition(names.insert(name).inserted, "the family \(name) is added twice")
    lines.append("# HELP \(name) \(Self.escaped(help, quotes: false))")
    lines.append("# TYPE \(name) \(kind.rawValue)")
    for sample in samples { lines.append("\(name)\(braced(sample.labels)) \(sample.value)") }
    if let count { lines.append("\(name)_count\(braced([])) \(count)") }
  }

  /// The text, ended by a line end as the format demands.
  public var text: String { lines.map { $0 + "\n" }.joined() }

  /// Millionths as a decimal without needless zeros, divided by a power of ten: a percentage as a ratio.
  public static func decimal(micros: Int, downBy places: Int = 0) -> String {
    var digits = String(micros.magnitude)
    let decimals = 6 + places
    while digits.count <= decimals { digits = "0" + digits }
    var fraction = digits.suffix(decimals)
    while fraction.last == "0" { fraction.removeLast() }
    let whole = digits.dropLast(decimals)
    return (micros < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : ".\(fraction)")
  }

  private func braced(_ labels: [Label]) -> String {
    let all = common + labels
    if all.isEmpty { return "" }
    return "{" + all.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }.joined(separator: ",")
      + "}"
  }

  /// Backslashes and line ends escaped, in values of labels also quotes.
  private static func escaped(_ text: String, quotes: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quotes: result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
