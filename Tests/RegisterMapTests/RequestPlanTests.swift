import RegisterMap
import SorterModel
import Testing

/// Numbers that come from a seed (SplitMix64), so that a failure can be had again.
private struct Seeded {
  var state: UInt64

  mutating func next(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(bound))
  }
}

@Suite("Points in requests")
struct RequestPlanTests {
  private func randomMap(_ random: inout Seeded) -> RegisterMap {
    var points: [RegisterPoint] = []
    var free: [Int: Int] = [:]
    for index in 0..<(1 + random.next(80)) {
      let table = RegisterTable.allCases[random.next(4)]
      let unit = UInt8(1 + random.next(2))
      let key = Int(unit) * 10 + table.referenceDigit
      let element: PointType.Element =
        table.isBits ? .bool : [.u16, .u32, .i64, .f32, .ascii][random.next(5)]
      let type = PointType(element, count: random.next(6) == 0 ? 1 + random.next(400) : 1)
      let address = free[key, default: 0] + (random.next(3) == 0 ? random.next(40) : 0)
      free[key] = address + type.addressCount
      let canWrite = table == .coil || table == .holding
      points.append(
        RegisterPoint(
          "p\(index)", table, UInt16(address), type, unit: unit,
          access: canWrite ? PointAccess.allCases[random.next(3)] : .read,
          pollGroup: ["", "a", "b"][random.next(3)], onLinkLoss: .off))
    }
    return RegisterMap(points)
  }

  @Test("every point is in requests once and whole, and no request is over the limit", arguments: 0..<200)
  func coverage(seed: UInt64) {
    var random = Seeded(state: seed)
    let map = randomMap(&random)
    #expect(map.issues() == [])
    let limits = ModbusSettings.RequestLimits(
      readRegisters: 4 + random.next(122), writeRegisters: 4 + random.next(120),
      readBits: 1 + random.next(2_000),
      writeBits: 1 + random.next(1_968), wholeBlocksOnly: random.next(2) == 0)
    for direction in RequestPlan.Direction.allCases {
      let plan = RequestPlan(map, direction, limits: limits)
      for request in plan.requests {
        #expect(request.addresses.count <= limits.addresses(request.table, direction), "seed \(seed)")
        #expect(!request.points.isEmpty)
      }
      for (index, point) in map.points.enumerated() {
        let isWanted = direction == .reading ? point.access != .write : point.access.allowsWriting
        let holders = plan.requests.filter { $0.points.contains(index) }
        if !isWanted || plan.tooLong.contains(index) {
          #expect(holders.isEmpty, "seed \(seed), \(point.name)")
          continue
        }
        let covered = holders.map { $0.addresses.clamped(to: point.addresses) }
        #expect(covered.map(\.count).reduce(0, +) == point.addresses.count, "seed \(seed), \(point.name)")
        #expect(holders.allSatisfy { $0.table == point.table && $0.unit == point.unit })
        #expect(covered.allSatisfy { ($0.lowerBound - point.addresses.lowerBound) % point.grain == 0 })
        if limits.wholeBlocksOnly {
          #expect(holders.count == 1, "seed \(seed), \(point.name)")
          #expect(map.points.contains { Int($0.address) == holders[0].addresses.lowerBound })
        }
      }
    }
  }

  @Test("a write never touches an address that no wanted point has", arguments: 0..<100)
  func nothingElseIsWritten(seed: UInt64) {
    var random = Seeded(state: seed)
    let map = randomMap(&random)
    let plan = RequestPlan(map, .writing, limits: .init())
    for request in plan.requests {
      #expect(map.allowsWriting(request.table, request.addresses, unit: request.unit), "seed \(seed)")
    }
  }

  @Test("the status and the bins of a drafted map are read in one request, rings in whole slots")
  func drafted() throws {
    let profile = rig(.assigned, bins: 99)
    let map = RegisterMap.draft(for: profile)
    let plan = RequestPlan(map, .reading, limits: .init())
    let status = try #require(plan.requests.first { $0.pollGroup == "status" })
    #expect(status.addresses == 100..<130)
    let events = plan.requests.filter { $0.pollGroup == "events" }
    // 125 registers hold five slots of 21; 64 slots are thirteen requests.
    #expect(events.count == 13)
    #expect(events.allSatisfy { $0.addresses.count % EventSlot.registers == 0 })
  }

  @Test("a device that reads whole blocks only is never asked for part of one")
  func wholeBlocks() {
    let map = RegisterMap.draft(for: rig(.assigned, bins: 99))
    let limits = ModbusSettings.RequestLimits(readRegisters: 45, wholeBlocksOnly: true)
    let plan = RequestPlan(map, .reading, limits: limits)
    #expect(Set(plan.tooLong.map { map.points[$0].name }) == ["answers", "events", "mailbox"])
    #expect(plan.requests.allSatisfy { $0.addresses.count <= 45 })
  }
}
