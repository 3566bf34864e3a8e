/// A choice among the runs of a study, as people write it: `0..9,12`.
public struct RunSelection: Hashable, Sendable {
  /// The chosen numbers in ascending order, as ranges that neither touch nor overlap.
  public private(set) var ranges: [ClosedRange<Int>]

  /// Every one of so many runs.
  public init(all count: Int) { ranges = count > 0 ? [0...count - 1] : [] }

  /// Why a text chooses nothing.
  public struct Fault: Error, Hashable {
    /// What is wrong, as a sentence without its full stop.
    public var message: String
  }

  /// The numbers that a text names, each below `count`.
  public init(_ text: String, below count: Int) throws(Fault) {
    var picked: [ClosedRange<Int>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.firstRange(of: "..").map { [part[..<$0.lowerBound], part[$0.upperBound...]] } ?? [part]
      let numbers = ends.map { $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? Int($0) : nil }
      guard let first = numbers[0], let last = numbers[numbers.count - 1] else {
        throw Fault(message: "\(quoted(part)) is neither a run's number nor a range such as 0..9")
      }
      guard first <= last else { throw Fault(message: "the range \(quoted(part)) runs backwards") }
      guard last < count else {
        throw Fault(message: "there is no run \(last): the study has the runs 0..\(count - 1)")
      }
      picked.append(first...last)
    }
    ranges = Self.joined(picked)
  }

  /// These numbers.
  public init(_ numbers: some Sequence<Int>) { ranges = Self.joined(numbers.map { $0...$0 }) }

  private static func joined(_ ranges: [ClosedRange<Int>]) -> [ClosedRange<Int>] {
    var joined: [ClosedRange<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, range.lowerBound <= last.upperBound + 1 {
        joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    return joined
  }

  /// Whether nothing is chosen.
  public var isEmpty: Bool { ranges.isEmpty }
  /// How many are chosen.
  public var count: Int { ranges.reduce(0) { $0 + $1.count } }
  /// The chosen numbers in ascending order.
  public var numbers: [Int] { ranges.flatMap { Array($0) } }

  /// Leaves a number out.
  public mutating func remove(_ number: Int) {
    guard let place = ranges.firstIndex(where: { $0.contains(number) }) else { return }
    let range = ranges[place]
    var rest: [ClosedRange<Int>] = []
    if range.lowerBound < number { rest.append(range.lowerBound...number - 1) }
    if number < range.upperBound { rest.append(number + 1...range.upperBound) }
    ranges.replaceSubrange(place...place, with: rest)
  }

  /// The choice as it is written: `0..9,12`.
  public var text: String {
    ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)..\($0.upperBound)" }
      .joined(separator: ",")
  }
}
