/// Does one client's requests at a register bank; one for each thread, with the room it needs made once.
struct RequestDesk: ~Copyable {
  let incoming = FrameBlock()
  let outgoing = FrameBlock()
  private let bank: any RegisterBank
  private let limits: ModbusRequestLimits
  private let echoes: Bool
  private var values = [UInt16](repeating: 0, count: 2_000)
  private var read = [UInt16](repeating: 0, count: 125)

  /// - echoes: whether function 8 is known, which belongs to serial lines.
  init(bank: any RegisterBank, limits: ModbusRequestLimits, echoes: Bool) {
    self.bank = bank
    self.limits = limits
    self.echoes = echoes
  }

  /// Does the request that lies in `incoming` from `start` to `end`, and puts the answer from its function code
  /// on into `outgoing` from `to` on; the offset behind the answer.
  mutating func answer(from start: Int, to end: Int, at to: Int) -> Int {
    let code = incoming[start]
    let refusal: ModbusException
    switch unsafe RequestCheck.verdict(incoming.bytes(0..<end).span, from: start) {
    case .refused(let exception): refusal = exception
    case .accepted(let request):
      outgoing[to] = code
      switch perform(request, end: end, at: to + 1) {
      case .success(let behind): return behind
      case .failure(let exception): refusal = exception.reason
      }
    }
    outgoing[to] = code | 0x80
    outgoing[to + 1] = refusal.rawValue
    return to + 2
  }

  /// A refusal on its way out.
  private struct Refused: Error { let reason: ModbusException }

  private mutating func perform(_ request: ModbusRequest, end: Int, at to: Int) -> Result<Int, Refused> {
    let refusal: ModbusException?
    switch request.function {
    case .readCoils: return readTable(.coil, request, at: to)
    case .readDiscreteInputs: return readTable(.discrete, request, at: to)
    case .readHoldingRegisters: return readTable(.holding, request, at: to)
    case .readInputRegisters: return readTable(.input, request, at: to)
    case .writeCoil:
      values[0] = request.value == 0 ? 0 : 1
      refusal = write(.coil, request.address, 1)
    case .writeRegister:
      values[0] = request.value
      refusal = write(.holding, request.address, 1)
    case .writeCoils:
      for index in 0..<request.count {
        values[index] = UInt16(incoming[request.dataAt + index / 8] &>> UInt8(index % 8) & 1)
      }
      refusal = write(.coil, request.address, request.count)
    case .writeRegisters:
      takeWords(request.dataAt, request.count)
      refusal = write(.holding, request.address, request.count)
    case .maskRegister:
      refusal =
        limits.refusal(.holding, at: request.address, count: 1, writes: true)
        ?? bank.mask(registerAt: request.address, and: request.value, or: request.orMask)
    case .readWriteRegisters: return readWrite(request, at: to)
    case .diagnostics:
      guard echoes else { return .failure(Refused(reason: .illegalFunction)) }
      outgoing.put(0, at: to)
      for index in 0..<request.count { outgoing[to + 2 + index] = incoming[request.dataAt + index] }
      return .success(to + 2 + request.count)
    }
    if let refusal { return .failure(Refused(reason: refusal)) }
    return .success(confirm(request, at: to))
  }

  /// A write's answer: address and value or quantity, as they came.
  private func confirm(_ request: ModbusRequest, at to: Int) -> Int {
    outgoing.put(request.address, at: to)
    switch request.function {
    case .writeCoils, .writeRegisters: outgoing.put(UInt16(request.count), at: to + 2)
    default: outgoing.put(request.value, at: to + 2)
    }
    if request.function != .maskRegister { return to + 4 }
    outgoing.put(request.orMask, at: to + 4)
    return to + 6
  }

  private mutating func write(_ table: ModbusTable, _ address: UInt16, _ count: Int) -> ModbusException? {
    if let refusal = limits.refusal(table, at: address, count: count, writes: true) { return refusal }
    return bank.write(table, at: address, values: values.span.extracting(0..<count))
  }

  private mutating func readTable(
    _ table: ModbusTable, _ request: ModbusRequest, at to: Int
  ) -> Result<Int, Refused> {
    let count = request.count
    if let refusal = limits.refusal(table, at: request.address, count: count, writes: false) {
      return .failure(Refused(reason: refusal))
    }
    let bank = bank
    var span = values.mutableSpan
    if let refusal = bank.read(table, at: request.address, count: count, into: &span) {
      return .failure(Refused(reason: refusal))
    }
    guard table.holdsBits else { return .success(putWords(values.span, count, at: to)) }
    let bytes = (count + 7) / 8
    outgoing[to] = UInt8(bytes)
    for index in 0..<bytes { outgoing[to + 1 + index] = 0 }
    for index in 0..<count where values[index] != 0 { outgoing[to + 1 + index / 8] |= 1 &<< UInt8(index % 8) }
    return .success(to + 1 + bytes)
  }

  private mutating func readWrite(_ request: ModbusRequest, at to: Int) -> Result<Int, Refused> {
    let refusal =
      limits.refusal(.holding, at: request.address, count: request.count, writes: false)
      ?? limits.refusal(.holding, at: request.writeAddress, count: request.writeCount, writes: true)
    if let refusal { return .failure(Refused(reason: refusal)) }
    takeWords(request.dataAt, request.writeCount)
    let answer = Self.exchange(bank, request, values, &read)
    if let answer { return .failure(Refused(reason: answer)) }
    return .success(putWords(read.span, request.count, at: to))
  }

  private static func exchange(
    _ bank: any RegisterBank, _ request: ModbusRequest, _ values: [UInt16], _ read: inout [UInt16]
  ) -> ModbusException? {
    var span = read.mutableSpan
    return bank.exchange(
      write: values.span.extracting(0..<request.writeCount), at: request.writeAddress,
      readAt: request.address, count: request.count, into: &span)
  }

  private mutating func takeWords(_ start: Int, _ count: Int) {
    for index in 0..<count { values[index] = incoming.word(at: start + index * 2) }
  }

  private func putWords(_ words: Span<UInt16>, _ count: Int, at to: Int) -> Int {
    outgoing[to] = UInt8(count * 2)
    for index in 0..<count { outgoing.put(words[index], at: to + 1 + index * 2) }
    return to + 1 + count * 2
  }
}
