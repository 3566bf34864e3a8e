import ModbusPlant
import Quantities
import RegisterMap
import Rehearsal
import SorterModel

/// The machine of assigned control: a PLC that tracks pieces and carries commands out.
struct AssignedMachine {
  let plc: ProgramPlant<PLCProgram>
  let layout: PLCLayout
  /// What each start of the machine counts its pieces from.
  var numbering: [(epoch: UInt16, countsFrom: UInt64)] = []

  /// The plant's number of a piece that the machine knew by another in an epoch.
  func plantNumber(_ epoch: UInt16, _ number: UInt32) -> UInt64? {
    guard let base = numbering.last(where: { $0.epoch == epoch }) else { return nil }
    return base.countsFrom + UInt64(number)
  }
}

/// What only a machine of assigned control has.
extension SoakWorld {
  /// Takes the account of what the PLC carried out.
  func settleAssigned() {
    guard let plc = assigned?.plc else { return }
    let present = plc.program.numbering
    if assigned?.numbering.last?.epoch != present.epoch { assigned?.numbering.append(present) }
    for command in plc.program.takeCarriedOut() { ledger.take(command) }
  }

  /// The deliberate flaw: now and then a command goes out once more, under the next number.
  func resend(_ request: WireRequest, _ address: Int) {
    guard let assigned else { return }
    let layout = assigned.layout
    let mailbox = layout.mailbox.address..<layout.mailbox.address + layout.mailbox.count
    guard mailbox.contains(address), request.values.count >= CommandSlot.registers else { return }
    writesSeen += 1
    guard writesSeen % 40 == 0 else { return }
    var slot = Array(request.values.suffix(CommandSlot.registers))
    slot[CommandSlot.registers - 1] &+= 1
    let place = Int(slot[CommandSlot.registers - 1]) % layout.mailboxSlots * CommandSlot.registers
    _ = plant.write(.holding, at: layout.mailbox.address + place, slot, at: now)
  }

  /// A controller block comes to the machine: nobody sends one on behalf of a control thread that hangs.
  func noteBlock(_ request: WireRequest, _ layout: PLCLayout) {
    lastBeatAt = now
    guard let block = ControllerBlock(from: request.values, at: 0, layout.order), block.arm == 1,
      plant.isArmed
    else { return }
    judge(request, "the machine was kept armed")
  }

  /// A panel that knows nothing of anybody gives the machine a command under the next number.
  func commandForeignly(_ fault: SoakFault, _ assigned: AssignedMachine) {
    settle()
    let next = assigned.plc.program.counters.commands &+ 1
    let present = assigned.plc.program.numbering
    let back = UInt64(fault.amount % 8)
    let newest = assigned.plc.program.newestPiece.rawValue
    guard newest > present.countsFrom + back else {
      counts[fault.kind] -= 1
      return
    }
    let number = newest - back
    var slot = CommandSlot()
    slot.kind = CommandSlot.Kind.assign.rawValue
    slot.piece = UInt32(truncatingIfNeeded: number - present.countsFrom)
    slot.bin = UInt16(fault.bin)
    slot.deadline = plant.encoderCount &+ 100_000
    slot.epoch = present.epoch
    slot.sequence = next
    ledger.give(plantNumber: number, bin: slot.bin)
    var registers = [UInt16](repeating: 0, count: CommandSlot.registers)
    let layout = assigned.layout
    slot.encode(into: &registers, at: 0, layout.order)
    let place = Int(next) % layout.mailboxSlots * CommandSlot.registers
    _ = plant.write(.holding, at: layout.mailbox.address + place, registers, at: now)
    settle()
  }

  /// A panel writes a controller block with a number of its own, armed.
  func ownForeignly(_ fault: SoakFault) {
    guard let assigned else { return }
    settle()
    var block = ControllerBlock()
    block.heartbeat = UInt16(truncatingIfNeeded: fault.amount)
    block.owner = UInt16(1 + fault.amount % 65_000)
    block.epoch = assigned.plc.program.numbering.epoch
    block.arm = 1
    var registers = [UInt16](repeating: 0, count: ControllerBlock.registers)
    block.encode(into: &registers, at: 0, assigned.layout.order)
    _ = plant.write(.holding, at: assigned.layout.controller.address, registers, at: now)
    lastBeatAt = now
    settle()
  }
}
