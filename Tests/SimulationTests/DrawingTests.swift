import Glibc
import Quantities
import SorterModel
import Testing

@testable import Simulation

@Suite("What is drawn is distributed as it should be")
struct DrawingTests {
  @Test(
    "an index is drawn as often as its weight says",
    arguments: [[1], [1, 1], [0, 3, 0, 1], [5, 1, 1, 1, 1, 1], [1, 1_000_000], [7, 0, 0, 0, 0, 2, 900]])
  func weights(weights: [Int]) {
    let choice = WeightedChoice(weights)
    var stream = RandomStream(seed: 11, purpose: .destinations)
    let draws = 60_000
    var counts = [Int](repeating: 0, count: weights.count)
    for _ in 0..<draws { counts[choice.draw(stream.next())] += 1 }
    let total = weights.reduce(0, +)
    for index in weights.indices {
      let share = Double(weights[index]) / Double(total)
      let deviation = (Double(draws) * share * (1 - share)).squareRoot()
      #expect(abs(Double(counts[index]) - Double(draws) * share) <= 4.5 * deviation)
      if weights[index] == 0 { #expect(counts[index] == 0) }
    }
  }

  @Test("the shares of a choice are exact to 2^-32, by summing up the table itself")
  func exactShares() {
    var random = TestRandom(3)
    let weights = (0..<40).map { _ in random.below(1000) } + [0, 999_999]
    let choice = WeightedChoice(weights)
    let total = Double(weights.reduce(0, +))
    // A grid over all random numbers: 4,096 points in each of the 42 entries.
    let grid = 42 * 4096
    var counts = [Int](repeating: 0, count: weights.count)
    for point in 0..<grid {
      counts[choice.draw(UInt64(Double(point) / Double(grid) * 0x1p64) + 1 << 40)] += 1
    }
    for index in weights.indices {
      // Each entry and alias can be off by a grid point.
      #expect(abs(Double(counts[index]) / Double(grid) - Double(weights[index]) / total) < 43 / Double(grid))
    }
  }

  @Test("an exponential gap is -mean ln u, to 10^-8 of the mean")
  func logarithm() {
    let table = ExponentialTable()
    var random = TestRandom(9)
    let mean: Int64 = 1_000_000_000_000
    for round in 0..<20_000 {
      let bits = random.next() >> UInt64(round % 50)
      let wanted = -log(Double(bits | 1) / 0x1p64) * Double(mean)
      #expect(abs(Double(table.gap(mean: mean, random: bits)) - wanted) < 1.2e-8 * Double(mean))
    }
    #expect(table.gap(mean: mean, random: .max) >= 0)
    #expect(table.gap(mean: mean, random: 0) < 45 * mean)
  }

  @Test("exponential gaps have the mean, the variance and the tail of their law")
  func exponentialMoments() {
    let table = ExponentialTable()
    var stream = RandomStream(seed: 5, purpose: .arrivals)
    let count = 100_000.0
    var sum = 0.0
    var squares = 0.0
    var tail = 0.0
    for _ in 0..<Int(count) {
      let gap = Double(table.gap(mean: 1_000_000, random: stream.next())) / 1_000_000
      sum += gap
      squares += gap * gap
      if gap > 3 { tail += 1 }
    }
    // Four standard errors: 1, sqrt(20) for the squares, and the binomial one.
    #expect(abs(sum / count - 1) < 4 / count.squareRoot())
    #expect(abs(squares / count - 2) < 4 * 20.0.squareRoot() / count.squareRoot())
    #expect(abs(tail / count - exp(-3)) < 4 * (exp(-3) / count).squareRoot())
  }

  @Test("a range is drawn with both its ends, and a rate as often as it says")
  func ranges() {
    var stream = RandomStream(seed: 1, purpose: .sweeping)
    var seen = Set<Int64>()
    for _ in 0..<2000 { seen.insert(stream.within(-3, 4)) }
    #expect(seen == Set(-3...4))
    let only = stream.within(7, 7)
    #expect(only == 7)
    var hits = 0
    for _ in 0..<100_000 where stream.happens(ppm: 250_000) { hits += 1 }
    #expect(abs(hits - 25_000) < 4 * 137)
    var always = true
    for _ in 0..<1000 where !stream.happens(ppm: 1_000_000) { always = false }
    #expect(always)
    var copy = stream
    let never = stream.happens(ppm: 0)
    #expect(!never)
    let (next, same) = (stream.next(), copy.next())
    #expect(next == same, "what never happens draws nothing")
  }

  @Test("patterns give codes of their form, every digit as likely")
  func patterns() {
    let patterns = CodePatterns([
      WeightedDestination(pattern: "33???", weight: 1), WeightedDestination(pattern: "AB1", weight: 1),
    ])
    var stream = RandomStream(seed: 2, purpose: .destinations)
    var digits = [Int](repeating: 0, count: 30)
    var fixed = 0
    for _ in 0..<40_000 {
      let text = patterns.draw(&stream).description
      if text == "AB1" {
        fixed += 1
        continue
      }
      #expect(text.count == 5 && text.hasPrefix("33"))
      for (place, digit) in text.dropFirst(2).enumerated() {
        digits[place * 10 + (digit.wholeNumberValue ?? 0)] += 1
      }
    }
    #expect(abs(fixed - 20_000) < 450)
    for count in digits { #expect(abs(count - 2000) < 220) }
  }
}
