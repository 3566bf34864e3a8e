import Quantities
import Testing

@testable import Telemetry

/// A small seeded generator (SplitMix64), so that a failure can be repeated.
struct Seeded {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}

@Suite("The histogram of durations")
struct HistogramTests {
  @Test("a quantile is never below the exact one and less than 1/256 above it", arguments: 1...20)
  func errorBound(seed: UInt64) {
    var random = Seeded(state: seed)
    let histogram = DurationHistogram()
    var values: [Int64] = []
    for _ in 0..<3000 {
      // All magnitudes from nanoseconds to weeks.
      let value = Int64(bitPattern: random.next() >> (14 + random.next() % 46))
      values.append(value)
      histogram.record(Nanoseconds(value))
    }
    values.sort()
    for perMille in [0, 1, 10, 250, 500, 900, 950, 990, 999, 1000] {
      let rank = max(1, (values.count * perMille + 999) / 1000)
      let exact = values[rank - 1]
      let answer = histogram.quantile(perMille: perMille).rawValue
      #expect(answer >= exact, "seed \(seed), \(perMille) per mille")
      #expect(answer - exact <= exact / 256, "seed \(seed), \(perMille) per mille: \(answer) for \(exact)")
    }
    #expect(histogram.largest.rawValue == values.last)
    #expect(histogram.quantile(perMille: 1000).rawValue == values.last)
    #expect(histogram.count == values.count)
  }

  @Test("every value lies in its bucket, and buckets follow each other without gaps")
  func buckets() {
    var values: [Int64] = [0, 1, 255, 256, 511, 512, .max, .max - 1]
    for shift in 1..<63 { values += [(1 << shift) - 1, 1 << shift, (1 << shift) + 1] }
    for value in values {
      let bucket = DurationHistogram.bucket(of: value)
      #expect(bucket < DurationHistogram.bucketCount)
      #expect(DurationHistogram.last(of: bucket) >= value)
      if bucket > 0 { #expect(DurationHistogram.last(of: bucket - 1) < value) }
    }
  }

  @Test("equal durations give their exact value; none give zero; a negative one counts as zero")
  func simpleCases() {
    let histogram = DurationHistogram()
    #expect(histogram.quantile(perMille: 500) == .zero && histogram.count == 0)
    for _ in 0..<100 { histogram.record(.milliseconds(5040)) }
    #expect(histogram.quantile(perMille: 500) == .milliseconds(5040))
    histogram.record(Nanoseconds(-5))
    #expect(histogram.quantile(perMille: 0) == .zero)
  }

  @Test("a reset histogram has forgotten everything")
  func reset() {
    let histogram = DurationHistogram()
    for value in [3, 70_000, 9_000_000_000] as [Int64] { histogram.record(Nanoseconds(value)) }
    histogram.reset()
    #expect(histogram.count == 0 && histogram.largest == .zero)
    histogram.record(Nanoseconds(80_000))
    #expect(histogram.quantile(perMille: 10) == Nanoseconds(80_000))
    histogram.reset()
    histogram.reset()
    #expect(histogram.count == 0)
  }
}
