import Quantities
import SorterModel

/// Reads a profile's `bins`: groups of bins, expanded into single ones with their positions.
struct BinGroups {
  let fields: Fields
  let belt: HardwareProfile.Belt
  let topology: HardwareProfile.Topology
  let scanner: Millimetres
  let classes: [String]

  /// The side of a group: as `HardwareProfile.Side`, or both in turn.
  private enum GroupSide: String, CaseIterable { case left, right, alternate }

  /// What the groups read so far have taken: names and places.
  private struct Taken {
    var names: [String: Int] = [:]
    var places: [String: String] = [:]
    var hasEnd = false
  }

  /// Every bin of the machine, in the order of the groups.
  func bins(endNeeded: Bool) -> [HardwareProfile.Bin] {
    var bins: [HardwareProfile.Bin] = []
    var taken = Taken()
    for group in fields.objects("bins", count: 1...NameList.maximum, as: .binGroup) {
      bins += self.bins(of: group, &taken)
      if bins.count > NameList.maximum {
        group.complain(
          group.node, "the machine has too many bins", found: "\(bins.count)",
          expected: "at most \(NameList.maximum)")
        break
      }
    }
    if endNeeded && !taken.hasEnd, let node = fields["bins"] {
      fields.complain(
        node, "a line without recirculation needs an end bin, where undiverted pieces fall", found: "none",
        expected: "a bin with end: true")
    }
    return bins
  }

  private func bins(of group: Fields, _ taken: inout Taken) -> [HardwareProfile.Bin] {
    let names = self.names(group)
    let capacity = capacity(group)
    let takes = takes(group)
    let isEnd = group.flag("end")
    let places = isEnd ? endPlace(group, names.count, &taken) : self.places(group, names.count)
    // Where a key is missing, that is said, and no bin is blamed for standing in another's place.
    let isPlaced =
      !isEnd && group["position_mm"] != nil && group["side"] != nil
      && (group["spacing_mm"] != nil || names.count <= 1)
    var bins: [HardwareProfile.Bin] = []
    for (name, place) in zip(names, places) {
      if let node = group["names"] {
        group.checkUnique(name, node, "bin", in: &taken.names)
        let spot = "\(place.side.rawValue) \(place.position.tenths)"
        if let other = taken.places[spot], isPlaced {
          group.complain(
            node, "two bins stand in the same place", found: "\(quoted(other)) and \(quoted(name))",
            expected: "another side or position than \(place.side.rawValue) at \(place.position) mm")
        }
        if isPlaced { taken.places[spot] = name }
      }
      bins.append(
        HardwareProfile.Bin(
          name: name, position: place.position, side: place.side, isEnd: isEnd,
          capacityPieces: capacity.pieces, capacityThickness: capacity.thickness,
          capacityWeight: capacity.weight, takes: takes))
    }
    return bins
  }

  private func names(_ group: Fields) -> [String] {
    guard let node = group["names"], let text = group.text(of: node, called: "names", length: 1...60) else {
      return []
    }
    do throws(NameList.Fault) {
      return try NameList.expanded(text)
    } catch {
      group.complain(node, error.message, expected: error.expected)
      return []
    }
  }

  private func endPlace(_ group: Fields, _ count: Int, _ taken: inout Taken) -> [Place] {
    for key in ["position_mm", "spacing_mm", "side"] {
      guard let node = group[key] else { continue }
      group.complain(
        node, "an end bin stands at the end of the belt and has no \(quoted(key))",
        expected: "no \(quoted(key))")
    }
    if topology == .loop, let node = group["end"] {
      group.complain(node, "a loop has no end, so it has no end bin", expected: "no \"end\"")
    }
    if count > 1 || taken.hasEnd, let node = group["names"] {
      group.complain(node, "a line has one end bin", expected: "one name")
    }
    taken.hasEnd = true
    return [Place](repeating: Place(position: belt.length, side: .end), count: count)
  }

  /// Where a bin stands.
  private struct Place {
    var position: Millimetres
    var side: HardwareProfile.Side
  }

  private func places(_ group: Fields, _ count: Int) -> [Place] {
    for key in ["position_mm", "side"] where group[key] == nil {
      group.complain(
        group.node, "the key \(quoted(key)) is missing in \"bins[]\"", found: "a bin that is not the end bin",
        expected: "position_mm and side")
    }
    if count > 1 && group["spacing_mm"] == nil {
      group.complain(
        group.node, "the key \"spacing_mm\" is missing in \"bins[]\"", found: "\(count) bins",
        expected: "the distance from one to the next")
    }
    let side: GroupSide = group.choice("side") ?? .left
    let first = Int(group.length("position_mm").tenths)
    let spacing = Int(group.length("spacing_mm").tenths)
    if let node = group["position_mm"] {
      check(node, group, first: first, last: first + spacing * max(0, count - 1), group["spacing_mm"] ?? node)
    }
    return (0..<count).map { index in
      let tenths = min(first + spacing * index, Int(Unit.largestLength.tenths))
      let turn: HardwareProfile.Side = index % 2 == 0 ? .left : .right
      return Place(
        position: Millimetres(tenths: Int32(tenths)),
        side: side == .alternate ? turn : (side == .left ? .left : .right))
    }
  }

  private func check(_ node: JSONNode, _ group: Fields, first: Int, last: Int, _ spacingNode: JSONNode) {
    if first <= Int(scanner.tenths) {
      group.complain(
        node, "a diverter stands before the scanner, where nothing is known of a piece yet",
        expected: "more than the scanner's \(scanner)")
    }
    let length = Int(belt.length.tenths)
    if first > length {
      group.complain(node, "a diverter stands beyond the end of the belt", expected: "at most \(belt.length)")
    } else if last > length {
      group.complain(
        spacingNode, "the last diverter of the group stands beyond the end of the belt",
        found: "\(decimalText(last, places: 1)) mm", expected: "at most \(belt.length) mm")
    }
  }

  private func capacity(_ group: Fields) -> (pieces: Int?, thickness: Millimetres?, weight: Grams?) {
    guard let capacity = group.object("capacity", as: .capacity) else { return (nil, nil, nil) }
    if capacity.all.isEmpty {
      capacity.complain(
        capacity.node, "the capacity sets no limit", found: "an empty object",
        expected: "pieces, thickness_mm or weight_g, or several of them")
    }
    let weight = capacity["weight_g"].flatMap {
      capacity.number($0, called: "weight_g", Unit(1, 1...10_000_000))
    }
    return (
      capacity["pieces"].map { _ in capacity.whole("pieces", 1...1_000_000) },
      capacity["thickness_mm"].map { _ in capacity.length("thickness_mm", .distance, default: Millimetres(1))
      },
      weight.map { Grams(tenths: Int32($0)) }
    )
  }

  private func takes(_ group: Fields) -> Set<SizeClassID> {
    guard group["takes"] != nil else { return Set(classes.indices.map { SizeClassID(UInt8($0)) }) }
    var takes: Set<SizeClassID> = []
    for node in group.list("takes", count: 1...32) {
      guard let text = group.text(of: node, called: "takes") else { continue }
      if let index = classes.firstIndex(of: text) {
        takes.insert(SizeClassID(UInt8(index)))
      } else {
        _ = group.named(text, node, "takes", among: classes)
      }
    }
    return takes
  }
}
