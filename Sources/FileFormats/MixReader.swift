import SorterModel

/// Reads destination mixes: `destination,weight`, where `?` in a destination stands for any digit.
struct MixReader {
  let source: SourceText
  let issues: Issues

  /// The most destinations of a mix.
  static let limit = 1_000_000

  /// The mix in `source`; empty, with the reasons among the issues, if it cannot be used.
  func destinations() -> [WeightedDestination] {
    let scanner = RowScanner(ByteWindow(source.bytes[source.start...], name: source.name))
    var destinations: [WeightedDestination] = []
    var sum = WeightSum()
    do throws(InvalidInput) {
      let header = try TableHeader(scanner, name: source.name, required: FormatKeys.mixColumns)
      guard let code = header.index("destination"), let weight = header.index("weight") else { return [] }
      while try scanner.next(of: header.names.count, issues) {
        let pattern = scanner.text(code)
        if let fault = Self.fault(inPattern: pattern) {
          complain(scanner, code, fault.message, expected: fault.expected)
          continue
        }
        let text = scanner.text(weight)
        guard let share = Int(text), Unit.weight.range.contains(share), !text.hasPrefix("+") else {
          complain(scanner, weight, "\"weight\" is not a weight", expected: Unit.weight.expected)
          continue
        }
        if !sum.add(share) || destinations.count >= Self.limit {
          complain(scanner, weight, "the mix is too large", expected: WeightSum.expected)
          return []
        }
        destinations.append(WeightedDestination(pattern: pattern, weight: share))
      }
    } catch {
      issues.add(error)
      return []
    }
    if destinations.isEmpty && !issues.failed {
      issues.add(
        source.diagnostic(
          at: source.start, "the mix has no destinations", found: "none", expected: "at least one row"))
    }
    return destinations
  }

  private func complain(_ scanner: RowScanner, _ index: Int, _ message: String, expected: String) {
    let (line, column) = scanner.position(of: index)
    issues.add(
      Diagnostic(
        file: source.name, line: line, column: column, message, found: quoted(scanner.text(index)),
        expected: expected))
  }

  /// What is wrong with a destination pattern, if anything.
  static func fault(inPattern pattern: String) -> (message: String, expected: String)? {
    let fits =
      (1...12).contains(pattern.utf8.count)
      && pattern.utf8.allSatisfy {
        ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x41 && $0 <= 0x5A) || $0 == UInt8(ascii: "?")
      }
    return fits
      ? nil
      : ("this is not a destination", "1 to 12 digits, capital letters or \"?\" for any digit, as in 331??")
  }
}

/// A running sum of weights that must stay within what a draw can be made from.
struct WeightSum {
  private var total = 0
  /// The most that weights may add up to.
  static let limit = 1_000_000_000_000_000
  static let expected = "at most 1000000 rows whose weights add up to at most \(limit)"

  /// Adds a weight; false if the sum is too large.
  mutating func add(_ weight: Int) -> Bool {
    total += weight
    return total <= Self.limit
  }
}
