import ModbusPlant
import Quantities
import RegisterMap
import Rehearsal

/// A Modbus connection in memory, to the virtual PLC: every request takes its time and may meet its fate.
final class SoakWire: ModbusTransport {
  private unowned let world: SoakWorld
  private(set) var isConnected = false
  /// Whether the process at this end has died: nothing more goes out.
  var isDead = false
  private var transaction: UInt16

  init(world: SoakWorld, transaction: UInt16) {
    self.world = world
    self.transaction = transaction
  }

  func connect() throws(ModbusFault) {
    isConnected = false
    let settings = world.machine.settings
    if world.isUnplugged {
      world.pass(by: settings.connectTimeout.rawValue)
      throw .connectTimeout
    }
    world.pass(by: world.drawRoundTrip())
    if isDead || world.isRefusing { throw .refused }
    isConnected = true
  }

  func close() { isConnected = false }

  func read(
    _ table: ModbusTable, at address: UInt16, count: Int, into values: inout [UInt16]
  ) throws(ModbusFault) {
    let function: ModbusFunction =
      switch table {
      case .holding: .readHoldingRegisters
      case .input: .readInputRegisters
      case .coil: .readCoils
      case .discrete: .readDiscreteInputs
      }
    let request = WireRequest(
      function: function, table: RegisterTable(table), readAt: Int(address), count: count)
    Self.put(try ask(request), into: &values)
  }

  func write(registers values: [UInt16], at address: UInt16, alwaysMultiple: Bool) throws(ModbusFault) {
    _ = try ask(WireRequest(function: .writeRegisters, writeAt: Int(address), values: values))
  }

  func write(coils values: [Bool], at address: UInt16, alwaysMultiple: Bool) throws(ModbusFault) {
    _ = try ask(
      WireRequest(
        function: values.count == 1 ? .writeCoil : .writeCoils, writeAt: Int(address), writeTable: .coil,
        values: values.map { $0 ? 1 : 0 }))
  }

  func readWrite(
    write registers: [UInt16], at address: UInt16, readAt: UInt16, count: Int, into values: inout [UInt16]
  ) throws(ModbusFault) {
    let request = WireRequest(
      function: .readWriteRegisters, readAt: Int(readAt), count: count, writeAt: Int(address),
      values: registers)
    Self.put(try ask(request), into: &values)
  }

  private static func put(_ answer: [UInt16], into values: inout [UInt16]) {
    while values.count < answer.count { values.append(0) }
    for index in answer.indices { values[index] = answer[index] }
  }

  /// One request on its way there and back.
  private func ask(_ request: WireRequest) throws(ModbusFault) -> [UInt16] {
    guard isConnected else { throw .notConnected }
    var request = request
    request.sentAt = world.now
    transaction &+= 1
    let half = world.drawRoundTrip() / 2
    let fate = world.takeFate()
    if world.isRefusing || fate?.kind == .resetBefore {
      throw closed(.closedByPeer(requestSent: fate == nil))
    }
    if world.isUnplugged || fate?.kind == .lostRequest { throw try timedOut(after: 0) }
    world.pass(by: half)
    // Whoever died while the request was on its way has still sent it.
    if isDead && transaction & 1 == 0 { throw closed(.closedByPeer(requestSent: true)) }
    switch fate?.kind {
    case .lateRequest:
      world.delay(request, by: fate?.lasts.rawValue ?? 0)
      throw try timedOut(after: half)
    case .resetAfter where fate?.amount == 0: throw closed(.closedByPeer(requestSent: true))
    case .exception:
      let exception =
        ModbusException(rawValue: UInt8(truncatingIfNeeded: fate?.amount ?? 4)) ?? .deviceFailure
      // Such a device may have taken the order before it said no.
      if exception.leavesOutcomeOpen { _ = world.perform(request) }
      world.pass(by: half)
      throw .exception(exception)
    default: break
    }
    let result = world.perform(request)
    world.pass(by: half)
    if isDead || fate?.kind == .resetAfter { throw closed(.closedByPeer(requestSent: true)) }
    switch fate?.kind {
    case .lostReply: throw try timedOut(after: 2 * half)
    case .slowReply: world.pass(by: fate?.lasts.rawValue ?? 0)
    default: break
    }
    switch result {
    case .failure(let refusal): throw .exception(ModbusException(refusal))
    case .success(let answer):
      if let fate, fate.kind == .corruptReply || fate.kind == .staleReply {
        try judge(spoiled: answer, request, fate)
      }
      return answer
    }
  }

  /// Lets a client's own checks look at an answer that was spoiled on its way.
  private func judge(spoiled answer: [UInt16], _ request: WireRequest, _ fate: SoakFault) throws(ModbusFault)
  {
    let trial = AnswerTrial(
      transaction: transaction, unit: world.machine.settings.unit, function: request.function,
      reads: request.count, address: UInt16(request.writeAt ?? 0), written: request.values.count)
    var frame = trial.frame(answer)
    if fate.kind == .staleReply {
      let older = transaction &- 1
      frame[0] = UInt8(older >> 8)
      frame[1] = UInt8(older & 0xFF)
    } else {
      frame.spoil(by: fate.amount)
    }
    guard let fault = trial.fault(of: frame) else { return }
    if case .timeout = fault { world.pass(by: world.machine.settings.responseTimeout.rawValue) }
    throw fault.endsTheConnection ? closed(fault) : fault
  }

  private func closed(_ fault: ModbusFault) -> ModbusFault {
    isConnected = false
    return fault
  }

  private func timedOut(after passed: Int64) throws(ModbusFault) -> ModbusFault {
    world.pass(by: max(0, world.machine.settings.responseTimeout.rawValue - passed))
    return closed(.timeout(received: 0))
  }
}

/// A request as the machine sees it.
struct WireRequest {
  var function: ModbusFunction
  var table = RegisterTable.holding
  var readAt = 0
  var count = 0
  var writeAt: Int?
  var writeTable = RegisterTable.holding
  var values: [UInt16] = []
  /// When it was sent: on its way it may be held up for longer than anybody waits for it.
  var sentAt: Int64 = 0
}

extension [UInt8] {
  /// Changes an answer's frame where a client can notice: anywhere but in the values of registers.
  fileprivate mutating func spoil(by amount: Int) {
    let header = Swift.min(8, count - 1)
    switch amount % 6 {
    case 0: self[amount / 6 % header] ^= UInt8(1 + amount % 255)
    case 1: removeLast(1 + amount / 6 % (count - 1))
    case 2: append(contentsOf: repeatElement(0x55, count: 1 + amount / 6 % 40))
    case 3: (self[4], self[5]) = amount % 12 < 6 ? (0, 0) : (0xFF, 0xFF)
    case 4:
      // A refusal with a code that the protocol does not have.
      self = Array(prefix(7)) + [self[7] | 0x80, amount % 12 < 6 ? 0 : 200]
      (self[4], self[5]) = (0, 3)
    default: self[6] ^= 0xFF
    }
  }
}

extension RegisterTable {
  /// The table of the same name.
  fileprivate init(_ table: ModbusTable) {
    switch table {
    case .holding: self = .holding
    case .input: self = .input
    case .coil: self = .coil
    case .discrete: self = .discrete
    }
  }
}

extension ModbusException {
  /// The exception that a device's refusal goes out as.
  fileprivate init(_ refusal: RegisterRefusal) {
    self = ModbusException(rawValue: refusal.rawValue) ?? .deviceFailure
  }
}
