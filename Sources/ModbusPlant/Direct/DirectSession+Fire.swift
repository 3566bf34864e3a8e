import ControlRuntime
import Dispatching
import Quantities
import RegisterMap
import SorterModel

/// Fire: coils on inside the tracking window, off again, and off at the end.
extension DirectSession {
  func takeCommands() {
    while fires.count < 4_096, let given = side.commands.tryPop() {
      commandsTaken += 1
      take(given.command)
    }
  }

  private func take(_ command: Command) {
    switch command.kind {
    case .fire:
      cancel(command.piece)
      guard let coil = layout.diverters.firstIndex(where: { $0.bin == command.bin }), !coils[coil].isFaulty,
        drive == .armed || (!isOpen && options.arms)
      else { return refuse(command.piece, command.bin) }
      fires.append(
        Fire(piece: command.piece, bin: command.bin, coil: coil, position: command.position.rawValue))
    case .assign:
      // The dispatcher takes an order back, or tells of a bin that needs no diverter.
      cancel(command.piece)
      close(.accepted)
    case .holdInduction, .releaseInduction:
      wantsHold = command.kind == .holdInduction
      close(layout.hold == nil ? .refused : .accepted)
    case .recirculate:
      // What passes the end goes round by itself: there is nothing to write.
      close(.accepted)
    }
  }

  private func close(_ outcome: CommandOutcome) { tallies[Int(outcome.rawValue)] += 1 }

  private func cancel(_ piece: PieceID) {
    let before = fires.count
    fires.removeAll { $0.piece == piece }
    for _ in fires.count..<before { close(.refused) }
  }

  /// Tells the dispatcher that a piece will not be diverted.
  private func refuse(_ piece: PieceID, _ bin: BinID, late: Bool = false) {
    close(late ? .late : .refused)
    signals.droppedCommands.add(1, ordering: .relaxed)
    if options.isDryRun {
      // An order to fire has no number; no answer but this is ever given to one.
      let withheld = FieldInput.Event.assignmentAnswered(piece, sequence: 0, .withheld, at: outbox.position)
      return outbox.put(withheld, at: outbox.position, now: now)
    }
    outbox.put(
      .divertRefused(piece, bin, late ? .assignmentTimeout : .divertRefused), at: outbox.position, now: now)
  }

  /// Refuses every order that has not been carried out.
  func refuseAll() {
    for fire in fires { refuse(fire.piece, fire.bin) }
    fires.removeAll()
  }

  /// When the request must be sent so that the coil is on when the belt is at the order's place.
  func sendingMoment(of fire: Fire) -> Instant? {
    speed.moment(of: fire.position).map { $0 + Nanoseconds(-link.figures.meanRoundTrip / 2) }
  }

  /// Lets go what has been on for long enough, and fires what is due.
  func driveCoils() throws(ModbusFault) {
    guard isOpen else { return }
    if drive == .latched && options.arms && !options.isDryRun {
      // The device may have let its outputs go, that of the feeder too: nothing is driven until somebody
      // resets it, so nothing may be fed either.
      wantsHold = true
      return try writeHold()
    }
    guard drive == .armed else { return }
    try letGo(all: false)
    try writeHold()
    let window = geometry.pulses(profile.diverters.trackingWindow).rawValue
    let tolerance = Nanoseconds(link.figures.meanRoundTrip / 2)
    var index = 0
    // Asked anew for each: the ones before may have taken long, and this turn may have begun before it stood still.
    while index < fires.count, !isControlStalled {
      let fire = fires[index]
      guard let moment = sendingMoment(of: fire), moment <= present + tolerance else {
        index += 1
        continue
      }
      fires.remove(at: index)
      let reached = speed.position(at: present + tolerance) ?? fire.position
      if reached > fire.position + window {
        refuse(fire.piece, fire.bin, late: true)
        continue
      }
      try self.fire(fire)
    }
  }

  private func fire(_ fire: Fire) throws(ModbusFault) {
    let diverter = layout.diverters[fire.coil]
    // Counted before it is known: a request that fails may have arrived, and is never made again.
    coils[fire.coil].isOn = true
    coils[fire.coil].unlike = 0
    coils[fire.coil].offAt = present + profile.diverters.actuation
    do throws(ModbusFault) {
      try link.write(coils: [true], at: diverter.address, name: diverter.name)
      close(.accepted)
    } catch {
      close(error.outcomeIsUnknown ? .unknown : .refused)
      if error.outcomeIsUnknown { signals.unknownOutcomes.add(1, ordering: .relaxed) }
      throw error
    }
  }

  /// Writes coils off: those whose time is over, or all of them.
  func letGo(all: Bool) throws(ModbusFault) {
    for index in coils.indices where all || coils[index].isOn && coils[index].offAt <= present {
      let diverter = layout.diverters[index]
      if all && diverter.onLinkLoss == .hold && !coils[index].isOn { continue }
      try link.write(coils: [false], at: diverter.address, name: diverter.name)
      coils[index].isOn = false
      coils[index].unlike = 0
    }
  }

  /// Writes the hold's coil again where it is read otherwise than it was written: the device has let its outputs go.
  func keepHold() throws(ModbusFault) {
    guard let point = layout.hold, let isOn = reader.isOn(point.name), let holdWritten, isOn != holdWritten
    else { return }
    self.holdWritten = nil
    if drive != .off { try writeHold() }
  }

  private func writeHold() throws(ModbusFault) {
    guard let point = layout.hold, holdWritten != wantsHold else { return }
    try link.write(coils: [wantsHold], at: Int(point.address), name: point.name)
    holdWritten = wantsHold
  }

  /// Goes on with arming and disarming.
  func updateDrive() {
    let resets = signals.resetsAsked.load(ordering: .relaxed)
    let isReset = resets != resetsSeen || options.resetsByItself
    resetsSeen = resets
    let mayDrive =
      options.arms && !options.isDryRun && signals.mayDrive.load(ordering: .relaxed)
      && signals.lastCycle.load(ordering: .relaxed) != 0 && !isControlStalled && report.passes
      && !conditions.holds(.heartbeatLost) && !conditions.holds(.watchdogOff)
    switch drive {
    case .off: if mayDrive { arm() }
    case .armed: if !mayDrive { disarm(latching: signals.mayDrive.load(ordering: .relaxed)) }
    case .latched: if mayDrive && isReset { arm() }
    }
    if drive != .armed { refuseAll() }
  }

  /// Coils that somebody left on are let go first.
  private func arm() {
    drive = .armed
    for index in coils.indices where reader.isOn(layout.diverters[index].name) ?? false {
      coils[index].isOn = true
      coils[index].offAt = present
    }
  }

  private func disarm(latching: Bool) {
    do throws(ModbusFault) { try letGo(all: true) } catch { lastFault = error }
    drive = latching ? .latched : .off
  }
}
