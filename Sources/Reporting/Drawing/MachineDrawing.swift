import Foundation
import SorterModel

/// A sorter laid out on the page in true order and proportion: belt, way back, and the mouth of every bin.
///
/// The static map is drawn from it, and the animation, which gets its points as they are.
struct MachineDrawing {
  /// A place of the belt on the page.
  struct Waypoint {
    /// From the induction photo-eye along the belt, in millimetres.
    var place: Double
    var x: Double
    var y: Double
  }

  /// Where a bin meets the belt.
  struct Mouth {
    var x: Double
    var y: Double
    /// The direction away from the belt.
    var outX: Double
    var outY: Double
    /// How much wider it gets with each point away from the belt: above 0 outside a curve, below 0 inside.
    var spread = 0.0
  }

  /// The measures of one width of page.
  struct Style {
    let width: Double
    let margin: Double
    let halfBelt: Double
    let gap: Double
    let depth: Double
    let label: Double
    /// The least distance of two bins on one side; narrower lines are folded into rows.
    let leastPitch: Double

    static let wide = Style(
      width: 1120, margin: 64, halfBelt: 8, gap: 5, depth: 60, label: 16, leastPitch: 7)
    static let narrow = Style(
      width: 360, margin: 38, halfBelt: 6, gap: 4, depth: 32, label: 14, leastPitch: 5)
  }

  let style: Style
  let profile: HardwareProfile
  /// The belt with its diverters, and for a loop all of it.
  var belt: [Waypoint] = []
  /// The way from the end of a line back to its induction; empty where there is none.
  var wayBack: [Waypoint] = []
  /// The mouth of each bin.
  var mouths: [Mouth] = []
  var height = 0.0
  // Of a loop's two half circles.
  private var radius = 0.0

  /// The machine for one width of page.
  init(_ profile: HardwareProfile, style: Style) {
    self.style = style
    self.profile = profile
    if profile.topology == .loop { layLoop() } else { layLine() }
    for bin in profile.bins { mouths.append(mouth(of: bin)) }
  }

  /// The belt's length in millimetres.
  var length: Double { Double(profile.belt.length.tenths) / 10 }

  /// Once round, way back included; 0 where nothing comes back.
  var lap: Double {
    if let way = profile.recirculation { return length + Double(way.path.tenths) / 10 }
    return profile.topology == .loop ? length : 0
  }

  /// The width that a bin is drawn with.
  var binWidth: Double { min(26, max(2.5, pitchInMillimetres * scale - 2)) }

  /// Points of the page a millimetre of belt.
  var scale: Double {
    guard let first = belt.first, let second = belt.dropFirst().first, second.place > first.place else {
      return 0
    }
    return ((second.x - first.x) * (second.x - first.x) + (second.y - first.y) * (second.y - first.y))
      .squareRoot() / (second.place - first.place)
  }

  /// The least distance of two bins on one side of the belt.
  private var pitchInMillimetres: Double {
    var least = Double.infinity
    for side in [HardwareProfile.Side.left, .right] {
      let places = profile.bins.filter { $0.side == side && !$0.isEnd }.map {
        Double($0.position.tenths) / 10
      }.sorted()
      for (a, b) in zip(places, places.dropFirst()) where b > a { least = min(least, b - a) }
    }
    return least.isFinite ? least : length / 4
  }

  // MARK: a line, folded into rows where it is too long for the page

  private mutating func layLine() {
    let inner = style.width - 2 * style.margin
    let wanted = (length * style.leastPitch / (max(1, pitchInMillimetres) * inner)).rounded(.up)
    let rows = Int(min(max(wanted, 1), 16))
    let cuts = rowCuts(rows)
    let half = style.halfBelt + style.gap + style.depth + style.label
    for row in 0..<rows {
      let y = half + Double(row) * (2 * half + 2)
      let isForward = row % 2 == 0
      let (left, right) = (style.margin, style.width - style.margin)
      let start = row == 0 ? 0 : cuts[row - 1].upperBound
      let end = row == rows - 1 ? length : cuts[row].lowerBound
      belt.append(Waypoint(place: start, x: isForward ? left : right, y: y))
      belt.append(Waypoint(place: end, x: isForward ? right : left, y: y))
      if row < rows - 1 {
        bend(cuts[row], x: isForward ? right : left, y: y, down: 2 * half + 2, out: isForward)
      }
    }
    height = 2 * half + Double(rows - 1) * (2 * half + 2)
    if profile.recirculation != nil { layWayBack() }
  }

  /// Where rows end and begin: between two bins, as near as can be to equal parts.
  private func rowCuts(_ rows: Int) -> [ClosedRange<Double>] {
    let places = Set(profile.bins.map { Double($0.position.tenths) / 10 }).sorted()
    return (1..<max(1, rows)).map { row in
      let ideal = length * Double(row) / Double(rows)
      let below = places.last { $0 <= ideal } ?? 0
      let above = places.first { $0 > ideal } ?? length
      let part = (above - below) / 4
      return (below + part)...(above - part)
    }
  }

  /// A turn from one row down to the next, bulging out of the row's end.
  private mutating func bend(
    _ cut: ClosedRange<Double>, x: Double, y: Double, down: Double, out isRight: Bool
  ) {
    let bulge = (style.margin - 12) * (isRight ? 1 : -1)
    for step in 1..<16 {
      let part = Double(step) / 16
      let angle = part * Double.pi
      belt.append(
        Waypoint(
          place: cut.lowerBound + (cut.upperBound - cut.lowerBound) * part,
          x: x + bulge * (4 * part * (1 - part)).squareRoot() * 0.8, y: y + down * (1 - cos(angle)) / 2))
    }
  }

  /// The way back from the end of the line: below it, and up along the left edge.
  private mutating func layWayBack() {
    guard let first = belt.first, let last = belt.last else { return }
    height += 20
    let lane = height - 8
    let away = last.x > style.width / 2 ? style.width - 10 : 10
    let corners = [
      (last.x, last.y), (away, last.y), (away, lane), (10, lane), (10, first.y), (first.x, first.y),
    ]
    var ways = [0.0]
    for (a, b) in zip(corners, corners.dropFirst()) {
      ways.append((ways.last ?? 0) + abs(a.0 - b.0) + abs(a.1 - b.1))
    }
    let whole = max(1, ways.last ?? 1)
    wayBack = zip(corners, ways).map { corner, way in
      Waypoint(place: length + (lap - length) * way / whole, x: corner.0, y: corner.1)
    }
  }

  // MARK: a loop, as a track of two straights and two half circles

  private mutating func layLoop() {
    let reach = style.halfBelt + style.gap + style.depth + style.label + 10
    let radius = style.width / 5 < 96 ? 74.0 : 110
    self.radius = radius
    let straight = max(20, style.width - 2 * reach - 2 * radius)
    let whole = 2 * straight + 2 * Double.pi * radius
    let (left, right) = (reach + radius, reach + radius + straight)
    let (top, middle) = (reach, reach + radius)
    func add(_ way: Double, _ x: Double, _ y: Double) {
      belt.append(Waypoint(place: lap * way / whole, x: x, y: y))
    }
    add(0, left, top)
    add(straight, right, top)
    for step in 1...24 {
      let angle = Double.pi * Double(step) / 24
      add(straight + radius * angle, right + radius * sin(angle), middle - radius * cos(angle))
    }
    let half = straight + Double.pi * radius
    add(half + straight, left, middle + radius)
    for step in 1...24 {
      let angle = Double.pi * Double(step) / 24
      add(half + straight + radius * angle, left - radius * sin(angle), middle + radius * cos(angle))
    }
    height = 2 * (reach + radius)
  }

  // MARK: places

  /// The point of the page at a place of the belt, and the direction of travel there.
  func point(_ place: Double) -> (x: Double, y: Double, alongX: Double, alongY: Double) {
    let next = belt.firstIndex { $0.place > place } ?? belt.count - 1
    let (a, b) = (belt[max(0, next - 1)], belt[next])
    let part = b.place > a.place ? min(max((place - a.place) / (b.place - a.place), 0), 1) : 0
    let length = max(1e-9, ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot())
    return (a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part, (b.x - a.x) / length, (b.y - a.y) / length)
  }

  private func mouth(of bin: HardwareProfile.Bin) -> Mouth {
    let at = point(Double(bin.position.tenths) / 10)
    if bin.isEnd || bin.side == .end { return Mouth(x: at.x, y: at.y, outX: at.alongX, outY: at.alongY) }
    let sign = bin.side == .left ? 1.0 : -1.0
    // A loop's straights are level: where it is not, it curves to the right.
    let isCurved = radius > 0 && abs(at.alongY) > 0.01
    return Mouth(
      x: at.x, y: at.y, outX: at.alongY * sign, outY: -at.alongX * sign, spread: isCurved ? sign / radius : 0)
  }
}
