import ControlRuntime
import Dispatching
import Quantities
import RegisterMap

/// Drive: arming, the latched safe state, and what the control thread is told of the link.
extension AssignedSession {
  /// Whether commands may be written now.
  var mayCommand: Bool { drive == .armed && mayBeat && !conditions.holds(.heartbeatLost) }

  /// Goes on with arming and disarming by what is wanted and what the machine shows.
  func updateDrive() {
    let resets = signals.resetsAsked.load(ordering: .relaxed)
    let isReset = resets != resetsSeen || options.resetsByItself
    resetsSeen = resets
    let isSafe = status.flags.contains(.safe)
    switch drive {
    case .off:
      if mayDrive { startArming() }
    case .arming(let since):
      if !mayDrive {
        drive = .off
      } else if status.flags.contains(.armed) && !isSafe {
        drive = .armed
        // It may have forgotten, or was never told.
        if wantsHold { machineHolds = false }
      } else if isReset || (now - since > Self.patience && isSafe) {
        // Its reset may have come before its heartbeat was seen to live: ask once more.
        startArming()
      }
    case .armed:
      if !signals.mayDrive.load(ordering: .relaxed) {
        drive = .off
      } else if !mayDrive || isSafe || !status.flags.contains(.armed) {
        latch()
      }
    case .latched:
      if isReset && mayDrive { startArming() }
    }
    if drive != .armed { refuseWaiting() }
  }

  private static var patience: Nanoseconds { .milliseconds(500) }

  private func startArming() {
    // Always a number that was not written before: one that came while the emergency stop was pressed is forgotten
    // by the machine, and would never be heard again.
    if status.flags.contains(.safe) { controller.reset &+= 1 }
    drive = .arming(since: now)
  }

  /// It was driven and is not any more: nothing is driven until a person says so.
  func latch() { drive = .latched }

  /// Whether everything allows driving: the wish for it, the checks, the machine's heart and our own.
  private var mayDrive: Bool {
    options.arms && !options.isDryRun && signals.mayDrive.load(ordering: .relaxed)
      && signals.lastCycle.load(ordering: .relaxed) != 0 && !isControlStalled
      && report.passes && !conditions.holds(.emergencyStop) && !conditions.holds(.watchdogOff)
      && !conditions.holds(.heartbeatLost)
  }

  /// Nothing is driven: what waits is answered "refused".
  func refuseWaiting() {
    for command in book.removeWaiting(where: { _ in true }) { refuse(command) }
    for index in book.underWay.indices where book.underWay[index].isToWrite && !book.underWay[index].isClosed
    {
      book.underWay[index].isClosed = true
      refuse(book.underWay[index].given)
    }
  }

  /// Answers a command that is never sent; in a dry run another controller may be sorting.
  func refuse(_ given: PortCommand, _ answer: FieldInput.Answer = .refused) {
    let answer = options.isDryRun ? .withheld : answer
    book.close(answer == .late ? .late : .refused, wasSent: false)
    signals.droppedCommands.add(1, ordering: .relaxed)
    tell(given.command, answer, at: Pulses(encoder.position), place: outbox.position)
  }

  /// Tells the dispatcher the answer to an assignment; it waits for none to other commands.
  func tell(_ command: Command, _ answer: FieldInput.Answer, at effect: Pulses, place: Pulses) {
    guard command.kind == .assign else { return }
    outbox.put(
      .assignmentAnswered(command.piece, sequence: command.sequence, answer, at: effect), at: place, now: now)
  }

  /// A command whose outcome is not known and never will be: the dispatcher waits for the machine's eyes.
  func closeUnknown() {
    book.close(.unknown, wasSent: true)
    signals.unknownOutcomes.add(1, ordering: .relaxed)
  }

  /// Tells the dispatcher when the link comes up or goes down.
  ///
  /// Once down it comes up when the machine is driven again: before, no command would be heeded.
  func tellLink() {
    let isHeard = isLinkUp || drive == .armed || !options.arms
    tellLink(
      up: phase == .running && !isBehind && isHeard && drive != .latched && !conditions.holds(.heartbeatLost))
  }

  func tellLink(up: Bool) {
    guard up != isLinkUp else { return }
    isLinkUp = up
    // All was read when it comes up: the belt is where the encoder says.
    let place = up ? max(outbox.position, Pulses(encoder.position)) : outbox.position
    outbox.put(.link(up: up), at: place, now: now)
  }

  /// Shows the port's state to everyone else.
  func publish() {
    let state: LinkState =
      switch phase {
      case .down: .down
      case .claiming: .checking
      case .running:
        if drive == .latched || conditions.holds(.heartbeatLost) || conditions.holds(.emergencyStop) {
          .safe
        } else {
          drive == .armed ? .armed : .disarmed
        }
      }
    signals.tellPosition(encoder.position, at: encoderAt)
    signals.link.store(state.rawValue, ordering: .relaxed)
    signals.conditions.store(conditions.bits(at: now), ordering: .relaxed)
    link.publishRefusals(to: signals)
    signals.requests.store(link.figures.requests, ordering: .relaxed)
    signals.failures.store(link.figures.failures, ordering: .relaxed)
    signals.lastRoundTrip.store(link.figures.lastRoundTrip, ordering: .relaxed)
    signals.longestRoundTrip.store(link.figures.longestRoundTrip, ordering: .relaxed)
  }
}
