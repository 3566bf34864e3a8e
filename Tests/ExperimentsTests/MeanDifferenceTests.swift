import Experiments
import FileFormats
import Testing

@Suite("Differences of means")
struct MeanDifferenceTests {
  // Two sets in tenths; what is expected was reckoned by scipy.stats 1.16 (t.ppf on its own variances).
  private let first = [275, 210, 190, 236, 170, 179, 169, 201, 219, 226, 231, 196, 190, 217, 214]
  private let second = [271, 220, 208, 234, 234, 235, 258, 220, 248, 202, 219, 221, 229, 305, 241]
  private func micros(_ tenths: [Int]) -> [Int] { tenths.map { $0 * 100_000 } }

  @Test("of pairs the interval is that of the differences")
  func paired() {
    let pairs = zip(micros(first), micros(second)).map { (first: $0, second: $1) }
    let difference = MeanDifference(pairs: pairs)
    #expect(difference.method == .paired && difference.count == 15)
    #expect(abs(difference.mean.value - 2.813333333) < 1e-9)
    #expect(abs((difference.halfWidth?.value ?? 0) - 1.887605709) < 2e-9)
    #expect(difference.isSignificant)
  }

  @Test("of independent sets of any sizes it is Welch's, with whole degrees of freedom")
  func welch() {
    let difference = MeanDifference(first: micros(first), second: micros(Array(second.prefix(9))))
    #expect(difference.method == .welch && difference.count == 9)
    #expect(abs(difference.mean.value - 2.824444444) < 2e-9)
    #expect(abs((difference.halfWidth?.value ?? 0) - 2.040629428) < 2e-8)
  }

  @Test("a constant shift is told without a width, no shift is none, and one run says nothing")
  func degenerate() {
    let shift = MeanDifference(pairs: [(1_000_000, 3_000_000), (5_000_000, 7_000_000)])
    #expect(
      shift.mean == Billionths(2_000_000_000) && shift.halfWidth == Billionths(0) && shift.isSignificant)
    let none = MeanDifference(pairs: [(1, 1), (2, 2)])
    #expect(!none.isSignificant)
    #expect(MeanDifference(first: [1], second: [2, 3]).halfWidth == nil)
    #expect(!MeanDifference(pairs: [(1, 2)]).isSignificant)
    #expect(MeanDifference(first: [4, 4], second: [6, 6]).isSignificant)
  }

  @Test("of samples without a difference about one in twenty is called significant")
  func confidence() {
    var state: UInt64 = 7
    func draw() -> Int {
      // The sum of twelve uniform numbers is nearly normal.
      (0..<12).reduce(0) { sum, _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return sum + Int(state >> 44)
      }
    }
    var calls = (paired: 0, welch: 0)
    for _ in 0..<2000 {
      let (a, b) = ((0..<10).map { _ in draw() }, (0..<10).map { _ in draw() })
      if MeanDifference(pairs: zip(a, b).map { ($0, $1) }).isSignificant { calls.paired += 1 }
      if MeanDifference(first: a, second: b).isSignificant { calls.welch += 1 }
    }
    // 100 of 2,000 on average, with a standard deviation of 9.7.
    #expect((60...140).contains(calls.paired), "\(calls.paired)")
    #expect((60...140).contains(calls.welch), "\(calls.welch)")
  }
}
