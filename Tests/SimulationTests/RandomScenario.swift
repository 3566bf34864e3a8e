import Quantities
import SorterModel

/// A line and a scenario with anything that may go wrong, drawn from one seed.
struct RandomScenario {
  var line = SampleLine()
  var sample = SampleScenario()

  init(seed: UInt64) {
    var random = TestRandom(seed)
    drawLine(&random)
    sample.seed = seed
    sample.pieces = 150 + random.below(250)
    switch random.below(3) {
    case 0: sample.arrivals = .constant(perHour: 4000 + random.below(30_000))
    case 1: sample.arrivals = .poisson(perHour: 4000 + random.below(30_000))
    default: sample.arrivals = .waiting
    }
    if random.chance(30) { sample.duration = .seconds(Int64(20 + random.below(60))) }
    sample.sweeping = Sweeping(
      sweepers: random.below(4), service: .seconds(1)...(.seconds(Int64(1 + random.below(20)))),
      callAtPercent: 30 + random.below(71), closesBin: random.chance(50))
    sample.imperfections = Self.imperfections(&random)
    sample.faults = (0..<random.below(9)).map { _ in Self.fault(&random, bins: line.profile.bins.count) }
    sample.faults.sort { $0.at < $1.at }
  }

  private mutating func drawLine(_ random: inout TestRandom) {
    line.sortBins = 3 + random.below(6)
    line.pieces = random.chance(60) ? 4 + random.below(40) : nil
    line.thickness = random.chance(40) || line.pieces == nil ? Millimetres(15 + random.below(60)) : nil
    line.weight = random.chance(20) ? Grams(300 + random.below(2000)) : nil
    line.faultsToDisable = 1 + random.below(4)
    line.window = Millimetres(20 + random.below(100))
    line.mode = random.chance(25) ? .direct : .assigned
    line.hasReject = random.chance(70)
    line.endPieces = random.chance(40) ? 5 + random.below(40) : 100_000
    if random.chance(50) {
      line.recirculation = HardwareProfile.Recirculation(
        path: Millimetres(200 + random.below(30_000)), lapLimit: 1 + random.below(4),
        reasons: [.noRead, .binFull, .divertTimeout, .binDisabled, .multiRead, .assignmentTimeout])
      line.hasEnd = !line.hasReject || random.chance(60)
    }
  }

  private static func imperfections(_ random: inout TestRandom) -> Imperfections {
    func rate(_ random: inout TestRandom, _ most: Int) -> Int { random.chance(50) ? random.below(most) : 0 }
    return Imperfections(
      noReadPPM: rate(&random, 200_000), multiReadPPM: rate(&random, 100_000),
      noDataPPM: rate(&random, 100_000), doubleFeedPPM: rate(&random, 300_000),
      doubleDetectionPPM: random.below(1_000_001), slipPPM: rate(&random, 300_000),
      slipMaximum: Millimetres(random.below(1500)), gapJitter: Millimetres(random.below(100)),
      missedDivertPPM: rate(&random, 200_000), jamPPM: rate(&random, 20_000),
      jamClear: .seconds(1)...(.seconds(5)), binSensorMissPPM: rate(&random, 600_000))
  }

  private static func fault(_ random: inout TestRandom, bins: Int) -> TimedFault {
    let bin = BinID(UInt16(random.below(bins)))
    let kind: TimedFault.Kind =
      switch random.below(11) {
      case 0: .jam(position: Millimetres(random.below(20_000)))
      case 1: .noReads(ppm: random.below(1_000_001))
      case 2: .multiReads(ppm: random.below(1_000_001))
      case 3: .doubleFeeds(ppm: random.below(1_000_001))
      case 4: .slip(ppm: random.below(1_000_001), maximum: Millimetres(random.below(2000)))
      case 5: .missedDiverts(bin: bin, ppm: random.below(1_000_001))
      case 6: .binDisabled(bin: bin)
      case 7: .sweepers(count: random.below(5))
      case 8: .binSensorStuckOn(bin: bin)
      case 9: .binSensorStuckOff(bin: bin)
      default: .jam(position: Millimetres(random.below(20_000)))
      }
    return TimedFault(
      at: .milliseconds(Int64(random.below(60_000))), lasts: .milliseconds(Int64(random.below(20_000))),
      kind: kind)
  }
}
