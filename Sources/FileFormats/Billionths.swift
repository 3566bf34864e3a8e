/// A number counted in billionths: what statistics of exact figures come to, the same on every machine.
public struct Billionths: Hashable, Sendable, Comparable {
  /// How many billionths it is.
  public var count: Int128

  /// A number of so many billionths.
  public init(_ count: Int128) { self.count = count }

  /// A figure, which is counted in millionths.
  public init(micros: Int) { count = Int128(micros) * 1000 }

  /// The number that a text such as `-12.5` spells; nil for anything else, or for more than nine decimals.
  public init?(_ text: some StringProtocol) {
    var digits = text[...]
    let negative = digits.hasPrefix("-")
    if negative { digits.removeFirst() }
    let halves = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }),
      let whole = Int128(halves[0]), whole < 1 << 90
    else { return nil }
    let decimals = halves.count == 2 ? halves[1] : ""
    guard decimals.count <= 9, let part = Int128(decimals + String(repeating: "0", count: 9 - decimals.count))
    else { return nil }
    count = (negative ? -1 : 1) * (whole * 1_000_000_000 + part)
  }

  /// The number as a decimal without needless zeros, such as `29997.5`.
  public var text: String {
    let (whole, part) = count.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    var decimals = String(part)
    decimals = String(repeating: "0", count: 9 - decimals.utf8.count) + decimals
    while decimals.last == "0" { decimals.removeLast() }
    return (count < 0 ? "-" : "") + String(whole) + (decimals.isEmpty ? "" : "." + decimals)
  }

  /// The nearest floating-point number, for drawing and for tests of hypotheses.
  public var value: Double { Double(count) / 1e9 }

  /// The number rounded half up to millionths, held at what 64 bits can say.
  public var micros: Int {
    let (quotient, rest) = (count + 500).quotientAndRemainder(dividingBy: 1000)
    return Int(clamping: rest < 0 ? quotient - 1 : quotient)
  }

  public static func < (a: Billionths, b: Billionths) -> Bool { a.count < b.count }
}
