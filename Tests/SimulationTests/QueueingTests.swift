import Dispatching
import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Simulation

/// Two queues of the plant held against the closed form for M/D/1: Poisson arrivals, constant service s,
/// one server. The mean wait before service is rho s / (2 (1 - rho)) (Pollaczek and Khinchine).
@Suite("Queues against their closed form")
struct QueueingTests {
  /// The mean of independent runs with its 99 % confidence interval by Student's t.
  private struct Estimate {
    var mean = 0.0
    var halfWidth = 0.0

    /// 99.5 % points of Student's t for 11 degrees of freedom (12 runs).
    static let t = 3.106

    init(_ runs: [Double]) {
      precondition(runs.count == 12, "the t value is for 12 runs")
      mean = runs.reduce(0, +) / 12
      let variance = runs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 11
      halfWidth = Self.t * (variance / 12).squareRoot()
    }
  }

  private func expect(_ estimate: Estimate, service: Double, load: Double) {
    let wanted = load * service / (2 * (1 - load))
    #expect(
      abs(estimate.mean - wanted) < estimate.halfWidth,
      "mean wait \(estimate.mean) +- \(estimate.halfWidth) s, closed form \(wanted) s")
    #expect(estimate.halfWidth < 0.15 * wanted, "the interval is too wide to say anything")
  }

  /// 4,000 bins ask for a sweep at their first piece, 3,000 pieces an hour come, and a sweep takes 0.84 s: a
  /// bin asks again some 80 minutes later, so that the asking is all but a Poisson stream, and rho is 0.7.
  @Test("bins wait for one sweeper as the formula says")
  func sweeper() {
    var line = SampleLine(speed: 20_000, rated: 1_000_000, sortBins: 4000, spacing: .zero, pieces: 100)
    line.minimumGap = Millimetres(10)
    let runs = (1...12).map { seed in
      var sample = SampleScenario(
        seed: UInt64(seed), arrivals: .poisson(perHour: 3000), pieces: 2400)
      sample.sweeping = Sweeping(
        sweepers: 1, service: .milliseconds(840)...(.milliseconds(840)), callAtPercent: 1, closesBin: false)
      let run = WatchedRun(line, sample)
      #expect(run.faults == [])
      var askedAt = [Instant?](repeating: nil, count: 4000)
      var waits: [Double] = []
      for record in run.records {
        switch record.kind {
        case .pieceSorted where askedAt[record.bin.index] == nil: askedAt[record.bin.index] = record.elapsed
        case .plantSweepStarted:
          guard let asked = askedAt[record.bin.index] else { continue }
          waits.append(Double((record.elapsed - asked).rawValue) / 1e9)
        case .plantSwept: askedAt[record.bin.index] = nil
        default: break
        }
      }
      // The first stretch is left out: the queue begins empty.
      let steady = waits.dropFirst(200)
      return steady.reduce(0, +) / Double(steady.count)
    }
    expect(Estimate(runs), service: 0.84, load: 0.7)
  }

  /// The feeder takes a piece every 120 ms, and 24,000 an hour come: rho is 0.8.
  @Test("pieces wait for the feeder as the formula says")
  func feeder() {
    let line = SampleLine()
    let runs = (1...12).map { seed in
      let sample = SampleScenario(
        seed: UInt64(seed), arrivals: .poisson(perHour: 24_000), pieces: 5000)
      let run = WatchedRun(line, sample)
      #expect(run.faults == [])
      let waits = run.all(.pieceInducted).dropFirst(500).map {
        Double(($0.elapsed - $0.arrivedAt).rawValue) / 1e9
      }
      return waits.reduce(0, +) / Double(waits.count)
    }
    expect(Estimate(runs), service: 0.12, load: 0.8)
  }
}
