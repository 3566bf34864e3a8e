import Glibc
import Quantities
import Testing

@testable import ModbusPlant

@Suite("What a probe finds out about a device", .serialized)
struct ProbeTests {
  private func probed<Found>(
    _ memory: RegisterMemory, _ limits: ModbusRequestLimits, _ body: (DeviceProbe) throws -> Found
  ) throws -> Found {
    var settings = ModbusServerSettings(.tcp(host: "127.0.0.1", port: 0))
    settings.limits = limits
    let server = ModbusServer(settings, bank: memory)
    try server.start()
    defer { server.stop() }
    let client = ModbusClient(
      .tcp(host: "127.0.0.1", port: server.port), timeouts: ModbusTimeouts(response: .seconds(2)))
    let probe = try DeviceProbe(client)
    #expect(probe.connectTime > 0)
    return try body(probe)
  }

  @Test(
    "the largest read is found exactly, whatever it is", arguments: [1, 2, 3, 44, 45, 46, 63, 64, 124, 125])
  func largestRead(most: Int) throws {
    let found = try probed(RegisterMemory(holdings: 300), ModbusRequestLimits(readRegisters: most)) {
      try $0.largestRead(.holding, at: 7)
    }
    #expect(found.largest == most && found.alignment == .anywhere && found.function == .readHoldingRegisters)
    #expect(found.bound == (most == 125 ? .protocolMost : .refused(.illegalValue)))
  }

  @Test("the end of the addresses is told from a limit")
  func endOfTable() throws {
    let found = try probed(RegisterMemory(discretes: 100), ModbusRequestLimits()) {
      try $0.largestRead(.discrete, at: 30)
    }
    #expect(found.largest == 70 && found.bound == .addressesEnd)
    let more = try probed(RegisterMemory(discretes: 100), ModbusRequestLimits()) {
      try $0.largestRead(.discrete, at: 30, hints: [4, 80])
    }
    #expect(more.largest == 70 && more.bound == .refused(.illegalAddress))
    let none = try probed(RegisterMemory(), ModbusRequestLimits()) { try $0.largestRead(.input, at: 0) }
    #expect(none.largest == 0 && none.bound == .refused(.illegalAddress))
  }

  @Test("a device that reads from a block's start only is seen as such, and one that takes whole blocks only")
  func blocks() throws {
    let block = ModbusBlock(.holding, first: 10, count: 40)
    let memory = RegisterMemory(holdings: 200)
    let starts = ModbusRequestLimits(readRegisters: 45, alignment: .fromBlockStart, blocks: [block])
    let fromStart = try probed(memory, starts) { try $0.largestRead(.holding, at: 10) }
    #expect(fromStart.largest == 40 && fromStart.alignment == .fromBlockStart)
    for hints in [[], [40], [12, 40]] {
      let wholes = ModbusRequestLimits(alignment: .wholeBlocks, blocks: [block])
      let whole = try probed(memory, wholes) { try $0.largestRead(.holding, at: 10, hints: hints) }
      #expect(whole.largest == 40 && whole.alignment == .wholeBlocks)
    }
  }

  @Test("writes put back what was there, and their limits are found within the room that is given")
  func writes() throws {
    let memory = RegisterMemory(coils: 60, holdings: 200)
    memory.set(.holding, at: 0, (0..<200).map { UInt16($0 * 3) })
    memory.set(.coil, at: 0, (0..<60).map { UInt16($0 % 2) })
    let limits = ModbusRequestLimits(writeRegisters: 20, writeBits: 16)
    try probed(memory, limits) { probe in
      let many = try probe.largestWrite(.holding, at: 5, room: 150, with: .writeRegisters)
      #expect(many.largest == 20 && many.bound == .refused(.illegalValue))
      let few = try probe.largestWrite(.holding, at: 5, room: 7, with: .writeRegisters)
      #expect(few.largest == 7 && few.bound == .notAsked)
      let one = try probe.largestWrite(.holding, at: 5, room: 150, with: .writeRegister)
      #expect(one.largest == 1 && one.bound == .protocolMost)
      let both = try probe.largestWrite(.holding, at: 5, room: 150, with: .readWriteRegisters)
      #expect(both.largest == 20)
      let coils = try probe.largestWrite(.coil, at: 3, room: 50, with: .writeCoils)
      #expect(coils.largest == 16)
      let trips = try probe.time(writing: .holding, at: 5, count: 9, with: .writeRegisters, rounds: 30)
      #expect(trips.sorted.count == 30 && trips.lost == 0)
    }
    for address in 0..<200 as Range<UInt16> { #expect(memory.value(.holding, at: address) == address * 3) }
    for address in 0..<60 as Range<UInt16> { #expect(memory.value(.coil, at: address) == address % 2) }
  }

  @Test("a device that closes the connection at what it does not take is asked again on a new one")
  func closing() throws {
    let peer = try ScriptedPeer { connection, _ in
      while let request = connection.receiveRequest() {
        let count = Int(request[10]) << 8 | Int(request[11])
        if count > 33 { return }
        connection.send(rightAnswer(request))
      }
    }
    defer { peer.stop() }
    let probe = try DeviceProbe(peer.client())
    let found = try probe.largestRead(.holding, at: 0)
    #expect(found.largest == 33 && found.bound == .broke(.closedByPeer(requestSent: true)))
    let trips = try probe.time(reading: .holding, at: 0, count: 40, rounds: 100)
    #expect(trips.sorted.isEmpty && trips.lost == 20)
  }

  @Test("round trips are sorted, and what a time-out would fail is counted with what was lost")
  func roundTrips() {
    let trips = RoundTrips(
      function: .readCoils, count: 1, times: (1...1_000).reversed().map { Int64($0) * 1_000 }, lost: 3)
    #expect(trips.permille(500) == 501_000 && trips.permille(990) == 991_000)
    #expect(trips.permille(1_000) == 1_000_000 && trips.permille(0) == 1_000)
    #expect(trips.failing(at: 990_000) == 13 && trips.failing(at: 0) == 1_003)
    let none = RoundTrips(function: .readCoils, count: 1, times: [], lost: 4)
    #expect(none.permille(990) == 0 && none.failing(at: 1_000_000) == 4)
  }

  @Test("suggestions are in the profile's keys, leave headroom, and are left out where nothing was found")
  func suggestions() {
    let trips = RoundTrips(
      function: .readHoldingRegisters, count: 45, times: [Int64](repeating: 9_000_000, count: 500), lost: 0)
    let suggested = SuggestedSettings(
      capacities: [
        RequestCapacity(
          function: .readHoldingRegisters, address: 0, largest: 45, bound: .refused(.illegalValue),
          alignment: .fromBlockStart),
        RequestCapacity(
          function: .readInputRegisters, address: 0, largest: 60, bound: .refused(.illegalValue)),
        RequestCapacity(function: .readCoils, address: 0, largest: 0, bound: .refused(.illegalFunction)),
        RequestCapacity(function: .readHoldingRegisters, address: 50, largest: 9, bound: .addressesEnd),
        RequestCapacity(function: .writeRegisters, address: 0, largest: 9, bound: .notAsked),
        RequestCapacity(
          function: .readWriteRegisters, address: 0, largest: 0, bound: .refused(.illegalFunction)),
      ], roundTrips: [trips], connectTime: 1_000_000)
    let lines = suggested.lines.map { "\($0.key): \($0.value)" }
    #expect(
      lines == [
        "connect_timeout_ms: 500", "response_timeout_ms: 50", "poll_ms: 20", "max_read_registers: 45",
        "whole_blocks_only: true", "read_write: false",
      ])
    #expect(SuggestedSettings(capacities: [], roundTrips: [], connectTime: 5).lines.isEmpty)
    for (value, rounded) in [(1, 1), (4, 5), (9, 10), (20, 20), (21, 30), (81, 100), (120, 200)]
      as [(Int64, Int64)]
    {
      #expect(SuggestedSettings.rounded(value) == rounded)
    }
  }
}
