/// What the bytes that came so far are, against the answer that is expected.
package enum AnswerVerdict: Equatable {
  /// So far right, and at least so many bytes in all are needed.
  case incomplete(needed: Int)
  /// The whole answer; its data begin at this offset (of no meaning for a write's answer).
  case accepted(dataAt: Int)
  /// The whole answer, and it is a refusal.
  case refused(ModbusException)
  /// Not an answer to this request.
  case wrong(AnswerFault)
}

/// Checks an answer's raw bytes strictly: nothing that is unlike the request is ever taken for its answer.
///
/// libmodbus 3.1.6 checks neither the unit, the protocol number, the announced length nor what a write echoes,
/// and numbers every raw request 0; so the bytes are judged here. Pure: bytes in, verdict out. Only bits and
/// registers themselves cannot be checked on TCP, which has no checksum of its own above the network's.
package enum AnswerCheck {
  /// Judges the bytes that have come so far; a wrong byte is found as soon as it is there.
  @inline(__always)
  package static func verdict(_ bytes: Span<UInt8>, against expected: ExpectedAnswer) -> AnswerVerdict {
    expected.framing == .tcp ? tcp(bytes, expected) : rtu(bytes, expected)
  }

  private static func tcp(_ bytes: Span<UInt8>, _ expected: ExpectedAnswer) -> AnswerVerdict {
    let count = bytes.count
    guard count >= 9 else { return shortTCP(bytes, expected) }
    if let fault = headerFault(bytes, expected) { return .wrong(fault) }
    let length = word(bytes, 4)
    let function = bytes[7]
    let isRefusal = function == expected.function | 0x80
    if !isRefusal && function != expected.function {
      return .wrong(AnswerFault(.function, expected: Int(expected.function), got: Int(function)))
    }
    let rightLength = isRefusal ? 3 : 1 + expected.pduLength
    if length != rightLength {
      return .wrong(AnswerFault(.length, expected: rightLength, got: length))
    }
    return pdu(bytes, at: 7, end: 6 + rightLength, frame: 6 + rightLength, expected)
  }

  /// Fewer bytes than the shortest answer has: what is there is checked all the same.
  private static func shortTCP(_ bytes: Span<UInt8>, _ expected: ExpectedAnswer) -> AnswerVerdict {
    let count = bytes.count
    if count >= 2, word(bytes, 0) != Int(expected.transaction) {
      return .wrong(AnswerFault(.transaction, expected: Int(expected.transaction), got: word(bytes, 0)))
    }
    if count >= 4, word(bytes, 2) != 0 {
      return .wrong(AnswerFault(.protocolNumber, expected: 0, got: word(bytes, 2)))
    }
    if count >= 6, word(bytes, 4) != 3, word(bytes, 4) != 1 + expected.pduLength {
      return .wrong(AnswerFault(.length, expected: 1 + expected.pduLength, got: word(bytes, 4)))
    }
    if count >= 7, bytes[6] != expected.unit {
      return .wrong(AnswerFault(.unit, expected: Int(expected.unit), got: Int(bytes[6])))
    }
    if count >= 8, bytes[7] & 0x7F != expected.function {
      return .wrong(AnswerFault(.function, expected: Int(expected.function), got: Int(bytes[7])))
    }
    return .incomplete(needed: 9)
  }

  private static func headerFault(_ bytes: Span<UInt8>, _ expected: ExpectedAnswer) -> AnswerFault? {
    if word(bytes, 0) != Int(expected.transaction) {
      return AnswerFault(.transaction, expected: Int(expected.transaction), got: word(bytes, 0))
    }
    if word(bytes, 2) != 0 { return AnswerFault(.protocolNumber, expected: 0, got: word(bytes, 2)) }
    let length = word(bytes, 4)
    if length != 3 && length != 1 + expected.pduLength {
      return AnswerFault(.length, expected: 1 + expected.pduLength, got: length)
    }
    if bytes[6] != expected.unit {
      return AnswerFault(.unit, expected: Int(expected.unit), got: Int(bytes[6]))
    }
    return nil
  }

  private static func rtu(_ bytes: Span<UInt8>, _ expected: ExpectedAnswer) -> AnswerVerdict {
    let count = bytes.count
    guard count >= 2 else { return .incomplete(needed: 5) }
    let function = bytes[1]
    let isRefusal = function == expected.function | 0x80
    if !isRefusal && function != expected.function {
      return .wrong(AnswerFault(.function, expected: Int(expected.function), got: Int(function)))
    }
    let frame = isRefusal ? 5 : expected.frameLength
    guard count >= frame else { return .incomplete(needed: frame) }
    let sum = Checksum.of(bytes.extracting(0..<frame - 2))
    let sent = UInt16(bytes[frame - 2]) | UInt16(bytes[frame - 1]) &<< 8
    if sum != sent { return .wrong(AnswerFault(.checksum, expected: Int(sum), got: Int(sent))) }
    if bytes[0] != expected.unit {
      return .wrong(AnswerFault(.unit, expected: Int(expected.unit), got: Int(bytes[0])))
    }
    return pdu(bytes, at: 1, end: frame - 2, frame: frame, expected)
  }

  /// Judges function, data and what comes behind; the function is right or the refusal of it.
  @inline(__always)
  private static func pdu(
    _ bytes: Span<UInt8>, at start: Int, end: Int, frame: Int, _ expected: ExpectedAnswer
  ) -> AnswerVerdict {
    let count = bytes.count
    let isRefusal = bytes[start] != expected.function
    if !isRefusal, case .data(let wanted) = expected.payload, Int(bytes[start + 1]) != wanted {
      return .wrong(AnswerFault(.byteCount, expected: wanted, got: Int(bytes[start + 1])))
    }
    guard count >= frame else { return .incomplete(needed: frame) }
    if count > frame { return .wrong(AnswerFault(.trailingBytes, expected: frame, got: count)) }
    if isRefusal {
      guard let exception = ModbusException(rawValue: bytes[start + 1]) else {
        return .wrong(AnswerFault(.exceptionCode, expected: 1, got: Int(bytes[start + 1])))
      }
      return .refused(exception)
    }
    switch expected.payload {
    case .data: return .accepted(dataAt: start + 2)
    case .echo(let address, let value):
      return echo(bytes, at: start + 1, address, value) ?? .accepted(dataAt: end)
    case .maskEcho(let address, let and, let or):
      if let wrong = echo(bytes, at: start + 1, address, and) { return wrong }
      if word(bytes, start + 5) != Int(or) {
        return .wrong(AnswerFault(.echoedValue, expected: Int(or), got: word(bytes, start + 5)))
      }
      return .accepted(dataAt: end)
    }
  }

  private static func echo(
    _ bytes: Span<UInt8>, at start: Int, _ address: UInt16, _ value: UInt16
  ) -> AnswerVerdict? {
    if word(bytes, start) != Int(address) {
      return .wrong(AnswerFault(.echoedAddress, expected: Int(address), got: word(bytes, start)))
    }
    if word(bytes, start + 2) != Int(value) {
      return .wrong(AnswerFault(.echoedValue, expected: Int(value), got: word(bytes, start + 2)))
    }
    return nil
  }

  @inline(__always)
  private static func word(_ bytes: Span<UInt8>, _ index: Int) -> Int {
    Int(bytes[index]) &<< 8 | Int(bytes[index + 1])
  }
}
