import Quantities
import SorterModel

/// The plant's distances and times on the encoder's scale, worked out once.
struct PlantSettings {
  let geometry: BeltGeometry
  /// Direct control of a plain line: what is reported are photo-eyes, not pieces.
  let reportsEyes: Bool
  /// From the induction eye until a piece's reading is there.
  let readingDistance: Int64
  let endDistance: Int64
  let returnDistance: Int64
  let goesRound: Bool
  let hasEndBin: Bool
  /// After so many laps a person takes a piece off: a line without an end bin has no other end for it.
  let lapsUntilTakenOff: Int
  let endBin: BinID
  let confirmDistance: Int64
  let window: Int64
  let minimumGap: Int64
  /// From one head to the next at the rated speed.
  let ratedPitch: Int64
  let gapJitter: Int64
  let answerDistance: Int64
  /// What one diverter needs between two diverts.
  let divertInterval: Int64
  let callAtPercent: Int64
  /// The thickest and the heaviest that a piece of any size class is.
  let thickest: Millimetres
  let heaviest: Grams
  /// The furthest ahead that anything on the belt is due.
  let horizon: Int64
  let duration: Int64

  init(_ profile: HardwareProfile, _ scenario: Scenario) {
    let geometry = BeltGeometry(profile.belt)
    self.geometry = geometry
    // Where pieces come round again an eye cannot tell them from new ones; there they are known by number.
    reportsEyes =
      profile.control.mode == .direct && profile.topology == .line && profile.recirculation == nil
    readingDistance =
      geometry.pulses(profile.scanner.position).rawValue
      + geometry.pulses(in: profile.scanner.resultDelay).rawValue
    endDistance = geometry.pulses(profile.belt.length).rawValue
    returnDistance = profile.recirculation.map { geometry.pulses($0.path).rawValue } ?? 0
    goesRound = profile.recirculation != nil
    lapsUntilTakenOff = min(profile.recirculation?.lapLimit ?? 0, 200) + 20
    let end = profile.bins.firstIndex(where: \.isEnd)
    hasEndBin = end != nil
    endBin = BinID(end.map { UInt16($0) } ?? .max)
    confirmDistance = geometry.pulses(profile.diverters.confirmDistance).rawValue
    window = geometry.pulses(profile.diverters.trackingWindow).rawValue
    minimumGap = geometry.pulses(profile.induction.minimumGap).rawValue
    // Rounded up, so that the machine is never faster than it is rated.
    let rate = Int64(profile.ratedPiecesPerHour)
    ratedPitch = (geometry.pulses(in: .seconds(3600)).rawValue + rate - 1) / rate
    gapJitter = geometry.pulses(scenario.imperfections.gapJitter).rawValue
    answerDistance = geometry.pulses(in: profile.control.answer).rawValue
    divertInterval = geometry.pulses(in: profile.diverters.actuation + profile.diverters.reset).rawValue
    thickest = profile.sizeClasses.map(\.height.upperBound).max() ?? .zero
    heaviest = profile.sizeClasses.map(\.weight.upperBound).max() ?? .zero
    callAtPercent = Int64(scenario.sweeping.callAtPercent)
    let slip = geometry.pulses(scenario.imperfections.slipMaximum).rawValue
    let faultSlip =
      scenario.faults.map { $0.kind.slipMaximum }.map { geometry.pulses($0).rawValue }.max() ?? 0
    let second = geometry.pulses(in: .seconds(1)).rawValue
    let longest = geometry.pulses(Millimetres(tenths: 65_535)).rawValue
    horizon =
      max(endDistance, returnDistance, readingDistance, second + ratedPitch, answerDistance)
      + confirmDistance + max(slip, faultSlip) + gapJitter + minimumGap + 2 * longest + 16
    duration = scenario.duration?.rawValue ?? .max
  }

  /// A bin as the plant first has it: empty and in order.
  func bin(_ bin: HardwareProfile.Bin) -> PlantBin {
    let unlimited = Int64.max / 200
    let pieces = bin.capacityPieces.map(Int64.init) ?? unlimited
    let thickness = bin.capacityThickness.map { Int64($0.tenths) } ?? unlimited
    let weight = bin.capacityWeight.map { Int64($0.tenths) } ?? unlimited
    func call(_ capacity: Int64) -> Int64 { (capacity * callAtPercent + 99) / 100 }
    return PlantBin(
      decision: geometry.pulses(bin.position).rawValue, isEnd: bin.isEnd, capacityPieces: pieces,
      capacityThickness: thickness, capacityWeight: weight, callPieces: call(pieces),
      callThickness: call(thickness), callWeight: call(weight))
  }
}

extension TimedFault.Kind {
  /// The furthest a piece slips through this fault.
  var slipMaximum: Millimetres {
    if case .slip(_, let maximum) = self { maximum } else { .zero }
  }

  /// The bin that this fault is about, if it is about one.
  var bin: BinID? {
    switch self {
    case .missedDiverts(let bin, _), .binDisabled(let bin), .binSensorStuckOn(let bin),
      .binSensorStuckOff(let bin):
      bin
    case .jam, .noReads, .multiReads, .doubleFeeds, .slip, .sweepers: nil
    }
  }
}

/// One random stream for each purpose of the plant.
struct PlantStreams {
  var reading: RandomStream
  var doubleFeeds: RandomStream
  var doubleDetection: RandomStream
  var slip: RandomStream
  var gaps: RandomStream
  var missedDiverts: RandomStream
  var jams: RandomStream
  var sweeping: RandomStream
  var binSensors: RandomStream

  init(seed: UInt64) {
    reading = RandomStream(seed: seed, purpose: .reading)
    doubleFeeds = RandomStream(seed: seed, purpose: .doubleFeeds)
    doubleDetection = RandomStream(seed: seed, purpose: .doubleDetection)
    slip = RandomStream(seed: seed, purpose: .slip)
    gaps = RandomStream(seed: seed, purpose: .gaps)
    missedDiverts = RandomStream(seed: seed, purpose: .missedDiverts)
    jams = RandomStream(seed: seed, purpose: .jams)
    sweeping = RandomStream(seed: seed, purpose: .sweeping)
    binSensors = RandomStream(seed: seed, purpose: .binSensors)
  }
}

/// The rates in force now: the scenario's own, raised by the faults that are active.
struct PlantRates {
  let ordinary: Imperfections
  var noReadPPM: Int
  var multiReadPPM: Int
  var doubleFeedPPM: Int
  var slipPPM: Int
  var slipMaximum: Millimetres

  init(_ imperfections: Imperfections) {
    ordinary = imperfections
    noReadPPM = imperfections.noReadPPM
    multiReadPPM = imperfections.multiReadPPM
    doubleFeedPPM = imperfections.doubleFeedPPM
    slipPPM = imperfections.slipPPM
    slipMaximum = imperfections.slipMaximum
  }
}
