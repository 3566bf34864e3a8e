import Dispatching
import Quantities
import RegisterMap
import Simulation
import SorterModel

/// Remote input and output over the virtual plant: photo-eyes, an encoder and the coils of diverters, for direct control.
///
/// It tracks nothing and decides nothing. A piece is diverted when the gate stands out while the piece passes; a
/// gate follows its coil after the diverter's actuation time. Coils go off when the controller's heartbeat stops.
public struct RemoteIOProgram: ~Copyable {
  let layout: RemoteIOLayout
  let settings: PLCSettings
  let geometry: BeltGeometry
  /// From a coil's edge until its gate has moved, and half the tracking window, in pulses.
  let gateLag: Int64
  let window: Int64
  /// How long an eye is blocked by the shortest piece, in pulses.
  let shortest: Int64
  let beltSpeed: UInt16
  let endBin: BinID
  var image = RegisterImage()
  var plant: VirtualPlant
  var clock: PlantClock?
  var now: Int64
  var beatDue: Int64
  var heartbeat: UInt16 = 0
  /// When the controller's heartbeat last changed, or a coil was written.
  var lastBeat: Int64 = 0
  /// Whether outputs follow the controller: its heartbeat lives.
  var isDriven = false
  var isFeedingHeld = false
  var gates: [Gate]
  var inductionEye = Eye()
  var endEye = Eye()
  /// Pieces on the belt and the gate that each comes to next.
  var travelling: [(piece: PieceID, gate: Int)] = []
  var readings: [ScannerReading] = []
  var account = PLCAccount()
  var pieces: [PLCPiece] = []
  /// Heads that passed the induction, with what the encoder showed, where pieces are kept.
  var heads: [(piece: PieceID, encoder: UInt32)] = []
  /// Bins, the end among them, whose eye saw what was no piece, with what the encoder showed, where pieces are kept.
  var lies: [(bin: BinID, encoder: UInt32)] = []
  var faults: FaultPlayer
  /// What the encoder shows where the belt is at its beginning.
  var encoderStart: UInt32
  /// Where the encoder stands still; nil while it counts.
  var stoodAt: Int64?
  /// Since when the plant's time stands still, for an emergency stop.
  var frozenAt: Int64?
  var isJammed = false

  /// A gate: its coil's last two edges by belt position, and its bin's eye.
  struct Gate {
    var isOn = false
    var onAt: Int64 = .min / 2
    var offAt: Int64 = .min / 2
    var isFull = false
    var eye = Eye()
    /// How often it was told to stand out.
    var ons = 0
  }

  /// A photo-eye: blocked up to a belt position, with its edges counted and the last one latched.
  struct Eye {
    var blockedUntil: Int64 = .min
    var count: UInt16 = 0
    var latched: UInt32 = 0

    /// A piece of this length, by its head.
    mutating func block(at place: Pulses, for length: Int64, _ encoder: UInt32, _ sight: Sight) {
      guard sight != .nothing else { return }
      blockedUntil = place.rawValue + length
      see(encoder)
      // It flickers as the head passes: more edges, each a few pulses behind the one before.
      if sight == .several { for _ in 0..<3 { see(latched &+ 3) } }
    }

    /// A leading edge.
    mutating func see(_ encoder: UInt32) {
      count &+= 1
      latched = encoder
    }

    /// The device begins anew.
    mutating func forgetCount() { (count, latched) = (0, 0) }
  }

  /// A device that starts at `start` on a monotonic clock, in nanoseconds.
  public init(
    profile: HardwareProfile, scenario: Scenario, mail: any MailSupply, layout: RemoteIOLayout,
    settings: PLCSettings, at start: Int64
  ) {
    self.layout = layout
    self.settings = settings
    geometry = BeltGeometry(profile.belt)
    gateLag = geometry.pulses(in: profile.diverters.actuation).rawValue
    window = geometry.pulses(profile.diverters.trackingWindow).rawValue
    let length = profile.sizeClasses.map(\.length.lowerBound).min() ?? Millimetres(50)
    shortest = max(1, geometry.pulses(length).rawValue)
    beltSpeed = UInt16(clamping: profile.belt.speedMillimetresPerSecond)
    endBin = profile.bins.firstIndex(where: \.isEnd).map { BinID(UInt16($0)) } ?? .none
    plant = VirtualPlant(profile: profile, scenario: scenario, mail: mail)
    now = start
    beatDue = start
    encoderStart = settings.encoderStart
    faults = FaultPlayer(settings.faults, at: start)
    gates = layout.gates.map { _ in Gate() }
    for point in layout.points {
      image.add(point.table, point.addresses, isWritable: point.access.allowsWriting)
    }
    holdFeeding(true)
    playFaults()
    if settings.feedsAtOnce { startMachine() }
    updateFeeding()
  }

  /// The watchdog's time in nanoseconds, 0 where it is off.
  var watchdog: Int64 {
    faults.isOn(.watchdogOff) || layout.controllerHeartbeat == nil
      ? 0 : Int64(settings.watchdogMilliseconds) * 1_000_000
  }

  private var tripDue: Int64 {
    guard isDriven else { return .max }
    let watchdog = watchdog
    return watchdog > 0 ? lastBeat + watchdog : .max
  }

  /// The heartbeat of the controller has changed: it lives, and the machine runs.
  mutating func hearBeat() {
    lastBeat = now
    isDriven = true
    account.owners = 1
    if clock == nil { startMachine() }
    updateFeeding()
  }

  private mutating func startMachine() {
    clock = PlantClock(startingAt: now, speed: settings.speed)
    faults.machineStarted(at: now)
  }

  /// Outputs go off: the controller's heartbeat has stopped.
  private mutating func trip() {
    account.watchdogTrips += 1
    account.safeStates += 1
    letGo()
    updateFeeding()
  }

  /// Every output is off.
  mutating func letGo() {
    isDriven = false
    for index in gates.indices { setCoil(index, false) }
    if let hold = layout.hold { image.put(CollectionOfOne(0), hold.table, at: Int(hold.address)) }
  }

  mutating func setCoil(_ index: Int, _ isOn: Bool) {
    let coil = layout.gates[index].coil
    image.put(CollectionOfOne(isOn ? 1 : 0), coil.table, at: Int(coil.address))
    guard gates[index].isOn != isOn else { return }
    gates[index].isOn = isOn
    if isOn {
      gates[index].ons += 1
      gates[index].onAt = plant.position.rawValue
    } else {
      gates[index].offAt = plant.position.rawValue
    }
  }

  mutating func updateFeeding() {
    let isHeld = layout.hold.map { image.value($0.table, Int($0.address)) != 0 } ?? false
    holdFeeding(clock == nil || isDown || frozenAt != nil || isHeld || !(isDriven || settings.feedsAtOnce))
  }

  private mutating func holdFeeding(_ isHeld: Bool) {
    guard isHeld != isFeedingHeld else { return }
    isFeedingHeld = isHeld
    plant.apply(isHeld ? .holdInduction : .releaseInduction)
  }

  /// The next piece to come to a gate: which of those that travel, and when.
  private var nextGate: (index: Int, at: Instant)? {
    var best: (index: Int, at: Instant)?
    for (index, entry) in travelling.enumerated() {
      guard let place = plant.arrival(of: entry.piece, at: layout.gates[entry.gate].bin) else { continue }
      let at = max(plant.now, plant.time(of: place))
      if at != .never, best.map({ at < $0.at }) ?? true { best = (index, at) }
    }
    return best
  }
}

extension RemoteIOProgram: RehearsedDevice {
  /// Lets everything happen that is due by a time.
  public mutating func step(to time: Int64) {
    let time = max(time, now)
    while true {
      let due = max(now, min(tripDue, faults.nextDue))
      guard due <= time else { break }
      runPlant(to: due)
      now = due
      if faults.nextDue <= now { playFaults() } else { trip() }
    }
    runPlant(to: time)
    now = time
    if beatDue <= now {
      if !faults.isOn(.freezeHeartbeat) {
        heartbeat &+= UInt16(truncatingIfNeeded: 1 + (now - beatDue) / PLCProgram.beat)
      }
      beatDue += PLCProgram.beat * (1 + (now - beatDue) / PLCProgram.beat)
    }
  }

  /// The time at which something is next due by itself.
  public var nextDue: Int64 {
    var due = min(beatDue, tripDue, faults.nextDue)
    if let clock, frozenAt == nil {
      let next = min(plant.nextTime, nextGate?.at ?? .never)
      if next != .never { due = min(due, clock.moment(of: next)) }
    }
    return due
  }

  private mutating func runPlant(to time: Int64) {
    guard let clock, frozenAt == nil else { return }
    let limit = clock.plantTime(at: time)
    guard limit >= plant.now else { return }
    account.longestLag = max(account.longestLag, limit - max(plant.now, min(plant.nextTime, limit)))
    while true {
      let next = plant.nextTime
      if let gate = nextGate, gate.at <= min(next, limit) {
        plant.moveOn(to: gate.at)
        pass(gate.index)
      } else if next <= limit {
        let before = plant.onMachine - plant.fed
        plant.advance(notAfter: limit)
        let seen = hear()
        plant.settle()
        let gone = plant.forgetGone()
        let left = before - (plant.onMachine - plant.fed)
        if left > 0 { book(seen, left, gone) }
      } else {
        break
      }
    }
    plant.moveOn(to: limit)
  }

  /// A piece is at a gate: it is diverted if the gate stands out, and travels on otherwise.
  private mutating func pass(_ index: Int) {
    let entry = travelling[index]
    let gate = gates[entry.gate]
    let here = plant.position.rawValue
    let isOut =
      gate.onAt + gateLag <= here + window
      && (gate.isOn || gate.offAt < gate.onAt || gate.offAt + gateLag >= here - window)
    if isOut && !plant.isBeforeScanner(entry.piece) {
      account.commands[1] += 1
      travelling.remove(at: index)
      plant.apply(.fire(layout.gates[entry.gate].bin, entry.piece, at: plant.position))
    } else if entry.gate + 1 < gates.count {
      travelling[index].gate += 1
    } else {
      travelling.remove(at: index)
    }
  }
}
