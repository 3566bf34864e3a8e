import Glibc
import Quantities
import Testing

@testable import ModbusPlant

/// Runs the body and answers the fault that it ends with, and how many milliseconds it took.
func faultOf(_ body: () throws -> Void) -> (fault: ModbusFault?, milliseconds: Int64) {
  let began = monotonicNow()
  var fault: ModbusFault?
  do { try body() } catch { fault = error as? ModbusFault }
  return (fault, (monotonicNow() - began) / 1_000_000)
}

/// How many descriptors the process has open.
func openDescriptors() -> Int {
  (0..<1_000).count { fcntl(Int32($0), F_GETFD) >= 0 }
}

@Suite("A client that faces a hostile device on TCP", .serialized)
struct TCPFaultTests {
  @Test("fault 1: a port where nobody listens refuses, in words")
  func refused() throws {
    let peer = try ScriptedPeer { _, _ in }
    let client = peer.client()
    peer.stop()
    let (fault, milliseconds) = faultOf { try client.connect() }
    #expect(fault == .refused && !client.isConnected && milliseconds < 1_000)
    #expect(fault?.outcomeIsUnknown == false && fault?.mayPass == true)
    let request = faultOf { try client.write(register: 1, at: 1) }
    #expect(request.fault == .notConnected)
  }

  @Test("fault 2: a port that drops what asks for a connection costs the connect time-out and no more")
  func blackHole() throws {
    // A queue that is full lets the system drop further requests for a connection, as a firewall would.
    let opened = try ListeningSocket.open("127.0.0.1", 0)
    listen(opened.descriptor, 0)
    defer { close(opened.descriptor) }
    var queued: [ModbusClient] = []
    var last: (fault: ModbusFault?, milliseconds: Int64) = (nil, 0)
    for _ in 0..<20 where last.fault == nil {
      let client = ModbusClient(
        .tcp(host: "127.0.0.1", port: opened.port),
        timeouts: ModbusTimeouts(connect: .milliseconds(300), response: .milliseconds(300)))
      last = faultOf { try client.connect() }
      queued.append(client)
    }
    #expect(last.fault == .connectTimeout)
    #expect((290..<1_300).contains(last.milliseconds))
  }

  @Test(
    "fault 3: a close or a reset in place of an answer leaves a write's outcome unknown",
    arguments: [true, false])
  func closedInstead(byReset: Bool) throws {
    let peer = try ScriptedPeer { connection, _ in
      _ = connection.receiveRequest()
      if byReset { connection.resetOnClose() }
    }
    defer { peer.stop() }
    let client = peer.client()
    try client.connect()
    let (fault, _) = faultOf { try client.write(registers: [1, 2], at: 7) }
    #expect(fault == .closedByPeer(requestSent: true) && fault?.outcomeIsUnknown == true)
    #expect(!client.isConnected)
  }

  @Test("fault 3: a connection that was closed while idle is known before anything is sent")
  func closedWhileIdle() throws {
    let peer = try ScriptedPeer { connection, _ in
      guard let request = connection.receiveRequest() else { return }
      connection.send(rightAnswer(request))
    }
    defer { peer.stop() }
    let client = peer.client()
    var values = [UInt16](repeating: 0, count: 4)
    try client.connect()
    try client.read(.holding, at: 10, count: 4, into: &values)
    #expect(values == [10, 11, 12, 13])
    _ = waitUntilReady(client.descriptor, for: POLLIN, until: monotonicNow() + 2_000_000_000)
    let (fault, _) = faultOf { try client.write(register: 1, at: 7) }
    #expect(fault == .closedByPeer(requestSent: false) && fault?.outcomeIsUnknown == false)
  }

  @Test("fault 4: an answer that comes late finds the connection closed, and no later request takes it")
  func lateAnswer() throws {
    let peer = try ScriptedPeer { connection, number in
      guard let request = connection.receiveRequest() else { return }
      if number == 0 { connection.pause(milliseconds: 400) }
      connection.send(rightAnswer(request))
      connection.waitForClose()
    }
    defer { peer.stop() }
    let client = peer.client(response: 200)
    var values = [UInt16](repeating: 0xBEEF, count: 2)
    try client.connect()
    let (fault, milliseconds) = faultOf {
      try client.read(.holding, at: 1, count: 2, into: &values)
    }
    #expect(fault == .timeout(received: 0) && (199..<1_200).contains(milliseconds))
    #expect(!client.isConnected && values == [0xBEEF, 0xBEEF])
    try client.connect()
    try client.read(.holding, at: 500, count: 2, into: &values)
    #expect(values == [500, 501])
  }

  @Test(
    "fault 5: an answer with an older, a newer or a foreign transaction number is rejected",
    arguments: [-1, 1, 256, 0x5555])
  func wrongTransaction(offset: Int) throws {
    try expectRejection(.transaction) { answer in
      let number = (Int(answer[0]) << 8 | Int(answer[1])) &+ offset
      answer[0] = UInt8(truncatingIfNeeded: number >> 8)
      answer[1] = UInt8(truncatingIfNeeded: number)
    }
  }

  @Test("fault 5: an answer that comes twice is taken once, and ends the connection at the next request")
  func doubledAnswer() throws {
    let peer = try ScriptedPeer { connection, _ in
      guard let request = connection.receiveRequest() else { return }
      let answer = rightAnswer(request)
      connection.send(answer)
      connection.send(answer)
      connection.waitForClose()
    }
    defer { peer.stop() }
    let client = peer.client()
    var values = [UInt16](repeating: 0, count: 2)
    try client.connect()
    let first = faultOf { try client.read(.input, at: 3, count: 2, into: &values) }
    if first.fault == nil {
      #expect(values == [3, 4])
      _ = waitUntilReady(client.descriptor, for: POLLIN, until: monotonicNow() + 2_000_000_000)
      let next = faultOf { try client.read(.input, at: 9, count: 2, into: &values) }
      #expect(next.fault == .protocolFault(AnswerFault(.earlyBytes, expected: 0, got: 1)))
      #expect(next.fault?.outcomeIsUnknown == false && values == [3, 4])
    } else {
      // Both came in one: what is behind the answer is seen at once.
      #expect(first.fault == .protocolFault(AnswerFault(.trailingBytes, expected: 13, got: 26)))
    }
    #expect(!client.isConnected)
  }

  @Test("fault 5: two answers in the other order are both rejected")
  func reorderedAnswers() throws {
    let peer = try ScriptedPeer { connection, number in
      guard let request = connection.receiveRequest() else { return }
      var other = request
      other[1] &+= 1
      connection.send(rightAnswer(other))
      connection.send(rightAnswer(request))
      connection.waitForClose()
    }
    defer { peer.stop() }
    let client = peer.client()
    var values = [UInt16](repeating: 0, count: 2)
    try client.connect()
    let (fault, _) = faultOf {
      try client.read(.input, at: 3, count: 2, into: &values)
    }
    #expect(fault == .protocolFault(AnswerFault(.transaction, expected: 1, got: 2)) && values == [0, 0])
  }

  @Test("fault 6: a wrong unit, protocol number, length or byte count is rejected")
  func wrongHeader() throws {
    try expectRejection(.unit) { $0[6] = 2 }
    try expectRejection(.protocolNumber) { $0[3] = 1 }
    try expectRejection(.protocolNumber) { $0[2] = 0x80 }
    for length in [0, 1, 2, 6, 8, 254, 65_535] {
      try expectRejection(.length) { answer in
        answer[4] = UInt8(length >> 8)
        answer[5] = UInt8(length & 0xFF)
      }
    }
    // A length that a refusal has, on an answer that is none.
    try expectRejection(.length) { $0[5] = 3 }
    for count in [0, 2, 3, 5, 6, 255] as [UInt8] { try expectRejection(.byteCount) { $0[8] = count } }
  }

  @Test("fault 6: a write that is echoed with another address, value or quantity is rejected as unknown")
  func wrongEcho() throws {
    let writes: [(ModbusClient) throws -> Void] = [
      { client in try client.write(register: 0x1234, at: 0x0102) },
      { client in try client.write(coil: true, at: 0x0102) },
      { client in try client.write(registers: [1, 2, 3], at: 0x0102) },
      { client in try client.write(coils: [true, false, true], at: 0x0102) },
      { client in try client.mask(registerAt: 0x0102, and: 0xF2, or: 0x25) },
    ]
    for write in writes {
      for (offset, check) in [
        (8, AnswerFault.Check.echoedAddress), (9, .echoedAddress), (10, .echoedValue), (11, .echoedValue),
      ] {
        let fault = try outcome(mutating: { $0[offset] ^= 0x40 }, write)
        guard case .protocolFault(let what)? = fault else {
          Issue.record("byte \(offset) changed and not noticed: \(String(describing: fault))")
          continue
        }
        #expect(what.check == check && fault?.outcomeIsUnknown == true)
      }
    }
    let orMask = try outcome(mutating: { $0[13] ^= 1 }, writes[4])
    #expect(orMask == .protocolFault(AnswerFault(.echoedValue, expected: 0x25, got: 0x24)))
  }

  @Test("fault 7: refusals 1 to 11 are told apart and leave the connection good")
  func refusals() throws {
    let peer = try ScriptedPeer { connection, _ in
      var code: UInt8 = 1
      while let request = connection.receiveRequest() {
        connection.send(Array(request[0..<4]) + [0, 3, request[6], request[7] | 0x80, code])
        code += 1
      }
    }
    defer { peer.stop() }
    let client = peer.client()
    try client.connect()
    let consequences: [ModbusException.Consequence] = [
      .fault, .fault, .fault, .fault, .retry, .retry, .fault, .fault, .fault, .pathDown, .pathDown,
    ]
    for code in 1...11 as ClosedRange<UInt8> {
      let (fault, _) = faultOf { try client.write(register: 1, at: 1) }
      let exception = try #require(ModbusException(rawValue: code))
      #expect(fault == .exception(exception) && client.isConnected)
      #expect(exception.consequence == consequences[Int(code) - 1])
      #expect(fault?.outcomeIsUnknown == [4, 5, 11].contains(code))
    }
  }

  @Test("fault 7: refusal 0 or 200, another function, or the refusal of another one is no answer")
  func falseRefusals() throws {
    for code in [0, 12, 200, 255] as [UInt8] {
      try expectRejection(.exceptionCode) { answer in
        answer = Array(answer[0..<4]) + [0, 3, answer[6], 0x83, code]
      }
    }
    try expectRejection(.function) { $0[7] = 4 }
    try expectRejection(.function) { $0[7] = 0 }
    try expectRejection(.function) { answer in
      answer = Array(answer[0..<4]) + [0, 3, answer[6], 0x90, 2]
    }
  }

  @Test("fault 8: a byte every 100 ms does not stretch the deadline")
  func drippedAnswer() throws {
    let peer = try ScriptedPeer { connection, _ in
      guard let request = connection.receiveRequest() else { return }
      for byte in rightAnswer(request) {
        guard connection.send([byte]) else { return }
        connection.pause(milliseconds: 100)
      }
    }
    defer { peer.stop() }
    let client = peer.client(response: 350)
    var values = [UInt16](repeating: 0, count: 2)
    try client.connect()
    let (fault, milliseconds) = faultOf {
      try client.read(.holding, at: 3, count: 2, into: &values)
    }
    guard case .timeout(let received)? = fault else { return #expect(fault == .timeout(received: 4)) }
    #expect((0...6).contains(received) && (349..<1_100).contains(milliseconds))
    #expect(!client.isConnected && fault?.outcomeIsUnknown == true)
  }

  @Test(
    "fault 8: a device that accepts and never answers costs one deadline",
    arguments: [20, 40, 60, 250] as [Int64])
  func silentDevice(deadline: Int64) throws {
    let peer = try ScriptedPeer { connection, _ in connection.waitForClose() }
    defer { peer.stop() }
    let client = peer.client(response: deadline)
    try client.connect()
    let (fault, milliseconds) = faultOf { try client.write(coil: true, at: 3) }
    #expect(fault == .timeout(received: 0) && !client.isConnected)
    #expect((deadline - 1..<deadline + 1_000).contains(milliseconds))
  }

  @Test("fault 8: a device that stops reading gets no queue of old commands")
  func deviceThatStopsReading() throws {
    let peer = try ScriptedPeer { connection, _ in connection.pause(milliseconds: 3_000) }
    defer { peer.stop() }
    let client = peer.client(response: 30)
    for _ in 0..<5 {
      try client.connect()
      let (fault, _) = faultOf { try client.write(register: 1, at: 3) }
      #expect(fault == .timeout(received: 0) && !client.isConnected)
    }
    #expect(client.requestsSent == 5)
  }

  @Test("fault 9: a storm of reconnections leaves no descriptor open")
  func reconnectStorm() throws {
    let peer = try ScriptedPeer { connection, number in
      guard let request = connection.receiveRequest(), number % 3 != 0 else { return }
      connection.send(number % 3 == 1 ? [0xFF] + rightAnswer(request) : rightAnswer(request))
      connection.waitForClose()
    }
    defer { peer.stop() }
    let client = peer.client()
    var values = [UInt16](repeating: 0, count: 2)
    var faults = 0
    try client.connect()
    let before = openDescriptors()
    for _ in 0..<400 {
      let (fault, _) = faultOf {
        try client.read(.holding, at: 3, count: 2, into: &values)
      }
      if fault != nil { faults += 1 }
      try client.connect()
    }
    // The peer holds its end of a connection a moment longer.
    #expect(abs(openDescriptors() - before) <= 2)
    #expect(faults == 267)
  }

  @Test("fault 10: a flood of bytes is bounded and ends the connection")
  func flood() throws {
    let peer = try ScriptedPeer { connection, number in
      guard let request = connection.receiveRequest() else { return }
      let head = number == 0 ? rightAnswer(request) : []
      let chunk = head + [UInt8](repeating: 0x55, count: 65_536)
      for _ in 0..<64 where !connection.send(chunk) { return }
    }
    defer { peer.stop() }
    for _ in 0..<2 {
      let client = peer.client()
      var values = [UInt16](repeating: 0, count: 2)
      try client.connect()
      let (fault, milliseconds) = faultOf {
        try client.read(.holding, at: 3, count: 2, into: &values)
      }
      guard case .protocolFault(let what)? = fault else { return #expect(fault == nil) }
      #expect(what.check == .trailingBytes || what.check == .transaction)
      #expect(milliseconds < 3_000 && !client.isConnected && values == [0, 0])
    }
  }

  @Test("fault 10: transaction numbers wrap at 65,536 and stay exact")
  func transactionWrap() throws {
    let peer = try ScriptedPeer { connection, _ in
      var expected: UInt16 = 65_530
      while let request = connection.receiveRequest() {
        let number = UInt16(request[0]) << 8 | UInt16(request[1])
        if number != expected { return }
        expected &+= 1
        connection.send(rightAnswer(request))
      }
    }
    defer { peer.stop() }
    let client = peer.client(transaction: 65_530)
    var values = [UInt16](repeating: 0, count: 1)
    try client.connect()
    for address in 0..<20 as Range<UInt16> {
      try client.read(.holding, at: address, count: 1, into: &values)
      #expect(values == [address])
    }
    #expect(client.transaction == 14)
  }

  /// The fault of a request whose right answer was changed on its way.
  private func outcome(
    mutating mutation: @escaping @Sendable (inout [UInt8]) -> Void,
    _ body: (ModbusClient) throws -> Void
  ) throws -> ModbusFault? {
    let peer = try ScriptedPeer { connection, _ in
      guard let request = connection.receiveRequest() else { return }
      var answer = rightAnswer(request)
      mutation(&answer)
      connection.send(answer)
      connection.waitForClose()
    }
    defer { peer.stop() }
    let client = peer.client(response: 2_000)
    try client.connect()
    let (fault, _) = faultOf { try body(client) }
    #expect(!client.isConnected)
    return fault
  }

  /// Expects that a changed answer fails the check, closes the connection and leaves the values alone.
  private func expectRejection(
    _ check: AnswerFault.Check, _ mutation: @escaping @Sendable (inout [UInt8]) -> Void
  ) throws {
    var values = [UInt16](repeating: 0xBEEF, count: 2)
    let fault = try outcome(mutating: mutation) { client in
      try client.read(.holding, at: 3, count: 2, into: &values)
    }
    guard case .protocolFault(let what)? = fault else {
      Issue.record("\(check) not noticed: \(String(describing: fault))")
      return
    }
    #expect(what.check == check && values == [0xBEEF, 0xBEEF])
  }
}
