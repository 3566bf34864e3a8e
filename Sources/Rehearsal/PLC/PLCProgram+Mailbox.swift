import Dispatching
import Quantities
import RegisterMap
import Simulation

/// Commands: carried out strictly in the order of their numbers, each exactly once.
extension PLCProgram {
  /// Carries out the commands whose turn it is, as far as they lie in the mailbox.
  mutating func emptyMailbox() {
    guard !faults.isOn(.ignoreCommands) else { return }
    // At most once round: what is written while this runs is looked at after the next write.
    for _ in 0..<layout.mailboxSlots {
      let next = mailboxDone &+ 1
      let place = layout.mailbox.address + Int(next) % layout.mailboxSlots * CommandSlot.registers
      guard let slot = image.take(CommandSlot.self, layout.mailbox.table, at: place, order),
        slot.sequence == next
      else { return }
      let (result, effective) = carryOut(slot)
      account.commands[Int(result.rawValue)] += 1
      if settings.keepsCommands {
        carriedOut.append(PLCCommand(slot: slot, piece: piece(slot.piece), result: result, epoch: epoch))
      }
      var answer = AnswerSlot()
      answer.sequence = next
      answer.result = result.rawValue
      answer.encoder = encoder(at: effective)
      let answerPlace = layout.answers.address + Int(next) % layout.mailboxSlots * AnswerSlot.registers
      image.put(answer, layout.answers.table, at: answerPlace, order)
      mailboxDone = next
    }
  }

  /// Carries out one command, and says what became of it and at which belt position.
  private mutating func carryOut(_ slot: CommandSlot) -> (AnswerSlot.Result, Pulses) {
    let here = plant.position
    if slot.epoch != epoch { return (.wrongEpoch, here) }
    guard supervision.isArmed else { return (.notArmed, here) }
    guard let kind = CommandSlot.Kind(rawValue: slot.kind), !faults.isOn(.refuseCommands) else {
      return (.refused, here)
    }
    // Whatever it is, from its deadline on it is void; an assignment needs its answer's time besides.
    if kind != .assign, position(of: slot.deadline) <= here { return (.late, here) }
    switch kind {
    case .assign: return assign(slot)
    case .recirculate:
      let piece = piece(slot.piece)
      guard plant.canCommand(piece) else { return (.unknownPiece, here) }
      plant.apply(.recirculate(piece))
      // It need not wait at the end any longer.
      if plant.isWaitingAtEnd { endDue = min(endDue, plant.now) }
    case .holdInduction, .releaseInduction:
      isHeldByCommand = kind == .holdInduction
      updateFeeding()
    }
    return (.accepted, here)
  }

  private mutating func assign(_ slot: CommandSlot) -> (AnswerSlot.Result, Pulses) {
    let here = plant.position
    let bin = slot.bin == RegisterInterface.noBin ? BinID.none : BinID(slot.bin)
    guard bin == .none || bin.index < binCount else { return (.refused, here) }
    let piece = piece(slot.piece)
    guard plant.canCommand(piece) else { return (.unknownPiece, here) }
    early.removeAll { $0.piece == piece }
    if plant.isBeforeScanner(piece) {
      early.append(EarlyCommand(piece: piece, bin: bin))
      return (.accepted, here)
    }
    let first = plant.signalCount
    plant.apply(
      .assign(
        piece, bin, sequence: UInt32(slot.sequence), deadline: position(of: slot.deadline)))
    // The plant answers among its signals at once; it is silent about a piece that it does not have.
    for index in first..<plant.signalCount {
      guard case .field(let input) = plant.signal(index), input.event.kind == .assignmentAnswered else {
        continue
      }
      switch input.event.answer {
      case .accepted: return (.accepted, input.event.pulses)
      case .late: return (.late, input.event.pulses)
      case .refused, .withheld: return (.refused, input.event.pulses)
      }
    }
    return (.unknownPiece, here)
  }

  /// A piece has been read: what was commanded for it before holds from here on.
  mutating func carryOutEarly(_ piece: PieceID) {
    guard let index = early.firstIndex(where: { $0.piece == piece }) else { return }
    let command = early.remove(at: index)
    plant.apply(.assign(piece, command.bin, sequence: 0, deadline: Pulses(.max)))
  }
}

/// A command for a piece that the scanner has not read yet: the machine keeps it until then.
struct EarlyCommand {
  var piece: PieceID
  var bin: BinID
}
