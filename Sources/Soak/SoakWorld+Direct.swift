import Quantities
import RegisterMap
import Rehearsal
import SorterModel

/// The machine of direct control: photo-eyes, an encoder and coils, and a scanner on a wire of its own.
struct DirectMachine {
  let io: ProgramPlant<RemoteIOProgram>
  let heartbeat: Int?
  /// The coil of each bin's diverter, by the bin's place; nil for the end.
  let coils: [Int?]
  /// Pieces that passed the induction eye and that no controller has told of, the oldest first.
  var heads: [(piece: PieceID, encoder: UInt32)] = []
  /// What eyes of bins and of the end saw that was no piece, the oldest first.
  var lies: [(bin: BinID, encoder: UInt32)] = []
  /// How often the device has begun anew.
  var restarts = 0
  /// What the scanner has told while nobody of the process could listen.
  var held: [ScannerReading] = []
  /// How far from a piece's head a controller may take it to be.
  let window: Int64

  init(
    _ io: ProgramPlant<RemoteIOProgram>, _ map: RegisterMap, _ profile: HardwareProfile
  ) {
    self.io = io
    heartbeat = map["controller.heartbeat"].map { Int($0.address) }
    coils = profile.bins.map { map["divert.\($0.name)"].map { Int($0.address) } }
    window = BeltGeometry(profile.belt).pulses(profile.diverters.trackingWindow).rawValue
  }

  /// The piece whose head is where a controller saw one, and nobody's yet; nil where none is.
  mutating func takeHead(at encoder: UInt32) -> UInt64? {
    var best: (place: Int, miss: Int64)?
    for (place, head) in heads.enumerated() {
      let miss = Int64(Int32(bitPattern: encoder &- head.encoder).magnitude)
      if miss <= window, miss < best?.miss ?? .max { best = (place, miss) }
    }
    return best.map { heads.remove(at: $0.place).piece.rawValue }
  }

  /// Whether the eye of a bin saw what was no piece where a controller takes a piece to have fallen into it.
  func lied(_ bin: BinID, at encoder: UInt32) -> Bool {
    lies.contains { $0.bin == bin && Int32(bitPattern: encoder &- $0.encoder).magnitude <= window }
  }
}

/// What only a machine of direct control has.
extension SoakWorld {
  /// So many heads and lies are remembered: a controller that looks again after a while learns of an eye's last alone.
  private static let mostSeen = 8

  /// Takes what passed the induction and what the scanner told, and looks at the coils.
  func settleDirect() {
    guard let io = direct?.io else { return }
    let restarts = io.program.totals.restarts
    if direct?.restarts != restarts {
      // It counts from nought again: what it showed before means nothing now.
      direct?.restarts = restarts
      direct?.heads.removeAll()
      direct?.lies.removeAll()
    }
    for head in io.program.takeHeads() { direct?.heads.append(head) }
    for lie in io.program.takeLies() { direct?.lies.append(lie) }
    if let count = direct?.heads.count, count > Self.mostSeen {
      direct?.heads.removeFirst(count - Self.mostSeen)
    }
    if let count = direct?.lies.count, count > Self.mostSeen {
      direct?.lies.removeFirst(count - Self.mostSeen)
    }
    for reading in io.program.takeReadings() where now >= readingsLostUntil { direct?.held.append(reading) }
    tellReadings()
    for gate in 0..<io.program.gateCount {
      let coil = io.program.coil(ofGate: gate)
      ledger.take(bin: coil.bin, fired: coil.ons)
      if coil.isOn, !plant.isOn(.watchdogOff), now - lastBeatAt > Self.safeWithin {
        ledger.violate(
          .safety,
          "the coil of bin \(machine.profile.bins[coil.bin.index].name) is on "
            + "\((now - lastBeatAt) / 1_000_000) ms after the last heartbeat")
      }
    }
  }

  /// Hands on what the scanner told, unless the whole process stands still.
  private func tellReadings() {
    guard let held = direct?.held, !held.isEmpty, let controller, now >= controller.standsUntil else {
      return
    }
    direct?.held.removeAll(keepingCapacity: true)
    if controller.isDead { return }
    for reading in held { controller.hear(reading, at: now, flaw) }
  }

  /// A heartbeat or a coil is written; nobody keeps the device driven, or lets a gate out, on behalf of a control
  /// thread that hangs.
  func noteOutputs(_ request: WireRequest, _ address: Int, _ direct: DirectMachine) {
    if request.writeTable == .holding {
      guard address == direct.heartbeat else { return }
      lastBeatAt = now
      return judge(request, "the device was kept driven")
    }
    lastBeatAt = now
    if request.values.contains(1), address != 0 { judge(request, "a gate was let out") }
  }

  /// A panel lets a gate out for a moment.
  func fireForeignly(_ fault: SoakFault, _ direct: DirectMachine) {
    let bins = direct.coils.indices.filter { direct.coils[$0] != nil }
    let bin = bins[fault.bin % bins.count]
    guard let address = direct.coils[bin] else { return }
    settle()
    ledger.give(fire: BinID(UInt16(bin)))
    guard plant.write(.coil, at: address, [1], at: now) == nil else {
      counts[fault.kind] -= 1
      return
    }
    lastBeatAt = now
    delay(
      WireRequest(function: .writeCoil, writeAt: address, writeTable: .coil, values: [0], sentAt: now),
      by: 60_000_000)
    settle()
  }
}
