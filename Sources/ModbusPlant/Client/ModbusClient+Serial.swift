import Glibc
import Quantities

extension ModbusClient {
  /// Opens the port by the path it was given, each time anew: an adapter that was plugged in again and
  /// renumbered is found where the path is a stable one.
  func openSerial(_ line: SerialLine) throws(ModbusFault) {
    let made = try ModbusLink.serial(line)
    link = made
    descriptor = made.descriptor
    try drain()
    if mayHearLateAnswer && echoesAfterFault { try clearLine() }
    mayHearLateAnswer = false
  }

  /// Throws away what comes until the line has been silent for the whole quiet period.
  private func drain() throws(ModbusFault) {
    let quiet = ModbusTimeouts.clamped(timeouts.quiet).rawValue
    // Something that sends without end must not hold us for ever.
    let end = monotonicNow() + max(quiet * 20, 2_000_000_000)
    while true {
      let deadline = monotonicNow() + quiet
      if !waitUntilReady(descriptor, for: POLLIN, until: deadline) { break }
      let room = unsafe answer.room(from: 0)
      let count = unsafe Glibc.read(descriptor, room.baseAddress, room.count)
      if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) {
        throw ended(by: .inputOutput(errno: count == 0 ? ENODEV : errno, requestSent: false))
      }
      if monotonicNow() > end { throw ended(by: .lineNeverQuiet) }
    }
    lastByte = monotonicNow()
  }

  /// Makes sure that no answer to a request before the fault is still to come.
  ///
  /// The devices of a line answer in order. The echo of a number that was never sent before, or the refusal of
  /// this function, which we use for nothing else, comes after everything older; a late answer shows itself as
  /// a wrong function, and the connection ends again. So it does in silence: the device may still be at work on
  /// what it was asked before.
  private func clearLine() throws(ModbusFault) {
    let number = UInt16(truncatingIfNeeded: monotonicNow() / 1_000)
    request[0] = unit
    request[1] = ModbusFunction.diagnostics.rawValue
    request.put(0, at: 2)
    request.put(number, at: 4)
    let expected = ExpectedAnswer(
      framing: .rtu, transaction: 0, unit: unit, function: ModbusFunction.diagnostics.rawValue,
      payload: .echo(address: 0, value: number))
    do throws(ModbusFault) {
      _ = try exchangeSerial(6, expected)
    } catch .exception {
      return
    } catch {
      throw ended(by: error)
    }
  }

  /// Sends the request's first `length` bytes with their checksum and waits for the answer.
  func exchangeSerial(_ length: Int, _ expected: ExpectedAnswer) throws(ModbusFault) -> Int {
    let sum = unsafe Checksum.of(request.bytes(0..<length).span)
    request[length] = UInt8(truncatingIfNeeded: sum)
    request[length + 1] = UInt8(truncatingIfNeeded: sum &>> 8)
    try keepGap()
    let deadline = monotonicNow() &+ responseWait
    requestsSent &+= 1
    try sendSerial(length + 2, deadline)
    var received = 0
    while true {
      guard waitUntilReady(descriptor, for: POLLIN, until: deadline) else {
        throw ended(by: .timeout(received: received))
      }
      let room = unsafe answer.room(from: received)
      let count = unsafe Glibc.read(descriptor, room.baseAddress, room.count)
      if count < 0 && (errno == EAGAIN || errno == EINTR) { continue }
      guard count > 0 else {
        throw ended(by: .inputOutput(errno: count == 0 ? ENODEV : errno, requestSent: true))
      }
      received += count
      lastByte = monotonicNow()
      if let offset = try settle(received, expected) { return offset }
    }
  }

  /// Waits for the silence that must be between two frames; a byte that comes in it belongs to no answer.
  private func keepGap() throws(ModbusFault) {
    guard case .rtu(let line) = endpoint else { return }
    let free = max(lastByte + line.gap, monotonicNow() + 1)
    guard waitUntilReady(descriptor, for: POLLIN, until: free) else { return }
    let room = unsafe answer.room(from: 0)
    let count = unsafe Glibc.read(descriptor, room.baseAddress, room.count)
    if count > 0 { throw ended(by: .protocolFault(AnswerFault(.earlyBytes, expected: 0, got: count))) }
    throw ended(by: .inputOutput(errno: count == 0 ? ENODEV : errno, requestSent: false))
  }

  private func sendSerial(_ length: Int, _ deadline: Int64) throws(ModbusFault) {
    var sent = 0
    while sent < length {
      let count = unsafe Glibc.write(descriptor, request.bytes(sent..<length).baseAddress, length - sent)
      if count > 0 {
        sent += count
        continue
      }
      if count < 0 && errno != EAGAIN && errno != EINTR {
        throw ended(by: .inputOutput(errno: errno, requestSent: sent > 0))
      }
      guard waitUntilReady(descriptor, for: POLLOUT, until: deadline) else {
        throw ended(by: .timeout(received: 0))
      }
    }
    lastByte = monotonicNow()
  }
}
