import Quantities
import RegisterMap

/// The fields of the register interface's blocks as points with names of their own, such as `machine.encoder`.
///
/// They are only read: a block is written whole, by the controller.
public enum BlockFields {
  /// The fields of a block, or none for a point that is not one; each lies within it.
  public static func fields(of block: RegisterPoint) -> [RegisterPoint] {
    let table: [(name: String, at: Int, type: PointType, bit: UInt8?)] =
      switch block.name {
      case "id" where block.type.addressCount == IdentityBlock.registers: identity
      case "machine" where block.type.addressCount == MachineBlock.registers: machine
      case "controller" where block.type.addressCount == ControllerBlock.registers: controller
      default: []
      }
    return table.map { field in
      RegisterPoint(
        "\(block.name).\(field.name)", block.table, block.address + UInt16(field.at), field.type,
        device: block.device, unit: block.unit, bit: field.bit, byteOrder: block.byteOrder, access: .read,
        pollGroup: block.pollGroup)
    }
  }

  /// A map with the fields of its blocks behind each of them.
  public static func expand(_ map: RegisterMap) -> RegisterMap {
    RegisterMap(map.points.flatMap { [$0] + fields(of: $0) })
  }

  private static let identity: [(String, Int, PointType, UInt8?)] = [
    ("magic", 0, .u32, nil), ("version", 2, .u16, nil), ("epoch", 3, .u16, nil), ("bins", 4, .u16, nil),
    ("event_slots", 5, .u16, nil), ("mailbox_slots", 6, .u16, nil), ("watchdog_ms", 7, .u16, nil),
    ("pulses_per_m", 8, .u32, nil),
  ]

  private static let machine: [(String, Int, PointType, UInt8?)] = [
    ("snapshot", 0, .u16, nil), ("epoch", 1, .u16, nil), ("heartbeat", 2, .u16, nil), ("armed", 3, .bool, 0),
    ("safe", 3, .bool, 1), ("emergency_stop", 3, .bool, 2), ("watchdog", 3, .bool, 3), ("jam", 3, .bool, 4),
    ("induction_held", 3, .bool, 5), ("belt_runs", 3, .bool, 6), ("state", 4, .u16, nil),
    ("mode", 5, .u16, nil), ("encoder", 6, .u32, nil), ("event_head", 8, .u16, nil),
    ("mailbox_done", 9, .u16, nil), ("events_lost", 10, .u16, nil), ("writes_refused", 11, .u16, nil),
    ("owner", 12, .u16, nil), ("speed_mm_per_s", 13, .u16, nil), ("reset_done", 14, .u16, nil),
  ]

  private static let controller: [(String, Int, PointType, UInt8?)] = [
    ("heartbeat", 0, .u16, nil), ("owner", 1, .u16, nil), ("epoch", 2, .u16, nil),
    ("event_tail", 3, .u16, nil), ("arm", 4, .u16, nil), ("reset", 5, .u16, nil),
    ("command", 6, .u16, nil), ("command_number", 7, .u16, nil), ("mode", 8, .u16, nil),
  ]
}
