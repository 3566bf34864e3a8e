/// What the answer to one request must look like, down to every byte that is not a value.
package struct ExpectedAnswer: BitwiseCopyable {
  /// How frames are wrapped.
  package enum Framing: BitwiseCopyable {
    case tcp
    case rtu
  }

  /// What follows the function code.
  package enum Payload: BitwiseCopyable {
    /// A byte count and so many data bytes.
    case data(bytes: Int)
    /// The address and the value or quantity that were written.
    case echo(address: UInt16, value: UInt16)
    /// The address and both masks.
    case maskEcho(address: UInt16, and: UInt16, or: UInt16)
  }

  /// How it is wrapped.
  package let framing: Framing
  /// The number of the request.
  package let transaction: UInt16
  /// The device that was asked.
  package let unit: UInt8
  /// What was asked for.
  package let function: UInt8
  /// What must follow the function.
  package let payload: Payload

  /// An expectation.
  package init(framing: Framing, transaction: UInt16, unit: UInt8, function: UInt8, payload: Payload) {
    self.framing = framing
    self.transaction = transaction
    self.unit = unit
    self.function = function
    self.payload = payload
  }

  /// The bytes from the function code on, without a checksum.
  package var pduLength: Int {
    switch payload {
    case .data(let bytes): 2 + bytes
    case .echo: 5
    case .maskEcho: 7
    }
  }

  /// The bytes of the whole frame when it is no exception.
  package var frameLength: Int { framing == .tcp ? 7 + pduLength : 3 + pduLength }
}
