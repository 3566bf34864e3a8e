import ControlRuntime
import Quantities
import RegisterMap

/// Ownership: one controller drives a machine, and the one that was pushed aside falls silent.
extension AssignedSession {
  /// Takes the machine into ownership, or waits until it may.
  func claim() throws(SessionFault) {
    let status = try readStatus()
    guard status.epoch == epoch else { throw .restarted }
    noteRefusals(status)
    try moveEncoder(status)
    let isForeign = status.owner != 0 && status.owner != owner
    if isForeign && hasOwned { yieldMachine(status) }
    if hasYielded {
      refuseWaiting()
      guard try mayReturn(status, isForeign: isForeign) else { return }
    }
    if status.owner == owner {
      conditions.set(.ownershipLost, false)
      checkStatus(status)
      hasOwned = true
      // The machine takes a new owner without what the one before had asked for.
      machineHolds = false
      claimedAt = nil
      phase = .running
      return
    }
    guard mayBeat else { return }
    if isForeign {
      // Nothing is written, and nobody counts as asked, where the control thread stood still meanwhile.
      guard try mayPushAside(status), mayBeat else { return }
      claimedAt = now
    }
    try writeController()
  }

  /// Another controller has the machine: from here on nothing is written, and a person must say when it may be.
  ///
  /// What was under way is nobody's any more: the other one uses the same mailbox.
  func yieldMachine(_ status: MachineBlock) {
    guard !hasYielded else { return }
    hasYielded = true
    conditions.set(.ownershipLost, true)
    if drive != .off { latch() }
    controller.arm = 0
    resetsSeen = signals.resetsAsked.load(ordering: .relaxed)
    for _ in book.startAnew(done: status.mailboxDone) { closeUnknown() }
    refuseWaiting()
  }

  /// Whether a person has let it go on since the other controller left the machine.
  ///
  /// A reset that is asked for while the other one is in force says nothing of a later moment: it is forgotten.
  /// One that counts also leaves the latched state, so that it has to be asked for once.
  private func mayReturn(_ status: MachineBlock, isForeign: Bool) throws(SessionFault) -> Bool {
    let resets = signals.resetsAsked.load(ordering: .relaxed)
    if isForeign { resetsSeen = resets }
    guard !isForeign, resets != resetsSeen || options.resetsByItself else { return false }
    // The numbers went on without us, and the other one's last command may still lie in the mailbox.
    for _ in book.startAnew(done: status.mailboxDone) { closeUnknown() }
    try waitForForeignCommand()
    hasYielded = false
    return true
  }

  /// Whether an owner that was there before may be pushed aside: once, when its heartbeat has long stopped.
  ///
  /// As long as the heartbeat lives, not a single register is written. A machine that keeps its owner all the
  /// same is not asked twice: somebody drives it of whom the heartbeat's register tells nothing.
  private func mayPushAside(_ status: MachineBlock) throws(SessionFault) -> Bool {
    let watchdog = Nanoseconds.milliseconds(Int64(identity.watchdogMilliseconds))
    let silence = max(link.settings.watchdog, watchdog) + .milliseconds(200)
    if let claimedAt {
      if now - claimedAt >= silence { yieldMachine(status) }
      return false
    }
    otherOwner.see(Int64(try readOtherHeartbeat()), at: now)
    guard otherOwner.standstill(at: now) < silence else { return true }
    conditions.set(.ownershipLost, true)
    return false
  }

  private func readOtherHeartbeat() throws(SessionFault) -> UInt16 {
    let block = layout.controller
    try asking { () throws(ModbusFault) in
      try self.link.read(block, from: 0, count: block.count, into: &self.words)
    }
    return words[0]
  }
}
