import Quantities

/// Finds out by asking what requests a device takes and how long it needs for them.
///
/// Reads alone change nothing in a device. Writes put back what was read a moment before, and only where the
/// caller says that it may be written. For one thread, with a client of its own.
public final class DeviceProbe {
  /// What one try came to.
  enum Trial: Equatable {
    case accepted
    case refused(ModbusException)
    case broke(ModbusFault)
  }

  let client: ModbusClient
  /// How long it took to connect, in nanoseconds.
  public private(set) var connectTime: Int64 = 0
  /// Whether to stop at the next request; what was found so far stays.
  public var shouldStop: () -> Bool = { false }
  var values = [UInt16](repeating: 0, count: 2_000)
  var bits = [Bool](repeating: false, count: 2_000)

  /// A probe over a client; it connects here.
  public init(_ client: ModbusClient) throws(ModbusFault) {
    self.client = client
    try connect()
  }

  private func connect() throws(ModbusFault) {
    let began = monotonicNow()
    try client.connect()
    if connectTime == 0 { connectTime = monotonicNow() - began }
  }

  /// The largest read of a table from an address on, by bisection.
  ///
  /// - hints: how far the map's blocks reach from there: tried where single values are refused.
  public func largestRead(
    _ table: ModbusTable, at address: UInt16, hints: [Int] = []
  ) throws(ModbusFault) -> RequestCapacity {
    let function = table.readFunction
    let most = min(function.mostRead, 65_536 - Int(address))
    var found = try bisect(function, address, most: most) { count throws(ModbusFault) in
      try self.read(table, address, count)
    }
    if found.largest == 0, case .refused(let why) = found.bound, why != .illegalFunction {
      // Perhaps it takes whole blocks only: try every size, the likely ones first.
      let usual = Array(2...min(most, 125)) + stride(from: 128, through: most, by: 8)
      for count in hints.filter({ (2...most).contains($0) }) + usual where !shouldStop() {
        if try self.read(table, address, count) == .accepted {
          found.largest = count
          found.alignment = .wholeBlocks
          break
        }
      }
    } else if found.largest > 1, case .refused = try self.read(table, address + 1, 1) {
      found.alignment = .fromBlockStart
    }
    // A refused address is a limit only where the map says that there are more addresses.
    if found.largest > 0, found.largest >= hints.max() ?? 0, found.alignment == .anywhere,
      found.bound == .refused(.illegalAddress)
    {
      found.bound = .addressesEnd
    }
    return found
  }

  /// The largest write, of at most `room` values from an address on; what it writes is what it read there before.
  public func largestWrite(
    _ table: ModbusTable, at address: UInt16, room: Int, with function: ModbusFunction
  ) throws(ModbusFault) -> RequestCapacity {
    let most = min(function.mostWritten, room)
    var found = try bisect(function, address, most: most) { count throws(ModbusFault) in
      try self.putBack(table, address, count, with: function)
    }
    if case .protocolMost = found.bound, most < function.mostWritten { found.bound = .notAsked }
    return found
  }

  /// The largest count from 1 to `most` that is accepted, if all smaller ones are.
  private func bisect(
    _ function: ModbusFunction, _ address: UInt16, most: Int, _ attempt: (Int) throws(ModbusFault) -> Trial
  ) throws(ModbusFault) -> RequestCapacity {
    var found = RequestCapacity(function: function, address: address, largest: 0, bound: .protocolMost)
    guard most >= 1 else { return found }
    let whole = try attempt(most)
    if whole == .accepted {
      found.largest = most
      return found
    }
    found.bound = Self.bound(whole)
    var refused = most
    while refused - found.largest > 1 && !shouldStop() {
      // One first: a device that takes nothing at all is found out at once.
      let middle = found.largest == 0 ? 1 : (found.largest + refused) / 2
      let trial = try attempt(middle)
      if trial == .accepted {
        found.largest = middle
      } else {
        refused = middle
        found.bound = Self.bound(trial)
        if middle == 1 { break }
      }
    }
    return found
  }

  private static func bound(_ trial: Trial) -> RequestCapacity.Bound {
    switch trial {
    case .accepted: .protocolMost
    case .refused(let exception): .refused(exception)
    case .broke(let fault): .broke(fault)
    }
  }

  /// Measures `rounds` reads of one size.
  public func time(
    reading table: ModbusTable, at address: UInt16, count: Int, rounds: Int
  ) throws(ModbusFault) -> RoundTrips {
    try time(table.readFunction, count, rounds) { () throws(ModbusFault) in
      try self.read(table, address, count)
    }
  }

  /// Measures `rounds` writes of one size, each of what is read just before; only the write is timed.
  public func time(
    writing table: ModbusTable, at address: UInt16, count: Int, with function: ModbusFunction, rounds: Int
  ) throws(ModbusFault) -> RoundTrips {
    try time(function, count, rounds) { () throws(ModbusFault) in
      try self.putBack(table, address, count, with: function)
    }
  }

  private func time(
    _ function: ModbusFunction, _ count: Int, _ rounds: Int, _ body: () throws(ModbusFault) -> Trial
  ) throws(ModbusFault) -> RoundTrips {
    var times: [Int64] = []
    times.reserveCapacity(rounds)
    var lost = 0
    for _ in 0..<rounds where !shouldStop() {
      switch try body() {
      case .accepted: times.append(lastTime)
      // A device that is busy or gone for a moment: counted, not timed.
      case .refused, .broke: lost += 1
      }
      // A device that answers nothing more is not waited for a thousand times.
      if lost >= 20 && times.isEmpty { break }
    }
    return RoundTrips(function: function, count: count, times: times, lost: lost)
  }

  /// How long the last request took.
  var lastTime: Int64 = 0

  private func read(_ table: ModbusTable, _ address: UInt16, _ count: Int) throws(ModbusFault) -> Trial {
    try trial { () throws(ModbusFault) in
      try self.client.read(table, at: address, count: count, into: &self.values)
    }
  }

  private func putBack(
    _ table: ModbusTable, _ address: UInt16, _ count: Int, with function: ModbusFunction
  ) throws(ModbusFault) -> Trial {
    if table == .coil {
      let before = try trial { () throws(ModbusFault) in
        try self.client.readBits(.coil, at: address, count: count, into: &self.bits)
      }
      guard before == .accepted else { return before }
      let present = Array(bits.prefix(count))
      return try trial { () throws(ModbusFault) in
        try self.client.write(coils: present, at: address, alwaysMultiple: function == .writeCoils)
      }
    }
    let before = try read(.holding, address, count)
    guard before == .accepted else { return before }
    let present = Array(values.prefix(count))
    return try trial { () throws(ModbusFault) in
      if function == .readWriteRegisters {
        try self.client.readWrite(
          write: present, at: address, readAt: address, count: count, into: &self.values)
      } else {
        try self.client.write(registers: present, at: address, alwaysMultiple: function == .writeRegisters)
      }
    }
  }

  /// One request, timed; after a fault there is a new connection, or the probe ends.
  private func trial(_ body: () throws(ModbusFault) -> Void) throws(ModbusFault) -> Trial {
    let began = monotonicNow()
    do throws(ModbusFault) {
      try body()
      lastTime = monotonicNow() - began
      return .accepted
    } catch {
      if case .exception(let exception) = error { return .refused(exception) }
      // What is no answer at all is not to be measured on.
      if case .protocolFault = error { throw error }
      if case .badRequest = error { throw error }
      try connect()
      return .broke(error)
    }
  }
}
