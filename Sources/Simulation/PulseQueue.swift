import FlatStorage

/// Pieces that all wait for the same distance: due in the order in which they came, so a plain queue holds them.
struct PulseQueue: ~Copyable {
  private var entries: RingSlab<Entry>
  private var first = 0
  private var end = 0
  /// The earliest pulse at which a node is due, `Int64.max` when empty.
  private(set) var nextDue: Int64 = .max

  /// A node and its pulse; `Int64.max` behind the last. Not private: the compiler needs its layout in other files.
  struct Entry: BitwiseCopyable {
    var due: Int64 = .max
    var node: Int32 = -1
    /// When it went in, among all that wait for anything.
    var order: UInt32 = 0
  }

  /// A queue for at most `capacity` nodes at once.
  init(capacity: Int) {
    var count = 2
    while count <= capacity { count *= 2 }
    entries = RingSlab(count: count, repeating: Entry())
  }

  /// Puts a node at the end, due no earlier than the one before it.
  @inline(__always)
  mutating func append(_ node: Int, due: Int64, order: UInt32) {
    let entry = unsafe entries.cell(end)
    entry.value = Entry(due: due, node: Int32(truncatingIfNeeded: node), order: order)
    end &+= 1
    precondition(end &- first < entries.count, "more nodes wait in a queue than there are")
    unsafe entries.cell(end).value.due = .max
    // The first entry is this one where the queue was empty.
    nextDue = unsafe entries.cell(first).value.due
  }

  /// Takes out the node that is due next; the queue must not be empty.
  @inline(__always)
  mutating func popFirst() -> Int {
    let node = unsafe Int(entries.cell(first).value.node)
    first &+= 1
    nextDue = unsafe entries.cell(first).value.due
    // From the beginning where it can: a queue that is mostly empty stays in one cache line.
    if first == end { restart() }
    return node
  }

  @inline(__always)
  private mutating func restart() {
    first = 0
    end = 0
  }

  /// When the first node went in.
  var firstOrder: UInt32 { entries[first].order }

  /// Takes a node out, wherever it is; does nothing if it is not in. Cost: the length of the queue.
  mutating func remove(_ node: Int) {
    guard let found = (first..<end).first(where: { Int(entries[$0].node) == node }) else { return }
    for place in found..<(end - 1) { entries[place] = entries[place + 1] }
    end -= 1
    entries[end] = Entry()
    nextDue = entries[first].due
  }
}
