import FlatStorage
import Quantities
import SorterModel

/// Draws destination codes by weight from patterns in which each `?` stands for any digit.
struct CodePatterns: ~Copyable {
  private let choice: WeightedChoice
  private let patterns: Slab<Pattern>
  /// The packed worth of a digit at each of the twelve places.
  private let weights: Slab<UInt64>

  struct Pattern: BitwiseCopyable {
    /// The packed code with every `?` read as 0.
    var base: UInt64
    /// The place of the first `?`, and how many follow each other from there.
    var firstDigit: UInt8
    var digits: UInt8
  }

  /// Patterns with at least one character each, whose `?` stand together; checked when files are read.
  init(_ destinations: [WeightedDestination]) {
    choice = WeightedChoice(destinations.map(\.weight))
    patterns = Slab(destinations.map { Self.pattern($0.pattern) })
    weights = Slab((1...DestinationCode.maximumLength).map { DestinationCode.weight(afterCharacters: $0) })
  }

  private static func pattern(_ text: String) -> Pattern {
    let bytes = Array(text.utf8)
    let base = DestinationCode(utf8: bytes.map { $0 == UInt8(ascii: "?") ? UInt8(ascii: "0") : $0 })
    precondition(base != nil, "a mix holds the destination \"\(text)\", which is no code")
    let first = bytes.firstIndex(of: UInt8(ascii: "?")) ?? 0
    let count = bytes.filter { $0 == UInt8(ascii: "?") }.count
    return Pattern(base: base?.rawValue ?? 0, firstDigit: UInt8(first), digits: UInt8(count))
  }

  /// A code.
  @inline(__always)
  func draw(_ stream: inout RandomStream) -> DestinationCode {
    let pattern = patterns[patterns.count == 1 ? 0 : choice.draw(stream.next())]
    var value = pattern.base
    if pattern.digits > 0 {
      // The high half of each product is a digit, the low half the random number for the next.
      var random = stream.next()
      for place in 0..<Int(pattern.digits) {
        let product = random.multipliedFullWidth(by: 10)
        value += product.high &* weights[Int(pattern.firstDigit) + place]
        random = product.low
      }
    }
    return DestinationCode(rawValue: value)
  }
}
