import ControlRuntime
import Dispatching
import Quantities
import RegisterMap

/// Poll: the heartbeats both ways and the status block.
extension AssignedSession {
  /// One round: commands first, then heartbeat and status, then events and answers, then commands again.
  func poll() throws(SessionFault) {
    if isStatusFresh && mayCommand { try sendCommands() }
    try exchangeStatus()
    guard try absorb(status) else { return }
    updateDrive()
    if outbox.isEmpty {
      try takeEventsAndAnswers()
      try recheckBins()
      tellState()
      tellJam()
    }
    closeOverdue()
    closeStale()
    restateHold()
    if mayCommand { try sendCommands() }
  }

  /// Whether the status block is so new that its encoder count says what is too late.
  var isStatusFresh: Bool { now - statusAt < .milliseconds(100) }

  /// Whether this controller's heartbeat may go out: not where the control thread hangs.
  var mayBeat: Bool {
    !options.isDryRun && !isControlStalled
  }

  /// Whether the control thread has run once and stands still at this very moment.
  var isControlStalled: Bool {
    signals.controlStandstill(at: time.present) > options.controlStall
  }

  private func exchangeStatus() throws(SessionFault) {
    guard mayBeat, isBeatDue else {
      _ = try readStatus()
      return
    }
    let block = layout.machine
    let values = nextControllerWords()
    try asking { () throws(ModbusFault) in
      try self.link.exchange(write: self.layout.controller, values, read: block, into: &self.words)
    }
    wroteControllerAt = now
    if let status = MachineBlock(from: words, at: 0, layout.order) {
      note(status)
    } else {
      _ = try readStatus()
    }
  }

  /// With function 23 a write costs nothing; without it, only when it is time or something has changed.
  private var isBeatDue: Bool {
    if link.settings.allowsReadWrite { return true }
    guard let wroteControllerAt else { return true }
    let tail = UInt16(truncatingIfNeeded: safeTail)
    let isCrowded = eventHead.value - safeTail + Int64(tail &- controller.eventTail) >= layout.eventSlots / 4
    return now - wroteControllerAt >= link.settings.heartbeat || controller.arm != wantedArm
      || (tail != controller.eventTail && isCrowded)
  }

  private var wantedArm: UInt16 {
    switch drive {
    case .arming, .armed: 1
    case .off, .latched: 0
    }
  }

  private func nextControllerWords() -> [UInt16] {
    controller.heartbeat &+= 1
    controller.owner = owner
    controller.epoch = epoch ?? 0
    controller.eventTail = UInt16(truncatingIfNeeded: safeTail)
    controller.arm = wantedArm
    return controllerWords()
  }

  func controllerWords() -> [UInt16] {
    var values = [UInt16](repeating: 0, count: ControllerBlock.registers)
    controller.encode(into: &values, at: 0, layout.order)
    return values
  }

  func writeController() throws(SessionFault) {
    guard mayBeat else { return }
    let values = nextControllerWords()
    try asking { () throws(ModbusFault) in try self.link.write(self.layout.controller, from: 0, values) }
    wroteControllerAt = now
  }

  /// Takes the status block in; false where nothing more is to be done this turn.
  private func absorb(_ status: MachineBlock) throws(SessionFault) -> Bool {
    guard status.epoch == epoch else { throw .restarted }
    noteRefusals(status)
    if !options.isDryRun && status.owner != owner {
      if drive != .off { latch() }
      if status.owner != 0 { yieldMachine(status) }
      otherOwner.forget()
      phase = .claiming
      return false
    }
    try moveEncoder(status)
    try recheckWatchdog(status)
    machineHeart.see(Int64(status.heartbeat), at: now)
    conditions.set(.heartbeatLost, machineHeart.standstill(at: now) >= options.machineStall)
    conditions.set(.emergencyStop, status.flags.contains(.emergencyStop))
    conditions.set(.watchdogOff, !status.flags.contains(.watchdog) || !report.isRight("watchdog"))
    if let before = lastLost, before != status.eventsLost {
      lostEvents += UInt64(status.eventsLost &- before)
      losingEvents()
    }
    lastLost = status.eventsLost
    guard eventHead.distance(to: status.eventHead) >= 0 else {
      // The epoch is the same and the numbers are not: nothing of before can be relied upon.
      mustBeginAnew = true
      throw .restarted
    }
    eventHead.move(to: status.eventHead)
    return true
  }

  /// Tells of writes that the machine refused since the last look, whoever made them.
  func noteRefusals(_ status: MachineBlock) {
    if let before = lastRefused, before != status.writesRefused {
      conditions.happened(.writeRefused, at: now)
      signals.machineRefusals.add(UInt64(status.writesRefused &- before), ordering: .relaxed)
    }
    lastRefused = status.writesRefused
  }

  /// Events are gone: numbers of pieces may jump, and what the bins said is read anew.
  func losingEvents() {
    conditions.happened(.eventsLost, at: now)
    pieces.expectGap()
    needsBins = true
    needsJam = true
  }
}
