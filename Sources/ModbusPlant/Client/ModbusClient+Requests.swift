extension ModbusClient {
  /// Reads `count` registers or bits of a table into the front of `values`; bits become 0 and 1.
  ///
  /// - count: 1 to 125 registers or 2,000 bits, and no further than address 65,535.
  public func read(
    _ table: ModbusTable, at address: UInt16, count: Int, into values: inout MutableSpan<UInt16>
  ) throws(ModbusFault) {
    let function = table.readFunction
    try checkRange(function.name, address, count, most: function.mostRead, room: values.count)
    let start = begin(function)
    request.put(address, at: start)
    request.put(UInt16(count), at: start + 2)
    let bytes = table.holdsBits ? (count + 7) / 8 : count * 2
    let offset = try exchange(start + 4, function, .data(bytes: bytes))
    if table.holdsBits {
      for index in 0..<count { values[index] = UInt16(answer[offset + index / 8] &>> UInt8(index % 8) & 1) }
    } else {
      unsafe takeWords(answer.bytes(offset..<offset + bytes).span, count, into: &values)
    }
  }

  /// Reads into the front of an array, which grows only where it is shorter than `count`.
  public func read(
    _ table: ModbusTable, at address: UInt16, count: Int, into values: inout [UInt16]
  ) throws(ModbusFault) {
    Self.grow(&values, to: count)
    var span = values.mutableSpan
    try read(table, at: address, count: count, into: &span)
  }

  /// Reads bits into the front of an array, which grows only where it is shorter than `count`.
  public func readBits(
    _ table: ModbusTable, at address: UInt16, count: Int, into values: inout [Bool]
  ) throws(ModbusFault) {
    guard table.holdsBits else { throw .badRequest("the \(table.name) table holds registers, not bits") }
    let function = table.readFunction
    try checkRange(function.name, address, count, most: function.mostRead, room: .max)
    while values.count < count { values.append(false) }
    let start = begin(function)
    request.put(address, at: start)
    request.put(UInt16(count), at: start + 2)
    let offset = try exchange(start + 4, function, .data(bytes: (count + 7) / 8))
    for index in 0..<count { values[index] = answer[offset + index / 8] &>> UInt8(index % 8) & 1 == 1 }
  }

  /// Writes holding registers: function 16, or function 6 for a single one unless `alwaysMultiple`.
  ///
  /// - values: 1 to 123 of them.
  public func write(
    registers values: Span<UInt16>, at address: UInt16, alwaysMultiple: Bool = false
  ) throws(ModbusFault) {
    if values.count == 1 && !alwaysMultiple { return try write(register: values[0], at: address) }
    let function = ModbusFunction.writeRegisters
    try checkRange(function.name, address, values.count, most: function.mostWritten, room: .max)
    let start = begin(function)
    request.put(address, at: start)
    request.put(UInt16(values.count), at: start + 2)
    let end = putWords(values, at: start + 4)
    _ = try exchange(end, function, .echo(address: address, value: UInt16(values.count)))
  }

  /// Writes holding registers: function 16, or function 6 for a single one unless `alwaysMultiple`.
  public func write(
    registers values: [UInt16], at address: UInt16, alwaysMultiple: Bool = false
  ) throws(ModbusFault) {
    try write(registers: values.span, at: address, alwaysMultiple: alwaysMultiple)
  }

  /// Writes one holding register (function 6).
  public func write(register value: UInt16, at address: UInt16) throws(ModbusFault) {
    let start = begin(.writeRegister)
    request.put(address, at: start)
    request.put(value, at: start + 2)
    _ = try exchange(start + 4, .writeRegister, .echo(address: address, value: value))
  }

  /// Writes one coil (function 5).
  public func write(coil value: Bool, at address: UInt16) throws(ModbusFault) {
    let start = begin(.writeCoil)
    request.put(address, at: start)
    request.put(value ? 0xFF00 : 0, at: start + 2)
    _ = try exchange(start + 4, .writeCoil, .echo(address: address, value: value ? 0xFF00 : 0))
  }

  /// Writes coils: function 15, or function 5 for a single one unless `alwaysMultiple`; 1 to 1,968 of them.
  public func write(
    coils values: [Bool], at address: UInt16, alwaysMultiple: Bool = false
  ) throws(ModbusFault) {
    if values.count == 1 && !alwaysMultiple { return try write(coil: values[0], at: address) }
    let function = ModbusFunction.writeCoils
    try checkRange(function.name, address, values.count, most: function.mostWritten, room: .max)
    let start = begin(function)
    let bytes = (values.count + 7) / 8
    request.put(address, at: start)
    request.put(UInt16(values.count), at: start + 2)
    request[start + 4] = UInt8(bytes)
    for index in 0..<bytes { request[start + 5 + index] = 0 }
    for index in values.indices where values[index] {
      request[start + 5 + index / 8] |= 1 &<< UInt8(index % 8)
    }
    _ = try exchange(
      start + 5 + bytes, function, .echo(address: address, value: UInt16(values.count)))
  }

  /// Changes single bits of a holding register in the device itself (function 22).
  ///
  /// The register becomes `(register & and) | (or & ~and)`.
  public func mask(registerAt address: UInt16, and: UInt16, or: UInt16) throws(ModbusFault) {
    let start = begin(.maskRegister)
    request.put(address, at: start)
    request.put(and, at: start + 2)
    request.put(or, at: start + 4)
    _ = try exchange(start + 6, .maskRegister, .maskEcho(address: address, and: and, or: or))
  }

  /// Writes holding registers and then reads some, in one request (function 23).
  ///
  /// - registers: 1 to 121 of them; count: 1 to 125.
  public func readWrite(
    write registers: Span<UInt16>, at address: UInt16, readAt: UInt16, count: Int,
    into values: inout MutableSpan<UInt16>
  ) throws(ModbusFault) {
    let function = ModbusFunction.readWriteRegisters
    try checkRange(function.name, address, registers.count, most: function.mostWritten, room: .max)
    try checkRange(function.name, readAt, count, most: function.mostRead, room: values.count)
    let start = begin(function)
    request.put(readAt, at: start)
    request.put(UInt16(count), at: start + 2)
    request.put(address, at: start + 4)
    request.put(UInt16(registers.count), at: start + 6)
    let end = putWords(registers, at: start + 8)
    let offset = try exchange(end, function, .data(bytes: count * 2))
    unsafe takeWords(answer.bytes(offset..<offset + count * 2).span, count, into: &values)
  }

  /// Writes holding registers and then reads some into the front of an array, in one request (function 23).
  public func readWrite(
    write registers: [UInt16], at address: UInt16, readAt: UInt16, count: Int, into values: inout [UInt16]
  ) throws(ModbusFault) {
    Self.grow(&values, to: count)
    var span = values.mutableSpan
    try readWrite(write: registers.span, at: address, readAt: readAt, count: count, into: &span)
  }
}

extension ModbusClient {
  /// Puts unit and function into the request; the offset of what follows.
  private func begin(_ function: ModbusFunction) -> Int {
    let start = isSerial ? 0 : 6
    request[start] = unit
    request[start + 1] = function.rawValue
    return start + 2
  }

  var isSerial: Bool {
    if case .rtu = endpoint { true } else { false }
  }

  /// Puts the byte count and the words; the offset behind them.
  private func putWords(_ values: Span<UInt16>, at start: Int) -> Int {
    request[start] = UInt8(values.count * 2)
    for index in values.indices { request.put(values[index], at: start + 1 + index * 2) }
    return start + 1 + values.count * 2
  }

  private func takeWords(_ bytes: Span<UInt8>, _ count: Int, into values: inout MutableSpan<UInt16>) {
    for index in 0..<count {
      values[index] = UInt16(bytes[index * 2]) &<< 8 | UInt16(bytes[index * 2 + 1])
    }
  }

  private static func grow(_ values: inout [UInt16], to count: Int) {
    // A count beyond the protocol's is refused later; it must not cost memory first.
    while values.count < min(count, 2_000) { values.append(0) }
  }

  /// Sends what stands in the request and waits for its answer; the offset of the answer's data.
  ///
  /// - end: the offset behind the request's last byte.
  func exchange(
    _ end: Int, _ function: ModbusFunction, _ payload: ExpectedAnswer.Payload
  ) throws(ModbusFault) -> Int {
    guard descriptor >= 0 else { throw .notConnected }
    if isSerial {
      let expected = ExpectedAnswer(
        framing: .rtu, transaction: 0, unit: unit, function: function.rawValue, payload: payload)
      return try exchangeSerial(end, expected)
    }
    let number = transaction
    transaction &+= 1
    request.put(number, at: 0)
    request.put(0, at: 2)
    request.put(UInt16(end - 6), at: 4)
    let expected = ExpectedAnswer(
      framing: .tcp, transaction: number, unit: unit, function: function.rawValue, payload: payload)
    return try exchangeTCP(end, expected)
  }

  private func checkRange(
    _ what: String, _ address: UInt16, _ count: Int, most: Int, room: Int
  ) throws(ModbusFault) {
    guard count >= 1 && count <= most else {
      throw .badRequest("\(what): a request takes 1 to \(most) at once, not \(count)")
    }
    guard Int(address) + count <= 65_536 else {
      throw .badRequest("\(what): \(count) from address \(address) go beyond address 65535")
    }
    guard count <= room else { throw .badRequest("\(what): room for \(room) values, and \(count) asked for") }
  }
}
