import Experiments
import FileFormats
import Testing

@Suite("Statistics of replications")
struct StatisticsTests {
  /// Two-sided quantiles from published tables: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
  static let table: [(confidence: Double, degrees: Int, t: Double)] = [
    (0.80, 1, 3.078), (0.90, 1, 6.314), (0.95, 1, 12.706), (0.98, 1, 31.821), (0.99, 1, 63.657),
    (0.80, 2, 1.886), (0.95, 2, 4.303), (0.99, 2, 9.925), (0.998, 2, 22.327),
    (0.95, 3, 3.182), (0.99, 3, 5.841), (0.95, 4, 2.776), (0.95, 5, 2.571), (0.95, 6, 2.447),
    (0.95, 7, 2.365), (0.95, 8, 2.306), (0.95, 9, 2.262), (0.95, 10, 2.228), (0.99, 10, 3.169),
    (0.95, 11, 2.201), (0.95, 15, 2.131), (0.95, 19, 2.093), (0.95, 20, 2.086), (0.95, 24, 2.064),
    (0.95, 29, 2.045), (0.99, 29, 2.756), (0.95, 30, 2.042), (0.95, 40, 2.021), (0.95, 49, 2.010),
    (0.95, 60, 2.000), (0.95, 99, 1.984), (0.95, 100, 1.984), (0.998, 100, 3.174),
  ]

  @Test("Student's t is that of the published tables", arguments: table)
  func quantiles(confidence: Double, degrees: Int, t: Double) {
    let found = StudentT.quantile(confidence: confidence, degrees: degrees)
    #expect(abs(found - t) <= 0.000_500_1, "\(found)")
  }

  @Test("Student's t agrees with its closed forms, and with the normal distribution far out")
  func closedForms() {
    // One degree: tan(pi/2 x 0.95); two degrees: p sqrt(2 / (1 - p^2)).
    #expect(abs(StudentT.quantile(confidence: 0.95, degrees: 1) - 12.706_204_736_174_7) < 1e-9)
    #expect(abs(StudentT.quantile(confidence: 0.95, degrees: 2) - 4.302_652_729_749_46) < 1e-11)
    #expect(abs(StudentT.quantile(confidence: 0.95, degrees: 1_000_000) - 1.959_966) < 1e-5)
    #expect(abs(StudentT.quantile(confidence: 0.95, degrees: 999_999) - 1.959_966) < 1e-5)
    #expect(abs(StudentT.within(2.0, degrees: 30) - 0.945_374_955_037) < 1e-9)
  }

  @Test("Student's t falls with each degree of freedom")
  func monotone() {
    let found = (1...400).map { StudentT.quantile(confidence: 0.95, degrees: $0) }
    for (before, after) in zip(found, found.dropFirst()) { #expect(before > after) }
  }

  @Test("mean, deviation and interval of a sample are those of the formulas, to the last digit")
  func sample() throws {
    // Law, Simulation Modeling and Analysis, example 4.26: ten observations, mean 1.34, variance 0.17.
    let values = [1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09]
    let statistics = SampleStatistics(micros: values.map { Int(($0 * 1e6).rounded()) })
    #expect(statistics.mean.text == "1.343")
    let deviation = try #require(statistics.deviation?.value)
    #expect(abs(deviation * deviation - 0.167_512_222_2) < 1e-8, "\(deviation)")
    let half = try #require(statistics.halfWidth?.value)
    #expect(abs(half - 2.262_157_163 * deviation / 10.0.squareRoot()) < 2e-9, "\(half)")
    #expect(statistics.least == 500_000 && statistics.most == 1_890_000)
  }

  @Test("small and large figures keep their digits")
  func scales() throws {
    let small = SampleStatistics(micros: [1, 2])
    #expect(small.mean.text == "0.0000015")
    #expect(small.deviation?.text == "0.000000707")
    let large = SampleStatistics(micros: [Int.max, Int.max - 2_000_000])
    #expect(large.mean.count == (Int128(Int.max) - 1_000_000) * 1000)
    #expect(large.deviation?.text == "1.414213562")
    let far = SampleStatistics(micros: [0, Int.max])
    #expect(abs(try #require(far.deviation?.value) / 6.521_908_912_666_39e12 - 1) < 1e-9)
  }

  @Test("equal figures have no spread, and a single one says nothing of it")
  func noSpread() {
    let equal = SampleStatistics(micros: [5_000_000, 5_000_000, 5_000_000])
    #expect(equal.deviation == Billionths(0) && equal.halfWidth == Billionths(0))
    let single = SampleStatistics(micros: [-5_500_000])
    #expect(single.mean.text == "-5.5" && single.deviation == nil && single.halfWidth == nil)
  }

  @Test("the interval holds the true mean in about 95 of 100 samples")
  func coverage() {
    // Sums of twelve numbers of a fixed generator: nearly normal, with a known mean.
    var state: UInt64 = 42
    func draw() -> Int {
      (0..<12).reduce(0) { sum, _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return sum + Int(state >> 44)
      }
    }
    let truth = 12.0 * (Double(1 << 20) - 1) / 2 / 1e6
    let held = (0..<2000).count { _ in
      let statistics = SampleStatistics(micros: (0..<8).map { _ in draw() })
      return abs(statistics.mean.value - truth) <= (statistics.halfWidth?.value ?? 0)
    }
    #expect((1860...1940).contains(held), "\(held) of 2000")
  }

  @Test("a threshold is held against the exact mean, and only counts of cut runs are judged")
  func thresholds() {
    let record = SampleStudy.record
    let summary = StudySummary(record, SampleStudy.runs)
    #expect(summary.points[0].expectations.map(\.met) == [true, true])
    #expect(summary.points[0].expectations.map { $0.got?.text } == ["101", "2"])
    #expect(summary.points[0].expectations[0].wanted == "at least 100")
    var over = SampleStudy.runs
    over[0].micros[1] = 1_000_001
    #expect(StudySummary(record, over).points[0].expectations[1].met == false)
    #expect(!StudySummary(record, over).meetsExpectations)
    for index in over.indices { over[index].ending = .timeIsUp }
    let cut = StudySummary(record, over).points[0].expectations
    #expect(cut.map(\.isJudged) == [false, true])
  }
}
