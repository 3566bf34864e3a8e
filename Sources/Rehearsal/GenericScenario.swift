import Quantities
import SorterModel

extension Scenario {
  /// Generic mail for a machine alone: what a rehearsal plays where no scenario is named.
  ///
  /// Pieces arrive evenly at the rated speed and without end, with five-digit codes drawn alike, and measures drawn
  /// evenly from the machine's size classes. People and imperfections are the profile's.
  public static func generic(for profile: HardwareProfile, seed: UInt64) -> Scenario {
    let sizes = profile.sizeClasses.map { size in
      WeightedSize(
        weight: 1, length: size.length, width: size.width, height: size.height,
        mass: min(
          max(Grams(tenths: 1), size.weight.lowerBound), size.weight.upperBound)...size.weight.upperBound)
    }
    return Scenario(
      name: "generic", title: "Generic mail at the rated speed", seed: seed, startsAt: 0, duration: nil,
      warmUp: .zero, metricsInterval: .seconds(60),
      mail: .generated(
        MailGeneration(
          arrivals: .constant(perHour: profile.ratedPiecesPerHour), pieces: nil,
          destinations: [WeightedDestination(pattern: "?????", weight: 1)], sizes: sizes)),
      sweeping: profile.sweeping, imperfections: profile.imperfections, faults: [], expectations: [])
  }
}
