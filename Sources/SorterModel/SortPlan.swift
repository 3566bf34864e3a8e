import Quantities

/// A sort plan (scheme) as it is written: which codes of which size go to which bins.
public struct SortPlan: Sendable, Hashable {
  /// The name of the file it came from.
  public var name: String
  /// One line for people.
  public var title: String
  /// The rules in the order they were written.
  public var rules: [Rule]

  /// A plan with these rules.
  public init(name: String, title: String = "", rules: [Rule]) {
    self.name = name
    self.title = title
    self.rules = rules
  }

  /// One line of a plan.
  public struct Rule: Sendable, Hashable {
    /// What the rule is for.
    public var kind: Kind
    /// The size class it holds for, by name; nil: every class.
    public var sizeClass: String?
    /// The bin group, by the names on the machine: the least filled takes the piece.
    public var bins: [String]
    /// Taken in this order when the whole group can take nothing.
    public var alternates: [String]
    /// What people call it, such as `SCF MIAMI FL`.
    public var label: String
    /// The line of the file that it stands on, from 1.
    public var line: Int

    /// A rule.
    public init(
      kind: Kind, sizeClass: String?, bins: [String], alternates: [String] = [], label: String = "", line: Int
    ) {
      self.kind = kind
      self.sizeClass = sizeClass
      self.bins = bins
      self.alternates = alternates
      self.label = label
      self.line = line
    }
  }

  /// What a rule is for.
  public enum Kind: Sendable, Hashable {
    /// Pieces whose code matches.
    case sort(CodePattern)
    /// Pieces whose own bins are all full or out of service.
    case overflow
    /// Pieces that cannot be sorted, for this reason; nil: for any reason without a rule of its own.
    case reject(Reason?)
  }
}

/// Which destination codes a rule covers: those whose first characters lie in a range.
public struct CodePattern: Sendable, Hashable {
  /// The first prefix of the range, such as `33000`.
  public var first: DestinationCode
  /// The last prefix of the range, as long as the first; equal to it for a plain prefix.
  public var last: DestinationCode
  /// How many characters are compared, 0 (any code) to 12: the longest match wins.
  public var length: Int

  /// The codes that start with `prefix`.
  public init(prefix: DestinationCode) {
    first = prefix
    last = prefix
    length = prefix.length
  }

  /// The codes whose first characters lie between `first` and `last`; nil unless both are equally long and in order.
  public init?(from first: DestinationCode, through last: DestinationCode) {
    guard first.length == last.length, first <= last else { return nil }
    self.first = first
    self.last = last
    length = first.length
  }

  /// Every code.
  public static let any = CodePattern(prefix: .none)

  /// Whether codes shorter than the prefixes lie between them: only where more than the last character differs.
  var mayCoverShortCodes: Bool {
    guard length > 0 else { return false }
    let weight = DestinationCode.weight(afterCharacters: length) * 37
    return first.rawValue / weight != last.rawValue / weight
  }

  /// The packed values that begin with a prefix of the range.
  var interval: ClosedRange<UInt64> {
    if length == 0 { return 0...UInt64(Int64.max) }
    return first.rawValue...(last.rawValue + DestinationCode.weight(afterCharacters: length) - 1)
  }
}

extension CodePattern: CustomStringConvertible {
  /// The pattern as plans write it: `331`, `33000-33199` or `*`.
  public var description: String {
    if length == 0 { return "*" }
    return first == last ? "\(first)" : "\(first)-\(last)"
  }
}
