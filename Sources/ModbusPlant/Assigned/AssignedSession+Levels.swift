import ControlRuntime
import Dispatching
import Quantities
import RegisterMap

/// Levels: what must be the same on both sides, whatever messages about its changes were lost.
extension AssignedSession {
  /// Tells the machine's state where no event does: at the start, after a restart, and when events were lost.
  func tellState() {
    guard eventRead == eventHead.value, status.state != toldState, (1...17).contains(status.state) else {
      return
    }
    toldState = status.state
    let place = max(outbox.position, Pulses(encoder.position))
    outbox.put(.machineState(UInt8(status.state)), at: place, now: now)
  }

  /// Reads the bins anew where events about them may be missing; an end bin that counts as full holds induction.
  func recheckBins() throws(SessionFault) {
    if needsBins, eventRead == eventHead.value { try readBins() }
  }

  /// Tells whether the belt is jammed where events about it may be missing: at the start, after a restart, and when
  /// events were lost. A jam that was never told to be cleared would hold induction for good.
  func tellJam() {
    guard needsJam, eventRead == eventHead.value else { return }
    needsJam = false
    let isJammed = status.flags.contains(.jam)
    guard isJammed != toldJam else { return }
    toldJam = isJammed
    let place = max(outbox.position, Pulses(encoder.position))
    outbox.put(isJammed ? .jamStarted : .jamCleared, at: place, now: now)
  }

  /// Gives the command to hold induction, or to release it, once more where the last one may not have been carried
  /// out: it was refused while nothing was driven, or nobody knows what became of it.
  func restateHold() {
    guard drive == .armed, machineHolds != wantsHold, now - holdRestatedAt >= Self.holdPatience,
      !book.holdsInductionCommand
    else { return }
    holdRestatedAt = now
    book.take(
      PortCommand(wantsHold ? .holdInduction : .releaseInduction, givenAt: now, because: 0))
  }

  private static var holdPatience: Nanoseconds { .milliseconds(200) }

  /// Whether the encoder's count can be that of the same belt: no further off than it can have run.
  ///
  /// A thousand times the belt's speed is allowed for, because a rehearsal runs faster than real. Beyond that the
  /// count is of another scale or another order of words, and no deadline by it would mean anything.
  func isPlausible(_ status: MachineBlock) -> Bool {
    let belt = profile.belt
    let perSecond = Int64(belt.speedMillimetresPerSecond) * Int64(belt.encoderPulsesPerMetre) / 1_000
    let milliseconds = max(0, (now - encoderAt).rawValue / 1_000_000)
    let (run, isBeyond) = perSecond.multipliedReportingOverflow(by: milliseconds)
    return isBeyond || encoder.distance(to: status.encoder).magnitude <= UInt64(max(0, run)) + 1 << 20
  }

  /// Takes the encoder's count in; one that goes back a little is told and not believed.
  func moveEncoder(_ status: MachineBlock) throws(SessionFault) {
    guard isPlausible(status) else {
      conditions.happened(.protocolFault, at: now)
      throw .encoderJumped
    }
    encoderAt = now
    if !encoder.move(to: status.encoder) { conditions.happened(.protocolFault, at: now) }
  }

  /// Looks at the identity again where the machine now says that its watchdog is on: somebody has set it.
  func recheckWatchdog(_ status: MachineBlock) throws(SessionFault) {
    guard status.flags.contains(.watchdog), !report.isRight("watchdog"), now - watchdogSeenAt >= .seconds(1)
    else { return }
    watchdogSeenAt = now
    identity = try readIdentity()
    checkWatchdog(identity)
  }
}
