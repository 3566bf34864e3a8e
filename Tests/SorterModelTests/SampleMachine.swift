import Quantities
import SorterModel

/// A machine with two size classes for tests: bins 1 to 8 take both, L only letters, F only flats, R rejects.
enum SampleMachine {
  static let classes = [
    SizeClass(
      name: "letter", length: Millimetres(100)...Millimetres(300), width: Millimetres(80)...Millimetres(160),
      height: Millimetres(tenths: 2)...Millimetres(7), weight: .zero...Grams(100)),
    SizeClass(
      name: "flat", length: Millimetres(150)...Millimetres(400), width: Millimetres(100)...Millimetres(300),
      height: Millimetres(tenths: 5)...Millimetres(20), weight: .zero...Grams(500)),
  ]

  static func profile(
    speed: Int = 4000, pulsesPerMetre: Int = 1000, classes: [SizeClass] = Self.classes
  ) -> HardwareProfile {
    let all = Set(classes.indices.map { SizeClassID(UInt8($0)) })
    var bins = (1...8).map { bin("\($0)", takes: all) }
    bins.append(bin("L", takes: [SizeClassID(0)]))
    bins.append(bin("F", takes: [SizeClassID(1)]))
    bins.append(bin("R", takes: all))
    bins.append(bin("Q", takes: []))
    return HardwareProfile(
      name: "sample", title: "", topology: .line, ratedPiecesPerHour: 30_000, binWord: "bin",
      belt: HardwareProfile.Belt(
        speedMillimetresPerSecond: speed, encoderPulsesPerMetre: pulsesPerMetre, length: Millimetres(50_000),
        restart: .zero),
      recirculation: nil, induction: HardwareProfile.Induction(minimumGap: Millimetres(90)),
      scanner: HardwareProfile.Scanner(position: Millimetres(1500), resultDelay: .zero), sizeClasses: classes,
      diverters: HardwareProfile.Diverters(
        actuation: .zero, reset: .zero, confirmDistance: Millimetres(200), trackingWindow: Millimetres(60),
        faultsToDisable: 3),
      bins: bins,
      sweeping: Sweeping(sweepers: 1, service: .zero ... .zero, callAtPercent: 80, closesBin: false),
      imperfections: .none,
      control: HardwareProfile.Control(
        mode: .assigned, answer: .zero, stallToRideOut: .zero, recordsPerPiece: 8),
      costs: HardwareProfile.Costs(
        currency: "USD", machineMicrosPerHour: 0, staffMicrosPerHour: 0, operators: 0,
        rejectMicrosPerPiece: 0))
  }

  private static func bin(_ name: String, takes: Set<SizeClassID>) -> HardwareProfile.Bin {
    HardwareProfile.Bin(
      name: name, position: Millimetres(6000), side: .left, isEnd: false, capacityPieces: 100,
      capacityThickness: nil, capacityWeight: nil, takes: takes)
  }

  /// A sort rule as a plan writes it: a prefix, a range or `*`.
  static func sort(
    _ match: String, _ bins: [String], size: String? = nil, alternates: [String] = [], line: Int
  ) -> SortPlan.Rule {
    SortPlan.Rule(
      kind: .sort(pattern(match)), sizeClass: size, bins: bins, alternates: alternates, line: line)
  }

  static func pattern(_ match: String) -> CodePattern {
    if match == "*" { return .any }
    let codes = match.split(separator: "-").compactMap { DestinationCode($0) }
    if codes.count == 1 { return CodePattern(prefix: codes[0]) }
    guard codes.count == 2, let pattern = CodePattern(from: codes[0], through: codes[1]) else {
      preconditionFailure("\(match) is no pattern")
    }
    return pattern
  }

  static func reject(_ reason: Reason? = nil, _ bins: [String] = ["R"], size: String? = nil, line: Int = 99)
    -> SortPlan.Rule
  {
    SortPlan.Rule(kind: .reject(reason), sizeClass: size, bins: bins, line: line)
  }

  static func overflow(_ bins: [String], size: String? = nil, line: Int = 98) -> SortPlan.Rule {
    SortPlan.Rule(kind: .overflow, sizeClass: size, bins: bins, line: line)
  }
}
