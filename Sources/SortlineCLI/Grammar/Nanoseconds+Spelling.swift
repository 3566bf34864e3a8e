import FileFormats
import Quantities

extension Nanoseconds {
  /// The span spelled as numbers with units, largest first: `90s`, `1h30m`, `1.5h`, `250ms`, `2d`.
  ///
  /// - Returns: nil if a unit is missing, unknown or out of order, if the span is finer than a
  ///   nanosecond, or if it is longer than 292 years.
  package init?(spelled text: String) {
    let units: [(name: String, scale: Int64)] = [
      ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
      ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
    ]
    var rest = Substring(text)
    var total: Int64 = 0
    var next = 0
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCIIDigit || $0 == "." }
      rest.removeFirst(number.count)
      let unit = rest.prefix { $0.isLetter }
      rest.removeFirst(unit.count)
      guard let place = units.firstIndex(where: { $0.name == unit }), place >= next,
        let part = Self.scaled(number, by: units[place].scale)
      else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(part)
      if overflow { return nil }
      total = sum
      next = place + 1
    }
    if next == 0 { return nil }
    self.init(total)
  }

  /// The decimal `number` times `scale`, exactly; nil if that is no whole number or too large.
  private static func scaled(_ number: Substring, by scale: Int64) -> Int64? {
    let halves = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = Int64(halves[0]) else { return nil }
    let (product, overflow) = whole.multipliedReportingOverflow(by: scale)
    if overflow { return nil }
    guard halves.count == 2 else { return product }
    guard !halves[1].isEmpty, halves[1].allSatisfy(\.isASCIIDigit) else { return nil }
    var total = product
    var weight = scale
    for digit in halves[1] {
      guard let value = digit.wholeNumberValue else { return nil }
      if value == 0 {
        weight /= 10
        continue
      }
      guard weight % 10 == 0 else { return nil }
      weight /= 10
      let (sum, overflow) = total.addingReportingOverflow(weight * Int64(value))
      if overflow { return nil }
      total = sum
    }
    return total
  }
}
