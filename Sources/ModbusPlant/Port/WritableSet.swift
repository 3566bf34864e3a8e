import RegisterMap

/// The addresses that a map allows to be written, merged into ranges: what every write is held against.
struct WritableSet: Hashable, Sendable {
  private var coils: [Range<Int>] = []
  private var registers: [Range<Int>] = []

  /// What `map` allows on a unit.
  init(_ map: RegisterMap, unit: UInt8) {
    let writable = map.points.filter { $0.unit == unit && $0.access.allowsWriting }
    coils = Self.merge(writable.filter { $0.table == .coil }.map(\.addresses))
    registers = Self.merge(writable.filter { $0.table == .holding }.map(\.addresses))
  }

  /// Whether every one of these addresses may be written.
  func allows(_ table: RegisterTable, _ addresses: Range<Int>) -> Bool {
    let ranges =
      switch table {
      case .coil: coils
      case .holding: registers
      case .discrete, .input: [Range<Int>]()
      }
    return !addresses.isEmpty
      && ranges.contains { $0.lowerBound <= addresses.lowerBound && addresses.upperBound <= $0.upperBound }
  }

  private static func merge(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var merged: [Range<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }
}
