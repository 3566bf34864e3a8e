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
      if address == layout.controller.address { noteBeat(request) }
      if let refusal = plc.write(.holding, at: address, request.values, at: now) { return .failure(refusal) }
      if flaw == .resendsCommands { resend(request, address) }
    }
    if request.count > 0 {
      switch plc.read(request.table, at: request.readAt, count: request.count, at: now) {
      case .success(let values): answer = Array(values)
      case .failure(let refusal): return .failure(refusal)
      }
    }
    settle()
    return .success(answer)
  }

  /// The deliberate flaw: now and then a command goes out once more, under the next number.
  private func resend(_ request: WireRequest, _ address: Int) {
    let mailbox = layout.mailbox.address..<layout.mailbox.address + layout.mailbox.count
    guard mailbox.contains(address), request.values.count >= CommandSlot.registers else { return }
    writesSeen += 1
    guard writesSeen % 40 == 0 else { return }
    var slot = Array(request.values.suffix(CommandSlot.registers))
    slot[CommandSlot.registers - 1] &+= 1
    let place = Int(slot[CommandSlot.registers - 1]) % layout.mailboxSlots * CommandSlot.registers
    _ = plc.write(.holding, at: layout.mailbox.address + place, slot, at: now)
  }

  /// A controller block comes to the machine: nobody sends one on behalf of a control thread that hangs.
  private func noteBeat(_ request: WireRequest) {
    lastBeatAt = now
    guard let controller, !controller.isDead,
      let block = ControllerBlock(from: request.values, at: 0, layout.order), block.arm == 1
    else { return }
    let hanging = now - controller.lastCycle
    let turn = 8 * machine.settings.responseTimeout.rawValue
    if plc.isArmed, hanging > 100_000_000 + turn {
      ledger.violate(.safety, "the machine was kept armed \(hanging / 1_000_000) ms after the last cycle")
    }
  }

  /// Brings the machine to the present moment and takes its account.
  func settle() {
    plc.step(to: now)
    if machineStartedAt == nil, plc.plantTime != nil { machineStartedAt = now }
    let present = plc.numbering
    if numbering.last?.epoch != present.epoch { numbering.append(present) }
    for command in plc.takeCarriedOut() { ledger.take(command) }
    for ending in plc.takeEndings() { ledger.take(ending) }
    let encoder = plc.encoderCount
    if encoder < lastEncoder, lastEncoder - encoder > 1 << 31 { counts[.encoderWraps] += 1 }
    lastEncoder = encoder
    let counter = plc.counters.events
    if counter < lastCounters, lastCounters - counter > 1 << 15 { counts[.countersWrap] += 1 }
    lastCounters = counter
    if plc.isArmed, !plc.isOn(.watchdogOff), now - lastBeatAt > Self.safeWithin {
      ledger.violate(
        .safety, "the machine is armed \((now - lastBeatAt) / 1_000_000) ms after the last heartbeat")
    }
  }

  /// So long after the last heartbeat the machine must be safe: the watchdog's time and a step.
  static let safeWithin: Int64 = 300_000_000 + 10_000_000

  /// Looks at what must hold between any two turns.
  func check(_ controller: SoakController) {
    let account = plc.totals
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
    let open = controller.session.openCommands
    if open > AssignedSession.longestQueue + layout.mailboxSlots {
      ledger.violate(.bounds, "\(open) commands are open")
    }
  }

  /// Counts the faults that the machine itself brought about by now.
  func countEnded() {
    guard let started = machineStartedAt else { return }
    let plantTime = plc.plantTime ?? .start
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
    default: return nil
    }
    return DeviceFault(kind, at: at, lasts: lasts)
  }

  /// Whether the world must bring it about: neither plant nor device does, and it is not about how the run begins.
  var isOfWorld: Bool { ofPlant(speed: 1) == nil && ofDevice == nil && !kind.isOnlyOnce }
}
