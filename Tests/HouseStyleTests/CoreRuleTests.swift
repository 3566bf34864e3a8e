import Testing

@Suite("The core decides by its inputs alone")
struct CoreRuleTests {
  @Test("the core has no clock, no chance of its own, no unordered walk and no floating point")
  func coreIsPure() {
    let core = SourceTree.project.sources.filter { ModuleTable.core.contains($0.module) }
    #expect(core.count > 10)
    expectNone(core.flatMap(HouseRules.coreFaults))
  }

  @Test(
    "what would make two runs differ is found",
    arguments: [
      "let now = Date()",
      "let clock = ContinuousClock()",
      "let n = Int.random(in: 0..<5)",
      "let first = bins.randomElement()",
      "bins.shuffle()",
      "let share: Double = 1",
      "func f(_ x: Float) { }",
      "let third = 0.3",
      "let h = bin.hashValue",
      "var hasher = Hasher()",
      "let w = \"\\(Double(n))\"",
      "let home = getenv(name)",
    ])
  func impurities(text: String) {
    #expect(HouseRules.coreFaults(in: SourceFile(path: "Sources/Dispatching/A.swift", text: text)).count == 1)
  }

  @Test(
    "what is only said or is seeded is left alone",
    arguments: [
      "// Double and Date are for others\n",
      "let words = \"Date() and 0.5\"",
      "let n = Int.random(in: 0..<5, using: &stream)",
      "let pair = (1, (2, 3)); let x = pair.1.0",
      "let range = 0...5; let half = 0..<3",
      "func clock(_ n: Int) { }",
      "let n = random.next(below: 5) + clock.now(of: random)",
      "public func hash(into hasher: inout Hasher) { hasher.combine(1) }",
      "let tenths = 1_000",
    ])
  func pure(text: String) {
    #expect(HouseRules.coreFaults(in: SourceFile(path: "Sources/Dispatching/A.swift", text: text)) == [])
  }

  @Test(
    "a walk over a dictionary or a set is found",
    arguments: [
      "var bins: [BinID: Int]\nfor (bin, n) in bins { }",
      "var bins = [BinID: Int]()\nfor n in bins.values { }",
      "let seen: Set<Int> = []\nfor one in self.seen where one > 0 { }",
      "var seen = Set<Int>()\nlet all = seen.map { $0 }",
      "func f(bins: inout [Int: Int]) { bins.forEach { print($0) } }",
      "let seen = Set(list)\nlet all = Array(seen)",
      "var bins: Dictionary<Int, Int>\nlet k = bins.keys.first",
    ])
  func walks(text: String) {
    #expect(
      HouseRules.unorderedWalks(in: SourceFile(path: "Sources/Dispatching/A.swift", text: text)).count == 1)
  }

  @Test(
    "a walk in order is left alone",
    arguments: [
      "var bins: [BinID: Int]\nfor bin in bins.keys.sorted() { }",
      "var bins: [Int]\nfor bin in bins { }",
      "let seen: Set<Int> = []\nif seen.contains(3) { }",
      "var bins: [Int: Int]\nfor bin in list { bins[bin] = 1 }",
      "var bins: [Int: Int]\nfor n in other.bins { }",
    ])
  func orderedWalks(text: String) {
    #expect(HouseRules.unorderedWalks(in: SourceFile(path: "Sources/Dispatching/A.swift", text: text)) == [])
  }
}
