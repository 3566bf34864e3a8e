import FileFormats

extension FigureStatistics {
  /// At least the decimals that such a value has anyway; more where the interval would be told as 0.
  package var places: Int {
    var places = FigureWords.places(name, unit: unit, micros: mean.micros)
    guard let half = halfWidth?.micros, half > 0 else { return places }
    var unit = 1_000_000
    for _ in 0..<places { unit /= 10 }
    while places < 6 && half < 2 * unit {
      places += 1
      unit /= 10
    }
    return places
  }

  /// The mean, to as many decimals as its interval leaves meaning in.
  package var meanText: String { decimalRounded(micros: mean.micros, places: places) }

  /// Half the interval; empty for a single run.
  package var halfText: String { halfWidth.map { decimalRounded(micros: $0.micros, places: places) } ?? "" }
}
