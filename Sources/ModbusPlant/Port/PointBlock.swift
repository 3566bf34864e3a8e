import RegisterMap

/// Consecutive addresses of one table that belong together, as requests reach them.
struct PointBlock: Hashable, Sendable {
  /// The point's name in the map.
  var name: String
  var table: RegisterTable
  /// Its first wire address.
  var address: Int
  /// How many addresses it takes up.
  var count: Int
  /// Requests begin and end at multiples of this where the device's limits allow it: a slot of a ring.
  var grain: Int

  /// The block of a point.
  init(_ point: RegisterPoint, grain: Int = 1) {
    name = point.name
    table = point.table
    address = Int(point.address)
    count = point.type.addressCount
    self.grain = grain
  }
}

extension RegisterTable {
  /// The same table as the protocol's own requests name it.
  var wire: ModbusTable {
    switch self {
    case .coil: .coil
    case .discrete: .discrete
    case .input: .input
    case .holding: .holding
    }
  }
}
