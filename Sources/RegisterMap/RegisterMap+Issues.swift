extension RegisterMap {
  /// Everything that is wrong with the points by themselves and with one another, in the order of the points.
  ///
  /// Cost: a sort of the points.
  public func issues() -> [RegisterMapIssue] {
    var found: [RegisterMapIssue] = []
    for index in points.indices { found += issues(ofPoint: index) }
    found += overlaps()
    return found.enumerated().sorted {
      ($0.element.point ?? 0, $0.offset) < ($1.element.point ?? 0, $1.offset)
    }.map(\.element)
  }

  private func issues(ofPoint index: Int) -> [RegisterMapIssue] {
    let point = points[index]
    var found: [RegisterMapIssue] = []
    if let first = firstIndex(of: point.name), first != index {
      found.append(
        RegisterMapIssue(
          index, .name, "a point of this name stands in the map already", found: "\"\(point.name)\"",
          expected: "each name once", other: first))
    }
    if point.addresses.upperBound > 65_536 {
      found.append(
        RegisterMapIssue(
          index, .address, "the point goes beyond the last address of its table",
          found: "\(point.address) + \(point.type.addressCount)", expected: "at most 65536 in all"))
    }
    found += bitIssues(index, point)
    if point.access.allowsWriting, point.table == .discrete || point.table == .input {
      found.append(
        RegisterMapIssue(
          index, .access, "this table can only be read",
          found: "\(point.access.rawValue) in \(point.table.rawValue)",
          expected: "r, or the table \(point.table == .discrete ? "coil" : "holding")"))
    } else if point.access.allowsWriting, point.onLinkLoss == nil {
      found.append(
        RegisterMapIssue(
          index, .onLinkLoss, "what can be written must say what it does when the link is lost",
          found: "nothing", expected: "hold, off or safe"))
    }
    return found
  }

  private func bitIssues(_ index: Int, _ point: RegisterPoint) -> [RegisterMapIssue] {
    let isBool = point.type.element == .bool
    if point.table.isBits {
      if let bit = point.bit {
        return [
          RegisterMapIssue(
            index, .bit, "an address of this table is one bit and has no bits in it", found: "\(bit)",
            expected: "no bit")
        ]
      }
      if !isBool {
        return [
          RegisterMapIssue(
            index, .type, "an address of this table is one bit", found: point.type.description,
            expected: point.type.count == 1 ? "bool" : "bool[\(point.type.count)]")
        ]
      }
      return []
    }
    if isBool, point.bit == nil || point.type.count > 1 {
      return [
        RegisterMapIssue(
          index, point.bit == nil ? .bit : .type,
          "a bool in a register is one of its bits",
          found: point.bit == nil ? "no bit" : point.type.description,
          expected: point.bit == nil ? "a bit from 0 to 15" : "bool")
      ]
    }
    if !isBool, let bit = point.bit {
      return [
        RegisterMapIssue(
          index, .bit, "only a bool is a bit of a register", found: "\(point.type) at bit \(bit)",
          expected: "bool, or no bit")
      ]
    }
    return []
  }

  /// Where a point lies, in sixteenths of an address so that bits of registers have places too.
  private struct Place: Comparable {
    var device: String
    var unit: UInt8
    var table: Int
    var start: Int
    var end: Int
    var point: Int

    static func < (a: Place, b: Place) -> Bool {
      (a.device, a.unit, a.table, a.start, a.point) < (b.device, b.unit, b.table, b.start, b.point)
    }

    func isBeside(_ other: Place) -> Bool {
      device == other.device && unit == other.unit && table == other.table
    }
  }

  /// Points that lie on one another, each told of the one that begins before it.
  private func overlaps() -> [RegisterMapIssue] {
    let places = points.enumerated().map { index, point in
      let start = Int(point.address) * 16 + Int(point.bit ?? 0)
      return Place(
        device: point.device, unit: point.unit, table: point.table.referenceDigit, start: start,
        end: start + (point.bit == nil ? point.type.addressCount * 16 : 1), point: index)
    }.sorted()
    var found: [RegisterMapIssue] = []
    // Of all points so far at this device and table, the one that reaches furthest.
    var reach: Place?
    for place in places {
      guard let last = reach, last.isBeside(place) else {
        reach = place
        continue
      }
      if place.start < last.end { found.append(overlap(place, last)) }
      if place.end > last.end { reach = place }
    }
    return found
  }

  private func overlap(_ place: Place, _ last: Place) -> RegisterMapIssue {
    // Told of the later row, since that is the one that was added.
    let (later, earlier) = place.point > last.point ? (place, last) : (last, place)
    let other = points[earlier.point]
    let isSame = place.start == last.start && place.end == last.end
    return RegisterMapIssue(
      later.point, .address,
      isSame ? "the point lies where \(other.name) lies" : "the point overlaps \(other.name)",
      found: points[later.point].spot, expected: "an address of its own; \(other.name) has \(other.spot)",
      other: earlier.point)
  }
}

extension RegisterPoint {
  /// Its place in words, such as `holding 100-115` or `holding 7 bit 3`.
  public var spot: String {
    let last = addresses.upperBound - 1
    let range = last == Int(address) ? "\(address)" : "\(address)-\(last)"
    return "\(table.rawValue) \(range)" + (bit.map { " bit \($0)" } ?? "")
  }
}
