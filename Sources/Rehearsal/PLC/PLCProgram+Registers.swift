import Quantities
import RegisterMap
import Simulation

/// Requests: each is one whole, at one moment of the plant.
extension PLCProgram {
  /// How longs lie, as the machine has it now.
  var order: ByteOrder { faults.isOn(.swapWords) ? layout.order.withWordsSwapped : layout.order }

  /// Whether the program is down, as while it restarts: every register reads as zero.
  var isDown: Bool { faults.isOn(.reboot) }

  /// Puts the blocks as they are after a start of the program: everything zero but the identity.
  mutating func boot() {
    image.clear()
    status = MachineBlock()
    shown = MachineBlock()
    mailboxDone = 0
    ring = EventCounters()
    let isStopped = supervision.isEmergencyStopped
    supervision = ControllerSupervision()
    supervision.isEmergencyStopped = isStopped
    status.flags.set(.jam, plant.isJammed)
    isHeldByCommand = false
    pack = PLCStates()
    for index in 0..<binCount {
      image.setBit(index, binsFull[index], layout.binsFull.table, at: layout.binsFull.address)
      image.setBit(index, binsDisabled[index], layout.binsDisabled.table, at: layout.binsDisabled.address)
    }
    refreshIdentity()
    updateStates()
    refreshStatus()
  }

  /// Writes the identity block.
  mutating func refreshIdentity() {
    var id = IdentityBlock()
    id.epoch = epoch
    id.bins = UInt16(clamping: binCount)
    id.eventSlots = UInt16(layout.eventSlots)
    id.mailboxSlots = UInt16(layout.mailboxSlots)
    id.watchdogMilliseconds = isWatchdogOn ? settings.watchdogMilliseconds : 0
    id.pulsesPerMetre = pulsesPerMetre
    image.put(id, layout.id.table, at: layout.id.address, order)
  }

  /// Writes the status block, with another snapshot number where anything in it has changed.
  mutating func refreshStatus() {
    var block = status
    block.epoch = epoch
    block.flags.set(.armed, supervision.isArmed)
    block.flags.set(.safe, supervision.isSafe)
    block.flags.set(.emergencyStop, supervision.isEmergencyStopped)
    block.flags.set(.watchdog, isWatchdogOn)
    block.flags.set(.inductionHeld, isFeedingHeld)
    let runs = clock != nil && frozenAt == nil && plant.beltRuns
    block.flags.set(.beltRuns, runs)
    block.speed = runs ? beltSpeed : 0
    block.state = UInt16(pack.unit.state.rawValue)
    block.mode = UInt16(pack.unit.mode.rawValue)
    block.encoder = encoder(at: plant.position)
    block.eventHead = ring.head
    block.mailboxDone = mailboxDone
    block.owner = supervision.owner
    block.resetDone = supervision.resetDone
    block.snapshot = shown.snapshot
    guard block != shown else { return }
    block.snapshot &+= 1
    status = block
    shown = block
    image.put(block, layout.machine.table, at: layout.machine.address, order)
    if faults.isOn(.tornSnapshot) {
      let last = layout.machine.address + MachineBlock.registers - 1
      image.put(CollectionOfOne(block.snapshot &- 1), layout.machine.table, at: last)
    }
  }

  private var isWatchdogOn: Bool { watchdog > 0 }

  /// The watchdog's time in nanoseconds, 0 where it is off.
  var watchdog: Int64 {
    faults.isOn(.watchdogOff) ? 0 : Int64(settings.watchdogMilliseconds) * 1_000_000
  }

  /// Reads registers (bits as 0 and 1) at a time; nothing is changed by it but the time.
  public mutating func read(
    _ table: RegisterTable, at address: Int, count: Int, at time: Int64
  ) -> Result<ArraySlice<UInt16>, RegisterRefusal> {
    step(to: time)
    guard count > 0, image.has(table, address..<address + count) else { return .failure(.illegalAddress) }
    if !isDown { refreshStatus() }
    return .success(image.values(table, address..<address + count))
  }

  /// Writes registers (bits as 0 and 1) at a time: all of them or none; what they ask for is done at once.
  public mutating func write(
    _ table: RegisterTable, at address: Int, _ values: some RandomAccessCollection<UInt16>, at time: Int64
  ) -> RegisterRefusal? {
    step(to: time)
    let range = address..<address + values.count
    guard !values.isEmpty, image.has(table, range, writable: true) else {
      refuseWrite()
      return .illegalAddress
    }
    if isDown { return .busy }
    let controller = layout.controller
    let before = image.take(ControllerBlock.self, controller.table, at: controller.address, order)
    image.put(values, table, at: address)
    if let before, controller.table == table, range.overlaps(controller.range) {
      hearController(before: before)
    }
    if layout.mailbox.table == table, range.overlaps(layout.mailbox.range) { emptyMailbox() }
    return nil
  }
}

extension MachineBlock.Flags {
  mutating func set(_ flag: Self, _ isOn: Bool) {
    if isOn { insert(flag) } else { remove(flag) }
  }
}

extension ByteOrder {
  /// The order with the two registers of a long the other way round.
  var withWordsSwapped: ByteOrder {
    switch self {
    case .abcd: .cdab
    case .cdab: .abcd
    case .badc: .dcba
    case .dcba: .badc
    }
  }
}
