import ControlRuntime
import Dispatching
import EventRecords
import Quantities
import RegisterMap

/// Open: a connection, what the machine says of itself, and what became of the commands under way.
extension AssignedSession {
  /// Connects and checks; afterwards the ownership is to be claimed, or is still this controller's.
  func open() throws(SessionFault) {
    let wanted = "\(link.settings.device)"
    do throws(ModbusFault) {
      try link.connect()
    } catch {
      report.note(
        "connection", wanted: wanted, found: error.description, .failed,
        advice: "check the address, the cable and that the machine is on")
      throw .modbus(error)
    }
    report.note("connection", wanted: wanted, found: "connected", .passed)
    identity = try readIdentity()
    try checkIdentity(identity)
    let status = try readStatus()
    guard status.epoch == identity.epoch else { throw .restarted }
    if epoch == identity.epoch && !mustBeginAnew && (isResuming || isPlausible(status)) {
      if isResuming { try takeOver(status) } else { try resume(status) }
    } else {
      try begin(status)
    }
    isResuming = false
    isBehind = true
    markPlace()
    try readBins()
    needsJam = true
    if !hasCheckedPoints { try checkPoints() }
    checkStatus(status)
    machineHeart.forget()
    otherOwner.forget()
    policy.succeeded()
    let isOurs = status.owner == owner
    if !isOurs && drive == .armed { latch() }
    if !isOurs && status.owner != 0 && hasOwned { yieldMachine(status) }
    claimedAt = nil
    phase = options.isDryRun || isOurs && !hasYielded ? .running : .claiming
  }

  func readIdentity() throws(SessionFault) -> IdentityBlock {
    let block = layout.identity
    try asking { () throws(ModbusFault) in
      try self.link.read(block, from: 0, count: block.count, into: &self.words)
    }
    guard let identity = IdentityBlock(from: words, at: 0, layout.order) else { throw .unfit("identity") }
    return identity
  }

  /// Reads the status block until it was read whole.
  func readStatus() throws(SessionFault) -> MachineBlock {
    let block = layout.machine
    for _ in 0..<Self.statusTries {
      try asking { () throws(ModbusFault) in
        try self.link.read(block, from: 0, count: block.count, into: &self.words)
      }
      if let status = MachineBlock(from: words, at: 0, layout.order) {
        note(status)
        return status
      }
    }
    throw .tornStatus
  }

  func note(_ status: MachineBlock) {
    self.status = status
    statusAt = now
  }

  /// How often a status block that changed under the reading is read again.
  static var statusTries: Int { 4 }

  /// The first connection, or a machine that began anew: nothing of before is its business.
  private func begin(_ status: MachineBlock) throws(SessionFault) {
    let isRestart = epoch != nil
    for _ in book.startAnew(done: status.mailboxDone) { closeUnknown() }
    mustBeginAnew = false
    if isRestart {
      conditions.happened(.epochChanged, at: now)
      drive = drive == .armed || drive == .latched ? .latched : .off
      giveUpPieces(status)
    } else {
      encoder = BeltCounter(wire: status.encoder, position: Int64(status.encoder))
    }
    encoderAt = now
    eventHead = ExtendedCounter(status.eventHead)
    eventRead = eventHead.value
    eventTail = eventHead.value
    firstTail = eventTail
    eventTries = 0
    epoch = status.epoch
    controller = ControllerBlock()
    controller.reset = status.resetDone
    machineHolds = false
    toldState = 0
    // A machine counts from zero after each start. What it loses from here on is missed, whoever owns it meanwhile.
    lastLost = status.eventsLost
    lastRefused = nil
    try waitForForeignCommand()
  }

  /// The same machine as before this controller was cut short: belt, pieces and events go on.
  ///
  /// What became of commands under way is not known; the machine's own events tell what happened to the pieces.
  private func takeOver(_ status: MachineBlock) throws(SessionFault) {
    // However long ago that was: the belt may have run any way.
    encoderAt = now
    if !encoder.move(to: status.encoder) { conditions.happened(.protocolFault, at: now) }
    for _ in book.startAnew(done: status.mailboxDone) { closeUnknown() }
    controller.reset = status.resetDone
    lastLost = status.eventsLost
    try waitForForeignCommand()
  }

  /// Has the port's place written down, behind what was handed on, where it is another than the last.
  func markPlace() {
    let place = SessionPlace(
      owner: owner, epoch: epoch ?? 0, event: eventRead, pieceBase: pieces.base, beltOffset: encoder.offset)
    guard place != marked else { return }
    marked = place
    outbox.put(.session(place), at: outbox.position, now: now)
  }

  /// The machine knows none of the pieces of before: each is lost. Belt and piece numbers go on upwards.
  private func giveUpPieces(_ status: MachineBlock) {
    tellLink(up: false)
    pieces.startAnew()
    let position = max(encoder.position, outbox.position.rawValue)
    encoder = BeltCounter(wire: status.encoder, position: position)
    outbox.put(.machineRestarted, at: Pulses(position), now: now)
  }

  /// A command that somebody else left in the mailbox under the next number must be carried out first.
  func waitForForeignCommand() throws(SessionFault) {
    let next = book.last + 1
    let slot = try readMailbox(next)
    if slot.sequence == UInt16(truncatingIfNeeded: next), slot.kind != 0 {
      throw .unfit("mailbox at rest")
    }
  }

  private func readMailbox(_ number: Int64) throws(SessionFault) -> CommandSlot {
    let place = Int(number % Int64(layout.mailboxSlots)) * CommandSlot.registers
    let block = layout.mailbox
    try asking { () throws(ModbusFault) in
      try self.link.read(block, from: place, count: CommandSlot.registers, into: &self.words)
    }
    return CommandSlot(from: words, at: 0, layout.order) ?? CommandSlot()
  }

  /// A new connection to the same machine: what was under way is settled by reading it back.
  ///
  /// A command whose number the machine has passed has its answer in the ring. One that lies in the mailbox
  /// will be carried out. One that does not lie there is written again with the same number and the same
  /// bytes: should the first writing still arrive late, it changes nothing, and the number is carried out once.
  private func resume(_ status: MachineBlock) throws(SessionFault) {
    try moveEncoder(status)
    let done = ExtendedCounter(UInt16(truncatingIfNeeded: book.done)).distance(to: status.mailboxDone)
    guard done >= 0 && done <= book.underWay.count else { return abandonNumbering(status) }
    for index in Int(done)..<book.underWay.count where !book.underWay[index].isToWrite {
      let order = book.underWay[index]
      let found = try readMailbox(order.number)
      if found == order.slot { continue }
      if found.sequence == order.slot.sequence { mismatch(index) }
      book.underWay[index].isToWrite = true
      book.underWay[index].writtenAt = now
      rewritten += 1
    }
  }

  /// The mailbox holds something else under a command's number: the fault is told, and the bin not used again.
  private func mismatch(_ index: Int) {
    conditions.happened(.readbackMismatch, at: now)
    let order = book.underWay[index]
    if !order.isClosed {
      book.underWay[index].isClosed = true
      closeUnknown()
    }
    if order.given.command.bin.index < profile.bins.count {
      outbox.put(.binDisabled(order.given.command.bin), at: outbox.position, now: now)
    }
  }

  /// Somebody else gave commands: the numbers are not ours any more.
  func abandonNumbering(_ status: MachineBlock) {
    conditions.happened(.protocolFault, at: now)
    for _ in book.startAnew(done: status.mailboxDone) { closeUnknown() }
  }

  /// Reads both masks of the bins whole and tells what changed.
  ///
  /// An event that is still to be read is older than the masks. It would be believed against them for good where the
  /// one that takes it back was lost: then they are read once more when all events are.
  func readBins() throws(SessionFault) {
    needsBins = UInt16(truncatingIfNeeded: eventRead) != status.eventHead
    for (block, isFull) in [(layout.full, true), (layout.disabled, false)] {
      if isQuarantined(block.name) { continue }
      do throws(ModbusFault) {
        try link.read(block, from: 0, count: block.count, into: &words)
      } catch .exception(.illegalAddress) {
        quarantine(block.name)
        continue
      } catch {
        throw .modbus(error)
      }
      for bin in profile.bins.indices {
        tellBin(bin, words[bin / 16] & (1 << UInt16(bin % 16)) != 0, isFull: isFull)
      }
    }
  }

  private func tellBin(_ bin: Int, _ isOn: Bool, isFull: Bool) {
    let before = isFull ? binsFull[bin] : binsDisabled[bin]
    guard isOn != before else { return }
    let id = BinID(UInt16(bin))
    let place = max(outbox.position, Pulses(encoder.position))
    if isFull {
      binsFull[bin] = isOn
      outbox.put(isOn ? .binFull(id) : .binAvailable(id, emptied: false), at: place, now: now)
    } else {
      binsDisabled[bin] = isOn
      outbox.put(isOn ? .binDisabled(id) : .binEnabled(id), at: place, now: now)
    }
  }
}
