import FlatStorage
import Quantities

/// A sort plan made ready for look-up on one machine: a destination and a size class give a rule at once.
///
/// All the codes fall into disjoint intervals; each knows its rule for every size class. A table over
/// the first three characters leads straight to the intervals in question, so that most look-ups are
/// two reads and one comparison. It holds no dictionary and allocates nothing once it is made.
///
/// A class, because a struct of this size would be copied for every look-up; it never changes.
public final class CompiledPlan: Sendable {
  /// The plan it was made from.
  public let source: SortPlan
  /// The rules, in the order of the plan.
  @usableFromInline let rules: Slab<CompiledRule>
  /// The bins of all rules, one group after another.
  @usableFromInline let binList: Slab<BinID>
  /// Where each interval begins, in order; the first begins at 0.
  @usableFromInline let starts: Slab<UInt64>
  /// For each interval and size class, the rule's index plus one, or 0; with `shortCodeMark` where that is to be
  /// looked at.
  @usableFromInline let winners: Slab<UInt32>
  /// For each first three characters, the intervals that their codes lie in.
  @usableFromInline let leads: Slab<Lead>
  /// For each size class, the overflow rule's index plus one, or 0.
  @usableFromInline let overflow: Slab<UInt32>
  /// For each reason and size class (and one more class for none), the reject rule's index plus one, or 0.
  @usableFromInline let rejects: Slab<UInt32>
  /// 37 to the power of 12, 11, ... 0: what a step is worth after so many characters.
  @usableFromInline let weights: Slab<UInt64>
  /// How many size classes the machine has.
  @usableFromInline let classCount: Int

  init(
    source: SortPlan, rules: [CompiledRule], binList: [BinID], starts: [UInt64], winners: [UInt32],
    leads: [Lead], overflow: [UInt32], rejects: [UInt32], classCount: Int
  ) {
    self.source = source
    self.rules = Slab(rules)
    self.binList = Slab(binList)
    self.starts = Slab(starts)
    self.winners = Slab(
      winners.map { winner in
        winner != 0 && rules[Int(winner) - 1].mayCoverShortCodes ? winner | Self.shortCodeMark : winner
      })
    self.leads = Slab(leads)
    self.overflow = Slab(overflow)
    self.rejects = Slab(rejects)
    weights = Slab((0...DestinationCode.maximumLength).map { DestinationCode.weight(afterCharacters: $0) })
    self.classCount = classCount
  }

  /// Set on a winner whose pattern's interval holds codes that are too short for it.
  @inlinable static var shortCodeMark: UInt32 { 1 << 31 }

  /// The first and the last of the intervals in which codes with some beginning lie.
  @usableFromInline
  struct Lead: BitwiseCopyable, Sendable {
    @usableFromInline var first: UInt32
    @usableFromInline var last: UInt32

    init(first: UInt32, last: UInt32) {
      self.first = first
      self.last = last
    }
  }

  /// 37^9, spelled out because it stands in every look-up: what one step of the third character is worth.
  @inlinable static var leadWeight: UInt64 { 129_961_739_795_077 }
  /// 37^3: how many three-character beginnings there are.
  @inlinable static var leadCount: Int { 37 * 37 * 37 }
}

/// A rule of a compiled plan, by its place in the plan.
@frozen
public struct RuleID: Hashable, Sendable, BitwiseCopyable {
  /// The rule's index plus one; 0 for no rule.
  public var rawValue: UInt32

  /// The rule with this number.
  @inlinable public init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// No rule.
  @inlinable public static var none: RuleID { RuleID(0) }
}

/// A rule with its names resolved.
@frozen
@usableFromInline
struct CompiledRule: BitwiseCopyable {
  @usableFromInline var line: UInt32
  @usableFromInline var patternLength: UInt8
  /// Whether codes with fewer characters lie in the pattern's interval: `349-351` holds `35`, `350-351` does not.
  @usableFromInline var mayCoverShortCodes: Bool
  /// The first of its bins, or `.none`: mostly the only one.
  @usableFromInline var bin: BinID
  /// The size classes it serves: those it is for, of which at least one of its bins takes pieces.
  @usableFromInline var classMask: UInt32
  @usableFromInline var firstBin: UInt32
  @usableFromInline var binCount: UInt32
  @usableFromInline var alternateCount: UInt32
}

/// A group of bins: a stretch of the plan's list, read one bin at a time.
@frozen
public struct BinGroup: Hashable, Sendable, BitwiseCopyable {
  /// Where the group begins in the plan's list.
  public var first: UInt32
  /// How many bins it has.
  public var count: UInt32

  @inlinable
  init(first: UInt32, count: UInt32) {
    self.first = first
    self.count = count
  }
}

extension CompiledPlan {
  /// The rule for a destination and size class, or `.none`; longest match first.
  @inlinable
  public func rule(for code: DestinationCode, sizeClass: SizeClassID) -> RuleID {
    guard sizeClass.index < classCount else { return .none }
    let lead = Int(truncatingIfNeeded: code.rawValue / Self.leadWeight)
    guard lead < Self.leadCount else { return .none }
    // `leads` has an entry for each of `leadCount` leads and names intervals that are there: nothing needs a check.
    var low = unsafe Int(leads[unchecked: lead].first)
    var high = unsafe Int(leads[unchecked: lead].last)
    // The last interval that begins at or before the code.
    while low < high {
      let middle = (low &+ high &+ 1) &>> 1
      if unsafe starts[unchecked: middle] <= code.rawValue { low = middle } else { high = middle &- 1 }
    }
    let entry = unsafe winners[unchecked: low &* classCount &+ sizeClass.index]
    if entry & Self.shortCodeMark == 0 { return RuleID(entry) }
    return ruleUnlessShort(RuleID(entry & ~Self.shortCodeMark), code, sizeClass: sizeClass)
  }

  /// The winner of an interval that also holds codes too short for it.
  @usableFromInline
  func ruleUnlessShort(_ winner: RuleID, _ code: DestinationCode, sizeClass: SizeClassID) -> RuleID {
    // A code shorter than the pattern cannot match it, though it may lie in its interval.
    let length = Int(rules[Int(winner.rawValue) - 1].patternLength)
    let isShort = code.rawValue % weights[length - 1] < weights[length]
    return isShort ? ruleForShortCode(code, sizeClass: sizeClass) : winner
  }

  /// The rule for a code that is shorter than the pattern of its interval: a plain search, rarely needed.
  private func ruleForShortCode(_ code: DestinationCode, sizeClass: SizeClassID) -> RuleID {
    var best = RuleID.none
    var bestRank = -1
    let length = code.length
    for index in source.rules.indices {
      guard case .sort(let pattern) = source.rules[index].kind, pattern.length <= length,
        pattern.interval.contains(code.rawValue)
      else { continue }
      guard rules[index].classMask & (1 << UInt32(sizeClass.rawValue)) != 0 else { continue }
      let rank = pattern.length * 2 + (source.rules[index].sizeClass == nil ? 0 : 1)
      if rank > bestRank {
        best = RuleID(UInt32(index + 1))
        bestRank = rank
      }
    }
    return best
  }

  /// The line of the plan that a rule stands on; 0 for no rule.
  @inlinable
  @inline(__always)
  public func line(of rule: RuleID) -> UInt32 { rule == .none ? 0 : rules[Int(rule.rawValue) - 1].line }

  /// The bins a rule names first.
  @inlinable
  @inline(__always)
  public func bins(of rule: RuleID) -> BinGroup {
    guard rule != .none else { return BinGroup(first: 0, count: 0) }
    let entry = rules[Int(rule.rawValue) - 1]
    return BinGroup(first: entry.firstBin, count: entry.binCount)
  }

  /// The bin of a rule that names one first and no other; `.none` for all other rules.
  @inlinable
  @inline(__always)
  public func onlyBin(of rule: RuleID) -> BinID {
    guard rule != .none else { return .none }
    let index = Int(rule.rawValue) &- 1
    return rules[index].binCount == 1 ? rules[index].bin : .none
  }

  /// The bins a rule falls back on, in order.
  @inlinable
  @inline(__always)
  public func alternates(of rule: RuleID) -> BinGroup {
    guard rule != .none else { return BinGroup(first: 0, count: 0) }
    let entry = rules[Int(rule.rawValue) - 1]
    return BinGroup(first: entry.firstBin + entry.binCount, count: entry.alternateCount)
  }

  /// The bin at a place in a group.
  @inlinable
  @inline(__always)
  public func bin(_ group: BinGroup, _ place: UInt32) -> BinID { binList[Int(group.first + place)] }

  /// The overflow rule for a size class, or `.none`.
  @inlinable
  @inline(__always)
  public func overflowRule(for sizeClass: SizeClassID) -> RuleID {
    sizeClass.index < classCount ? RuleID(overflow[sizeClass.index]) : .none
  }

  /// The reject rule for a reason and a size class (`.none` where the piece fits no class).
  @inlinable
  @inline(__always)
  public func rejectRule(for reason: Reason, sizeClass: SizeClassID) -> RuleID {
    RuleID(rejects[Int(reason.rawValue) * (classCount + 1) + min(sizeClass.index, classCount)])
  }

  /// Whether a bin is one that the plan allows for a destination and size class: the test of a mis-sort.
  @inlinable
  public func allows(_ bin: BinID, for code: DestinationCode, sizeClass: SizeClassID) -> Bool {
    let rule = rule(for: code, sizeClass: sizeClass)
    guard rule != .none else { return false }
    return rules[Int(rule.rawValue) &- 1].bin == bin || allowsElsewhere(bin, rule, sizeClass: sizeClass)
  }

  /// Whether a bin is among a rule's later ones, or those that it or the plan falls back on.
  @usableFromInline
  func allowsElsewhere(_ bin: BinID, _ rule: RuleID, sizeClass: SizeClassID) -> Bool {
    contains(bins(of: rule), bin) || contains(alternates(of: rule), bin)
      || contains(bins(of: overflowRule(for: sizeClass)), bin)
      || contains(alternates(of: overflowRule(for: sizeClass)), bin)
  }

  private func contains(_ group: BinGroup, _ bin: BinID) -> Bool {
    for place in 0..<group.count where self.bin(group, place) == bin { return true }
    return false
  }
}
