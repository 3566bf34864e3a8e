import Quantities
import RegisterMap

/// Where the blocks of assigned control lie in a machine's tables, taken from its register map.
public struct PLCLayout: Hashable, Sendable {
  /// The identity block.
  public var id: Place
  /// The status block.
  public var machine: Place
  /// The event ring.
  public var events: Place
  /// The answer ring.
  public var answers: Place
  /// A bit a bin: it is full.
  public var binsFull: Place
  /// A bit a bin: it is out of service.
  public var binsDisabled: Place
  /// The controller block.
  public var controller: Place
  /// The command ring.
  public var mailbox: Place
  /// How longs lie in two registers.
  public var order: ByteOrder

  /// A block's place.
  public struct Place: Hashable, Sendable {
    /// The table it lies in.
    public var table: RegisterTable
    /// Its first address.
    public var address: Int
    /// How many registers it takes up.
    public var count: Int

    /// A place.
    public init(_ table: RegisterTable, _ address: Int, _ count: Int) {
      self.table = table
      self.address = address
      self.count = count
    }

    var range: Range<Int> { address..<address + count }
  }

  /// How many events the ring holds.
  public var eventSlots: Int { events.count / EventSlot.registers }
  /// How many commands the mailbox holds.
  public var mailboxSlots: Int { mailbox.count / CommandSlot.registers }

  var blocks: [Place] { [id, machine, events, answers, binsFull, binsDisabled, controller, mailbox] }

  /// The layout by a map, for a machine with so many bins; throws what the map lacks or has in the wrong size.
  public init(_ map: RegisterMap, bins: Int) throws(PLCLayoutError) {
    func place(_ name: String, _ isRightSize: (Int) -> Bool, _ wanted: String) throws(PLCLayoutError) -> Place
    {
      guard let point = map[name] else { throw PLCLayoutError(point: name, wanted: "is missing") }
      guard !point.table.isBits, point.type.element == .u16, isRightSize(point.type.count) else {
        throw PLCLayoutError(point: name, wanted: "must be \(wanted)")
      }
      return Place(point.table, Int(point.address), point.type.count)
    }
    func slots(_ count: Int, _ size: Int, _ range: ClosedRange<Int>) -> Bool {
      let slots = count / size
      return count % size == 0 && range.contains(slots) && slots & (slots - 1) == 0
    }
    id = try place("id", { $0 == IdentityBlock.registers }, "u16[\(IdentityBlock.registers)]")
    machine = try place("machine", { $0 == MachineBlock.registers }, "u16[\(MachineBlock.registers)]")
    events = try place(
      "events", { slots($0, EventSlot.registers, 8...1024) },
      "u16[21 x slots], 8 to 1024 slots, a power of two")
    mailbox = try place(
      "mailbox", { slots($0, CommandSlot.registers, 2...64) }, "u16[8 x slots], 2 to 64 slots, a power of two"
    )
    let commands = mailbox.count / CommandSlot.registers
    let answered = commands * AnswerSlot.registers
    answers = try place("answers", { $0 == answered }, "u16[\(answered)], as many slots as the mailbox")
    let words = (bins + 15) / 16
    binsFull = try place("bins.full", { $0 >= words }, "u16[\(words)], a bit a bin")
    binsDisabled = try place("bins.disabled", { $0 >= words }, "u16[\(words)], a bit a bin")
    controller = try place(
      "controller", { $0 == ControllerBlock.registers }, "u16[\(ControllerBlock.registers)]")
    for (name, block) in [("controller", controller), ("mailbox", mailbox)] where block.table != .holding {
      throw PLCLayoutError(point: name, wanted: "must lie in the holding table, where it can be written")
    }
    order = map["id"]?.byteOrder ?? .abcd
  }
}

/// What a register map lacks to lay out a machine by it.
public struct PLCLayoutError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The point it is about.
  public var point: String
  /// What is wanted of it.
  public var wanted: String

  /// The error as a sentence without its stop.
  public var description: String { "point \(point) \(wanted)" }
}
