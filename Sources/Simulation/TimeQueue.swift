import FlatStorage

/// Events that time brings about, not the belt: a binary heap of flat records, first in first out at one time.
struct TimeQueue: ~Copyable {
  /// What is to happen.
  struct Event: BitwiseCopyable {
    var time: Int64 = .max
    var order: UInt64 = 0
    var kind: Kind = .arrival
    var argument: Int32 = 0
  }

  /// What time can bring about.
  enum Kind: UInt8, BitwiseCopyable {
    /// The next piece is at the feeder.
    case arrival
    /// A sweeper has emptied a bin.
    case swept
    /// A jam is cleared.
    case jamCleared
    /// The belt is up to speed after a stop.
    case beltStarted
    /// A fault of the scenario begins.
    case faultStarted
    /// A fault of the scenario ends.
    case faultEnded
    /// The time for feeding is over: what is on the machine is still sorted.
    case feedingEnded
    /// The belt has run on since the last piece left it: what was not seen leaving is overdue.
    case ranOn
  }

  private var heap: Slab<Event>
  private(set) var count = 0
  private var order: UInt64 = 0

  /// A queue for at most `capacity` events at once.
  init(capacity: Int) { heap = Slab(count: capacity, repeating: Event()) }

  /// When the next event is due, `Int64.max` when empty.
  private(set) var nextTime: Int64 = .max

  /// Adds an event.
  mutating func push(_ kind: Kind, at time: Int64, argument: Int = 0) {
    precondition(count < heap.count, "more timed events than there are things to happen")
    order += 1
    let event = Event(time: time, order: order, kind: kind, argument: Int32(argument))
    var hole = count
    count += 1
    while hole > 0 {
      let parent = (hole - 1) / 2
      if !Self.precedes(event, heap[parent]) { break }
      heap[hole] = heap[parent]
      hole = parent
    }
    heap[hole] = event
    nextTime = heap[0].time
  }

  /// Takes out the next event; the queue must not be empty.
  mutating func pop() -> Event {
    let first = heap[0]
    count -= 1
    let last = heap[count]
    var hole = 0
    while true {
      var child = hole * 2 + 1
      if child >= count { break }
      if child + 1 < count && Self.precedes(heap[child + 1], heap[child]) { child += 1 }
      if !Self.precedes(heap[child], last) { break }
      heap[hole] = heap[child]
      hole = child
    }
    heap[hole] = last
    nextTime = count == 0 ? .max : heap[0].time
    return first
  }

  private static func precedes(_ a: Event, _ b: Event) -> Bool {
    a.time < b.time || (a.time == b.time && a.order < b.order)
  }
}
