import ModbusPlant
import RegisterMap

/// A machine in memory that keeps the register interface, behind the requests of a Modbus connection.
///
/// Time is a number that requests and the test move on. What goes wrong is decided by `interfere`, request by
/// request; a write may be left hanging and arrive much later, as it does behind a slow gateway.
final class FakePLC: ModbusTransport {
  /// What happens to one request.
  enum Fate {
    /// It is answered.
    case answered
    /// It is lost on its way there.
    case lost
    /// It arrives, and its answer is lost.
    case answerLost
    /// It arrives when the test says so, and its answer is lost.
    case delayed
    /// The connection is reset before it is sent.
    case reset
    /// What comes back is no answer to it; it has arrived.
    case garbled
    /// The device refuses it.
    case refused(ModbusException)
    /// The answer's registers are changed on the way through a bad register image.
    case changed(([UInt16]) -> [UInt16])
  }

  /// A request as the device sees it.
  struct Request {
    var table: ModbusTable
    var readAt: Int?
    var count = 0
    var writeAt: Int?
    var values: [UInt16] = []
    var isReadWrite = false
  }

  let map: RegisterMap
  let order: ByteOrder
  let eventSlots: Int
  let mailboxSlots: Int
  var interfere: (Request) -> Fate = { _ in .answered }
  var refusesConnections = false
  private(set) var isConnected = false
  private(set) var requests: [Request] = []
  var keepsRequests = false
  private(set) var connections = 0
  /// Requests that would have written something, whatever became of them.
  private(set) var writesSeen = 0
  private(set) var mostRead = 0
  private(set) var mostWritten = 0

  /// Nanoseconds; each request takes `roundTrip` of them.
  var time: Int64 = 1
  var roundTrip: Int64 = 1_000_000

  var holding = [UInt16](repeating: 0, count: 65_536)
  var identity = IdentityBlock()
  var machine = MachineBlock()
  var heartbeatRuns = true
  private var delayed: [Request] = []
  /// Every command that was carried out, by its number and content.
  private(set) var carriedOut: [CommandSlot] = []
  /// Answers given, as `result`s of assign commands by number.
  var decide: (CommandSlot) -> AnswerSlot.Result = { _ in .accepted }
  /// Whether the program looks at its mailbox.
  var answersCommands = true
  private var lastOwnerBeat: UInt16 = 0
  private var ownerBeatAt: Int64 = 0
  private var lastReset: UInt16 = 0
  var tail: UInt16 = 0

  init(map: RegisterMap, bins: Int, pulsesPerMetre: Int, epoch: UInt16 = 7) {
    self.map = map
    order = map["id"]?.byteOrder ?? .abcd
    eventSlots = (map["events"]?.type.addressCount ?? 0) / EventSlot.registers
    mailboxSlots = (map["mailbox"]?.type.addressCount ?? 0) / CommandSlot.registers
    identity.epoch = epoch
    identity.bins = UInt16(bins)
    identity.eventSlots = UInt16(eventSlots)
    identity.mailboxSlots = UInt16(mailboxSlots)
    identity.watchdogMilliseconds = 300
    identity.pulsesPerMetre = UInt32(pulsesPerMetre)
    machine.epoch = epoch
    machine.flags = [.safe, .watchdog, .beltRuns, .inductionHeld]
    show()
  }

  func place(_ name: String) -> Int { Int(map[name]?.address ?? 0) }

  // MARK: The machine's program

  /// Starts the program anew: everything is zero but the epoch.
  func reboot(epoch: UInt16) {
    for index in holding.indices { holding[index] = 0 }
    identity.epoch = epoch
    machine = MachineBlock()
    machine.epoch = epoch
    machine.flags = [.safe, .watchdog, .beltRuns]
    lastOwnerBeat = 0
    lastReset = 0
    tail = 0
    show()
  }

  /// Puts an event into the ring.
  func tell(_ kind: EventSlot.Kind, piece: UInt32 = 0, _ change: (inout EventSlot) -> Void = { _ in }) {
    machine.eventHead &+= 1
    var slot = EventSlot()
    slot.number = machine.eventHead
    slot.kind = kind.rawValue
    slot.piece = piece
    slot.encoder = machine.encoder
    change(&slot)
    slot.encode(into: &holding, at: eventPlace(slot.number), order)
    show()
  }

  func eventPlace(_ number: UInt16) -> Int {
    place("events") + Int(number) % eventSlots * EventSlot.registers
  }

  /// Lets time pass and the belt run: one pulse a quarter of a millisecond.
  func pass(_ nanoseconds: Int64) {
    let before = time / 250_000
    time += nanoseconds
    machine.encoder &+= UInt32(truncatingIfNeeded: time / 250_000 - before)
    if heartbeatRuns { machine.heartbeat = UInt16(truncatingIfNeeded: time / 20_000_000) }
    scan()
  }

  /// One round of the program.
  func scan() {
    guard let controller = ControllerBlock(from: holding, at: place("controller"), order) else { return }
    watchOwner(controller)
    if machine.owner != 0 && controller.owner == machine.owner {
      tail = controller.eventTail
      let isAlive = time - ownerBeatAt <= Int64(identity.watchdogMilliseconds) * 1_000_000
      if controller.reset != lastReset && isAlive && controller.reset != 0 {
        lastReset = controller.reset
        machine.resetDone = controller.reset
        if !machine.flags.contains(.emergencyStop) { machine.flags.remove(.safe) }
      }
      if controller.arm == 1 && isAlive && controller.epoch == machine.epoch && !machine.flags.contains(.safe)
      {
        machine.flags.insert(.armed)
      } else if machine.flags.contains(.armed) {
        machine.flags.remove(.armed)
        machine.flags.insert(.safe)
      }
    }
    if heartbeatRuns && answersCommands { carryOut() }
    show()
  }

  private func watchOwner(_ controller: ControllerBlock) {
    let watchdog = Int64(identity.watchdogMilliseconds) * 1_000_000
    if controller.owner == machine.owner || machine.owner == 0 {
      if controller.heartbeat != lastOwnerBeat {
        lastOwnerBeat = controller.heartbeat
        ownerBeatAt = time
      }
      if machine.owner == 0 && controller.owner != 0 && time - ownerBeatAt <= watchdog {
        machine.owner = controller.owner
      }
    } else if time - ownerBeatAt > watchdog && controller.heartbeat != lastOwnerBeat {
      machine.owner = controller.owner
      lastOwnerBeat = controller.heartbeat
      ownerBeatAt = time
    }
  }

  private func carryOut() {
    while true {
      let next = machine.mailboxDone &+ 1
      let place = place("mailbox") + Int(next) % mailboxSlots * CommandSlot.registers
      guard let slot = CommandSlot(from: holding, at: place, order), slot.sequence == next, slot.kind != 0
      else { return }
      var answer = AnswerSlot()
      answer.sequence = next
      answer.encoder = machine.encoder
      let result: AnswerSlot.Result =
        if slot.epoch != machine.epoch {
          .wrongEpoch
        } else if Int32(bitPattern: slot.deadline &- machine.encoder) <= 0 {
          .late
        } else if !machine.flags.contains(.armed) || machine.flags.contains(.safe) {
          .notArmed
        } else {
          decide(slot)
        }
      answer.result = result.rawValue
      if result == .accepted { carriedOut.append(slot) }
      let into = self.place("answers") + Int(next) % mailboxSlots * AnswerSlot.registers
      answer.encode(into: &holding, at: into, order)
      machine.mailboxDone = next
    }
  }

  func show() {
    machine.snapshot &+= 1
    identity.encode(into: &holding, at: place("id"), order)
    machine.encode(into: &holding, at: place("machine"), order)
  }

  // MARK: The connection

  func connect() throws(ModbusFault) {
    connections += 1
    pass(roundTrip)
    isConnected = !refusesConnections
    if refusesConnections { throw .refused }
  }

  func close() { isConnected = false }

  func read(
    _ table: ModbusTable, at address: UInt16, count: Int, into values: inout [UInt16]
  ) throws(ModbusFault) {
    mostRead = max(mostRead, count)
    try serve(Request(table: table, readAt: Int(address), count: count), &values)
  }

  func write(registers values: [UInt16], at address: UInt16, alwaysMultiple: Bool) throws(ModbusFault) {
    mostWritten = max(mostWritten, values.count)
    var none: [UInt16] = []
    try serve(Request(table: .holding, writeAt: Int(address), values: values), &none)
  }

  func write(coils values: [Bool], at address: UInt16, alwaysMultiple: Bool) throws(ModbusFault) {
    var none: [UInt16] = []
    try serve(Request(table: .coil, writeAt: Int(address), values: values.map { $0 ? 1 : 0 }), &none)
  }

  func readWrite(
    write registers: [UInt16], at address: UInt16, readAt: UInt16, count: Int, into values: inout [UInt16]
  ) throws(ModbusFault) {
    mostRead = max(mostRead, count)
    mostWritten = max(mostWritten, registers.count)
    try serve(
      Request(
        table: .holding, readAt: Int(readAt), count: count, writeAt: Int(address), values: registers,
        isReadWrite: true), &values)
  }

  /// What writes that hang do when they arrive at last.
  func deliverDelayed() {
    for request in delayed { apply(request) }
    delayed = []
    scan()
  }

  private func serve(_ request: Request, _ values: inout [UInt16]) throws(ModbusFault) {
    guard isConnected else { throw .notConnected }
    if keepsRequests { requests.append(request) }
    if request.writeAt != nil { writesSeen += 1 }
    pass(roundTrip)
    let fate = interfere(request)
    switch fate {
    case .reset: throw ended(.closedByPeer(requestSent: false))
    case .lost: throw ended(.timeout(received: 0))
    case .delayed:
      delayed.append(request)
      throw ended(.timeout(received: 0))
    case .refused(let exception): throw .exception(exception)
    case .answered, .answerLost, .garbled, .changed: break
    }
    apply(request)
    scan()
    if case .answerLost = fate { throw ended(.closedByPeer(requestSent: true)) }
    if case .garbled = fate {
      throw ended(.protocolFault(AnswerFault(.transaction, expected: 2, got: 1)))
    }
    guard let readAt = request.readAt else { return }
    var answer = Array(holding[readAt..<readAt + request.count])
    if case .changed(let change) = fate { answer = change(answer) }
    while values.count < request.count { values.append(0) }
    for (index, word) in answer.enumerated() { values[index] = word }
  }

  private func apply(_ request: Request) {
    guard let writeAt = request.writeAt else { return }
    let controller = place("controller")..<place("controller") + ControllerBlock.registers
    let mailbox = place("mailbox")..<place("mailbox") + mailboxSlots * CommandSlot.registers
    let range = writeAt..<writeAt + request.values.count
    guard controller.contains(range) || mailbox.contains(range) else {
      machine.writesRefused &+= 1
      return
    }
    for (index, word) in request.values.enumerated() { holding[writeAt + index] = word }
  }

  private func ended(_ fault: ModbusFault) -> ModbusFault {
    isConnected = false
    return fault
  }
}
