/// Holds bytes against a request as a client does, without a connection: for machines in memory that answer wrongly.
package struct AnswerTrial {
  /// The number that the request bears.
  package let transaction: UInt16
  /// The unit that was asked.
  package let unit: UInt8
  /// The function that was asked for.
  package let function: ModbusFunction
  private let payload: ExpectedAnswer.Payload

  /// A request that reads so many registers, writes some and reads so many, or (0) only writes.
  ///
  /// - written: how many registers were written from `address` on, for an answer that repeats both.
  package init(
    transaction: UInt16, unit: UInt8, function: ModbusFunction, reads count: Int, address: UInt16,
    written: Int
  ) {
    self.transaction = transaction
    self.unit = unit
    self.function = function
    let quantity = UInt16(truncatingIfNeeded: written)
    payload = count > 0 ? .data(bytes: count * 2) : .echo(address: address, value: quantity)
  }

  /// The right answer's bytes: header, unit, function, and the registers or what the write echoes.
  package func frame(_ registers: [UInt16]) -> [UInt8] {
    var body: [UInt8] = [unit, function.rawValue]
    switch payload {
    case .data(let bytes):
      body.append(UInt8(truncatingIfNeeded: bytes))
      for register in registers { body += [UInt8(register >> 8), UInt8(register & 0xFF)] }
    case .echo(let address, let value), .maskEcho(let address, let value, _):
      for word in [address, value] { body += [UInt8(word >> 8), UInt8(word & 0xFF)] }
    }
    let length = UInt16(body.count)
    return [
      UInt8(transaction >> 8), UInt8(transaction & 0xFF), 0, 0, UInt8(length >> 8), UInt8(length & 0xFF),
    ] + body
  }

  /// What a client makes of these bytes when no more come: nil where it takes them for the answer.
  package func fault(of bytes: [UInt8]) -> ModbusFault? {
    let expected = ExpectedAnswer(
      framing: .tcp, transaction: transaction, unit: unit, function: function.rawValue, payload: payload)
    switch AnswerCheck.verdict(bytes.span, against: expected) {
    case .incomplete: return .timeout(received: bytes.count)
    case .accepted: return nil
    case .refused(let exception): return .exception(exception)
    case .wrong(let fault): return .protocolFault(fault)
    }
  }
}
