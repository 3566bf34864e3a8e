import ModbusPlant

/// A Modbus answer that is fuzzed: six bytes say what was asked, the rest is what came back.
enum FuzzedAnswer {
  static func complaint(about bytes: [UInt8]) -> String? {
    guard bytes.count > 6 else { return nil }
    let expected = expectation(bytes)
    let answer = Array(bytes[6...].prefix(400))
    var settled: AnswerVerdict?
    // As TCP may cut it: byte by byte up to the end.
    for count in 0...answer.count {
      let verdict = AnswerCheck.verdict(answer.span.extracting(0..<count), against: expected)
      switch verdict {
      case .incomplete(let needed):
        if needed <= count { return "\(count) bytes are not enough and \(needed) are wanted" }
        if needed > expected.frameLength && needed > 9 { return "more bytes are wanted than an answer has" }
        if settled != nil { return "what was settled is open again at \(count) bytes" }
      case .accepted(let place):
        if count != expected.frameLength {
          return "\(count) bytes are accepted where \(expected.frameLength) are right"
        }
        if place > count { return "the data of an accepted answer begin beyond its end" }
        if let wrong = unlike(answer[..<count], expected) { return wrong }
        settled = verdict
      case .refused:
        if count != (expected.framing == .tcp ? 9 : 5) { return "a refusal of \(count) bytes" }
        settled = verdict
      case .wrong:
        // What is too long was right before; anything else stays wrong.
        settled = verdict
      }
    }
    return nil
  }

  /// What a careful reader would compare, written down a second time.
  private static func unlike(_ answer: ArraySlice<UInt8>, _ expected: ExpectedAnswer) -> String? {
    let start = expected.framing == .tcp ? 7 : 1
    if answer[start - 1] != expected.unit { return "an answer of another unit is accepted" }
    if answer[start] != expected.function { return "an answer of another function is accepted" }
    if expected.framing == .tcp {
      let transaction = UInt16(answer[0]) << 8 | UInt16(answer[1])
      if transaction != expected.transaction || answer[2] != 0 || answer[3] != 0 {
        return "an answer of another transaction or protocol is accepted"
      }
      if Int(answer[4]) << 8 | Int(answer[5]) != answer.count - 6 { return "a wrong length is accepted" }
    }
    switch expected.payload {
    case .data(let count): return Int(answer[start + 1]) == count ? nil : "a wrong byte count is accepted"
    case .echo(let address, let value):
      let echo = [address >> 8, address & 0xFF, value >> 8, value & 0xFF].map { UInt8($0) }
      return answer[(start + 1)..<(start + 5)].elementsEqual(echo) ? nil : "another echo is accepted"
    case .maskEcho(let address, let and, let or):
      let echo = [address, and, or].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
      return answer[(start + 1)..<(start + 7)].elementsEqual(echo) ? nil : "another echo is accepted"
    }
  }

  /// The request that the first bytes stand for: framing and function, unit, and a number of two meanings.
  private static func expectation(_ bytes: [UInt8]) -> ExpectedAnswer {
    let framing: ExpectedAnswer.Framing = bytes[0] & 0x80 == 0 ? .tcp : .rtu
    let functions: [UInt8] = [1, 2, 3, 4, 5, 6, 15, 16, 22, 23]
    let function = functions[Int(bytes[0] & 0x7F) % functions.count]
    let number = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
    let other = UInt16(bytes[4]) << 8 | UInt16(bytes[5])
    let payload: ExpectedAnswer.Payload =
      switch function {
      case 1, 2: .data(bytes: (Int(other) % 2000 + 8) / 8)
      case 3, 4, 23: .data(bytes: 2 * (Int(other) % 125 + 1))
      case 22: .maskEcho(address: number, and: other, or: ~other)
      default: .echo(address: number, value: other)
      }
    return ExpectedAnswer(
      framing: framing, transaction: number, unit: bytes[1], function: function, payload: payload)
  }
}
