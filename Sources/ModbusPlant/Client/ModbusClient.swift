import Quantities

/// One connection to one Modbus device, for one thread: a request at a time, each with its deadline.
///
/// libmodbus makes the connection and sets up the serial port. Requests and answers go over its descriptor
/// as bytes of our own, because libmodbus 3.1.6 numbers every raw request 0, so that a stale answer could not
/// be told, takes up to five system calls for an answer, and lets a byte time-out stretch the response
/// time-out (4 s on 0.5 s with a byte every 400 ms). Every answer is checked by `AnswerCheck`.
///
/// Any fault but a refusal by the device closes the connection; it is never used again. Nothing is allocated
/// in a request once its buffers have their size.
public final class ModbusClient {
  /// Where the device is.
  public let endpoint: ModbusEndpoint
  /// The unit (slave) that is asked, 0 to 255; on a serial line 1 to 247.
  public let unit: UInt8
  /// How long to wait; a change of `response` counts from the next connection.
  public var timeouts: ModbusTimeouts
  /// Whether a serial line that had a fault is asked to repeat a number (function 8) before it is used again.
  ///
  /// Its echo, or its refusal, shows that no older answer is still to come. False is for a device that keeps
  /// silent at functions it does not know: then only the quiet period stands between a late answer and the
  /// next request, and must be longer than the device ever takes.
  public var echoesAfterFault = true
  /// How many requests were sent since the client was made.
  public internal(set) var requestsSent: UInt64 = 0

  let request = FrameBlock()
  let answer = FrameBlock()
  var transaction: UInt16
  /// The link's descriptor, at hand; -1 without a link.
  var descriptor: Int32 = -1
  /// How long a receive may block in the system before the clock is looked at; 0 where it must not block.
  var blockingWait: Int64 = 0
  var responseWait: Int64 = 0
  /// When the last byte came or went on the serial line.
  var lastByte: Int64 = 0
  /// Whether the last serial connection ended with a fault, so that an answer may still be on its way.
  var mayHearLateAnswer = false
  var link: ModbusLink?

  /// A client for a device; it connects with `connect`.
  ///
  /// - transaction: the number of its first request, for a test of the wrap at 65,536.
  public init(
    _ endpoint: ModbusEndpoint, unit: UInt8 = 1, timeouts: ModbusTimeouts = ModbusTimeouts(),
    transaction: UInt16 = 1
  ) {
    self.endpoint = endpoint
    self.unit = unit
    self.timeouts = timeouts
    self.transaction = transaction
  }

  deinit { close() }

  /// Whether there is a connection that had no fault so far.
  public var isConnected: Bool { descriptor >= 0 }

  /// Connects, at most within the connect time-out; closes an older connection first.
  public func connect() throws(ModbusFault) {
    close()
    responseWait = ModbusTimeouts.clamped(timeouts.response).rawValue
    switch endpoint {
    case .tcp(let host, let port): try connectTCP(host, port)
    case .rtu(let line): try openSerial(line)
    }
  }

  /// Closes the connection; there may be none.
  public func close() {
    link = nil
    descriptor = -1
  }

  /// Closes the connection because of a fault, which it hands back to be thrown.
  func ended(by fault: ModbusFault) -> ModbusFault {
    close()
    mayHearLateAnswer = true
    return fault
  }
}
