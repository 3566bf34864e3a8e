import ControlRuntime
import Quantities
import RegisterMap
import SorterModel

/// A connection as a port uses it: within the map's writable set and the device's limits, and metered.
///
/// For the port's own thread. Requests that the device answers with "busy" are made again a few times; every
/// other fault is the caller's, and one that ends the connection leaves the transport closed.
final class PlantLink {
  let transport: any ModbusTransport
  let settings: ModbusSettings
  let writable: WritableSet
  /// Whether nothing at all may be written.
  let isReadOnly: Bool
  /// The monotonic clock in nanoseconds, for round trips.
  let clock: () -> Int64
  /// Waits so many nanoseconds before a busy device is asked again.
  let pause: (Int64) -> Void
  var figures = LinkFigures()
  /// Writes that were refused here, the newest last.
  private(set) var audit: [RefusedWrite] = []
  private var scratch: [UInt16] = []

  /// How often a device that says "busy" is asked again, and after how long.
  private static let busyRetries = 3
  private static let busyPause: Int64 = 2_000_000
  private static let auditLength = 64

  init(
    _ transport: any ModbusTransport, map: RegisterMap, settings: ModbusSettings, isReadOnly: Bool,
    clock: @escaping () -> Int64, pause: @escaping (Int64) -> Void = { _ in }
  ) {
    self.transport = transport
    self.settings = settings
    self.isReadOnly = isReadOnly
    self.clock = clock
    self.pause = pause
    writable = WritableSet(map, unit: settings.unit)
  }

  /// Connects; counted.
  func connect() throws(ModbusFault) {
    do throws(ModbusFault) {
      try transport.connect()
    } catch {
      figures.failures += 1
      throw error
    }
  }

  /// Reads `count` addresses of a block from its `first` on, in as many requests as the limits ask for.
  func read(_ block: PointBlock, from first: Int, count: Int, into values: inout [UInt16]) throws(ModbusFault)
  {
    values.removeAll(keepingCapacity: true)
    let limits = settings.limits
    var most = block.table.isBits ? limits.readBits : limits.readRegisters
    if block.grain <= most { most -= most % block.grain }
    var place = first
    while place < first + count {
      let part = min(most, first + count - place)
      let address = UInt16(block.address + place)
      let table = block.table.wire
      try ask { () throws(ModbusFault) in
        try self.transport.read(table, at: address, count: part, into: &self.scratch)
      }
      values.append(contentsOf: scratch.prefix(part))
      place += part
    }
  }

  /// Reads all of a block.
  func read(_ block: PointBlock) throws(ModbusFault) -> [UInt16] {
    var values: [UInt16] = []
    try read(block, from: 0, count: block.count, into: &values)
    return values
  }

  /// Writes holding registers of a block from its `first` on, in ascending order.
  ///
  /// A slot is never divided where a request can hold it whole, so that its last register, the sequence number,
  /// arrives with or after its payload.
  func write(_ block: PointBlock, from first: Int, _ values: [UInt16]) throws(ModbusFault) {
    try check(block, first, values.count)
    var most = settings.limits.writeRegisters
    if block.grain <= most { most -= most % block.grain }
    var place = 0
    while place < values.count {
      // Where a slot is longer than a request, no request reaches over the end of a slot.
      let room = block.grain > most ? block.grain - place % block.grain : most
      let part = Array(values[place..<min(place + min(most, room), values.count)])
      let address = UInt16(block.address + first + place)
      try ask { () throws(ModbusFault) in
        try self.transport.write(registers: part, at: address, alwaysMultiple: true)
      }
      place += part.count
    }
  }

  /// Writes coils that lie one after the other.
  func write(coils values: [Bool], at address: Int, name: String) throws(ModbusFault) {
    try check(.coil, address..<address + values.count, name)
    var place = 0
    while place < values.count {
      let part = Array(values[place..<min(place + settings.limits.writeBits, values.count)])
      let start = UInt16(address + place)
      try ask { () throws(ModbusFault) in
        try self.transport.write(coils: part, at: start, alwaysMultiple: false)
      }
      place += part.count
    }
  }

  /// Writes one whole block and reads another: in one round trip where the device allows it.
  func exchange(
    write block: PointBlock, _ values: [UInt16], read other: PointBlock, into answer: inout [UInt16]
  ) throws(ModbusFault) {
    let fits =
      settings.allowsReadWrite && other.table == .holding && other.count <= settings.limits.readRegisters
      && values.count <= min(settings.limits.writeRegisters, ModbusFunction.readWriteRegisters.mostWritten)
    guard fits else {
      try write(block, from: 0, values)
      return try read(other, from: 0, count: other.count, into: &answer)
    }
    try check(block, 0, values.count)
    try ask { () throws(ModbusFault) in
      try self.transport.readWrite(
        write: values, at: UInt16(block.address), readAt: UInt16(other.address), count: other.count,
        into: &self.scratch)
    }
    answer.removeAll(keepingCapacity: true)
    answer.append(contentsOf: scratch.prefix(other.count))
  }

  private func check(_ block: PointBlock, _ first: Int, _ count: Int) throws(ModbusFault) {
    try check(
      block.table, block.address + first..<block.address + first + max(count, 1), block.name)
  }

  /// Refuses, and notes, a write outside the writable set.
  private func check(_ table: RegisterTable, _ addresses: Range<Int>, _ name: String) throws(ModbusFault) {
    guard isReadOnly || !writable.allows(table, addresses) else { return }
    figures.refusedWrites += 1
    if audit.count == Self.auditLength { audit.removeFirst() }
    audit.append(RefusedWrite(point: name, table: table, addresses: addresses))
    let why = isReadOnly ? "nothing may be written now" : "the map does not allow it to be written"
    throw .badRequest(
      "\(name): \(table.rawValue) \(addresses.lowerBound) to \(addresses.upperBound - 1): \(why)")
  }

  /// Shows the writes refused here to the control thread, which writes them down.
  func publishRefusals(to signals: PortSignals) {
    guard let last = audit.last else { return }
    let refused = RefusedWrites(
      table: last.table.referenceDigit, address: last.addresses.lowerBound, length: last.addresses.count,
      count: figures.refusedWrites)
    signals.refusedWrites.store(refused.rawValue, ordering: .relaxed)
  }

  /// Makes one request, measures its round trip, and makes it again where the device is busy.
  private func ask(_ request: () throws(ModbusFault) -> Void) throws(ModbusFault) {
    var left = Self.busyRetries
    while true {
      let before = clock()
      do throws(ModbusFault) {
        try request()
        figures.note(roundTrip: clock() - before, at: before)
        return
      } catch {
        figures.failures += 1
        guard case .exception(let exception) = error, exception.consequence == .retry, left > 0 else {
          if error.endsTheConnection { transport.close() }
          throw error
        }
        left -= 1
        pause(Self.busyPause)
      }
    }
  }
}

/// A write that was refused before it was sent.
public struct RefusedWrite: Hashable, Sendable {
  /// The point's name.
  public var point: String
  /// The table that would have been written to.
  public var table: RegisterTable
  /// The wire addresses that would have been written.
  public var addresses: Range<Int>
}

/// How a connection does: requests, failures and round trips in nanoseconds.
struct LinkFigures: Hashable {
  var requests: UInt64 = 0
  var failures: UInt64 = 0
  var refusedWrites: UInt64 = 0
  private(set) var lastRoundTrip: Int64 = 0
  /// The longest of the last whole second, or of the running one where that is longer.
  var longestRoundTrip: Int64 { max(longestBefore, longestNow) }
  /// A moving average over about sixteen requests.
  private(set) var meanRoundTrip: Int64 = 0
  private var longestBefore: Int64 = 0
  private var longestNow: Int64 = 0
  private var secondBegan: Int64 = .min

  mutating func note(roundTrip: Int64, at moment: Int64) {
    requests += 1
    lastRoundTrip = roundTrip
    meanRoundTrip = requests == 1 ? roundTrip : meanRoundTrip + (roundTrip - meanRoundTrip) / 16
    if secondBegan == .min || moment - secondBegan >= 1_000_000_000 {
      longestBefore = secondBegan == .min ? 0 : longestNow
      longestNow = 0
      secondBegan = moment
    }
    longestNow = max(longestNow, roundTrip)
  }
}
