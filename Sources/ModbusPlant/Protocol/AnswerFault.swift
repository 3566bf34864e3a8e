/// What in an answer was not as the request asks for: which check failed, what it expected and what came.
public struct AnswerFault: Hashable, Sendable {
  /// One check of an answer's bytes.
  public enum Check: String, CaseIterable, Sendable {
    /// The transaction number of the request: another one is a stale, doubled or reordered answer.
    case transaction
    /// The protocol number, which is 0 in Modbus TCP.
    case protocolNumber
    /// The length that the header of Modbus TCP announces.
    case length
    /// The unit (slave) that was asked.
    case unit
    /// The function that was asked for, or the same with its top bit set.
    case function
    /// An exception's code, 1 to 11.
    case exceptionCode
    /// The number of data bytes.
    case byteCount
    /// The address that a write's answer repeats.
    case echoedAddress
    /// The value or the quantity that a write's answer repeats.
    case echoedValue
    /// The checksum of a serial frame.
    case checksum
    /// Nothing comes after the answer.
    case trailingBytes
    /// Nothing comes before the request is sent.
    case earlyBytes
  }

  /// The check that failed.
  public let check: Check
  /// What the check expected.
  public let expected: Int
  /// What came instead.
  public let got: Int

  /// A failed check with what it expected and what came.
  public init(_ check: Check, expected: Int, got: Int) {
    self.check = check
    self.expected = expected
    self.got = got
  }
}

extension AnswerFault: CustomStringConvertible {
  /// The failed check in plain words, as in `it bears transaction number 4, and 5 was asked`.
  public var description: String {
    switch check {
    case .transaction: "it bears transaction number \(got), and \(expected) was asked"
    case .protocolNumber: "its protocol number is \(got), and Modbus has \(expected)"
    case .length: "its header announces \(got) bytes, and \(expected) belong there"
    case .unit: "it comes from unit \(got), and unit \(expected) was asked"
    case .function: "it answers function \(got), and function \(expected) was asked"
    case .exceptionCode: "it is a refusal with code \(got), which the protocol does not have"
    case .byteCount: "it counts \(got) data bytes, and \(expected) were asked for"
    case .echoedAddress: "it confirms a write to address \(got), and address \(expected) was written"
    case .echoedValue: "it confirms the value or quantity \(got), and \(expected) was written"
    case .checksum: "its checksum is \(got), and its bytes add up to \(expected)"
    case .trailingBytes: "\(got - expected) bytes too many came with it"
    case .earlyBytes: "\(got) bytes came before anything was asked"
    }
  }
}
