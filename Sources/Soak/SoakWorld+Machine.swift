import ControlRuntime
import ModbusPlant
import Quantities
import RegisterMap
import Rehearsal
import SorterModel
import Synchronization

/// The machine's side of a world: requests, and what is looked at after each step.
extension SoakWorld {
  /// Whether connections are refused now.
  var isRefusing: Bool { now < refusingUntil }

  /// Whether the cable is out now.
  var isUnplugged: Bool { now < unpluggedUntil }

  /// What one request takes there and back.
  func drawRoundTrip() -> Int64 {
    let usual = machine.roundTrip.rawValue
    return usual / 2 + wire.within(0...usual)
  }

  /// The fate of the next request, where one waits for it.
  func takeFate() -> SoakFault? {
    guard !fates.isEmpty else { return nil }
    let fate = fates.removeFirst()
    counts[fate.kind] += 1
    return fate
  }

  /// Leaves a request on its way, to arrive when nobody waits for it any more.
  func delay(_ request: WireRequest, by time: Int64) {
    guard request.writeAt != nil else { return }
    delayed.append((now + time, request))
    // Stable, and there are few.
    delayed.sort { $0.at < $1.at }
  }

  /// Lets the machine carry out a request that has arrived.
  func perform(_ request: WireRequest) -> Result<[UInt16], RegisterRefusal> {
    settle()
    var answer: [UInt16] = []
    if let address = request.writeAt {
      if let layout = assigned?.layout, address == layout.controller.address { noteBlock(request, layout) }
      if let direct { noteOutputs(request, address, direct) }
      if let refusal = plant.write(request.writeTable, at: address, request.values, at: now) {
        return .failure(refusal)
      }
      if flaw == .resendsCommands { resend(request, address) }
    }
    if request.count > 0 {
      switch plant.read(request.table, at: request.readAt, count: request.count, at: now) {
      case .success(let values): answer = values
      case .failure(let refusal): return .failure(refusal)
      }
    }
    settle()
    return .success(answer)
  }

  /// Brings the machine to the present moment and takes its account.
  func settle() {
    plant.step(to: now)
    if machineStartedAt == nil, plant.plantTime != nil { machineStartedAt = now }
    settleAssigned()
    settleDirect()
    for ending in plant.takeEndings() { ledger.take(ending) }
    let encoder = plant.encoderCount
    if encoder < lastEncoder, lastEncoder - encoder > 1 << 31 { counts[.encoderWraps] += 1 }
    lastEncoder = encoder
    let counter = plant.eventCount
    if counter < lastCounters, lastCounters - counter > 1 << 15 { counts[.countersWrap] += 1 }
    lastCounters = counter
    if plant.isArmed, !plant.isOn(.watchdogOff), now - lastBeatAt > Self.safeWithin {
      ledger.violate(
        .safety, "the machine is armed \((now - lastBeatAt) / 1_000_000) ms after the last heartbeat")
    }
  }

  /// So long after the last heartbeat the machine must be safe: the watchdog's time and a step.
  static let safeWithin: Int64 = 300_000_000 + 10_000_000

  /// Holds it against its controller that a request went out on behalf of a control thread that hangs.
  ///
  /// By when it was sent: one that is held up on its way comes whenever it comes, and the machine's watchdog is there
  /// for that.
  func judge(_ request: WireRequest, _ what: String) {
    guard let controller, !controller.isDead else { return }
    let hanging = request.sentAt - controller.lastCycle
    if hanging > Self.longestHang {
      ledger.violate(.safety, "\(what) \(hanging / 1_000_000) ms after the last cycle")
    }
  }

  /// So long after its last cycle nothing goes out any more on behalf of a control thread: after that it counts as
  /// hanging, but a request that a busy device has refused is sent again.
  private static let longestHang: Int64 = 100_000_000 + 20_000_000

  /// Looks at what must hold between any two turns.
  func check(_ controller: SoakController) {
    let account = plant.totals
    if !account.isBalanced {
      ledger.violate(
        .conservation,
        "the machine fed \(account.fed): \(account.diverted) diverted, \(account.toEnd) at the end, "
          + "\(account.removed) removed, \(account.onMachine) on it")
    }
    if account.fed != ledger.left + account.onMachine {
      ledger.violate(
        .conservation,
        "the machine fed \(account.fed), \(ledger.left) have left it, and \(account.onMachine) are on it")
    }
    let open = controller.openCommands
    if open > AssignedSession.longestQueue + (assigned?.layout.mailboxSlots ?? 0) {
      ledger.violate(.bounds, "\(open) commands are open")
    }
  }

  /// Counts the faults that the machine itself brought about by now.
  func countEnded() {
    guard let started = machineStartedAt else { return }
    let plantTime = plant.plantTime ?? .start
    for fault in faults {
      if fault.ofDevice != nil, started + fault.at.rawValue <= now { counts[fault.kind] += 1 }
      if let plant = fault.ofPlant(speed: machine.speed), plant.at <= plantTime - .start {
        counts[fault.kind] += 1
      }
    }
  }
}

extension SoakFault {
  /// The same as a fault of the plant, in its own time; nil for what does not befall it.
  func ofPlant(speed: Int) -> TimedFault? {
    let bin = BinID(UInt16(clamping: bin))
    let kind: TimedFault.Kind
    switch self.kind {
    case .jam: kind = .jam(position: Millimetres(amount))
    case .binDisabled: kind = .binDisabled(bin: bin)
    case .divertsMissed: kind = .missedDiverts(bin: bin, ppm: amount)
    case .slip: kind = .slip(ppm: amount, maximum: Millimetres(80))
    case .noReads: kind = .noReads(ppm: amount)
    case .multiReads: kind = .multiReads(ppm: amount)
    case .doubleFeeds: kind = .doubleFeeds(ppm: amount)
    case .fullStuckOn: kind = .binSensorStuckOn(bin: bin)
    case .fullStuckOff: kind = .binSensorStuckOff(bin: bin)
    case .sweepersGone: kind = .sweepers(count: 0)
    default: return nil
    }
    return TimedFault(
      at: Nanoseconds(at.rawValue * Int64(speed)), lasts: Nanoseconds(lasts.rawValue * Int64(speed)),
      kind: kind)
  }

  /// The same as a fault of the device; nil for what it does not do.
  var ofDevice: DeviceFault? {
    let kind: DeviceFault.Kind
    switch self.kind {
    case .reboot: kind = .reboot
    case .heartbeatFrozen: kind = .freezeHeartbeat
    case .watchdogOff: kind = .watchdogOff
    case .tornStatus: kind = .tornSnapshot
    case .commandsIgnored: kind = .ignoreCommands
    case .commandsRefused: kind = .refuseCommands
    case .eventsLost: kind = .loseEvents
    case .wordsSwapped: kind = .swapWords
    case .emergencyStop: kind = .emergencyStop
    case .secondMaster: kind = .secondMaster
    case .eyeStuckOn: kind = .eyeStuckOn
    case .eyeStuckOff: kind = .eyeStuckOff
    case .eyeChatters: kind = .eyeChatters
    case .encoderStands: kind = .encoderStands
    case .encoderJumps: kind = .encoderJumps
    default: return nil
    }
    return DeviceFault(kind, at: at, lasts: lasts, amount: amount)
  }

  /// Whether the world must bring it about: neither plant nor device does, and it is not about how the run begins.
  var isOfWorld: Bool { ofPlant(speed: 1) == nil && ofDevice == nil && !kind.isOnlyOnce }
}
