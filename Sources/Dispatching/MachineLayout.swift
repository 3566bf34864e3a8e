import FlatStorage
import Quantities
import SorterModel

/// A hardware profile on the encoder's scale, as the dispatcher needs it.
struct MachineLayout: Sendable, BitwiseCopyable {
  let geometry: BeltGeometry
  let controlMode: HardwareProfile.ControlMode
  /// From the induction eye to the end of the line, or once round a loop.
  let endDistance: Pulses
  /// From one passage of the induction eye to the next, for a piece that goes round; zero where none does.
  let lapDistance: Pulses
  let lapLimit: UInt8
  /// A bit for each reason that is worth another lap.
  let lapReasons: UInt32
  let minimumGap: Pulses
  /// From the induction eye to where a piece is when its reading comes, and how far off it may be then.
  let readDistance: Pulses
  let readTolerance: Pulses
  /// How far the belt moves until a reading that has not come by then never comes.
  let latestReading: Pulses
  let window: Pulses
  let confirmDistance: Pulses
  /// How far after its induction a piece has passed the end, or its bin's eye, long ago.
  let longestStay: Pulses
  /// How far before a decision point its command must be there.
  let commandLead: Pulses
  /// How far before a decision point its diverter must be fired.
  let fireLead: Pulses
  let faultsToDisable: UInt8
  let endBin: BinID
  /// A power of two: more pieces than can be under way at once.
  let trackCapacity: Int

  init(_ profile: HardwareProfile) {
    let geometry = BeltGeometry(profile.belt)
    self.geometry = geometry
    controlMode = profile.control.mode
    endDistance = geometry.pulses(profile.belt.length)
    let recirculation = profile.recirculation
    // A loop is as long as its belt; where it has a way back besides, that belongs to the lap as it does on a line.
    let loop = profile.topology == .loop ? endDistance : .zero
    lapDistance = recirculation.map { geometry.pulses(profile.belt.length + $0.path) } ?? loop
    lapLimit = UInt8(clamping: recirculation?.lapLimit ?? (profile.topology == .loop ? 1 : 0))
    var reasons: UInt32 = 0
    for reason in Reason.allCases where recirculation?.reasons.contains(reason) ?? false {
      reasons |= 1 << UInt32(reason.rawValue)
    }
    lapReasons = reasons
    minimumGap = geometry.pulses(profile.induction.minimumGap)
    readDistance =
      geometry.pulses(profile.scanner.position) + geometry.pulses(in: profile.scanner.resultDelay)
    let shortest = profile.sizeClasses.map(\.length.lowerBound).min() ?? .zero
    readTolerance = Pulses(geometry.pulses(shortest + profile.induction.minimumGap).rawValue / 2)
    latestReading = geometry.pulses(in: Self.latestReading)
    window = geometry.pulses(profile.diverters.trackingWindow)
    confirmDistance = geometry.pulses(profile.diverters.confirmDistance)
    longestStay = endDistance + confirmDistance + window + window
    fireLead = geometry.pulses(in: profile.diverters.actuation)
    commandLead = fireLead + geometry.pulses(in: profile.control.answer)
    faultsToDisable = UInt8(clamping: profile.diverters.faultsToDisable)
    endBin = BinID(profile.bins.firstIndex(where: \.isEnd).map { UInt16($0) } ?? .max)
    trackCapacity = Self.trackCapacity(profile)
  }

  /// Twice as many pieces as fill the belt at the rated speed, for every lap that one may stay.
  ///
  /// The rated speed bounds them where the shortest piece and its gap do not. A small table stays in the fastest cache.
  static func trackCapacity(_ profile: HardwareProfile) -> Int {
    let shortest = profile.sizeClasses.map(\.length.lowerBound.tenths).min() ?? 1000
    let rated = profile.belt.speedMillimetresPerSecond * 10 * 3600 / max(profile.ratedPiecesPerHour, 1)
    let pitch = max(Int(shortest) + Int(profile.induction.minimumGap.tenths), rated, 100)
    let lap = Int(profile.belt.length.tenths) + Int(profile.recirculation?.path.tenths ?? 0)
    let laps = 1 + (profile.recirculation?.lapLimit ?? (profile.topology == .loop ? 1 : 0))
    let pieces = 2 * (lap / pitch + 1) * laps
    var capacity = 128
    while capacity < pieces && capacity < 1 << 20 { capacity *= 2 }
    return capacity
  }

  /// A reading that is not there so long after it was due is lost, not late: a network that drops packets repeats them
  /// three times within that time, and what comes even later comes in a heap.
  private static let latestReading = Nanoseconds.seconds(2)

  /// A bin as the dispatcher first knows it: empty and in service.
  func state(of bin: HardwareProfile.Bin) -> BinState {
    let capacity = BinLoad(
      pieces: bin.capacityPieces.map(Int64.init) ?? Self.unlimited,
      thickness: bin.capacityThickness.map { Int64($0.tenths) } ?? Self.unlimited,
      weight: bin.capacityWeight.map { Int64($0.tenths) } ?? Self.unlimited)
    func scale(_ capacity: Int64) -> Int64 { capacity == Self.unlimited ? 0 : (1 << 40) / max(capacity, 1) }
    var mask: UInt32 = 0
    for sizeClass in 0..<32 where bin.takes.contains(SizeClassID(UInt8(sizeClass))) {
      mask |= 1 << UInt32(sizeClass)
    }
    return BinState(
      decision: geometry.pulses(bin.position), classMask: mask, isEnd: bin.isEnd, capacity: capacity,
      scale: BinLoad(
        pieces: scale(capacity.pieces), thickness: scale(capacity.thickness), weight: scale(capacity.weight)))
  }

  /// More than any bin holds, and far from overflow when loads are added.
  static let unlimited = Int64.max / 4
}
