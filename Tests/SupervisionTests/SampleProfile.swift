import Quantities
import SorterModel

/// A machine of three bins and an end bin, for tests.
enum SampleProfile {
  static func profile(
    noReadPPM: Int = 0, sweep: Nanoseconds = .seconds(40)
  ) -> HardwareProfile {
    HardwareProfile(
      name: "sample", title: "A line for tests", topology: .line, ratedPiecesPerHour: 30_000, binWord: "bin",
      belt: HardwareProfile.Belt(
        speedMillimetresPerSecond: 4000, encoderPulsesPerMetre: 1000, length: Millimetres(20_000),
        restart: .seconds(2)),
      recirculation: nil, induction: HardwareProfile.Induction(minimumGap: Millimetres(90)),
      scanner: HardwareProfile.Scanner(position: Millimetres(1500), resultDelay: .milliseconds(200)),
      sizeClasses: [],
      diverters: HardwareProfile.Diverters(
        actuation: .milliseconds(15), reset: .milliseconds(15), confirmDistance: Millimetres(200),
        trackingWindow: Millimetres(60), faultsToDisable: 3),
      bins: (0..<4).map { number in
        HardwareProfile.Bin(
          name: number == 3 ? "END" : "B\(number)", position: Millimetres(6000 + 500 * number),
          side: number == 3 ? .end : .left, isEnd: number == 3, capacityPieces: 100, capacityThickness: nil,
          capacityWeight: nil, takes: [])
      },
      sweeping: Sweeping(
        sweepers: 2, service: .seconds(10)...sweep, callAtPercent: 80, closesBin: false),
      imperfections: Imperfections(noReadPPM: noReadPPM),
      control: HardwareProfile.Control(
        mode: .assigned, answer: .milliseconds(5), stallToRideOut: .seconds(60), recordsPerPiece: 8),
      costs: HardwareProfile.Costs(
        currency: "USD", machineMicrosPerHour: 0, staffMicrosPerHour: 0, operators: 1,
        rejectMicrosPerPiece: 0))
  }
}
