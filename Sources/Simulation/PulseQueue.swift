import FlatStorage

/// Pieces that all wait for the same distance: due in the order in which they came, so a plain queue holds them.
struct PulseQueue: ~Copyable {
  private var entries: RingSlab<Entry>
  private var first = 0
  private var end = 0
  /// The earliest pulse at which a node is due, `Int64.max` when empty.
  private(set) var nextDue: Int64 = .max

  /// A node and its pulse. Not private: the compiler needs its layout in other files.
  struct Entry: BitwiseCopyable {
    var due: Int64 = .max
    var node: Int32 = -1
  }

  /// A queue for at most `capacity` nodes at once.
  init(capacity: Int) {
    var count = 1
    while count < capacity { count *= 2 }
    entries = RingSlab(count: count, repeating: Entry())
  }

  /// Puts a node at the end, due no earlier than the one before it.
  @inline(__always)
  mutating func append(_ node: Int, due: Int64) {
    precondition(end &- first < entries.count, "more nodes wait in a queue than there are")
    unsafe entries.cell(end).value = Entry(due: due, node: Int32(truncatingIfNeeded: node))
    end &+= 1
    // Less only where none waited.
    nextDue = min(nextDue, due)
  }

  /// Takes out the node that is due next; the queue must not be empty.
  ///
  /// A queue that has run empty begins anew, so that one that is mostly empty stays in one cache line. Both ends
  /// are computed and not branched for: no processor foresees when that is.
  @inline(__always)
  mutating func popFirst() -> Int {
    let node = unsafe Int(entries.cell(first).value.node)
    let next = first &+ 1
    let due = unsafe entries.cell(next).value.due
    let isEmpty = next == end
    first = isEmpty ? 0 : next
    end = isEmpty ? 0 : end
    nextDue = isEmpty ? .max : due
    return node
  }

  /// The first node; the queue must not be empty.
  var firstNode: Int { Int(entries[first].node) }

  /// Takes a node out, wherever it is; does nothing if it is not in. Cost: the length of the queue.
  mutating func remove(_ node: Int) {
    guard let found = (first..<end).first(where: { Int(entries[$0].node) == node }) else { return }
    for place in found..<(end - 1) { entries[place] = entries[place + 1] }
    end -= 1
    nextDue = first == end ? .max : entries[first].due
  }
}
