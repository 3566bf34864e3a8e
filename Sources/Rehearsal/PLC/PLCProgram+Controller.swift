import Quantities
import RegisterMap
import Simulation

/// What the machine knows of its controller.
struct ControllerSupervision {
  /// The owner in force, 0 for none.
  var owner: UInt16 = 0
  /// The block as it was last taken over.
  var block = ControllerBlock()
  /// When the owner's heartbeat last changed.
  var lastBeat: Int64 = 0
  /// Outputs follow the controller.
  var isArmed = false
  /// The safe state is latched.
  var isSafe = false
  var isEmergencyStopped = false
  /// A controller was armed since this start of the program.
  var hasEverArmed = false
  /// The last reset that was carried out.
  var resetDone: UInt16 = 0

  /// When the watchdog trips if no heartbeat comes; `Int64.max` while nothing is armed.
  func tripDue(_ watchdog: Int64) -> Int64 {
    isArmed && watchdog > 0 ? lastBeat + watchdog : .max
  }
}

/// Ownership, arming, the watchdog and the safe state.
extension PLCProgram {
  /// Looks at the controller block after a write; a write of somebody who is not the owner is undone.
  mutating func hearController(before: ControllerBlock) {
    let place = layout.controller
    guard let block = image.take(ControllerBlock.self, place.table, at: place.address, order) else { return }
    guard takeOwner(block) else {
      image.put(before, place.table, at: place.address, order)
      refuseWrite()
      return
    }
    if block.heartbeat != supervision.block.heartbeat { supervision.lastBeat = now }
    ring.take(block.eventTail)
    let isAlive = now - supervision.lastBeat < patience
    if block.reset != supervision.block.reset, isAlive { reset(block.reset) }
    if block.commandNumber != supervision.block.commandNumber { pack.command(block.command, at: now) }
    if block.mode != supervision.block.mode { pack.change(to: block.mode, at: now) }
    supervision.block = block
    updateArming(isAlive: isAlive)
    updateStates()
    updateFeeding()
  }

  /// Whether the writer of a block is the owner, or becomes it: there is none, or its heartbeat has stopped.
  private mutating func takeOwner(_ block: ControllerBlock) -> Bool {
    if block.owner == supervision.owner { return block.owner != 0 }
    let isFree = supervision.owner == 0 || now - supervision.lastBeat >= patience
    guard isFree, block.owner != 0, !faults.isOn(.secondMaster) else { return false }
    if supervision.isArmed { goSafe() }
    supervision.owner = block.owner
    supervision.lastBeat = now
    // Numbers that count up are taken as they stand: nothing is carried out that was not asked for.
    supervision.block = block
    supervision.resetDone = block.reset
    ring.tail = ring.head
    isHeldByCommand = false
    account.owners += 1
    return true
  }

  /// After so long without a heartbeat an owner counts as gone, whether or not the watchdog is on.
  private var patience: Int64 {
    watchdog > 0 ? watchdog : Int64(RegisterInterface.longestWatchdogMilliseconds) * 1_000_000
  }

  private mutating func updateArming(isAlive: Bool) {
    let wants = supervision.block.arm == 1 && supervision.block.epoch == epoch
    if supervision.isArmed {
      if !wants { goSafe() }
    } else if wants, isAlive, !supervision.isSafe, !supervision.isEmergencyStopped {
      supervision.isArmed = true
      supervision.hasEverArmed = true
      startMachine(at: now)
    }
  }

  /// The safe state is left, if a controller asks for it and no emergency stop stands.
  private mutating func reset(_ number: UInt16) {
    guard !supervision.isEmergencyStopped else { return }
    supervision.resetDone = number
    guard supervision.isSafe else { return }
    supervision.isSafe = false
    account.resets += 1
  }

  /// The controller's heartbeat has stopped while it was armed.
  mutating func trip() {
    account.watchdogTrips += 1
    goSafe()
  }

  /// Nothing is diverted any more: pieces go on to the end, and none is fed.
  mutating func goSafe() {
    supervision.isArmed = false
    if !supervision.isSafe { account.safeStates += 1 }
    supervision.isSafe = true
    recallAll()
    updateFeeding()
    updateStates()
  }

  /// Takes back everything that was commanded and is not done yet.
  mutating func recallAll() {
    early.removeAll()
    plant.recallDiverts()
  }

  /// Somebody presses the emergency stop, or pulls it out again; the plant's time stands still meanwhile.
  mutating func stopEmergency(_ isPressed: Bool) {
    guard isPressed != supervision.isEmergencyStopped else { return }
    supervision.isEmergencyStopped = isPressed
    if isPressed {
      goSafe()
      frozenAt = now
    } else if let frozenAt {
      clock?.origin += now - frozenAt
      self.frozenAt = nil
    }
    updateFeeding()
    updateStates()
  }

  /// Counts a write that was refused.
  mutating func refuseWrite() {
    account.writesRefused += 1
    status.writesRefused &+= 1
  }
}
