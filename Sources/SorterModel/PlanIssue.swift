import Quantities

/// Something wrong with a sort plan on a given machine.
public struct PlanIssue: Hashable, Sendable {
  /// The line of the plan, or 0 for the plan as a whole.
  public var line: Int
  /// What is wrong.
  public var kind: Kind

  /// An issue on a line.
  public init(line: Int, kind: Kind) {
    self.line = line
    self.kind = kind
  }

  /// What can be wrong.
  public enum Kind: Hashable, Sendable {
    /// The machine has no bin of this name.
    case unknownBin(String)
    /// The machine has no size class of this name.
    case unknownSizeClass(String)
    /// Two rules of one length cover the same codes; the other stands on this line.
    case overlap(withLine: Int, example: DestinationCode)
    /// Longer rules take every code that this one covers.
    case unreachable
    /// None of the rule's bins takes the size class that it is for.
    case binsDoNotTake(sizeClass: String, bins: [String])
    /// No rule says where pieces go that cannot be sorted.
    case noReject
    /// The plan sorts nothing.
    case noSortRule
    /// The bin stands both in a sort rule and in a reject rule: what lies in it could be either.
    case binSortedAndRejected(String, otherLine: Int)
    /// A second overflow or reject rule for the same pieces; the other stands on this line.
    case repeatedEntry(otherLine: Int)
  }

  /// Whether nothing may run with this issue; the others are warnings.
  public var isError: Bool {
    switch kind {
    case .unreachable: false
    default: true
    }
  }
}

extension PlanIssue: CustomStringConvertible {
  /// One sentence for people, without the place.
  public var description: String {
    switch kind {
    case .unknownBin(let name): "the machine has no bin \"\(name)\""
    case .unknownSizeClass(let name): "the machine has no size class \"\(name)\""
    case .overlap(let line, let example):
      "this rule and the one on line \(line) are equally long and both cover \(example)"
    case .unreachable: "this rule is never used: longer ones take every code that it covers"
    case .binsDoNotTake(let sizeClass, let bins):
      "none of the bins \(bins.joined(separator: " ")) takes pieces of size class \"\(sizeClass)\""
    case .noReject:
      "the plan has no reject rule for every reason (\"reject,*\"): pieces that cannot be read would have no place"
    case .noSortRule: "the plan has no sort rule"
    case .binSortedAndRejected(let name, let line):
      "bin \"\(name)\" takes rejects here and sorted mail by the rule on line \(line)"
    case .repeatedEntry(let line): "the rule on line \(line) already says this"
    }
  }
}
