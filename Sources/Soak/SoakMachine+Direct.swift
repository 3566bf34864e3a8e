import Quantities
import SorterModel

/// A machine that is driven directly: a straight and slow line, such as a bench rig.
extension SoakMachine {
  static func directProfile(_ modbus: ModbusSettings, _ random: inout SoakRandom) -> HardwareProfile {
    let sortBins = 2 + random.below(7)
    let spacing = 300 + random.below(200)
    let first = 1_100
    let length = first + sortBins * spacing + 500
    let speed = random.pick([800, 1_000])
    // From head to head at the rated speed: no two pieces are ever so near that one could be taken for the other.
    let pitch = 400 + random.below(150)
    let pieces = 5 + random.below(60)
    var bins = (0..<sortBins).map { index in
      HardwareProfile.Bin(
        name: "B\(index)", position: Millimetres(first + index * spacing), side: .left, isEnd: false,
        capacityPieces: pieces, capacityThickness: nil, capacityWeight: nil, takes: [SizeClassID(0)])
    }
    bins.append(
      HardwareProfile.Bin(
        name: "END", position: Millimetres(length), side: .end, isEnd: true,
        capacityPieces: 20 + random.below(500), capacityThickness: nil, capacityWeight: nil,
        takes: [SizeClassID(0)]))
    return HardwareProfile(
      name: "soak-rig", title: "", topology: .line, ratedPiecesPerHour: speed * 3_600 / pitch, binWord: "bin",
      belt: HardwareProfile.Belt(
        speedMillimetresPerSecond: speed, encoderPulsesPerMetre: 1_000, length: Millimetres(length),
        restart: .milliseconds(500)),
      recirculation: nil, induction: HardwareProfile.Induction(minimumGap: Millimetres(150)),
      scanner: HardwareProfile.Scanner(position: Millimetres(300), resultDelay: .milliseconds(100)),
      sizeClasses: [
        SizeClass(
          name: "carton", length: Millimetres(80)...Millimetres(300),
          width: Millimetres(60)...Millimetres(250),
          height: Millimetres(5)...Millimetres(200), weight: Grams(20)...Grams(5_000))
      ],
      diverters: HardwareProfile.Diverters(
        actuation: .milliseconds(30), reset: .milliseconds(30), confirmDistance: Millimetres(150),
        trackingWindow: Millimetres(40), faultsToDisable: 1 + random.below(4)),
      bins: bins,
      sweeping: Sweeping(
        sweepers: 1 + random.below(3), service: .seconds(1)...(.seconds(Int64(1 + random.below(6)))),
        callAtPercent: 50 + random.below(50), closesBin: random.chance(30)),
      imperfections: imperfections(&random),
      control: HardwareProfile.Control(
        mode: .direct, answer: .milliseconds(20), stallToRideOut: .seconds(10), recordsPerPiece: 8),
      costs: HardwareProfile.Costs(
        currency: "EUR", machineMicrosPerHour: 0, staffMicrosPerHour: 0, operators: 1,
        rejectMicrosPerPiece: 0), modbus: modbus)
  }
}
