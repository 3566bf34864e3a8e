import Dispatching
import Quantities
import RegisterMap
import SorterModel

/// The points of direct control, taken from a register map.
struct DirectLayout: Sendable {
  /// A photo-eye and the name of its points.
  struct Eye: Sendable {
    var eye: FieldInput.Eye
    var name: String
  }

  /// A diverter's coil.
  struct Diverter: Sendable {
    var bin: BinID
    var name: String
    var address: Int
    var onLinkLoss: LinkLossAction
  }

  var eyes: [Eye] = []
  var diverters: [Diverter] = []
  /// The bins with a full signal, and its point's name.
  var fulls: [(bin: BinID, name: String)] = []
  /// Whether the device tells of a jammed belt.
  var tellsOfJams = false
  var hold: RegisterPoint?
  var controllerHeartbeat: RegisterPoint?
  /// Everything that is read at each poll.
  var polled: [RegisterPoint] = []

  /// The layout of a map; throws the first point that is missing.
  init(_ map: RegisterMap, unit: UInt8, profile: HardwareProfile) throws(LayoutFault) {
    func point(_ name: String, bits: Bool) throws(LayoutFault) -> RegisterPoint {
      guard let point = map[name] else { throw LayoutFault(point: name, problem: "is not in the map") }
      guard point.unit == unit else {
        throw LayoutFault(
          point: name, problem: "belongs to unit \(point.unit), and the profile asks unit \(unit)")
      }
      guard (point.type.element == .bool) == bits else {
        throw LayoutFault(point: name, problem: bits ? "must be a bool" : "must be a number")
      }
      return point
    }
    polled.append(try point("encoder", bits: false))
    func addEye(_ eye: FieldInput.Eye, _ name: String) throws(LayoutFault) {
      polled.append(try point(name, bits: true))
      eyes.append(Eye(eye: eye, name: name))
      for part in ["\(name).count", "\(name).at"] {
        if map[part] != nil { polled.append(try point(part, bits: false)) }
      }
    }
    try addEye(.induction, "eye.induction")
    try addEye(.end, "eye.end")
    for (index, bin) in profile.bins.enumerated() where !bin.isEnd {
      let id = BinID(UInt16(index))
      try addEye(.bin(id), "eye.bin.\(bin.name)")
      let coil = try point("divert.\(bin.name)", bits: true)
      guard coil.table == .coil, coil.access.allowsWriting else {
        throw LayoutFault(point: coil.name, problem: "must be a coil that may be written")
      }
      polled.append(coil)
      diverters.append(
        Diverter(
          bin: id, name: coil.name, address: Int(coil.address), onLinkLoss: coil.onLinkLoss ?? .off))
      let full = "bin.full.\(bin.name)"
      if map[full] != nil {
        polled.append(try point(full, bits: true))
        fulls.append((id, full))
      }
    }
    if map["jam"] != nil {
      polled.append(try point("jam", bits: true))
      tellsOfJams = true
    }
    hold = map["induction.hold"].flatMap { $0.table == .coil && $0.access.allowsWriting ? $0 : nil }
    if let hold, hold.access != .write { polled.append(hold) }
    controllerHeartbeat = map["controller.heartbeat"].flatMap {
      $0.table == .holding && $0.access.allowsWriting ? $0 : nil
    }
    for name in ["heartbeat", "watchdog_ms"] where map[name] != nil {
      polled.append(try point(name, bits: false))
    }
  }
}
