import Quantities

/// Makes pieces' edges of what a photo-eye shows: a chattering eye makes no phantom pieces.
///
/// An eye shows its level and, where the device has them, a count of leading edges and the encoder's count at
/// the last of them. Two leading edges nearer than the shortest piece are one piece, and so are edges that follow
/// each other nearer than a gap can be; a level that stays on for longer than any piece is a stuck eye. An edge whose
/// place the device does not latch is where the belt is when it is seen, which is only true of an eye that is looked at
/// often enough.
struct EyeFilter: Hashable {
  /// The shortest and the longest piece, in pulses.
  let shortest: Int64
  let longest: Int64
  /// How far a leading edge must be from the one before it, believed or not, in pulses.
  let quiet: Int64
  private var count: UInt16?
  private var wasOn = false
  private var onSince: Int64 = 0
  private var lastEdge: Int64?
  private var lastAny: Int64?
  /// Where the belt was at the sample before.
  private var lastSeen: Int64?
  private var suppressed: [Int64] = []
  /// Whether the eye is on for longer than any piece lasts.
  private(set) var isStuck = false
  /// Leading edges that were not believed, and that came so fast that their positions are gone.
  private(set) var chatter: UInt64 = 0
  private(set) var missed: UInt64 = 0

  init(shortest: Int64, longest: Int64, quiet: Int64) {
    self.quiet = quiet
    self.shortest = shortest
    self.longest = longest
  }

  /// What an eye shows at one poll.
  struct Sample: Hashable {
    var isOn: Bool
    var count: UInt16?
    /// Where the last leading edge was, extended.
    var edge: Int64?
    /// Where the belt is.
    var position: Int64
  }

  /// What follows from a sample.
  struct Finding: Hashable {
    /// Where a piece's head came.
    var head: Int64?
    /// Where a piece's tail left.
    var tail: Int64?
    /// Edges are gone whose positions nobody knows.
    var isIncomplete = false
  }

  /// Takes the first sample of a device that has just begun as it is: what lies before it is not known.
  mutating func begin(_ sample: Sample) {
    count = sample.count
    wasOn = sample.isOn
    onSince = sample.position
    lastEdge = nil
    lastAny = nil
    lastSeen = sample.position
    isStuck = false
  }

  /// Whether a sample counts fewer edges than the one before: the device has forgotten them.
  func isBehind(_ sample: Sample) -> Bool {
    guard let count, let now = sample.count else { return false }
    return Int16(bitPattern: now &- count) < 0
  }

  /// What a new sample tells.
  mutating func see(_ sample: Sample) -> Finding {
    var finding = Finding()
    var edges = sample.isOn && !wasOn ? 1 : 0
    if let now = sample.count {
      edges = count.map { Int(now &- $0) } ?? 0
      count = now
    }
    if edges > 0 {
      let place = min(sample.edge ?? sample.position, sample.position)
      let travelled = sample.position - (lastEdge ?? .min / 2)
      let most = shortest > 0 && lastEdge != nil ? Int(clamping: travelled / shortest) + 1 : 1
      if edges > 1 {
        if lastEdge != nil && edges <= most {
          missed += UInt64(edges - 1)
          finding.isIncomplete = true
        } else {
          note(chatter: edges - 1, at: sample.position)
        }
      }
      let isNear =
        (lastEdge.map { place - $0 < shortest } ?? false) || (lastAny.map { place - $0 < quiet } ?? false)
      lastAny = place
      if isNear {
        note(chatter: 1, at: sample.position)
      } else {
        lastEdge = place
        if isPlaceKnown(sample) {
          finding.head = place
        } else {
          missed += 1
          finding.isIncomplete = true
        }
      }
    }
    if wasOn && !sample.isOn || edges > 0 && !sample.isOn { finding.tail = sample.position }
    if sample.isOn && (!wasOn || edges > 0) { onSince = sample.position }
    isStuck = sample.isOn && sample.position - onSince > longest
    wasOn = sample.isOn
    lastSeen = sample.position
    return finding
  }

  /// Whether an edge is where it was latched, or so near to where it is seen that it is no other piece's.
  private func isPlaceKnown(_ sample: Sample) -> Bool {
    guard sample.edge == nil, let lastSeen else { return true }
    return sample.position - lastSeen <= (shortest + quiet) / 2
  }

  /// Whether it chattered three times within the length of ten pieces.
  func isChattering(at position: Int64) -> Bool {
    suppressed.count >= 3 && position - suppressed[suppressed.count - 3] < 10 * longest
  }

  private mutating func note(chatter edges: Int, at position: Int64) {
    chatter += UInt64(edges)
    for _ in 0..<min(edges, 3) { suppressed.append(position) }
    if suppressed.count > 8 { suppressed.removeFirst(suppressed.count - 8) }
  }
}
