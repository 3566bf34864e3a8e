import ControlRuntime
import Dispatching
import Quantities
import RegisterMap
import Rehearsal
import SorterModel
import Synchronization

/// What happens at a time of its own: faults, people, and requests that arrive late.
extension SoakWorld {
  /// When something of that is next due.
  var nextAction: Int64 {
    var due = operatorLooksAt
    if nextFault < ownFaults.count {
      due = min(due, SoakWorld.beginning + faults[ownFaults[nextFault]].at.rawValue)
    }
    if let first = delayed.first { due = min(due, first.at) }
    return max(due, now)
  }

  /// Lets everything of that happen which is due now.
  func act() {
    while let first = delayed.first, first.at <= now {
      delayed.removeFirst()
      _ = perform(first.request)
    }
    while nextFault < ownFaults.count {
      let fault = faults[ownFaults[nextFault]]
      guard SoakWorld.beginning + fault.at.rawValue <= now else { break }
      nextFault += 1
      begin(fault)
    }
    if operatorLooksAt <= now {
      look()
      operatorLooksAt = now + 100_000_000
    }
  }

  /// The person at the machine: ends what was begun, and lets it go on where it stands.
  private func look() {
    guard let controller, !controller.isDead else { return }
    controller.wishes.holdInduction.store(now < holdUntil, ordering: .relaxed)
    let mayDrive = now >= disarmedUntil
    if controller.signals.mayDrive.load(ordering: .relaxed) != mayDrive {
      controller.signals.mayDrive.store(mayDrive, ordering: .relaxed)
    }
    restartIfPushedAside(controller)
    let link = LinkState(rawValue: controller.signals.link.load(ordering: .relaxed)) ?? .down
    operatorPatience -= 100_000_000
    if link == .armed { operatorPatience = max(operatorPatience, 500_000_000) }
    guard operatorPatience <= 0 else { return }
    operatorPatience = people.within(300_000_000...2_000_000_000)
    if link != .armed { controller.signals.resetsAsked.add(1, ordering: .relaxed) }
  }

  /// Who was pushed aside by a controller that has gone and left its number in force never comes back by itself.
  ///
  /// That is what the register interface asks for; a person sees it and starts the program anew.
  private func restartIfPushedAside(_ controller: SoakController) {
    let isLost =
      controller.signals.conditions.load(ordering: .relaxed) & PortCondition.ownershipLost.bit != 0
    guard isLost, !plant.isOn(.secondMaster) else {
      asideSince = nil
      return
    }
    if asideSince == nil { asideSince = now }
    guard now - (asideSince ?? now) > 3_000_000_000 else { return }
    asideSince = nil
    kill(controller, until: now + 500_000_000, resumes: false)
  }

  /// Brings a fault about.
  private func begin(_ fault: SoakFault) {
    if fault.kind.isOneRequest {
      // It counts when its request comes.
      fates.append(fault)
      return
    }
    counts[fault.kind] += 1
    let until = now + fault.lasts.rawValue
    switch fault.kind {
    case .refused: refusingUntil = max(refusingUntil, until)
    case .unplugged: unpluggedUntil = max(unpluggedUntil, until)
    case .hold: holdUntil = max(holdUntil, until)
    case .disarm: disarmedUntil = max(disarmedUntil, until)
    case .pieceTaken:
      settle()
      if !plant.takeOff() { counts[fault.kind] -= 1 }
      settle()
    case .foreignCommand:
      if let assigned { commandForeignly(fault, assigned) }
      if let direct { fireForeignly(fault, direct) }
    case .readingsLost: readingsLostUntil = max(readingsLostUntil, until)
    case .foreignOwner: ownForeignly(fault)
    default: befall(controller, fault, until)
    }
  }

  /// What happens to the controller's process; nothing where there is none.
  private func befall(_ controller: SoakController?, _ fault: SoakFault, _ until: Int64) {
    guard let controller, !controller.isDead else {
      counts[fault.kind] -= 1
      return
    }
    switch fault.kind {
    case .reset: controller.signals.resetsAsked.add(1, ordering: .relaxed)
    case .alarmKeys:
      controller.wishes.acknowledgements.add(1, ordering: .relaxed)
      controller.wishes.alarmResets.add(1, ordering: .relaxed)
      controller.wishes.shelvings.add(people.below(2), ordering: .relaxed)
      controller.wishes.unshelvings.add(people.below(2), ordering: .relaxed)
    case .controlLate: controller.nextCycle = max(controller.nextCycle, until)
    case .portLate: controller.portFreeAt = max(controller.portFreeAt, until)
    case .suspended:
      controller.standsUntil = max(controller.standsUntil, until)
      controller.nextCycle = max(controller.nextCycle, until)
      controller.portFreeAt = max(controller.portFreeAt, until)
    case .diskSlow: diskSlowUntil = max(diskSlowUntil, until)
    case .diskFull, .diskError, .diskShort, .diskDeleted:
      // It counts when the disk is asked for something.
      counts[fault.kind] -= 1
      if fault.kind == .diskFull { diskFullUntil = max(diskFullUntil, until) }
      disk.expect(fault)
    case .powerCut: cutPower(controller, until: until)
    // Now and then somebody begins a new run instead.
    case .kill: kill(controller, until: until, resumes: fault.amount > 0)
    default: preconditionFailure("\(fault.kind.rawValue) befalls no controller")
    }
    controller.nextTurn = max(controller.nextTurn, controller.portFreeAt)
  }

  /// The controller's process is gone: nothing of it is left but what the machine has heard.
  func bury(_ dead: SoakController) {
    fates.removeAll()
    controller = nil
    if restartAt == nil { restartAt = now }
  }
}
