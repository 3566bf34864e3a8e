import Quantities

/// 32-bit values in two registers, in the order that a map states.
extension ByteOrder {
  /// The two registers of a value, in the order in which they lie.
  public func registers(_ value: UInt32) -> (UInt16, UInt16) {
    let high = UInt16(truncatingIfNeeded: value >> 16)
    let low = UInt16(truncatingIfNeeded: value)
    switch self {
    case .abcd: return (high, low)
    case .cdab: return (low, high)
    case .badc: return (high.byteSwapped, low.byteSwapped)
    case .dcba: return (low.byteSwapped, high.byteSwapped)
    }
  }

  /// The value of two registers, in the order in which they lie.
  public func value(_ first: UInt16, _ second: UInt16) -> UInt32 {
    switch self {
    case .abcd: UInt32(first) << 16 | UInt32(second)
    case .cdab: UInt32(second) << 16 | UInt32(first)
    case .badc: UInt32(first.byteSwapped) << 16 | UInt32(second.byteSwapped)
    case .dcba: UInt32(second.byteSwapped) << 16 | UInt32(first.byteSwapped)
    }
  }
}

/// What lies in consecutive registers and can be put there and taken from there.
public protocol RegisterCoded {
  /// How many registers it takes up.
  static var registers: Int { get }
  /// Puts it into registers from `place` on, which must all exist.
  func encode(into registers: inout [UInt16], at place: Int, _ order: ByteOrder)
  /// Takes it from registers from `place` on; nil where a number of it stands there torn or twice unlike.
  init?(from registers: [UInt16], at place: Int, _ order: ByteOrder)
}

/// Puts values one after the other.
private struct Placer {
  var place: Int
  let order: ByteOrder

  mutating func put(_ value: UInt16, _ registers: inout [UInt16]) {
    registers[place] = value
    place += 1
  }

  mutating func put(_ value: UInt32, _ registers: inout [UInt16]) {
    (registers[place], registers[place + 1]) = order.registers(value)
    place += 2
  }
}

/// Takes values one after the other.
private struct Taker {
  let registers: [UInt16]
  var place: Int
  let order: ByteOrder

  mutating func word() -> UInt16 {
    place += 1
    return registers[place - 1]
  }

  mutating func long() -> UInt32 {
    place += 2
    return order.value(registers[place - 2], registers[place - 1])
  }
}

extension EventSlot: RegisterCoded {
  /// Puts the event into registers from `place` on, which must all exist.
  public func encode(into registers: inout [UInt16], at place: Int, _ order: ByteOrder) {
    var placer = Placer(place: place, order: order)
    placer.put(number, &registers)
    placer.put(UInt16(kind) << 8 | UInt16(detail), &registers)
    placer.put(piece, &registers)
    placer.put(encoder, &registers)
    placer.put(bin, &registers)
    placer.put(value, &registers)
    var rest = destination.rawValue
    for pair in 0..<6 {
      let first = DestinationCode.takeCharacter(&rest, at: 2 * pair)
      let second = DestinationCode.takeCharacter(&rest, at: 2 * pair + 1)
      placer.put(UInt16(first) << 8 | UInt16(second), &registers)
    }
    placer.put(length, &registers)
    placer.put(width, &registers)
    placer.put(height, &registers)
    placer.put(weight, &registers)
    placer.put(number, &registers)
  }

  /// Takes the event from registers from `place` on; nil where it is torn or its destination is no code.
  public init?(from registers: [UInt16], at place: Int, _ order: ByteOrder) {
    var taker = Taker(registers: registers, place: place, order: order)
    number = taker.word()
    let head = taker.word()
    kind = UInt8(head >> 8)
    detail = UInt8(head & 0xFF)
    piece = taker.long()
    encoder = taker.long()
    bin = taker.word()
    value = taker.long()
    var code: UInt64? = 0
    for pair in 0..<6 {
      let both = taker.word()
      code = DestinationCode.addCharacter(UInt8(both >> 8), to: code, at: 2 * pair)
      code = DestinationCode.addCharacter(UInt8(both & 0xFF), to: code, at: 2 * pair + 1)
    }
    length = taker.word()
    width = taker.word()
    height = taker.word()
    weight = taker.long()
    guard taker.word() == number, let code else { return nil }
    destination = DestinationCode(rawValue: code)
  }
}

extension DestinationCode {
  /// The ASCII character at `place` of what is left of a packed code, 0 after the last.
  fileprivate static func takeCharacter(_ rest: inout UInt64, at place: Int) -> UInt8 {
    let weight = weight(afterCharacters: place + 1)
    let digit = rest / weight
    rest %= weight
    switch digit {
    case 0: return 0
    case 1...10: return UInt8(0x30 + digit - 1)
    default: return UInt8(0x41 + digit - 11)
    }
  }

  /// A packed code with one more character; nil where it is no digit or capital letter, or follows a NUL.
  fileprivate static func addCharacter(_ byte: UInt8, to code: UInt64?, at place: Int) -> UInt64? {
    guard let code else { return nil }
    let weight = weight(afterCharacters: place + 1)
    // After a NUL the last place that was filled is followed by an empty one.
    let isContiguous = place == 0 || (code / (weight * 37)) % 37 != 0
    switch byte {
    case 0: return code
    case 0x30...0x39 where isContiguous: return code + UInt64(byte - 0x30 + 1) * weight
    case 0x41...0x5A where isContiguous: return code + UInt64(byte - 0x41 + 11) * weight
    default: return nil
    }
  }
}

extension CommandSlot: RegisterCoded {
  /// Puts the command into registers from `place` on, which must all exist.
  public func encode(into registers: inout [UInt16], at place: Int, _ order: ByteOrder) {
    var placer = Placer(place: place, order: order)
    placer.put(kind, &registers)
    placer.put(piece, &registers)
    placer.put(bin, &registers)
    placer.put(deadline, &registers)
    placer.put(epoch, &registers)
    placer.put(sequence, &registers)
  }

  /// Takes the command from registers from `place` on.
  public init?(from registers: [UInt16], at place: Int, _ order: ByteOrder) {
    var taker = Taker(registers: registers, place: place, order: order)
    kind = taker.word()
    piece = taker.long()
    bin = taker.word()
    deadline = taker.long()
    epoch = taker.word()
    sequence = taker.word()
  }
}

extension AnswerSlot: RegisterCoded {
  /// Puts the answer into registers from `place` on, which must all exist.
  public func encode(into registers: inout [UInt16], at place: Int, _ order: ByteOrder) {
    var placer = Placer(place: place, order: order)
    placer.put(sequence, &registers)
    placer.put(result, &registers)
    placer.put(encoder, &registers)
  }

  /// Takes the answer from registers from `place` on.
  public init?(from registers: [UInt16], at place: Int, _ order: ByteOrder) {
    var taker = Taker(registers: registers, place: place, order: order)
    sequence = taker.word()
    result = taker.word()
    encoder = taker.long()
  }
}

extension IdentityBlock: RegisterCoded {
  /// Puts the identity block into registers from `place` on, which must all exist.
  public func encode(into registers: inout [UInt16], at place: Int, _ order: ByteOrder) {
    var placer = Placer(place: place, order: order)
    placer.put(magic, &registers)
    placer.put(version, &registers)
    placer.put(epoch, &registers)
    placer.put(bins, &registers)
    placer.put(eventSlots, &registers)
    placer.put(mailboxSlots, &registers)
    placer.put(watchdogMilliseconds, &registers)
    placer.put(pulsesPerMetre, &registers)
  }

  /// Takes the identity block from registers from `place` on.
  public init?(from registers: [UInt16], at place: Int, _ order: ByteOrder) {
    var taker = Taker(registers: registers, place: place, order: order)
    magic = taker.long()
    version = taker.word()
    epoch = taker.word()
    bins = taker.word()
    eventSlots = taker.word()
    mailboxSlots = taker.word()
    watchdogMilliseconds = taker.word()
    pulsesPerMetre = taker.long()
  }
}

extension MachineBlock: RegisterCoded {
  /// Puts the status block into registers from `place` on, which must all exist.
  public func encode(into registers: inout [UInt16], at place: Int, _ order: ByteOrder) {
    var placer = Placer(place: place, order: order)
    placer.put(snapshot, &registers)
    placer.put(epoch, &registers)
    placer.put(heartbeat, &registers)
    placer.put(flags.rawValue, &registers)
    placer.put(state, &registers)
    placer.put(mode, &registers)
    placer.put(encoder, &registers)
    placer.put(eventHead, &registers)
    placer.put(mailboxDone, &registers)
    placer.put(eventsLost, &registers)
    placer.put(writesRefused, &registers)
    placer.put(owner, &registers)
    placer.put(speed, &registers)
    placer.put(resetDone, &registers)
    placer.put(snapshot, &registers)
  }

  /// Takes the status block from registers from `place` on; nil where it was read while it changed.
  public init?(from registers: [UInt16], at place: Int, _ order: ByteOrder) {
    var taker = Taker(registers: registers, place: place, order: order)
    snapshot = taker.word()
    epoch = taker.word()
    heartbeat = taker.word()
    flags = Flags(rawValue: taker.word())
    state = taker.word()
    mode = taker.word()
    encoder = taker.long()
    eventHead = taker.word()
    mailboxDone = taker.word()
    eventsLost = taker.word()
    writesRefused = taker.word()
    owner = taker.word()
    speed = taker.word()
    resetDone = taker.word()
    guard taker.word() == snapshot else { return nil }
  }
}

extension ControllerBlock: RegisterCoded {
  /// Puts the controller block into registers from `place` on, which must all exist.
  public func encode(into registers: inout [UInt16], at place: Int, _ order: ByteOrder) {
    var placer = Placer(place: place, order: order)
    placer.put(heartbeat, &registers)
    placer.put(owner, &registers)
    placer.put(epoch, &registers)
    placer.put(eventTail, &registers)
    placer.put(arm, &registers)
    placer.put(reset, &registers)
    placer.put(command, &registers)
    placer.put(commandNumber, &registers)
    placer.put(mode, &registers)
  }

  /// Takes the controller block from registers from `place` on.
  public init?(from registers: [UInt16], at place: Int, _ order: ByteOrder) {
    var taker = Taker(registers: registers, place: place, order: order)
    heartbeat = taker.word()
    owner = taker.word()
    epoch = taker.word()
    eventTail = taker.word()
    arm = taker.word()
    reset = taker.word()
    command = taker.word()
    commandNumber = taker.word()
    mode = taker.word()
  }
}
