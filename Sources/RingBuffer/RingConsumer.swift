/// The reading end of a ring; belongs to one thread at a time.
@frozen
public struct RingConsumer<Element: BitwiseCopyable & Sendable>: ~Copyable, Sendable {
  @usableFromInline let block: RingBlock<Element>
  // Which element is taken next.
  @usableFromInline var index = 0
  // The producer's published index as last seen; the truth is this or later.
  @usableFromInline var seenTail = 0
  @usableFromInline var resting = RingRest()
  // Keeps the block alive; never touched after init.
  @usableFromInline let ring: RingBuffer<Element>

  init(_ ring: RingBuffer<Element>) {
    self.ring = ring
    block = ring.block
  }

  /// How many elements the ring holds when full.
  @inlinable public var capacity: Int { block.capacity }

  /// Whether the producer said that nothing more will come; what it published before may still wait.
  ///
  /// To drain to the end: read this first, then drain, and stop when it was true and nothing came.
  @inlinable public var isClosed: Bool { block.isClosed }

  /// How many published elements wait, by a fresh look at the producer's index.
  @inlinable
  public mutating func waiting() -> Int {
    seenTail = block.tail()
    return seenTail &- index
  }

  /// Takes the oldest element; nil when the ring is empty.
  @inlinable @inline(__always)
  public mutating func tryPop() -> Element? {
    if index == seenTail {
      if !refreshElements() { return nil }
    }
    block.willRead(after: index, before: seenTail)
    let element = block.read(at: index)
    index &+= 1
    block.publish(head: index)
    return element
  }

  /// Hands up to `limit` waiting elements to `body` in order, frees them together, and says how many.
  ///
  /// The slots are given back to the producer once, after the last call of `body`.
  @inlinable @inline(__always)
  public mutating func drain(upTo limit: Int = .max, _ body: (borrowing Element) -> Void) -> Int {
    guard limit > 0, refreshElements() else { return 0 }
    let first = index
    let end = limit < seenTail &- first ? first &+ limit : seenTail
    while index < end {
      block.willRead(after: index, before: end)
      body(block.read(at: index))
      index &+= 1
    }
    block.publish(head: index)
    return end &- first
  }

  /// Appends up to `limit` waiting elements to `batch` in order and says how many.
  @inlinable
  public mutating func pop(upTo limit: Int, into batch: inout [Element]) -> Int {
    drain(upTo: limit) { batch.append($0) }
  }

  /// Waits for elements a little, before the next try: some nanoseconds, some microseconds while they stream.
  ///
  /// For callers that would try again at once; it does not look at the ring.
  @inlinable @inline(__always)
  public mutating func rest() { resting.rest(at: index) }

  /// Looks at the producer's index anew; false when the ring is empty indeed.
  ///
  /// Inlined, because a call would want the handle in memory: every element would store the handle's index.
  @inlinable @inline(__always)
  mutating func refreshElements() -> Bool {
    block.willLook(for: index)
    seenTail = block.tail()
    assertInvariants()
    block.willRead(near: index, before: seenTail)
    return index != seenTail
  }

  /// Whether the handle's indices are in order: 0 <= index <= seen tail <= index + capacity.
  public var invariantsHold: Bool {
    0 <= index && index <= seenTail && seenTail &- index <= capacity && seenTail <= block.tail()
      && block.head() == index
  }

  /// Walks the invariants in debug builds; release builds compile it away.
  @inlinable @inline(__always)
  func assertInvariants() {
    assert(invariantsHold, "the consumer's indices of a ring are out of order")
  }
}
