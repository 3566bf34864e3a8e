import Dispatching
import Quantities
import RegisterMap
import Simulation
import SorterModel

/// What the device shows and takes: its points.
extension RemoteIOProgram {
  /// What was seen of a piece that left the machine.
  enum Sighting {
    case nothing
    case bin(BinID)
    case end
  }

  /// Hears what the plant's last event left.
  mutating func hear() -> Sighting {
    var seen = Sighting.nothing
    for index in 0..<plant.signalCount {
      guard case .field(let input) = plant.signal(index) else { continue }
      let event = input.event
      let here = input.position
      switch event.kind {
      case .inductionEye where event.isOn:
        let piece = plant.newestPiece
        inductionEye.block(at: here, for: plant.length(of: piece), encoder(at: here), sight(ofEye: 0))
        if settings.keepsPieces { heads.append((piece, encoder(at: here))) }
        travelling.append((piece, 0))
      case .binEye where event.isOn:
        if let gate = layout.gates.firstIndex(where: { $0.bin == event.bin }) {
          gates[gate].eye.block(at: here, for: shortest, encoder(at: here), sight(ofEye: 2 + gate))
        }
        seen = .bin(event.bin)
      case .endEye where event.isOn:
        endEye.block(at: here, for: shortest, encoder(at: here), sight(ofEye: 1))
        account.endsPassed += 1
        seen = .end
      case .pieceIdentified:
        readings.append(
          ScannerReading(code: event.code, dimensions: event.dimensions, quality: event.quality))
      case .binFull, .binAvailable:
        if let gate = layout.gates.firstIndex(where: { $0.bin == event.bin }) {
          gates[gate].isFull = event.kind == .binFull
        }
      case .jamStarted, .jamCleared: isJammed = event.kind == .jamStarted
      default: break
      }
    }
    return seen
  }

  /// Books pieces that have left the machine, `count` with those that lay under others.
  mutating func book(_ seen: Sighting, _ count: Int, _ gone: [PieceID]) {
    switch seen {
    case .bin(let bin):
      account.diverted += count
      keep(gone, .diverted, bin)
    case .end:
      account.toEnd += count
      keep(gone, .end, endBin)
    case .nothing:
      account.removed += count
      keep(gone, .removed, .none)
    }
  }

  private mutating func keep(_ gone: [PieceID], _ ending: PLCPiece.Ending, _ bin: BinID) {
    guard settings.keepsPieces else { return }
    for piece in gone {
      let truth = plant.truth(of: piece)
      pieces.append(
        PLCPiece(
          piece: piece, ending: ending, bin: bin, destination: truth.destination, hasRider: truth.hasRider))
    }
  }

  /// A person takes a piece off the belt unseen, at the last step; false where none can be reached.
  package mutating func takeOff() -> Bool {
    let before = plant.onMachine
    guard let piece = plant.takeOff() else { return false }
    travelling.removeAll { $0.piece == piece }
    let gone = plant.forgetGone()
    book(.nothing, before - plant.onMachine, gone)
    return true
  }

  /// Takes the pieces that ended since the last time, in their order; see `PLCSettings.keepsPieces`.
  package mutating func takeEndings() -> [PLCPiece] {
    if pieces.isEmpty { return [] }
    defer { pieces.removeAll(keepingCapacity: true) }
    return pieces
  }

  /// Takes the pieces whose heads passed the induction since the last time, with what the encoder showed then.
  package mutating func takeHeads() -> [(piece: PieceID, encoder: UInt32)] {
    if heads.isEmpty { return [] }
    defer { heads.removeAll(keepingCapacity: true) }
    return heads
  }

  /// Takes the bins whose eye saw what was no piece since the last time, with what the encoder showed then.
  package mutating func takeLies() -> [(bin: BinID, encoder: UInt32)] {
    if lies.isEmpty { return [] }
    defer { lies.removeAll(keepingCapacity: true) }
    return lies
  }

  /// How many bins have a gate.
  package var gateCount: Int { gates.count }

  /// A gate's bin, how often its coil went on, and whether it is on.
  package func coil(ofGate index: Int) -> (bin: BinID, ons: Int, isOn: Bool) {
    (layout.gates[index].bin, gates[index].ons, gates[index].isOn)
  }

  /// Whether outputs follow a controller.
  package var isArmed: Bool { isDriven }

  /// The plant's time; nil until the machine has started.
  package var plantTime: Instant? { clock == nil ? nil : plant.now }

  /// The encoder's count at the last step.
  package var encoderCount: UInt32 { encoder(at: plant.position) }

  /// Whether a fault of the device stands.
  package func isOn(_ fault: DeviceFault.Kind) -> Bool { faults.isOn(fault) }

  /// Whether all mail has been fed and has left the machine.
  public var isFinished: Bool { plant.isFinished }

  private mutating func refresh() {
    let here = plant.position.rawValue
    put(encoder(at: plant.position), layout.encoder)
    show(inductionEye, layout.induction, here, 0)
    show(endEye, layout.end, here, 1)
    if let jam = layout.jam { put(isJammed ? 1 : 0, jam) }
    for (index, gate) in gates.enumerated() {
      show(gate.eye, layout.gates[index].eye, here, 2 + index)
      if let full = layout.gates[index].full { put(gate.isFull ? 1 : 0, full) }
    }
    if let point = layout.heartbeat { put(UInt32(heartbeat), point) }
    if let point = layout.watchdog { put(UInt32(watchdog / 1_000_000), point) }
  }

  private mutating func show(_ eye: Eye, _ points: RemoteIOLayout.Eye, _ here: Int64, _ number: Int) {
    put(here < eye.blockedUntil || faults.isOn(.eyeStuckOn, number) ? 1 : 0, points.bit)
    if let count = points.count { put(UInt32(eye.count), count) }
    if let at = points.at { put(eye.latched, at) }
  }

  private mutating func put(_ value: UInt32, _ point: RegisterPoint) {
    let address = Int(point.address)
    guard point.type.addressCount == 2 else {
      return image.put(CollectionOfOne(UInt16(truncatingIfNeeded: value)), point.table, at: address)
    }
    let order = faults.isOn(.swapWords) ? point.byteOrder.withWordsSwapped : point.byteOrder
    let (first, second) = order.registers(value)
    image.put([first, second], point.table, at: address)
  }

  /// Reads registers (bits as 0 and 1) at a time.
  public mutating func read(
    _ table: RegisterTable, at address: Int, count: Int, at time: Int64
  ) -> Result<ArraySlice<UInt16>, RegisterRefusal> {
    step(to: time)
    guard count > 0, image.has(table, address..<address + count) else { return .failure(.illegalAddress) }
    if isDown { return .failure(.busy) }
    refresh()
    return .success(image.values(table, address..<address + count))
  }

  /// Writes coils and holding registers at a time; a coil acts at once.
  public mutating func write(
    _ table: RegisterTable, at address: Int, _ values: some RandomAccessCollection<UInt16>, at time: Int64
  ) -> RegisterRefusal? {
    step(to: time)
    let range = address..<address + values.count
    guard !values.isEmpty, image.has(table, range, writable: true) else {
      account.writesRefused += 1
      return .illegalAddress
    }
    if isDown { return .busy }
    if table == .coil {
      if faults.isOn(.refuseCommands) { return .illegalValue }
      // It says yes and does nothing.
      if faults.isOn(.ignoreCommands) { return nil }
    }
    let beat = layout.controllerHeartbeat
    let before = beat.map { image.value($0.table, Int($0.address)) }
    image.put(values, table, at: address)
    for (index, gate) in layout.gates.enumerated()
    where gate.coil.table == table && range.contains(Int(gate.coil.address)) {
      setCoil(index, image.value(table, Int(gate.coil.address)) != 0)
    }
    if table == .coil {
      // Who writes a coil lives: it is on for the watchdog's time at least.
      lastBeat = now
      isDriven = true
    }
    if let beat, before != image.value(beat.table, Int(beat.address)) { hearBeat() }
    updateFeeding()
    return nil
  }

  /// What the machine has done so far.
  public var totals: PLCAccount {
    var totals = account
    totals.fed = plant.fed
    totals.onMachine = plant.onMachine
    totals.longestLag = Nanoseconds(account.longestLag.rawValue / Int64(settings.speed))
    return totals
  }

  /// Where pieces ended, in the order of ending and numbered so.
  public var endings: [PLCPiece] { pieces }

  /// How the machine is, in the words of the status block of assigned control.
  public mutating func presentStatus() -> MachineBlock {
    var block = MachineBlock()
    block.heartbeat = heartbeat
    block.encoder = encoder(at: plant.position)
    block.state = clock == nil ? 4 : 6
    block.flags.set(.armed, isDriven)
    block.flags.set(.watchdog, watchdog > 0)
    block.flags.set(.inductionHeld, isFeedingHeld)
    block.flags.set(.beltRuns, clock != nil && plant.beltRuns)
    block.flags.set(.safe, !isDriven && account.watchdogTrips > 0)
    block.speed = clock != nil && plant.beltRuns ? beltSpeed : 0
    return block
  }

  /// Takes the readings that the scanner has made since the last time.
  public mutating func takeReadings() -> [ScannerReading] {
    defer { readings.removeAll() }
    return readings
  }
}
