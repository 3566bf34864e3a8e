import FlatStorage

/// A timing wheel over belt pulses: intrusive nodes, a bitmap to find the next one, no allocation.
///
/// Each node is in the wheel at most once. Nodes due at one pulse come out in the order in which they
/// set out, and then in that in which they went in. A slot stands for one pulse, or for several on a long or finely divided belt; its nodes are
/// kept in order. They are few, mostly one: so each knows only the one behind it, and a slot its first.
///
/// Node numbers are checked where they come in; slots are masked and links are the wheel's own, so the
/// accesses in between are unchecked: this is a third of the simulator's work.
struct PulseWheel: ~Copyable {
  /// The first node of each slot, -1 where there is none.
  private var slots: Slab<Int32>
  private var nodes: Slab<Node>
  /// A bit for each slot that holds a node, and a bit for each word of those that is not zero.
  private var occupied: Slab<UInt64>
  private var summary: UInt64 = 0
  private let shift: Int64
  /// The pulse before which nothing is left.
  private var now: Int64 = 0
  /// The earliest pulse at which a node is due, `Int64.max` when empty.
  private(set) var nextDue: Int64 = .max

  /// Few slots, of several pulses each on a long belt: they stay in the fastest cache, which gains more than
  /// keeping their few nodes in order costs. 16 words of 64 bits, and one word over those.
  private static let slotCount = 1024
  private static let mask = Int64(slotCount - 1)

  /// A node's place in its slot; `due` is `Int64.max` outside the wheel.
  struct Node: BitwiseCopyable {
    var due: Int64 = .max
    var next: Int32 = -1
    /// Where the belt was when it set out, by the low bits: the one that set out first comes first at a pulse.
    var setOut: UInt32 = 0

    /// Whether it comes out before one that goes in later.
    @inline(__always)
    func isAhead(of other: Node) -> Bool {
      due < other.due || (due == other.due && Int32(bitPattern: other.setOut &- setOut) >= 0)
    }
  }

  /// A wheel for `nodeCount` nodes, each due at most `horizon` pulses ahead.
  init(nodeCount: Int, horizon: Int64) {
    precondition(horizon > 0 && horizon < 1 &<< 40, "a wheel looks ahead 1 to 2^40 pulses")
    var shift: Int64 = 0
    while (horizon &>> shift) + 2 > Int64(Self.slotCount) { shift += 1 }
    self.shift = shift
    slots = Slab(count: Self.slotCount, repeating: -1)
    occupied = Slab(count: 16, repeating: 0)
    nodes = Slab(count: nodeCount, repeating: Node())
  }

  /// Whether a node is in the wheel.
  @inline(__always)
  func contains(_ node: Int) -> Bool { nodes[node].due != .max }

  @inline(__always)
  private func slot(of due: Int64) -> Int { Int(truncatingIfNeeded: (due &>> shift) & Self.mask) }

  /// Puts a node in that sets out at one pulse, which may be yet to come, and is due at `due`; overdue it comes next.
  @inline(__always)
  mutating func insert(_ node: Int, from start: Int64, due: Int64) {
    precondition(nodes[node].due == .max, "a node went into the wheel twice")
    let due = max(due, now)
    precondition((due &>> shift) &- (now &>> shift) <= Self.mask, "a node is due beyond the wheel's horizon")
    let slot = slot(of: due)
    let first = unsafe slots[unchecked: slot]
    var entry = Node(due: due, next: first, setOut: UInt32(truncatingIfNeeded: start))
    if first >= 0, unsafe nodes[unchecked: Int(first)].isAhead(of: entry) {
      unsafe insert(node, &entry, behind: Int(first))
    } else {
      unsafe nodes[unchecked: node] = entry
      unsafe slots[unchecked: slot] = Int32(truncatingIfNeeded: node)
      unsafe occupied[unchecked: slot &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: slot & 63)
      summary |= 1 &<< UInt64(truncatingIfNeeded: slot &>> 6)
    }
    nextDue = min(nextDue, due)
  }

  /// Puts a node in behind one of its slot, and behind all after that which are ahead of it.
  @unsafe
  @inline(never)
  private mutating func insert(_ node: Int, _ entry: inout Node, behind first: Int) {
    var before = first
    var after = unsafe nodes[unchecked: before].next
    while after >= 0, unsafe nodes[unchecked: Int(after)].isAhead(of: entry) {
      before = Int(after)
      after = unsafe nodes[unchecked: before].next
    }
    entry.next = after
    unsafe nodes[unchecked: node] = entry
    unsafe nodes[unchecked: before].next = Int32(truncatingIfNeeded: node)
  }

  /// Takes a node out, wherever it is; does nothing if it is not in.
  mutating func remove(_ node: Int) {
    guard contains(node) else { return }
    let due = nodes[node].due
    unsafe unlink(node, due)
    if due == nextDue { findNext() }
  }

  /// Says how far the belt has come without anything in the wheel being due: the horizon moves along.
  @inline(__always)
  mutating func moveOn(to position: Int64) { now = max(now, min(position, nextDue)) }

  /// The node that is due next; the wheel must not be empty.
  var nextNode: Int { Int(slots[slot(of: nextDue)]) }

  /// How far the node that is due next will have come since it set out; the wheel must not be empty.
  var nextAge: Int64 {
    let node = nodes[nextNode]
    return Int64(UInt32(truncatingIfNeeded: node.due) &- node.setOut)
  }

  /// Takes out the node that is due next; the wheel must not be empty.
  @inline(__always)
  mutating func popNext() -> Int {
    precondition(nextDue != .max, "an empty wheel has no next node")
    now = nextDue
    let slot = slot(of: now)
    let node = unsafe Int(slots[unchecked: slot])
    let next = unsafe nodes[unchecked: node].next
    unsafe nodes[unchecked: node].due = .max
    unsafe slots[unchecked: slot] = next
    if next >= 0 {
      nextDue = unsafe nodes[unchecked: Int(next)].due
    } else {
      unsafe clearBit(slot)
      findNext()
    }
    return node
  }

  @unsafe
  private mutating func unlink(_ node: Int, _ due: Int64) {
    let slot = slot(of: due)
    let next = unsafe nodes[unchecked: node].next
    unsafe nodes[unchecked: node].due = .max
    var before = unsafe Int(slots[unchecked: slot])
    guard before != node else {
      unsafe slots[unchecked: slot] = next
      if next < 0 { unsafe clearBit(slot) }
      return
    }
    while unsafe Int(nodes[unchecked: before].next) != node {
      before = unsafe Int(nodes[unchecked: before].next)
    }
    unsafe nodes[unchecked: before].next = next
  }

  @unsafe
  @inline(__always)
  private mutating func clearBit(_ slot: Int) {
    let word = unsafe occupied[unchecked: slot &>> 6] & ~(1 &<< UInt64(truncatingIfNeeded: slot & 63))
    unsafe occupied[unchecked: slot &>> 6] = word
    if word == 0 { summary &= ~(1 &<< UInt64(truncatingIfNeeded: slot &>> 6)) }
  }

  /// Finds the earliest node from the present slot on, once round.
  @inline(__always)
  private mutating func findNext() {
    let start = slot(of: now)
    let here = unsafe occupied[unchecked: start &>> 6] &>> UInt64(truncatingIfNeeded: start & 63)
    if here != 0 {
      let slot = start &+ here.trailingZeroBitCount
      nextDue = unsafe nodes[unchecked: Int(slots[unchecked: slot])].due
    } else {
      findNext(afterWord: start &>> 6)
    }
  }

  /// The same from the word after `word` on, going round; the present word's earlier slots come last.
  @inline(__always)
  private mutating func findNext(afterWord word: Int) {
    guard summary != 0 else {
      nextDue = .max
      return
    }
    // Turned so that the word after this one is bit 0; the first bit set is then the next in the round.
    let turn = UInt64(truncatingIfNeeded: word &+ 1) & 15
    let turned = summary &>> turn | summary &<< (16 &- turn)
    let found = (word &+ 1 &+ turned.trailingZeroBitCount) & 15
    let slot = unsafe found &* 64 &+ occupied[unchecked: found].trailingZeroBitCount
    nextDue = unsafe nodes[unchecked: Int(slots[unchecked: slot])].due
  }
}
