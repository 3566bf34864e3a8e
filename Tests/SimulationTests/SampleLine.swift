import Quantities
import SorterModel

/// A small line for tests, with every figure at hand to be changed before it is made into a profile.
struct SampleLine {
  var speed = 4000
  var pulsesPerMetre = 1000
  var length = Millimetres(20_000)
  var restart = Nanoseconds.seconds(2)
  var rated = 30_000
  var minimumGap = Millimetres(90)
  var scanner = Millimetres(1500)
  var resultDelay = Nanoseconds.milliseconds(200)
  var recirculation: HardwareProfile.Recirculation?
  var window = Millimetres(60)
  var faultsToDisable = 3
  var mode = HardwareProfile.ControlMode.assigned
  /// Sort bins `B0`, `B1`, ... every half metre from the sixth metre on.
  var sortBins = 10
  var spacing = Millimetres(500)
  var pieces: Int? = 1_000_000
  var thickness: Millimetres?
  var weight: Grams?
  var hasReject = true
  var hasEnd = true
  var endPieces = 1_000_000

  static let letter = SizeClass(
    name: "letter", length: Millimetres(100)...Millimetres(300), width: Millimetres(80)...Millimetres(160),
    height: Millimetres(tenths: 2)...Millimetres(7), weight: .zero...Grams(100))

  var profile: HardwareProfile {
    var bins = (0..<sortBins).map { number in
      bin("B\(number)", at: Millimetres(tenths: 60_000 + Int32(number) * spacing.tenths))
    }
    if hasReject { bins.append(bin("R", at: Millimetres(5000), unlimited: true)) }
    if hasEnd {
      var end = bin("END", at: length, unlimited: true)
      end.isEnd = true
      end.side = .end
      end.capacityPieces = endPieces
      bins.append(end)
    }
    return HardwareProfile(
      name: "sample", title: "A line for tests", topology: .line, ratedPiecesPerHour: rated,
      binWord: "bin",
      belt: HardwareProfile.Belt(
        speedMillimetresPerSecond: speed, encoderPulsesPerMetre: pulsesPerMetre, length: length,
        restart: restart),
      recirculation: recirculation, induction: HardwareProfile.Induction(minimumGap: minimumGap),
      scanner: HardwareProfile.Scanner(position: scanner, resultDelay: resultDelay),
      sizeClasses: [Self.letter],
      diverters: HardwareProfile.Diverters(
        actuation: .milliseconds(15), reset: .milliseconds(15), confirmDistance: Millimetres(200),
        trackingWindow: window, faultsToDisable: faultsToDisable),
      bins: bins, sweeping: SampleScenario.sweeping, imperfections: .none,
      control: HardwareProfile.Control(
        mode: mode, answer: .milliseconds(5), stallToRideOut: .seconds(60), recordsPerPiece: 8),
      costs: HardwareProfile.Costs(
        currency: "USD", machineMicrosPerHour: 0, staffMicrosPerHour: 0, operators: 1,
        rejectMicrosPerPiece: 0))
  }

  private func bin(_ name: String, at position: Millimetres, unlimited: Bool = false) -> HardwareProfile.Bin {
    HardwareProfile.Bin(
      name: name, position: position, side: .left, isEnd: false,
      capacityPieces: unlimited ? 1_000_000_000 : pieces, capacityThickness: unlimited ? nil : thickness,
      capacityWeight: unlimited ? nil : weight, takes: [SizeClassID(0)])
  }

  /// The bin of this name.
  func bin(_ name: String) -> BinID {
    BinID(UInt16(profile.bins.firstIndex { $0.name == name } ?? 0xFFFE))
  }

  /// Code `n` goes to bin `Bn`, with the next bin as its alternate where there is one.
  func plan(alternates: Bool = false, overflow: [String] = []) -> SortPlan {
    var rules = (0..<sortBins).map { number in
      SortPlan.Rule(
        kind: .sort(CodePattern(prefix: Self.code(number))), sizeClass: nil, bins: ["B\(number)"],
        alternates: alternates && number + 1 < sortBins ? ["B\(number + 1)"] : [], line: number + 2)
    }
    if !overflow.isEmpty {
      rules.append(SortPlan.Rule(kind: .overflow, sizeClass: nil, bins: overflow, line: sortBins + 2))
    }
    rules.append(
      SortPlan.Rule(
        kind: .reject(nil), sizeClass: nil, bins: [hasReject ? "R" : "END"], line: sortBins + 3))
    return SortPlan(name: "sample", rules: rules)
  }

  /// The code of a sort bin: four digits.
  static func code(_ number: Int) -> DestinationCode {
    let digits = String(1000 + number)
    guard let code = DestinationCode(digits) else { preconditionFailure("\(digits) is a code") }
    return code
  }
}

/// A scenario for tests, with what varies at hand.
struct SampleScenario {
  var seed: UInt64 = 1
  var duration: Nanoseconds?
  var arrivals = Arrivals.constant(perHour: 20_000)
  var pieces: Int? = 500
  var sweeping = Self.sweeping
  var imperfections = Imperfections.none
  var faults: [TimedFault] = []
  var destinations: [WeightedDestination]?

  static let sweeping = Sweeping(
    sweepers: 2, service: .seconds(10)...(.seconds(20)), callAtPercent: 80, closesBin: false)

  /// A piece that every class of the sample line takes.
  static let sizes = [
    WeightedSize(
      weight: 3, length: Millimetres(140)...Millimetres(240), width: Millimetres(90)...Millimetres(120),
      height: Millimetres(tenths: 3)...Millimetres(2), mass: Grams(5)...Grams(30)),
    WeightedSize(
      weight: 1, length: Millimetres(200)...Millimetres(290), width: Millimetres(90)...Millimetres(150),
      height: Millimetres(1)...Millimetres(6), mass: Grams(20)...Grams(90)),
  ]

  func generation(for line: SampleLine) -> MailGeneration {
    let uniform = (0..<line.sortBins).map {
      WeightedDestination(pattern: SampleLine.code($0).description, weight: 1)
    }
    return MailGeneration(
      arrivals: arrivals, pieces: pieces, destinations: destinations ?? uniform, sizes: Self.sizes)
  }

  func scenario(for line: SampleLine) -> Scenario {
    Scenario(
      name: "sample", title: "", seed: seed, startsAt: 0, duration: duration, warmUp: .zero,
      metricsInterval: .seconds(60), mail: .generated(generation(for: line)), sweeping: sweeping,
      imperfections: imperfections, faults: faults, expectations: [])
  }
}
