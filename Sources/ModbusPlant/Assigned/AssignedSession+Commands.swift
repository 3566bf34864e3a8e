import ControlRuntime
import Dispatching
import Quantities
import RegisterMap

/// Commands: into the mailbox in order, never more than it has slots, never after their deadline.
extension AssignedSession {
  /// Gives waiting commands their numbers and writes them.
  func sendCommands() throws(SessionFault) {
    closeStale()
    while book.underWay.count < layout.mailboxSlots, let next = book.waiting.first {
      let kind = next.command.kind
      if kind == .holdInduction || kind == .releaseInduction { machineHolds = nil }
      book.begin(slot(of: next.command), at: now)
    }
    while let first = book.underWay.firstIndex(where: \.isToWrite) {
      // As many as follow without a gap, up to the end of the ring.
      let place = Int(book.underWay[first].number % Int64(layout.mailboxSlots))
      var end = first
      while end < book.underWay.count, book.underWay[end].isToWrite, place + end - first < layout.mailboxSlots
      {
        end += 1
      }
      var values = [UInt16](repeating: 0, count: (end - first) * CommandSlot.registers)
      for index in first..<end {
        if book.underWay[index].isClosed { makeVoid(index) }
        book.underWay[index].slot.encode(
          into: &values, at: (index - first) * CommandSlot.registers, layout.order)
        // Marked first: a request that fails may have arrived all the same, and is read back.
        book.underWay[index].isToWrite = false
      }
      try asking { () throws(ModbusFault) in
        try self.link.write(self.layout.mailbox, from: place * CommandSlot.registers, values)
      }
    }
  }

  /// A number whose command was given up must be filled all the same: with a command that is void at once.
  private func makeVoid(_ index: Int) {
    book.underWay[index].slot.deadline = encoder.wire(at: encoder.position - 1)
  }

  /// What lies in the mailbox for a command, but for its number.
  private func slot(of command: Command) -> CommandSlot {
    var slot = CommandSlot()
    slot.epoch = epoch ?? 0
    slot.piece = command.piece == .none ? 0 : pieces.wire(of: command.piece.rawValue) ?? 0
    slot.bin = command.bin == .none ? RegisterInterface.noBin : command.bin.rawValue
    // Commands without a deadline are good for half the encoder's range.
    slot.deadline = encoder.wire(at: encoder.position + 1 << 30)
    switch command.kind {
    case .assign:
      slot.kind = CommandSlot.Kind.assign.rawValue
      slot.deadline = encoder.wire(at: command.position.rawValue)
    case .recirculate: slot.kind = CommandSlot.Kind.recirculate.rawValue
    case .holdInduction: slot.kind = CommandSlot.Kind.holdInduction.rawValue
    case .releaseInduction, .fire: slot.kind = CommandSlot.Kind.releaseInduction.rawValue
    }
    return slot
  }

  /// Answers commands that need not be sent any more: their deadline has passed, or their piece is of before.
  func closeStale() {
    let here = encoder.position
    let isStale = { (given: PortCommand) in
      given.command.kind == .assign && given.command.position.rawValue <= here
    }
    let isMeaningless = { [pieces] (given: PortCommand) in
      given.command.kind == .fire
        || given.command.piece != .none && pieces.wire(of: given.command.piece.rawValue) == nil
    }
    for command in book.removeWaiting(where: isMeaningless) { refuse(command) }
    for command in book.removeWaiting(where: isStale) { refuse(command, .late) }
  }

  /// A command that the machine does not answer in time is timed out; its number stays taken.
  func closeOverdue() {
    let isAnswered = ExtendedCounter(UInt16(truncatingIfNeeded: book.done)).distance(to: status.mailboxDone)
    var isLate = false
    for index in book.underWay.indices.dropFirst(Int(max(isAnswered, 0))) {
      guard now - book.underWay[index].writtenAt > options.commandTimeout else { break }
      isLate = true
      guard !book.underWay[index].isClosed else { continue }
      book.underWay[index].isClosed = true
      book.close(.timedOut, wasSent: true)
      signals.unknownOutcomes.add(1, ordering: .relaxed)
    }
    conditions.set(.commandUnanswered, isLate)
  }
}
