import Quantities
import RegisterMap
import SorterModel

/// Single points of a device, by name: for commissioning, where there is no dispatcher and nothing is tracked.
///
/// The same guard as the port's holds here: within the device's limits, and written only what the map allows.
public final class PointDesk {
  /// The device's points.
  public let map: RegisterMap
  private let link: PlantLink
  private let clock: () -> Int64

  /// What was read of a point.
  public struct Reading: Hashable, Sendable {
    /// The point.
    public var point: RegisterPoint
    /// Its registers, or bits as 0 and 1; empty where the device refused them.
    public var words: [UInt16]
    /// Why there is nothing; empty where there is.
    public var refusal: String

    /// The value for people.
    public var text: String { refusal.isEmpty ? PointText.value(of: point, words[...]) : refusal }
  }

  /// A desk over a connection that is made by `connect`; `mayWrite` as `--arm` says.
  public init(
    map: RegisterMap, settings: ModbusSettings, transport: any ModbusTransport, mayWrite: Bool,
    clock: @escaping () -> Int64, pause: @escaping (Int64) -> Void
  ) {
    self.map = map
    self.clock = clock
    link = PlantLink(
      transport, map: map, settings: settings, isReadOnly: !mayWrite, clock: clock, pause: pause)
  }

  /// Connects, at most within the connect time-out.
  public func connect() throws(ModbusFault) { try link.connect() }

  /// Closes the connection.
  public func close() { link.transport.close() }

  /// Reads points, each by itself; one that the device refuses does not keep the others from being read.
  ///
  /// Fields of one block are taken from one reading of it, so that they belong to one moment.
  public func read(_ points: [RegisterPoint]) throws(ModbusFault) -> [Reading] {
    var readings: [Reading] = []
    var blocks: [String: Reading] = [:]
    for point in points {
      guard let block = block(of: point) else {
        readings.append(try readWhole(point))
        continue
      }
      if blocks[block.name] == nil { blocks[block.name] = try readWhole(block) }
      guard let whole = blocks[block.name] else { continue }
      let first = Int(point.address) - Int(block.address)
      let words = whole.words.isEmpty ? [] : Array(whole.words[first..<first + point.type.addressCount])
      readings.append(Reading(point: point, words: words, refusal: whole.refusal))
    }
    return readings
  }

  /// The block that a field belongs to; nil for a point of its own.
  private func block(of point: RegisterPoint) -> RegisterPoint? {
    guard let dot = point.name.firstIndex(of: "."), let block = map[String(point.name[..<dot])],
      block.name != point.name, block.table == point.table,
      block.addresses.lowerBound <= point.addresses.lowerBound,
      point.addresses.upperBound <= block.addresses.upperBound
    else { return nil }
    return block
  }

  private func readWhole(_ point: RegisterPoint) throws(ModbusFault) -> Reading {
    do throws(ModbusFault) {
      let words = try link.read(PointBlock(point, grain: point.grain))
      return Reading(point: point, words: words, refusal: "")
    } catch .exception(let exception) {
      return Reading(
        point: point, words: [], refusal: "refused: \(exception.name) (exception \(exception.rawValue))")
    } catch {
      throw error
    }
  }

  /// Writes registers or a bit to a point; throws `badRequest` where the map does not allow it.
  public func write(_ words: [UInt16], to point: RegisterPoint) throws(ModbusFault) {
    if point.table == .coil {
      try link.write(coils: words.map { $0 != 0 }, at: Int(point.address), name: point.name)
    } else {
      try link.write(PointBlock(point), from: 0, words)
    }
  }

  /// Writes that were refused here because the map does not allow them, or because `mayWrite` was not given.
  public var refusedWrites: [RefusedWrite] { link.audit }

  /// The owner of a machine in assigned control that lives now: nil where nobody drives it.
  ///
  /// It is read twice, a watchdog's time apart, whether the controller's heartbeat moves; `wait` sleeps.
  public func livingOwner(wait: (Nanoseconds) -> Void) throws(ModbusFault) -> UInt16? {
    guard let machine = map["machine"], let controller = map["controller"],
      let status = try self.status(machine), status.owner != 0
    else { return nil }
    let before = try read([controller])[0].words.first
    wait(link.settings.watchdog)
    return try read([controller])[0].words.first == before ? nil : status.owner
  }

  private func status(_ point: RegisterPoint) throws(ModbusFault) -> MachineBlock? {
    for _ in 0..<4 {
      let words = try read([point])[0].words
      guard words.count >= MachineBlock.registers else { return nil }
      if let status = MachineBlock(from: words, at: 0, point.byteOrder) { return status }
    }
    return nil
  }
}
