import FlatStorage

/// A timing wheel over belt pulses: intrusive nodes, a bitmap to find the next one, no allocation.
///
/// Each node is in the wheel at most once. Nodes due at one pulse come out in the order in which they
/// went in. Insertion and removal are constant time where a slot stands for one pulse; where a long
/// or finely divided belt makes a slot stand for several, a slot's nodes are kept in order.
struct PulseWheel: ~Copyable {
  private var heads: Slab<Int32>
  private var tails: Slab<Int32>
  private var nodes: Slab<Node>
  /// A bit for each slot that holds a node, and a bit for each word of those that is not zero.
  private var occupied: Slab<UInt64>
  private var summary: Slab<UInt64>
  private let shift: Int64
  private let mask: Int64
  /// The pulse before which nothing is left.
  private var now: Int64 = 0
  /// The earliest pulse at which a node is due, `Int64.max` when empty.
  private(set) var nextDue: Int64 = .max
  private var count = 0

  private static let slotLimit: Int64 = 1 << 16

  struct Node: BitwiseCopyable {
    var due: Int64 = .max
    var next: Int32 = -1
    var previous: Int32 = -1
  }

  /// A wheel for `nodeCount` nodes, each due at most `horizon` pulses ahead.
  init(nodeCount: Int, horizon: Int64) {
    precondition(horizon > 0 && horizon < 1 << 40, "a wheel looks ahead 1 to 2^40 pulses")
    var shift: Int64 = 0
    while (horizon >> shift) + 2 > Self.slotLimit { shift += 1 }
    var slots: Int64 = 4096
    while slots < (horizon >> shift) + 2 { slots *= 2 }
    self.shift = shift
    mask = slots - 1
    heads = Slab(count: Int(slots), repeating: -1)
    tails = Slab(count: Int(slots), repeating: -1)
    occupied = Slab(count: Int(slots / 64), repeating: 0)
    summary = Slab(count: Int((slots / 64 + 63) / 64), repeating: 0)
    nodes = Slab(count: nodeCount, repeating: Node())
  }

  /// Whether a node is in the wheel.
  @inline(__always)
  func contains(_ node: Int) -> Bool { nodes[node].due != .max }

  /// Puts a node in, due at `due`; one that is overdue comes next.
  @inline(__always)
  mutating func insert(_ node: Int, due: Int64) {
    precondition(nodes[node].due == .max, "a node went into the wheel twice")
    let due = max(due, now)
    precondition((due >> shift) - (now >> shift) <= mask, "a node is due beyond the wheel's horizon")
    let slot = Int((due >> shift) & mask)
    nodes[node].due = due
    var before = tails[slot]
    if shift > 0 {
      while before >= 0 && nodes[Int(before)].due > due { before = nodes[Int(before)].previous }
    }
    link(node, after: before, in: slot)
    if due < nextDue { nextDue = due }
    count += 1
  }

  @inline(__always)
  private mutating func link(_ node: Int, after before: Int32, in slot: Int) {
    let number = Int32(truncatingIfNeeded: node)
    let after = before >= 0 ? nodes[Int(before)].next : heads[slot]
    nodes[node].previous = before
    nodes[node].next = after
    if before >= 0 {
      nodes[Int(before)].next = number
    } else {
      heads[slot] = number
      occupied[slot >> 6] |= 1 << UInt64(slot & 63)
      summary[slot >> 12] |= 1 << UInt64((slot >> 6) & 63)
    }
    if after >= 0 { nodes[Int(after)].previous = number } else { tails[slot] = number }
  }

  /// Takes a node out, wherever it is; does nothing if it is not in.
  mutating func remove(_ node: Int) {
    guard contains(node) else { return }
    let due = nodes[node].due
    unlink(node)
    if due == nextDue { findNext() }
  }

  /// Takes out the node that is due next; the wheel must not be empty.
  @inline(__always)
  mutating func popNext() -> Int {
    now = nextDue
    let slot = Int((nextDue >> shift) & mask)
    let node = Int(heads[slot])
    unlink(node)
    let next = heads[slot]
    if next >= 0 && nodes[Int(next)].due == now { return node }
    findNext()
    return node
  }

  @inline(__always)
  private mutating func unlink(_ node: Int) {
    let slot = Int((nodes[node].due >> shift) & mask)
    let previous = nodes[node].previous
    let next = nodes[node].next
    if previous >= 0 { nodes[Int(previous)].next = next } else { heads[slot] = next }
    if next >= 0 { nodes[Int(next)].previous = previous } else { tails[slot] = previous }
    if heads[slot] < 0 {
      let word = occupied[slot >> 6] & ~(1 << UInt64(slot & 63))
      occupied[slot >> 6] = word
      if word == 0 { summary[slot >> 12] &= ~(1 << UInt64((slot >> 6) & 63)) }
    }
    nodes[node].due = .max
    count -= 1
  }

  /// Finds the earliest node from the present slot on, once round.
  @inline(__always)
  private mutating func findNext() {
    guard count > 0 else {
      nextDue = .max
      return
    }
    let start = Int((now >> shift) & mask)
    let here = occupied[start >> 6] >> UInt64(start & 63)
    if here != 0 {
      nextDue = nodes[Int(heads[start + here.trailingZeroBitCount])].due
      return
    }
    nextDue = nodes[Int(heads[firstSlot(afterWord: start >> 6)])].due
  }

  /// The first occupied slot in a word after `word`, going round; one must exist.
  private func firstSlot(afterWord word: Int) -> Int {
    var from = word + 1
    var group = from >> 6
    if group < summary.count {
      let bits = summary[group] >> UInt64(from & 63)
      if bits != 0 { return firstSlot(inWord: from + bits.trailingZeroBitCount) }
      group += 1
    }
    for _ in 0...summary.count {
      if group >= summary.count { group = 0 }
      if summary[group] != 0 { return firstSlot(inWord: group * 64 + summary[group].trailingZeroBitCount) }
      group += 1
    }
    from = 0
    preconditionFailure("a wheel that counts nodes holds none")
  }

  private func firstSlot(inWord word: Int) -> Int { word * 64 + occupied[word].trailingZeroBitCount }
}
