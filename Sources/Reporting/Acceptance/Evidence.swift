/// The events behind a figure: how many, the first and the last, and where it matters the number of each.
public struct Evidence: Sendable, Equatable {
  /// How many events there are.
  public private(set) var count = 0
  /// The number of the first; nil where there is none.
  public private(set) var first: Int?
  /// The number of the last; nil where there is none.
  public private(set) var last: Int?
  /// The number of every event; empty where only the range is kept.
  public private(set) var numbers: [Int] = []
  private let keepsAll: Bool

  /// No events yet.
  ///
  /// - Parameter keepsAll: whether every number is kept; not for what happens to nearly every piece.
  public init(keepsAll: Bool = true) { self.keepsAll = keepsAll }

  mutating func add(_ number: Int) {
    count += 1
    if first == nil { first = number }
    last = number
    if keepsAll { numbers.append(number) }
  }

  /// The events in words: a few numbers, or the range.
  var words: String {
    guard let first, let last else { return "" }
    if !keepsAll { return count == 1 ? "\(first)" : "\(first) to \(last)" }
    if count <= 3 { return numbers.map(String.init).joined(separator: ", ") }
    return numbers.prefix(2).map(String.init).joined(separator: ", ") + ", ... \(last)"
  }
}
