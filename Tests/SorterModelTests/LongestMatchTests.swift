import Quantities
import Testing

@testable import SorterModel

/// SplitMix64: the same plans everywhere.
struct TestRandom {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0xA24B_AED4_963E_E407 &+ 0x9FB2_1C65_1E98_DF25 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var x = state
    x = (x ^ (x &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ (x &>> 27)) &* 0x94D0_49BB_1331_11EB
    return x ^ (x &>> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

@Suite("Longest match against a plain search over texts")
struct LongestMatchTests {
  /// A rule as text: the oracle compares characters and knows nothing of packing.
  private struct TextRule {
    var first: String
    var last: String
    var size: String?
    var line: Int

    func matches(_ code: String) -> Bool {
      guard code.utf8.count >= first.utf8.count else { return false }
      let head = Array(code.utf8.prefix(first.utf8.count))
      return !head.lexicographicallyPrecedes(Array(first.utf8))
        && !Array(last.utf8).lexicographicallyPrecedes(head)
    }
  }

  /// The line of the rule that a person would pick: the longest that matches, one for the class first.
  private func pick(_ rules: [TextRule], _ code: String, _ size: String) -> Int {
    let fit = rules.filter { ($0.size == nil || $0.size == size) && $0.matches(code) }
    func rank(_ rule: TextRule) -> Int { rule.first.count * 2 + (rule.size == nil ? 0 : 1) }
    return fit.max { rank($0) < rank($1) }?.line ?? 0
  }

  private static let alphabet = Array("0129AZ")

  private func text(_ random: inout TestRandom, _ count: Int) -> String {
    String((0..<count).map { _ in Self.alphabet[random.below(Self.alphabet.count)] })
  }

  /// Random rules of which no two of one length and class overlap.
  private func rules(_ random: inout TestRandom) -> [TextRule] {
    var rules: [TextRule] = []
    if random.below(2) == 0 { rules.append(TextRule(first: "", last: "", size: nil, line: 1)) }
    for line in 2..<60 {
      let length = [1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 12][random.below(11)]
      var first = text(&random, length)
      var last = random.below(2) == 0 ? first : text(&random, length)
      if last < first { swap(&first, &last) }
      let size = [nil, nil, "letter", "flat"][random.below(4)]
      let clashes = rules.contains {
        $0.first.count == length && $0.size == size && $0.first <= last && first <= $0.last
      }
      if !clashes { rules.append(TextRule(first: first, last: last, size: size, line: line)) }
    }
    return rules
  }

  @Test("every code gets the rule that a person would pick", arguments: 1...40 as ClosedRange<UInt64>)
  func matchesOracle(seed: UInt64) throws {
    var random = TestRandom(seed)
    let rules = rules(&random)
    let plan = SortPlan(
      name: "random",
      rules: rules.map { rule in
        let match =
          rule.first.isEmpty ? "*" : rule.first == rule.last ? rule.first : "\(rule.first)-\(rule.last)"
        return SampleMachine.sort(match, ["\(1 + rule.line % 8)"], size: rule.size, line: rule.line)
      } + [SampleMachine.reject()])
    var compilation = CompiledPlan.compile(plan, for: SampleMachine.profile())
    let issues = compilation.issues
    guard let compiled = compilation.plan.take() else {
      Issue.record("seed \(seed): \(issues.map(\.description))")
      return
    }
    var codes = rules.flatMap {
      [$0.first, $0.last, $0.first + "0", $0.last + "Z", String($0.first.dropLast())]
    }
    codes += (0..<400).map { _ in text(&random, 1 + random.below(8)) }
    codes += ["ZZZZZZZZZZZZ", "0", "000000000000", "Z", "M5X", "5"]
    for text in codes where !text.isEmpty && text.count <= 12 {
      let code = try #require(DestinationCode(text))
      for (index, size) in ["letter", "flat"].enumerated() {
        let line = compiled.line(for: code, SizeClassID(UInt8(index)))
        #expect(line == pick(rules, text, size), "seed \(seed), code \(text), \(size)")
      }
    }
    // What is no code at all, and no class at all, has no rule.
    let none = [
      compiled.line(for: DestinationCode(rawValue: .max), SizeClassID(0)),
      compiled.line(for: DestinationCode(rawValue: 1 << 63), SizeClassID(0)),
      compiled.line(for: DestinationCode("0") ?? .none, .none),
    ]
    #expect(none == [0, 0, 0])
  }
}

extension CompiledPlan {
  /// The line of the rule for a code; 0 for none.
  borrowing func line(for code: DestinationCode, _ sizeClass: SizeClassID) -> Int {
    Int(line(of: rule(for: code, sizeClass: sizeClass)))
  }
}
