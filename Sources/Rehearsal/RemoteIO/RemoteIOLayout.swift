import Quantities
import RegisterMap
import SorterModel

/// Where the points of direct control lie, taken from a machine's register map.
public struct RemoteIOLayout: Hashable, Sendable {
  /// A photo-eye's points; those that the map has.
  struct Eye: Hashable, Sendable {
    var bit: RegisterPoint
    var count: RegisterPoint?
    var at: RegisterPoint?
  }

  /// A bin with a diverter: its points and its place.
  struct Gate: Hashable, Sendable {
    var bin: BinID
    var coil: RegisterPoint
    var eye: Eye
    var full: RegisterPoint?
  }

  let encoder: RegisterPoint
  let induction: Eye
  let end: Eye
  /// In the order in which pieces pass them.
  let gates: [Gate]
  let hold: RegisterPoint?
  let jam: RegisterPoint?
  let heartbeat: RegisterPoint?
  let controllerHeartbeat: RegisterPoint?
  let watchdog: RegisterPoint?
  /// Every point of the map, for what can be read and written.
  let points: [RegisterPoint]

  /// The layout by a map; throws what the map lacks or has in another type.
  public init(_ map: RegisterMap, for profile: HardwareProfile) throws(PLCLayoutError) {
    func optional(_ name: String, _ type: PointType) throws(PLCLayoutError) -> RegisterPoint? {
      guard let point = map[name] else { return nil }
      guard point.type == type, type != .bool || point.table.isBits else {
        throw PLCLayoutError(point: name, wanted: "must be \(type)")
      }
      return point
    }
    func point(_ name: String, _ type: PointType) throws(PLCLayoutError) -> RegisterPoint {
      guard let point = try optional(name, type) else {
        throw PLCLayoutError(point: name, wanted: "is missing")
      }
      return point
    }
    func eye(_ name: String) throws(PLCLayoutError) -> Eye {
      Eye(
        bit: try point(name, .bool), count: try optional("\(name).count", .u16),
        at: try optional("\(name).at", .u32))
    }
    encoder = try point("encoder", .u32)
    induction = try eye("eye.induction")
    end = try eye("eye.end")
    var gates: [Gate] = []
    for (index, bin) in profile.bins.enumerated() where !bin.isEnd {
      gates.append(
        Gate(
          bin: BinID(UInt16(index)), coil: try point("divert.\(bin.name)", .bool),
          eye: try eye("eye.bin.\(bin.name)"), full: try optional("bin.full.\(bin.name)", .bool)))
    }
    self.gates = gates.sorted { profile.bins[$0.bin.index].position < profile.bins[$1.bin.index].position }
    hold = try optional("induction.hold", .bool)
    jam = try optional("jam", .bool)
    heartbeat = try optional("heartbeat", .u16)
    controllerHeartbeat = try optional("controller.heartbeat", .u16)
    watchdog = try optional("watchdog_ms", .u16)
    points = map.points
  }
}
