import Foundation
import Glibc
import Quantities
import Testing

@testable import ModbusPlant

@Suite("A client that faces a bad serial line", .serialized)
struct SerialFaultTests {
  @Test("a serial line carries every function, and its answers in pieces")
  func everyFunction() throws {
    let line = try ScriptedLine { wire, request, _ in
      let answer = rightSerialAnswer(request)
      // A real adapter hands bytes on in small groups.
      for start in stride(from: 0, to: answer.count, by: 3) {
        wire.send(Array(answer[start..<min(start + 3, answer.count)]))
        wire.pause(milliseconds: 1)
      }
    }
    defer { line.unplug() }
    let client = try line.client(response: 1_000)
    try client.connect()
    var values = [UInt16](repeating: 0, count: 10)
    var bits = [Bool](repeating: false, count: 9)
    try client.read(.holding, at: 30, count: 10, into: &values)
    #expect(values == Array(30..<40))
    try client.read(.input, at: 700, count: 2, into: &values)
    #expect(values.prefix(2) == [700, 701])
    try client.readBits(.coil, at: 0, count: 9, into: &bits)
    #expect(bits == [true, false, true, false, true, false, true, false, true])
    try client.write(register: 77, at: 5)
    try client.write(registers: [7, 8, 9], at: 5)
    try client.write(coil: true, at: 5)
    try client.write(coils: [true, false, true], at: 5)
    try client.mask(registerAt: 5, and: 0xFF00, or: 0x0012)
    #expect(client.isConnected && client.requestsSent == 8)
  }

  @Test(
    "fault 12: a wrong bit anywhere in an answer is found, whichever it is", arguments: 0..<9)
  func checksumError(byte: Int) throws {
    let line = try ScriptedLine { wire, request, _ in
      if request[1] == 8 { return wire.send(rightSerialAnswer(request)) }
      var answer = rightSerialAnswer(request)
      answer[byte] ^= 0x10
      wire.send(answer)
    }
    defer { line.unplug() }
    let client = try line.client()
    var values: [UInt16] = [0xBEEF, 0xBEEF]
    try client.connect()
    let (fault, milliseconds) = faultOf { try client.read(.holding, at: 3, count: 2, into: &values) }
    guard case .protocolFault(let what)? = fault else {
      Issue.record("byte \(byte): \(String(describing: fault))")
      return
    }
    #expect(what.check == .checksum || what.check == .function)
    #expect(milliseconds < 1_500 && !client.isConnected && values == [0xBEEF, 0xBEEF])
  }

  @Test("fault 12: noise before, behind and in place of an answer gives no value")
  func noise() throws {
    let noises: [@Sendable ([UInt8]) -> [UInt8]] = [
      { [0x00] + $0 }, { [0xFF, 0xFF] + $0 }, { $0 + [0x55] },
      { _ in [1, 3] + [UInt8](repeating: 0xAA, count: 300) },
    ]
    for noise in noises {
      let line = try ScriptedLine { wire, request, _ in
        wire.send(request[1] == 8 ? rightSerialAnswer(request) : noise(rightSerialAnswer(request)))
      }
      defer { line.unplug() }
      let client = try line.client()
      var values: [UInt16] = [0xBEEF, 0xBEEF]
      try client.connect()
      let (fault, _) = faultOf { try client.read(.holding, at: 3, count: 2, into: &values) }
      if fault == nil {
        // What came behind arrived a moment later: then it ends the connection before the next request.
        #expect(values == [3, 4])
        _ = waitUntilReady(client.descriptor, for: POLLIN, until: monotonicNow() + 1_000_000_000)
        let next = faultOf { try client.read(.holding, at: 9, count: 2, into: &values) }
        #expect(next.fault == .protocolFault(AnswerFault(.earlyBytes, expected: 0, got: 1)))
      } else {
        #expect(values == [0xBEEF, 0xBEEF])
      }
      #expect(!client.isConnected)
    }
  }

  @Test("fault 12: an answer that breaks off costs one deadline", arguments: 1...8)
  func truncated(length: Int) throws {
    let line = try ScriptedLine { wire, request, _ in
      wire.send(Array(rightSerialAnswer(request).prefix(length)))
    }
    defer { line.unplug() }
    let client = try line.client(response: 150)
    var values: [UInt16] = [0xBEEF, 0xBEEF]
    try client.connect()
    let (fault, milliseconds) = faultOf { try client.read(.holding, at: 3, count: 2, into: &values) }
    #expect(fault == .timeout(received: length) && (150..<1_150).contains(milliseconds))
    #expect(!client.isConnected && values == [0xBEEF, 0xBEEF])
  }

  @Test("fault 12: a late answer is never taken for the next one, however late it comes")
  func lateAnswer() throws {
    for delay in [70, 120, 200, 330] as [Int64] {
      let line = try ScriptedLine { wire, request, number in
        // The device does one thing after another, as devices on a line do.
        if number == 0 { wire.pause(milliseconds: delay) }
        wire.send(rightSerialAnswer(request))
      }
      defer { line.unplug() }
      let client = try line.client(response: 50, quiet: 40)
      var values: [UInt16] = [0xBEEF, 0xBEEF]
      try client.connect()
      let (fault, _) = faultOf { try client.read(.holding, at: 3, count: 2, into: &values) }
      #expect(fault == .timeout(received: 0) && values == [0xBEEF, 0xBEEF])
      // Whatever happens on the way, the values that come in the end are those that were asked for.
      var reached = false
      for _ in 0..<20 where !reached {
        let attempt = faultOf {
          if !client.isConnected { try client.connect() }
          try client.read(.holding, at: 900, count: 2, into: &values)
        }
        reached = attempt.fault == nil
        #expect(values == (reached ? [900, 901] : [0xBEEF, 0xBEEF]))
      }
      #expect(reached)
    }
  }

  @Test("fault 12: an answer of another slave is rejected")
  func wrongSlave() throws {
    let line = try ScriptedLine { wire, request, _ in
      var answer = Array(rightSerialAnswer(request).dropLast(2))
      answer[0] = 2
      wire.send(sealed(answer))
    }
    defer { line.unplug() }
    let client = try line.client()
    var values: [UInt16] = [0xBEEF, 0xBEEF]
    try client.connect()
    let (fault, _) = faultOf { try client.read(.holding, at: 3, count: 2, into: &values) }
    #expect(fault == .protocolFault(AnswerFault(.unit, expected: 1, got: 2)) && values == [0xBEEF, 0xBEEF])
  }

  @Test(
    "fault 12: a device that refuses function 8, or is spared it, is used again after a fault",
    arguments: [true, false])
  func noEcho(refuses: Bool) throws {
    let line = try ScriptedLine { wire, request, number in
      if number == 0 { return }
      if request[1] == 8 { return refuses ? wire.send(sealed([1, 0x88, 1])) : () }
      wire.send(rightSerialAnswer(request))
    }
    defer { line.unplug() }
    let client = try line.client(response: 250)
    var values: [UInt16] = [0, 0]
    try client.connect()
    #expect(faultOf { try client.write(register: 1, at: 1) }.fault == .timeout(received: 0))
    if !refuses {
      #expect(faultOf { try client.connect() }.fault == .timeout(received: 0) && !client.isConnected)
      client.echoesAfterFault = false
    }
    try client.connect()
    try client.read(.holding, at: 8, count: 2, into: &values)
    #expect(values == [8, 9])
  }

  @Test("fault 12: a line that is never silent is not used")
  func babble() throws {
    let (master, path) = ScriptedLine.openLine()
    let wake = try WakePipe()
    let babbler = PosixThread {
      while !waitUntilReady(wake.listening, for: POLLIN, until: monotonicNow() + 2_000_000) {
        _ = unsafe write(master, [0x55] as [UInt8], 1)
      }
    }
    let client = ModbusClient(
      .rtu(try SerialLine(device: path, parity: .none)), timeouts: ModbusTimeouts(quiet: .milliseconds(100)))
    var end = faultOf { try client.connect() }
    // On a busy machine the babbler itself may fall silent for a while: then it is asked again.
    for _ in 0..<5 where end.fault == nil { end = faultOf { try client.connect() } }
    wake.wake()
    babbler?.join()
    close(master)
    wake.close()
    #expect(end.fault == .lineNeverQuiet && end.milliseconds < 5_000 && !client.isConnected)
  }

  @Test("fault 13: an adapter that is pulled out is a fault, and is found again by its stable path")
  func replugged() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "sortline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let stable = folder.appendingPathComponent("by-id").path
    let first = try ScriptedLine { wire, request, _ in wire.send(rightSerialAnswer(request)) }
    try FileManager.default.createSymbolicLink(atPath: stable, withDestinationPath: first.path)
    let client = try first.client(path: stable)
    var values: [UInt16] = [0, 0]
    try client.connect()
    try client.read(.holding, at: 3, count: 2, into: &values)
    first.unplug()
    let (fault, _) = faultOf { try client.read(.holding, at: 5, count: 2, into: &values) }
    guard case .inputOutput? = fault else { return #expect(fault == .notConnected) }
    #expect(!client.isConnected && values == [3, 4])
    // Not there at all; then there again, as another device behind the same path.
    let gone = faultOf { try client.connect() }
    guard case .portNotOpened(stable, _)? = gone.fault else { return #expect(gone.fault == nil) }
    let second = try ScriptedLine { wire, request, _ in wire.send(rightSerialAnswer(request)) }
    defer { second.unplug() }
    try FileManager.default.removeItem(atPath: stable)
    try FileManager.default.createSymbolicLink(atPath: stable, withDestinationPath: second.path)
    try client.connect()
    try client.read(.holding, at: 7, count: 2, into: &values)
    #expect(values == [7, 8])
  }

  @Test("fault 13: a port in use refuses, for a client and for a server, until it is free again")
  func portInUse() throws {
    let line = try ScriptedLine { wire, request, _ in wire.send(rightSerialAnswer(request)) }
    defer { line.unplug() }
    let first = try line.client()
    let second = try line.client()
    try first.connect()
    #expect(faultOf { try second.connect() }.fault == .portInUse(line.path))
    let server = ModbusServer(ModbusServerSettings(first.endpoint), bank: RegisterMemory())
    #expect(throws: ModbusServerError.serial(.portInUse(line.path))) { try server.start() }
    first.close()
    try second.connect()
    #expect(second.isConnected)
  }

  @Test("fault 13: a bit rate that the system does not know is refused, and none takes its place")
  func unsupportedBaud() throws {
    for baud in [0, -1, 9_601, 14_400, 128_000, Int.max] {
      #expect(throws: ModbusFault.unsupportedBaud(baud)) { try SerialLine(device: "/dev/ttyS9", baud: baud) }
    }
    for baud in SerialLine.baudRates { #expect(SerialPort.speed(of: baud) != nil) }
    let gone = ModbusClient(.rtu(try SerialLine(device: "/dev/sortline-has-no-such-port")))
    #expect(
      faultOf { try gone.connect() }.fault == .portNotOpened("/dev/sortline-has-no-such-port", errno: ENOENT))
    let file = ModbusClient(.rtu(try SerialLine(device: "/dev/null")))
    #expect(faultOf { try file.connect() }.fault == .portNotOpened("/dev/null", errno: ENOTTY))
  }

  @Test("fault 13: signals in the midst of a request change neither its answer nor its deadline")
  func interrupted() throws {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { _ in }
    var before = sigaction()
    unsafe sigaction(SIGURG, &action, &before)
    defer { unsafe _ = sigaction(SIGURG, &before, nil) }
    let caller = pthread_self()
    let line = try ScriptedLine { wire, request, number in
      for byte in rightSerialAnswer(request) {
        pthread_kill(caller, SIGURG)
        wire.pause(milliseconds: 2)
        pthread_kill(caller, SIGURG)
        if number == 0 { wire.send([byte]) }
      }
    }
    defer { line.unplug() }
    let peer = try ScriptedPeer { connection, number in
      guard let request = connection.receiveRequest() else { return }
      for byte in rightAnswer(request) {
        pthread_kill(caller, SIGURG)
        connection.pause(milliseconds: 2)
        if number == 0 { connection.send([byte]) }
      }
    }
    defer { peer.stop() }
    for client in [try line.client(response: 500), peer.client(response: 500)] {
      var values: [UInt16] = [0, 0]
      try client.connect()
      try client.read(.holding, at: 3, count: 2, into: &values)
      #expect(values == [3, 4])
      if !client.isSerial { try client.connect() }
      let (fault, milliseconds) = faultOf { try client.read(.holding, at: 5, count: 2, into: &values) }
      #expect(fault == .timeout(received: 0) || fault == .closedByPeer(requestSent: true))
      #expect(milliseconds < 1_500 && values == [3, 4])
    }
  }
}
