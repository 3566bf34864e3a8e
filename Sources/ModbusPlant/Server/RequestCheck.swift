/// One request to a device, taken apart and within the protocol's limits.
struct ModbusRequest: Equatable {
  var function: ModbusFunction
  /// What is read, or written where nothing is read.
  var address: UInt16 = 0
  var count = 0
  /// What function 23 writes.
  var writeAddress: UInt16 = 0
  var writeCount = 0
  /// Where the values begin in the frame; for function 8 its data.
  var dataAt = 0
  /// The value of functions 5 and 6, the and-mask of function 22.
  var value: UInt16 = 0
  var orMask: UInt16 = 0
}

/// Takes requests apart, and refuses what the protocol does not have, before anything is done.
///
/// Pure. `modbus_reply` of libmodbus 3.1.6 reads outside its table on a hostile request; nothing of that is used.
enum RequestCheck {
  /// What a request comes to.
  enum Verdict: Equatable {
    case accepted(ModbusRequest)
    case refused(ModbusException)
  }

  /// Judges the bytes from the function code to the end of the request (without checksum).
  ///
  /// - start: the offset of the function code; there is at least that byte.
  static func verdict(_ bytes: Span<UInt8>, from start: Int) -> Verdict {
    guard let function = ModbusFunction(rawValue: bytes[start]) else { return .refused(.illegalFunction) }
    let length = bytes.count - start
    var request = ModbusRequest(function: function)
    guard length >= 5 else { return .refused(.illegalValue) }
    request.address = word(bytes, start + 1)
    let second = word(bytes, start + 3)
    switch function {
    case .readCoils, .readDiscreteInputs, .readHoldingRegisters, .readInputRegisters:
      request.count = Int(second)
      return length == 5 ? checked(request, most: function.mostRead) : .refused(.illegalValue)
    case .writeCoil:
      request.value = second
      request.count = 1
      return length == 5 && (second == 0 || second == 0xFF00) ? .accepted(request) : .refused(.illegalValue)
    case .writeRegister:
      request.value = second
      request.count = 1
      return length == 5 ? .accepted(request) : .refused(.illegalValue)
    case .diagnostics:
      request.dataAt = start + 3
      request.count = length - 3
      // Only sub-function 0, which returns the data.
      return request.address == 0 ? .accepted(request) : .refused(.illegalFunction)
    case .writeCoils, .writeRegisters:
      request.count = Int(second)
      request.dataAt = start + 6
      let bytesOfData = function == .writeCoils ? (request.count + 7) / 8 : request.count * 2
      guard length == 6 + bytesOfData, Int(bytes[start + 5]) == bytesOfData else {
        return .refused(.illegalValue)
      }
      return checked(request, most: function.mostWritten)
    case .maskRegister:
      guard length == 7 else { return .refused(.illegalValue) }
      request.count = 1
      request.value = second
      request.orMask = word(bytes, start + 5)
      return .accepted(request)
    case .readWriteRegisters:
      return readWrite(bytes, start, request)
    }
  }

  private static func readWrite(_ bytes: Span<UInt8>, _ start: Int, _ given: ModbusRequest) -> Verdict {
    var request = given
    let length = bytes.count - start
    guard length >= 10 else { return .refused(.illegalValue) }
    request.count = Int(word(bytes, start + 3))
    request.writeAddress = word(bytes, start + 5)
    request.writeCount = Int(word(bytes, start + 7))
    request.dataAt = start + 10
    guard length == 10 + request.writeCount * 2, Int(bytes[start + 9]) == request.writeCount * 2,
      (1...request.function.mostWritten).contains(request.writeCount)
    else { return .refused(.illegalValue) }
    if Int(request.writeAddress) + request.writeCount > 65_536 { return .refused(.illegalAddress) }
    return checked(request, most: request.function.mostRead)
  }

  private static func checked(_ request: ModbusRequest, most: Int) -> Verdict {
    if request.count < 1 || request.count > most { return .refused(.illegalValue) }
    if Int(request.address) + request.count > 65_536 { return .refused(.illegalAddress) }
    return .accepted(request)
  }

  private static func word(_ bytes: Span<UInt8>, _ index: Int) -> UInt16 {
    UInt16(bytes[index]) &<< 8 | UInt16(bytes[index + 1])
  }
}
