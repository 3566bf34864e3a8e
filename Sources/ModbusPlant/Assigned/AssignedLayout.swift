import Quantities
import RegisterMap
import SorterModel

/// Where the blocks of assigned control lie, taken from a register map.
struct AssignedLayout: Hashable, Sendable {
  var identity: PointBlock
  var machine: PointBlock
  var events: PointBlock
  var answers: PointBlock
  var full: PointBlock
  var disabled: PointBlock
  var controller: PointBlock
  var mailbox: PointBlock
  /// How values of two registers are laid out.
  var order: ByteOrder

  var eventSlots: Int { events.count / EventSlot.registers }
  var mailboxSlots: Int { mailbox.count / CommandSlot.registers }

  /// The layout of a map; throws the first thing that is missing or of the wrong size.
  init(_ map: RegisterMap, unit: UInt8, bins: Int) throws(LayoutFault) {
    func block(
      _ name: String, _ tables: [RegisterTable], grain: Int, _ isRight: (Int) -> Bool, _ wanted: String
    ) throws(LayoutFault) -> PointBlock {
      guard let point = map[name] else { throw LayoutFault(point: name, problem: "is not in the map") }
      guard point.unit == unit else {
        throw LayoutFault(
          point: name, problem: "belongs to unit \(point.unit), and the profile asks unit \(unit)")
      }
      guard tables.contains(point.table) else {
        let allowed = tables.map(\.rawValue).joined(separator: " or ")
        throw LayoutFault(
          point: name, problem: "lies in the \(point.table.rawValue) table, not in \(allowed)")
      }
      guard isRight(point.type.addressCount) else {
        throw LayoutFault(
          point: name, problem: "takes up \(point.type.addressCount) registers, and \(wanted) are wanted")
      }
      return PointBlock(point, grain: grain)
    }
    func slots(_ registers: Int, _ range: ClosedRange<Int>) -> (Int) -> Bool {
      { count in
        let slots = count / registers
        return count % registers == 0 && range.contains(slots) && slots & (slots - 1) == 0
      }
    }
    let readable: [RegisterTable] = [.holding, .input]
    let masks = (bins + 15) / 16
    identity = try block("id", readable, grain: 1, { $0 == IdentityBlock.registers }, "10")
    machine = try block("machine", readable, grain: 1, { $0 == MachineBlock.registers }, "16")
    events = try block(
      "events", readable, grain: EventSlot.registers, slots(EventSlot.registers, 8...1024),
      "21 times 8 to 1024, a power of two,")
    mailbox = try block(
      "mailbox", [.holding], grain: CommandSlot.registers, slots(CommandSlot.registers, 2...64),
      "8 times 2 to 64, a power of two,")
    let mailboxSlots = mailbox.count / CommandSlot.registers
    answers = try block(
      "answers", readable, grain: AnswerSlot.registers, { $0 == mailboxSlots * AnswerSlot.registers },
      "\(mailboxSlots * AnswerSlot.registers)")
    full = try block("bins.full", readable, grain: 1, { $0 >= masks }, "\(masks)")
    disabled = try block("bins.disabled", readable, grain: 1, { $0 >= masks }, "\(masks)")
    controller = try block("controller", [.holding], grain: 1, { $0 == ControllerBlock.registers }, "9")
    order = (map["id.magic"] ?? map["id"])?.byteOrder ?? .abcd
  }
}

/// Why a register map cannot serve the way of control that a profile asks for.
public struct LayoutFault: Error, Hashable, Sendable {
  /// The point that is missing or wrong.
  public var point: String
  /// What is wrong with it, as in `is not in the map`.
  public var problem: String
}

extension LayoutFault: CustomStringConvertible {
  /// The fault in plain words.
  public var description: String { "the point \(point) \(problem)" }
}
