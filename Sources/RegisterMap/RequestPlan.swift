import SorterModel

/// One read or write of consecutive addresses of one table: what a single Modbus request asks for.
public struct RegisterRequest: Hashable, Sendable {
  /// The device, by the name that the map gives it.
  public var device: String
  /// The unit id.
  public var unit: UInt8
  /// The table.
  public var table: RegisterTable
  /// The wire addresses.
  public var addresses: Range<Int>
  /// The poll group of its points; empty where they have none.
  public var pollGroup: String
  /// The points it covers, by their places in the map; a long array may be in several requests.
  public var points: [Int]
}

/// The requests that read or write points of a map, as few as a device's limits allow.
///
/// Points of one poll group are taken together, with the addresses between them, since the group says that
/// they may be; other points only where they adjoin. A 32-bit value or a slot of a ring is never split.
public struct RequestPlan: Hashable, Sendable {
  /// The requests, by device, unit, table and address.
  public private(set) var requests: [RegisterRequest]
  /// Points that no request can hold whole although they must be, by their places in the map.
  public private(set) var tooLong: [Int]

  /// What requests do.
  public enum Direction: String, CaseIterable, Sendable, BitwiseCopyable {
    /// Read every point that is not written only.
    case reading
    /// Write every point that may be written.
    case writing
  }

  /// The requests for the points of `map` that `isWanted` lets through.
  ///
  /// - Parameter limits: what a request may ask of the device.
  /// - Complexity: a sort of the points.
  public init(
    _ map: RegisterMap, _ direction: Direction, limits: ModbusSettings.RequestLimits,
    where isWanted: (RegisterPoint) -> Bool = { _ in true }
  ) {
    requests = []
    tooLong = []
    let order = map.points.indices.filter { index in
      let point = map.points[index]
      return (direction == .reading ? point.access != .write : point.access.allowsWriting) && isWanted(point)
    }.sorted { a, b in
      let (first, second) = (map.points[a], map.points[b])
      return (first.device, first.unit, first.table.referenceDigit, first.address, first.bit ?? 0, a)
        < (second.device, second.unit, second.table.referenceDigit, second.address, second.bit ?? 0, b)
    }
    for index in order {
      let point = map.points[index]
      let limit = limits.addresses(point.table, direction)
      if point.addresses.count <= limit {
        add(index, point, point.addresses, limit, limits.wholeBlocksOnly, mayLeaveGaps: direction == .reading)
      } else if limits.wholeBlocksOnly || point.grain > limit {
        tooLong.append(index)
      } else {
        split(index, point, limit)
      }
    }
  }

  /// Puts a point into a request that has room for it, or into a new one.
  private mutating func add(
    _ index: Int, _ point: RegisterPoint, _ addresses: Range<Int>, _ limit: Int, _ wholeBlocksOnly: Bool,
    mayLeaveGaps: Bool
  ) {
    // Only the last request of the same group can be near: points come in the order of their addresses.
    for place in requests.indices.reversed() {
      let request = requests[place]
      guard request.device == point.device, request.unit == point.unit, request.table == point.table else {
        break
      }
      guard request.pollGroup == point.pollGroup else { continue }
      let end = max(request.addresses.upperBound, addresses.upperBound)
      let adjoins = addresses.lowerBound <= request.addresses.upperBound
      let isGrouped = !point.pollGroup.isEmpty
      let isAllowed = isGrouped ? adjoins || mayLeaveGaps : adjoins && !wholeBlocksOnly
      if isAllowed, end - request.addresses.lowerBound <= limit {
        requests[place].addresses = request.addresses.lowerBound..<end
        requests[place].points.append(index)
        return
      }
      break
    }
    requests.append(
      RegisterRequest(
        device: point.device, unit: point.unit, table: point.table, addresses: addresses,
        pollGroup: point.pollGroup, points: [index]))
  }

  /// Cuts a long array between elements or slots.
  private mutating func split(_ index: Int, _ point: RegisterPoint, _ limit: Int) {
    let step = limit / point.grain * point.grain
    var start = Int(point.address)
    while start < point.addresses.upperBound {
      let end = min(start + step, point.addresses.upperBound)
      requests.append(
        RegisterRequest(
          device: point.device, unit: point.unit, table: point.table, addresses: start..<end,
          pollGroup: point.pollGroup, points: [index]))
      start = end
    }
  }
}

extension ModbusSettings.RequestLimits {
  /// The most addresses of a table that one request may read or write.
  public func addresses(_ table: RegisterTable, _ direction: RequestPlan.Direction) -> Int {
    switch (table.isBits, direction) {
    case (true, .reading): readBits
    case (true, .writing): writeBits
    case (false, .reading): readRegisters
    case (false, .writing): writeRegisters
    }
  }
}

extension RegisterPoint {
  /// How many addresses of it belong together and must be in one request: an element, or a slot of a ring.
  public var grain: Int {
    let element = type.addressCount / max(1, type.count)
    switch name {
    case "events" where type.count % EventSlot.registers == 0: return EventSlot.registers
    case "answers" where type.count % AnswerSlot.registers == 0: return AnswerSlot.registers
    case "mailbox" where type.count % CommandSlot.registers == 0: return CommandSlot.registers
    // The blocks are written and read whole: their parts belong to one moment.
    case "id", "machine", "controller": return type.addressCount
    default: return type.element == .ascii ? 1 : max(1, element)
    }
  }
}
