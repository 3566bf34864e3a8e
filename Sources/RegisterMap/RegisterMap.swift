import Quantities

/// The register map of a machine: its points, by name.
public struct RegisterMap: Hashable, Sendable {
  /// The points in the order of the file.
  public private(set) var points: [RegisterPoint]
  private var places: [String: Int]

  /// A map of these points; of two with one name, the first is found by it.
  public init(_ points: [RegisterPoint]) {
    self.points = points
    places = [:]
    for (place, point) in points.enumerated() where places[point.name] == nil { places[point.name] = place }
  }

  /// The point of this name, or nil.
  public subscript(name: String) -> RegisterPoint? { places[name].map { points[$0] } }

  /// The place of the first point of this name among `points`, or nil.
  public func firstIndex(of name: String) -> Int? { places[name] }

  /// Whether any point may be written at every one of these addresses; what the controller writes is held against it.
  public func allowsWriting(_ table: RegisterTable, _ addresses: Range<Int>, unit: UInt8) -> Bool {
    addresses.allSatisfy { address in
      points.contains {
        $0.unit == unit && $0.table == table && $0.access.allowsWriting && $0.addresses.contains(address)
      }
    }
  }
}
