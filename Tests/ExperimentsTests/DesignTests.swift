import Experiments
import FileFormats
import Quantities
import Testing

@Suite("Seeds of replications")
struct ReplicationSeedTests {
  @Test("follow from base, name and number alone, as they always did")
  func golden() {
    // Reckoned with the formula of the documentation by another program.
    let cases: [(UInt64, String, Int, UInt64)] = [
      (1, "bins-full", 1, 8_086_756_266_295_636), (1, "bins-full", 2, 3_743_765_491_131_255),
      (1, "jam", 1, 8_295_187_086_750_214), (1, "jam", 2, 5_963_322_774_703_614),
    ]
    for (base, name, number, seed) in cases {
      #expect(ReplicationSeed.seed(base: base, scenario: name, number: number) == seed)
    }
  }

  @Test("differ between replications, scenarios and base seeds")
  func distinct() {
    var seeds: Set<UInt64> = []
    for base in [UInt64(0), 1, .max] {
      for name in ["a", "b"] {
        for number in 1...2000 {
          seeds.insert(ReplicationSeed.seed(base: base, scenario: name, number: number))
        }
      }
    }
    #expect(seeds.count == 12_000)
    // What a double holds exactly: spreadsheets and many readers of JSON keep numbers so.
    #expect(seeds.allSatisfy { $0 < 1 << 53 })
  }

  @Test("are common to all points, or each run's own")
  func common() {
    var record = SampleStudy.record
    #expect((0..<12).map { record.seed(of: $0) } == (0..<12).map { record.seed(of: $0 % 3) })
    record.randomNumbers = .independent
    #expect(Set((0..<12).map { record.seed(of: $0) }).count == 12)
  }
}

@Suite("Latin hypercubes")
struct LatinHypercubeTests {
  @Test("hit each stratum of each factor once", arguments: [1, 2, 7, 100], [UInt64(0), 1, .max])
  func strata(points: Int, seed: UInt64) {
    let ranks = LatinHypercube.ranks(factors: 3, points: points, seed: seed)
    #expect(ranks.allSatisfy { $0.sorted() == Array(0..<points) })
    #expect(points < 7 || (ranks[0] != ranks[1] && ranks[1] != ranks[2]))
    #expect(ranks == LatinHypercube.ranks(factors: 3, points: points, seed: seed))
  }

  @Test("of another seed are other ones, and factors are nearly uncorrelated")
  func correlation() {
    let ranks = LatinHypercube.ranks(factors: 2, points: 1000, seed: 5)
    #expect(ranks != LatinHypercube.ranks(factors: 2, points: 1000, seed: 6))
    let middle = 499.5
    let covariance = zip(ranks[0], ranks[1]).reduce(0.0) {
      $0 + (Double($1.0) - middle) * (Double($1.1) - middle)
    }
    // The standard deviation of the correlation of two random permutations is 1 / sqrt(999).
    #expect(abs(covariance / (1000 * (1_000_000 - 1) / 12)) < 4 / 999.0.squareRoot())
  }
}

@Suite("The end of a warm-up")
struct MSER5Tests {
  /// Pieces fed a second apart with these times in system, in milliseconds.
  private func pieces(_ times: [Int]) -> [(inducted: Instant, time: Nanoseconds)] {
    times.enumerated().map { (Instant(Int64($0) * 1_000_000_000), .milliseconds(Int64($1))) }
  }

  /// A noise of mean 0 that is the same each time.
  private func noise(_ count: Int) -> [Int] {
    var state: UInt64 = 7
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 58) - 31
    }
  }

  @Test("is where a transient ends, to a few batches")
  func transient() {
    let times = noise(1000).enumerated().map { index, noise in 1000 + max(0, 200 - index) * 20 + noise }
    let found = MSER5(pieces(times))
    #expect(found.isSteady)
    #expect((190...220).contains(found.warmUp.rawValue / 1_000_000_000), "\(found.warmUp)")
  }

  @Test("is the very beginning of what was steady all along")
  func steady() {
    let found = MSER5(pieces(noise(1000).map { 1000 + $0 }))
    #expect(found.isSteady && found.warmUp.rawValue < 100_000_000_000)
    #expect(MSER5(pieces([Int](repeating: 5, count: 100))) == MSER5(pieces([Int](repeating: 9, count: 100))))
    #expect(MSER5(pieces([Int](repeating: 5, count: 100))).warmUp == .zero)
  }

  @Test("is not found where times only grow, nor in a handful of pieces")
  func unsteady() {
    #expect(!MSER5(pieces((0..<1000).map { $0 * 10 })).isSteady)
    #expect(!MSER5(pieces([1, 2, 3, 4, 5, 6])).isSteady)
    #expect(MSER5(pieces([])).warmUp == .zero)
  }
}

@Suite("A crew of threads")
struct RunCrewTests {
  private struct Failure: Error, Equatable { var number: Int }

  @Test("does each piece of work once, and hands over every row", arguments: [1, 2, 7])
  func rows(jobs: Int) throws {
    var found: [Int] = []
    try RunCrew<Int>(Array(10..<510)) { number, _ in number * 2 }.run(jobs: jobs) { rows in
      found += rows
      return true
    }
    #expect(found.sorted() == (10..<510).map { $0 * 2 })
  }

  @Test("throws what a piece of work threw, after the rows that were finished", arguments: [1, 4])
  func failure(jobs: Int) {
    var found: [Int] = []
    let crew = RunCrew<Int>(Array(0..<100)) { number, _ in
      if number == 50 { throw Failure(number: number) }
      return number
    }
    #expect(throws: Failure(number: 50)) {
      try crew.run(jobs: jobs) { rows in
        found += rows
        return true
      }
    }
    #expect(found.count >= 50 && !found.contains(50))
  }

  @Test("ends when nobody wants more: work under way is asked to stop")
  func stopped() throws {
    let crew = RunCrew<Int>(Array(0..<1000)) { number, goesOn in
      while number > 0 && goesOn() {}
      return number == 0 ? 0 : nil
    }
    var found: [Int] = []
    try crew.run(jobs: 3) { rows in
      found += rows
      return found.isEmpty
    }
    #expect(found == [0])
  }

  @Test("of nothing is done at once")
  func nothing() throws {
    try RunCrew<Int>([]) { number, _ in number }.run(jobs: 4) { _ in true }
  }
}
