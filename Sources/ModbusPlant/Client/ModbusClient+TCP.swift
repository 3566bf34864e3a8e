import Glibc
import Quantities

extension ModbusClient {
  /// The kernel counts a socket's waits in ticks of up to 10 ms; the last stretch goes by the exact clock.
  private static let coarseStretch: Int64 = 25_000_000

  func connectTCP(_ host: String, _ port: UInt16) throws(ModbusFault) {
    let made = try ModbusLink.tcp(host, port, wait: ModbusTimeouts.clamped(timeouts.connect).rawValue)
    link = made
    descriptor = made.descriptor
    let milliseconds = max(responseWait / 1_000_000 * 2, 1_000)
    SocketOptions.prepare(descriptor, unacknowledged: Int32(milliseconds))
    blockingWait = responseWait > 2 * Self.coarseStretch ? responseWait - Self.coarseStretch : 0
    if blockingWait > 0 {
      SocketOptions.setBlocking(descriptor, true)
      SocketOptions.setWait(descriptor, SO_RCVTIMEO, nanoseconds: blockingWait)
    }
  }

  /// Sends the request's first `length` bytes and waits for its answer; the offset of the answer's data.
  func exchangeTCP(_ length: Int, _ expected: ExpectedAnswer) throws(ModbusFault) -> Int {
    // An answer that is here before its request is none; this also tells a closed connection while the
    // outcome is still certain: nothing was sent.
    let early = unsafe recv(descriptor, answer.room(from: 0).baseAddress, 1, Self.peekNow)
    if early >= 0 || (errno != EAGAIN && errno != EINTR) { throw ended(by: earlyFault(early, errno)) }

    let deadline = monotonicNow() &+ responseWait
    requestsSent &+= 1
    let sent = unsafe send(descriptor, request.bytes(0..<length).baseAddress, length, Self.sendNow)
    var received = 0
    if sent != length {
      try sendRest(from: max(sent, 0), to: length, sent < 0 ? errno : 0, deadline)
    } else if blockingWait > 0 {
      // One call in the common case: it blocks no longer than the deadline allows.
      let room = unsafe answer.room(from: 0)
      let count = unsafe recv(descriptor, room.baseAddress, room.count, 0)
      if count > 0 {
        received = count
        if let offset = try settle(received, expected) { return offset }
      } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
        throw ended(by: receiveFault(count, errno))
      }
    }
    return try receiveRest(after: received, expected, deadline)
  }

  private static let peekNow = Int32(MSG_PEEK | MSG_DONTWAIT)
  private static let sendNow = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
  private static let receiveNow = Int32(MSG_DONTWAIT)

  private func earlyFault(_ count: Int, _ code: Int32) -> ModbusFault {
    if count > 0 { return .protocolFault(AnswerFault(.earlyBytes, expected: 0, got: count)) }
    if count == 0 || code == ECONNRESET || code == EPIPE { return .closedByPeer(requestSent: false) }
    return .inputOutput(errno: code, requestSent: false)
  }

  private func receiveFault(_ count: Int, _ code: Int32) -> ModbusFault {
    if count == 0 || code == ECONNRESET || code == EPIPE { return .closedByPeer(requestSent: true) }
    return .inputOutput(errno: code, requestSent: true)
  }

  /// Sends what a first call did not take; a peer that does not read is given until the deadline.
  private func sendRest(
    from first: Int, to length: Int, _ code: Int32, _ deadline: Int64
  ) throws(ModbusFault) {
    var sent = first
    var code = code
    while sent < length {
      if code == ECONNRESET || code == EPIPE { throw ended(by: .closedByPeer(requestSent: sent > 0)) }
      if code != 0 && code != EAGAIN && code != EINTR {
        throw ended(by: .inputOutput(errno: code, requestSent: sent > 0))
      }
      guard waitUntilReady(descriptor, for: POLLOUT, until: deadline) else {
        throw ended(by: .timeout(received: 0))
      }
      let count = unsafe send(
        descriptor, request.bytes(sent..<length).baseAddress, length - sent, Self.sendNow)
      code = count < 0 ? errno : 0
      sent += max(count, 0)
    }
  }

  /// Receives until the answer is whole or wrong, or the deadline is there, to which no byte adds anything.
  private func receiveRest(
    after first: Int, _ expected: ExpectedAnswer, _ deadline: Int64
  ) throws(ModbusFault) -> Int {
    var received = first
    while true {
      guard waitUntilReady(descriptor, for: POLLIN, until: deadline) else {
        throw ended(by: .timeout(received: received))
      }
      let room = unsafe answer.room(from: received)
      let count = unsafe recv(descriptor, room.baseAddress, room.count, Self.receiveNow)
      if count < 0 && (errno == EAGAIN || errno == EINTR) { continue }
      guard count > 0 else { throw ended(by: receiveFault(count, errno)) }
      received += count
      if let offset = try settle(received, expected) { return offset }
    }
  }

  /// The offset of the answer's data, or nil where more bytes are needed; throws what a bad answer comes to.
  @inline(__always)
  func settle(_ received: Int, _ expected: ExpectedAnswer) throws(ModbusFault) -> Int? {
    switch unsafe AnswerCheck.verdict(answer.bytes(0..<received).span, against: expected) {
    case .accepted(let offset): return offset
    case .incomplete: return nil
    case .refused(let exception): throw .exception(exception)
    case .wrong(let fault): throw ended(by: .protocolFault(fault))
    }
  }
}
