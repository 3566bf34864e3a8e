/// What the answer to one request must look like, down to every byte that is not a value.
struct ExpectedAnswer: BitwiseCopyable {
  /// How frames are wrapped.
  enum Framing: BitwiseCopyable {
    case tcp
    case rtu
  }

  /// What follows the function code.
  enum Payload: BitwiseCopyable {
    /// A byte count and so many data bytes.
    case data(bytes: Int)
    /// The address and the value or quantity that were written.
    case echo(address: UInt16, value: UInt16)
    /// The address and both masks.
    case maskEcho(address: UInt16, and: UInt16, or: UInt16)
  }

  let framing: Framing
  let transaction: UInt16
  let unit: UInt8
  let function: UInt8
  let payload: Payload

  /// The bytes from the function code on, without a checksum.
  var pduLength: Int {
    switch payload {
    case .data(let bytes): 2 + bytes
    case .echo: 5
    case .maskEcho: 7
    }
  }

  /// The bytes of the whole frame when it is no exception.
  var frameLength: Int { framing == .tcp ? 7 + pduLength : 3 + pduLength }
}
