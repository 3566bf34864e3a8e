import FileFormats
import Foundation
import RegisterMap

/// A register map as it is printed: for people as a table, for programs as JSON.
struct MapListing {
  let map: RegisterMap

  /// The lines for people; where the place is narrow, poll groups and meanings are left out, and that is said.
  func lines(for traits: TerminalTraits) -> [String] {
    if table.isAligned(for: traits) { return table.lines(for: traits) }
    var short = table
    short.columns.removeLast(2)
    for index in short.rows.indices { short.rows[index].removeLast(2) }
    return short.lines(for: traits) + [
      "", "  A wider terminal, or --json, also shows poll groups and meanings.",
    ]
  }

  /// The whole table.
  private var table: Table {
    Table(
      columns: [
        .words("point"), .words("table"), .numbers("address"), .numbers("reference"), .words("type"),
        .words("access"), .words("link lost"), .words("group"), .words("meaning"),
      ],
      rows: map.points.map { point in
        [
          Table.Cell(point.name), Table.Cell(point.table.rawValue), Table.Cell(address(point)),
          Table.Cell(point.reference), Table.Cell(type(point)), Table.Cell(point.access.rawValue),
          Table.Cell(point.onLinkLoss?.rawValue ?? ""), Table.Cell(point.pollGroup),
          Table.Cell(printable(point.about, limit: 120), mood: .faint),
        ]
      })
  }

  private func address(_ point: RegisterPoint) -> String {
    "\(point.address)" + (point.bit.map { ".\($0)" } ?? "")
  }

  /// The type, with the order of bytes where it is not the usual one.
  private func type(_ point: RegisterPoint) -> String {
    point.type.description + (point.byteOrder == .abcd ? "" : " \(point.byteOrder.rawValue)")
  }

  /// The map in JSON: an object with an array of points.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let points = map.points.map { point in
      PointJSON(
        name: point.name, device: point.device, unit: Int(point.unit), table: point.table.rawValue,
        address: Int(point.address), addresses: point.addresses.count, reference: point.reference,
        bit: point.bit.map { Int($0) }, type: point.type.description, byteOrder: point.byteOrder.rawValue,
        access: point.access.rawValue, pollGroup: point.pollGroup,
        onLinkLoss: point.onLinkLoss?.rawValue, description: point.about)
    }
    let data = try encoder.encode(MapJSON(schemaVersion: 1, points: points))
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  private struct MapJSON: Encodable {
    var schemaVersion: Int
    var points: [PointJSON]
  }

  private struct PointJSON: Encodable {
    var name: String
    var device: String
    var unit: Int
    var table: String
    var address: Int
    var addresses: Int
    var reference: String
    var bit: Int?
    var type: String
    var byteOrder: String
    var access: String
    var pollGroup: String
    var onLinkLoss: String?
    var description: String
  }
}
