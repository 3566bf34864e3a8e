import Glibc
import Quantities
import Synchronization
import Testing

@testable import ModbusPlant

/// A device that reads and writes, and knows neither function 22 nor 23.
private final class PlainBank: RegisterBank {
  private let memory = RegisterMemory(holdings: 20)

  func read(
    _ table: ModbusTable, at address: UInt16, count: Int, into values: inout MutableSpan<UInt16>
  ) -> ModbusException? { memory.read(table, at: address, count: count, into: &values) }

  func write(_ table: ModbusTable, at address: UInt16, values: Span<UInt16>) -> ModbusException? {
    memory.write(table, at: address, values: values)
  }
}

@Suite("A Modbus device in software", .serialized)
struct ServerTests {
  private func started(
    _ bank: any RegisterBank, _ change: (inout ModbusServerSettings) -> Void = { _ in }
  ) throws -> ModbusServer {
    var settings = ModbusServerSettings(.tcp(host: "127.0.0.1", port: 0))
    change(&settings)
    let server = ModbusServer(settings, bank: bank)
    try server.start()
    return server
  }

  private func client(of server: ModbusServer, unit: UInt8 = 1) throws -> ModbusClient {
    let client = ModbusClient(
      .tcp(host: "127.0.0.1", port: server.port), unit: unit,
      timeouts: ModbusTimeouts(response: .seconds(2)))
    try client.connect()
    return client
  }

  /// A raw connection to the server, for bytes that the client would never send.
  private func raw(_ server: ModbusServer) throws -> (connection: ScriptedConnection, keep: ModbusLink) {
    let link = try ModbusLink.tcp("127.0.0.1", server.port, wait: 1_000_000_000)
    SocketOptions.setBlocking(link.descriptor, true)
    return (ScriptedConnection(descriptor: link.descriptor), link)
  }

  @Test("every function comes back as the client asks, at its smallest and its largest")
  func everyFunction() throws {
    let memory = RegisterMemory(coils: 2_100, discretes: 2_100, inputs: 300, holdings: 300)
    memory.set(.discrete, at: 0, (0..<2_100).map { UInt16($0 % 3 == 0 ? 1 : 0) })
    memory.set(.input, at: 0, (0..<300).map { UInt16($0 * 7) })
    let server = try started(memory)
    defer { server.stop() }
    let client = try client(of: server)
    var values = [UInt16](repeating: 0, count: 2_000)
    var bits = [Bool](repeating: false, count: 2_000)
    for count in [1, 7, 8, 9, 2_000] {
      try client.readBits(.discrete, at: 3, count: count, into: &bits)
      #expect(bits.prefix(count).enumerated().allSatisfy { $1 == (($0 + 3) % 3 == 0) })
    }
    for count in [1, 2, 125] {
      try client.read(.input, at: 9, count: count, into: &values)
      #expect(values.prefix(count).enumerated().allSatisfy { $1 == UInt16(($0 + 9) * 7) })
    }
    for count in [1, 2, 123] {
      let written = (0..<count).map { UInt16($0 &* 517 &+ count) }
      try client.write(registers: written, at: 20)
      try client.write(registers: written, at: 160, alwaysMultiple: true)
      try client.read(.holding, at: 20, count: count, into: &values)
      #expect(Array(values.prefix(count)) == written)
      #expect(memory.value(.holding, at: 160) == written[0])
    }
    for count in [1, 15, 16, 1_968] {
      let written = (0..<count).map { $0 % 5 < 2 }
      try client.write(coils: written, at: 20)
      try client.readBits(.coil, at: 20, count: count, into: &bits)
      #expect(Array(bits.prefix(count)) == written)
    }
    memory.set(.holding, at: 4, [0x12])
    try client.mask(registerAt: 4, and: 0xF2, or: 0x25)
    #expect(memory.value(.holding, at: 4) == 0x17)
    for count in [1, 121] {
      let written = (0..<count).map { UInt16(3 * $0) }
      try client.readWrite(write: written, at: 0, readAt: 0, count: 125, into: &values)
      #expect(Array(values.prefix(count)) == written)
    }
    #expect(client.isConnected && server.clientsDropped == 0)
  }

  @Test("what a device does not have, or not so much at once, is refused by its code")
  func refusals() throws {
    let limits = ModbusRequestLimits(
      readRegisters: 45, writeRegisters: 10, alignment: .fromBlockStart,
      blocks: [ModbusBlock(.holding, first: 0, count: 45), ModbusBlock(.holding, first: 100, count: 8)])
    let server = try started(RegisterMemory(holdings: 200)) { $0.limits = limits }
    defer { server.stop() }
    let client = try client(of: server)
    var values = [UInt16](repeating: 0, count: 125)
    func refusal(_ body: () throws -> Void) -> ModbusFault? { faultOf(body).fault }
    #expect(
      refusal { try client.read(.holding, at: 0, count: 46, into: &values) } == .exception(.illegalValue))
    #expect(refusal { try client.read(.holding, at: 0, count: 45, into: &values) } == nil)
    #expect(
      refusal { try client.read(.holding, at: 1, count: 4, into: &values) } == .exception(.illegalAddress))
    #expect(
      refusal { try client.read(.holding, at: 100, count: 9, into: &values) } == .exception(.illegalAddress))
    #expect(refusal { try client.write(registers: [1, 2], at: 100) } == nil)
    #expect(
      refusal { try client.write(registers: [UInt16](repeating: 0, count: 11), at: 0) }
        == .exception(.illegalValue))
    #expect(
      refusal { try client.read(.input, at: 0, count: 1, into: &values) } == .exception(.illegalAddress))
    #expect(client.isConnected)
    let other = try started(RegisterMemory(holdings: 10)) { $0.units = 3...4 }
    defer { other.stop() }
    let stranger = try self.client(of: other, unit: 9)
    #expect(
      refusal { try stranger.read(.holding, at: 0, count: 1, into: &values) }
        == .exception(.gatewayTargetSilent))
  }

  @Test("a device without functions 22 and 23 refuses them as unknown, and goes on")
  func plainDevice() throws {
    let server = try started(PlainBank())
    defer { server.stop() }
    let client = try client(of: server)
    var values = [UInt16](repeating: 0, count: 4)
    #expect(
      faultOf { try client.mask(registerAt: 4, and: 0xF2, or: 0x25) }.fault == .exception(.illegalFunction))
    #expect(
      faultOf { try client.readWrite(write: [1, 2], at: 0, readAt: 4, count: 2, into: &values) }.fault
        == .exception(.illegalFunction))
    try client.write(registers: [7, 8], at: 0)
    try client.read(.holding, at: 0, count: 2, into: &values)
    #expect(values.prefix(2) == [7, 8])
  }

  @Test("requests that the protocol does not have never leave the client")
  func badRequests() throws {
    let server = try started(RegisterMemory(coils: 10, holdings: 10))
    defer { server.stop() }
    let client = try client(of: server)
    var values = [UInt16](repeating: 0, count: 10)
    var bits = [false]
    let bad: [() throws -> Void] = [
      { try client.read(.holding, at: 0, count: 0, into: &values) },
      { try client.read(.holding, at: 0, count: -5, into: &values) },
      { try client.read(.holding, at: 0, count: 126, into: &values) },
      { try client.read(.holding, at: 0, count: .max, into: &values) },
      { try client.read(.holding, at: 65_535, count: 2, into: &values) },
      { try client.readBits(.coil, at: 0, count: 2_001, into: &bits) },
      { try client.readBits(.holding, at: 0, count: 1, into: &bits) },
      { try client.write(registers: [], at: 0) },
      { try client.write(registers: [UInt16](repeating: 0, count: 124), at: 0) },
      { try client.write(coils: [], at: 0) },
      { try client.write(coils: [Bool](repeating: true, count: 1_969), at: 0) },
      { try client.readWrite(write: [], at: 0, readAt: 0, count: 1, into: &values) },
    ]
    for request in bad {
      guard case .badRequest(let text)? = faultOf(request).fault else {
        Issue.record("not refused")
        continue
      }
      #expect(!text.isEmpty)
    }
    #expect(client.requestsSent == 0 && client.isConnected)
  }

  @Test("a host's name is looked up, and each of its addresses tried")
  func hostNames() throws {
    for host in ["127.0.0.1", "localhost"] {
      let server = try started(RegisterMemory(holdings: 4)) { $0.endpoint = .tcp(host: host, port: 0) }
      defer { server.stop() }
      let client = ModbusClient(.tcp(host: "localhost", port: server.port))
      try client.connect()
      try client.write(register: 5, at: 1)
    }
    let nobody = ModbusClient(.tcp(host: "no-such-host.invalid", port: 502))
    #expect(faultOf { try nobody.connect() }.fault == .unknownHost("no-such-host.invalid"))
    #expect(throws: ModbusServerError.unknownHost("no-such-host.invalid")) {
      try started(RegisterMemory()) { $0.endpoint = .tcp(host: "no-such-host.invalid", port: 0) }
    }
  }

  @Test("fault 36: it listens on loopback alone unless that is allowed")
  func beyondLoopback() throws {
    for host in ["0.0.0.0", "::", "192.0.2.7"] {
      let server = ModbusServer(ModbusServerSettings(.tcp(host: host, port: 0)), bank: RegisterMemory())
      #expect(throws: ModbusServerError.beyondLoopback(host)) { try server.start() }
    }
    let open = try started(RegisterMemory()) {
      $0.endpoint = .tcp(host: "0.0.0.0", port: 0)
      $0.allowBeyondLoopback = true
    }
    #expect(open.port != 0)
    #expect(throws: ModbusServerError.running) { try open.start() }
    open.stop()
    #expect(open.port == 0)
    try open.start()
    open.stop()
  }

  @Test("fault 36: clients beyond the limit are closed at once, and a place that is free is given again")
  func tooManyClients() throws {
    let server = try started(RegisterMemory(holdings: 10)) { $0.mostClients = 3 }
    defer { server.stop() }
    var values: [UInt16] = [0]
    var clients = try (0..<3).map { _ in try client(of: server) }
    for client in clients { try client.read(.holding, at: 0, count: 1, into: &values) }
    let fourth = try client(of: server)
    #expect(faultOf { try fourth.read(.holding, at: 0, count: 1, into: &values) }.fault != nil)
    #expect(server.clientsRefused == 1)
    clients.removeLast().close()
    // The place is free as soon as the server has seen the close.
    var came = false
    let deadline = monotonicNow() + 2_000_000_000
    while !came && monotonicNow() < deadline {
      let next = try client(of: server)
      came = faultOf { try next.read(.holding, at: 0, count: 1, into: &values) }.fault == nil
    }
    #expect(came)
  }

  @Test("fault 36: a client that drips its request is dropped at the deadline, others go on")
  func slowClient() throws {
    let server = try started(RegisterMemory(holdings: 10)) { $0.clientDeadline = .milliseconds(150) }
    defer { server.stop() }
    let (slow, _keep) = try raw(server)
    let other = try client(of: server)
    var values: [UInt16] = [0]
    let began = monotonicNow()
    var dropped = false
    for byte in [0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1] as [UInt8] where !dropped {
      dropped = !slow.send([byte])
      try other.read(.holding, at: 0, count: 1, into: &values)
      slow.pause(milliseconds: 30)
    }
    slow.waitForClose(milliseconds: 1_000)
    #expect(monotonicNow() - began < 900_000_000 && server.clientsDropped == 1)
    try other.read(.holding, at: 0, count: 1, into: &values)
    withExtendedLifetime(_keep) {}
  }

  @Test("what is no Modbus closes the client, and requests in one segment are each answered")
  func rawBytes() throws {
    let server = try started(RegisterMemory(holdings: 10))
    defer { server.stop() }
    let bad: [[UInt8]] = [
      Array("GET / HTTP/1.0\r\n\r\n".utf8), [0, 1, 0, 0, 0, 0, 1, 3], [0, 1, 0, 0, 0, 1, 1, 3],
      [0, 1, 0, 0, 0xFF, 0xFF, 1, 3], [0, 1, 0, 1, 0, 6, 1, 3, 0, 0, 0, 1],
    ]
    for bytes in bad {
      let (connection, keep) = try raw(server)
      connection.send(bytes)
      let answer = connection.receive(1)
      #expect(answer == nil)
      withExtendedLifetime(keep) {}
    }
    #expect(server.clientsDropped == bad.count)
    let (connection, keep) = try raw(server)
    let request: [UInt8] = [0, 7, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1]
    connection.send(request + request + request.prefix(5))
    connection.send(Array(request.dropFirst(5)))
    #expect(
      connection.receive(33)
        == [UInt8]((0..<3).flatMap { _ in [0, 7, 0, 0, 0, 5, 1, 3, 2, 0, 0] as [UInt8] }))
    withExtendedLifetime(keep) {}
  }

  @Test(
    "malformed requests get a refusal or a close, never a crash or a hang",
    arguments: 1...4 as ClosedRange<UInt64>)
  func fuzz(seed: UInt64) throws {
    let server = try started(RegisterMemory(coils: 100, discretes: 100, inputs: 100, holdings: 100))
    defer { server.stop() }
    var random = SplitMix(seed)
    var answered = 0
    for _ in 0..<20 {
      let (connection, keep) = try raw(server)
      for _ in 0..<40 {
        let function = UInt8(truncatingIfNeeded: random.next() % 25)
        let pdu =
          [function]
          + (0..<Int(random.next() % 30)).map { _ in UInt8(truncatingIfNeeded: random.next() % 32) }
        guard connection.send([1, 2, 0, 0, 0, UInt8(pdu.count + 1), 1] + pdu) else { break }
        guard let head = connection.receive(9) else { break }
        answered += 1
        #expect(head[0...3] == [1, 2, 0, 0] && head[7] & 0x7F == function, "seed \(seed)")
        let left = Int(head[4]) << 8 + Int(head[5]) - 3
        if left > 0 { #expect(connection.receive(left) != nil, "seed \(seed)") }
      }
      withExtendedLifetime(keep) {}
    }
    #expect(answered == 800, "seed \(seed)")
    let client = try client(of: server)
    var values: [UInt16] = [0]
    try client.read(.holding, at: 0, count: 1, into: &values)
  }

  @Test("a request is one whole to all others, however many clients there are")
  func atomicRequests() throws {
    let server = try started(RegisterMemory(holdings: 200))
    defer { server.stop() }
    let torn = Atomic<Int>(0)
    let port = server.port
    let threads = (0..<4).map { number in
      PosixThread {
        let client = ModbusClient(
          .tcp(host: "127.0.0.1", port: port), timeouts: ModbusTimeouts(response: .seconds(5)))
        var values = [UInt16](repeating: 0, count: 100)
        do throws(ModbusFault) {
          try client.connect()
          for round in 0..<200 as Range<UInt16> {
            let mark = UInt16(number) << 12 | round
            try client.readWrite(
              write: [UInt16](repeating: mark, count: 100), at: 0, readAt: 0, count: 100, into: &values)
            if !values.allSatisfy({ $0 == mark }) { torn.add(1, ordering: .relaxed) }
            try client.read(.holding, at: 0, count: 100, into: &values)
            if !values.allSatisfy({ $0 == values[0] }) { torn.add(1, ordering: .relaxed) }
          }
        } catch { torn.add(1_000, ordering: .relaxed) }
      }
    }
    for thread in threads { thread?.join() }
    #expect(torn.load(ordering: .relaxed) == 0)
  }

  @Test("a device on a serial line answers its own unit, does broadcasts in silence and ignores noise")
  func serialServer() throws {
    let (master, path) = ScriptedLine.openLine()
    defer { close(master) }
    let memory = RegisterMemory(holdings: 10)
    var settings = ModbusServerSettings(.rtu(try SerialLine(device: path, parity: .none)))
    settings.units = 5...5
    let server = ModbusServer(settings, bank: memory)
    try server.start()
    defer { server.stop() }
    func ask(_ bytes: [UInt8]) -> [UInt8] {
      _ = unsafe write(master, bytes, bytes.count)
      var answer: [UInt8] = []
      while waitUntilReady(master, for: POLLIN, until: monotonicNow() + 60_000_000) {
        var part = [UInt8](repeating: 0, count: 256)
        let count = unsafe read(master, &part, part.count)
        if count <= 0 { break }
        answer += part.prefix(count)
      }
      return answer
    }
    #expect(ask(sealed([5, 6, 0, 3, 0x12, 0x34])) == sealed([5, 6, 0, 3, 0x12, 0x34]))
    #expect(ask(sealed([5, 3, 0, 3, 0, 1])) == sealed([5, 3, 2, 0x12, 0x34]))
    #expect(ask(sealed([6, 3, 0, 3, 0, 1])) == [])
    #expect(ask(sealed([0, 6, 0, 4, 0, 9])) == [] && memory.value(.holding, at: 4) == 9)
    #expect(ask([5, 3, 0, 3, 0, 1, 0, 0]) == [])
    #expect(ask([0xFF]) == [])
    #expect(ask(sealed([5, 8, 0, 0, 0xAB, 0xCD])) == sealed([5, 8, 0, 0, 0xAB, 0xCD]))
    #expect(ask(sealed([5, 0x2B, 14, 1])) == sealed([5, 0xAB, 1]))
    #expect(ask(sealed([5, 3, 0, 9, 0, 2])) == sealed([5, 0x83, 2]))
  }
}
