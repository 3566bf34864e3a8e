/// The writing end of a ring; belongs to one thread at a time.
///
/// `stage` writes an element without showing it, `publish` shows all that is staged: publishing every 64
/// elements costs the consumer's attention, and the line it looks at, once. `tryPush` does both.
@frozen
public struct RingProducer<Element: BitwiseCopyable & Sendable>: ~Copyable, Sendable {
  @usableFromInline let block: RingBlock<Element>
  // Where the next element goes: what is staged, whether published or not.
  @usableFromInline var index = 0
  // Up to where elements have been shown.
  @usableFromInline var published = 0
  // The consumer's index as last seen; the truth is this or later.
  @usableFromInline var seenHead = 0
  @usableFromInline var resting = RingRest()
  // Keeps the block alive; never touched after init.
  @usableFromInline let ring: RingBuffer<Element>

  init(_ ring: RingBuffer<Element>) {
    self.ring = ring
    block = ring.block
  }

  /// How many elements the ring holds when full.
  @inlinable public var capacity: Int { block.capacity }

  /// How often `stage` or `tryPush` was refused because the ring was full.
  @inlinable public var fullCount: Int { block.refusals }

  /// Writes an element without showing it to the consumer yet; false, and counted, when the ring is full.
  @inlinable @inline(__always)
  public mutating func stage(_ element: Element) -> Bool { place(element, alone: false) }

  @inlinable @inline(__always)
  mutating func place(_ element: Element, alone: Bool) -> Bool {
    if index &- seenHead > block.mask {
      if !refreshRoom() { return false }
    }
    // Only now: in a full ring the consumer still reads this slot.
    if alone { block.willShow(at: index) }
    block.willWrite(after: index, before: seenHead &+ block.capacity)
    block.write(element, at: index)
    index &+= 1
    return true
  }

  /// Shows the consumer every staged element.
  @inlinable @inline(__always)
  public mutating func publish() {
    // A shell may publish each cycle: with nothing new, the line at which the consumer looks stays with it.
    if published != index { showStaged() }
  }

  @inlinable @inline(__always)
  mutating func showStaged() {
    block.publish(tail: index)
    published = index
  }

  /// Shows what is staged when the count of all elements ever staged is a multiple of `batch`, a power of two.
  @inlinable @inline(__always)
  public mutating func publish(every batch: Int) {
    if index & (batch &- 1) == 0 { publish() }
  }

  /// Whether there is room for one more; not counted as back-pressure when there is none.
  @inlinable
  public mutating func hasRoom() -> Bool {
    if index &- seenHead <= block.mask { return true }
    seenHead = block.head()
    return index &- seenHead <= block.mask
  }

  /// For how many more elements there is room, by a fresh look at the consumer's index.
  @inlinable
  public mutating func room() -> Int {
    seenHead = block.head()
    return capacity &- (index &- seenHead)
  }

  /// Writes an element and shows it at once; false, and counted, when the ring is full.
  @inlinable @inline(__always)
  public mutating func tryPush(_ element: Element) -> Bool {
    guard place(element, alone: true) else { return false }
    showStaged()
    return true
  }

  /// Writes as many elements of `batch` as there is room for, shows them together, and says how many.
  ///
  /// Counted as one refusal when not all found room.
  @inlinable
  public mutating func push(contentsOf batch: some Sequence<Element>) -> Int {
    var count = 0
    for element in batch {
      guard stage(element) else { break }
      count &+= 1
    }
    publish()
    return count
  }

  /// Publishes, and says that nothing more will come; nothing may be pushed afterwards.
  @inlinable
  public mutating func close() {
    publish()
    block.close()
  }

  /// Waits for room a little, before the next try: some nanoseconds, some microseconds while elements stream.
  ///
  /// For callers that would try again at once; it does not look at the ring.
  @inlinable @inline(__always)
  public mutating func rest() { resting.rest(at: index) }

  /// Looks at the consumer's index anew; false, and counted, when the ring is full indeed.
  ///
  /// Inlined, though it is rarely needed: a call would want the handle in memory, and every element would
  /// then store the handle's index as well.
  @inlinable @inline(__always)
  mutating func refreshRoom() -> Bool {
    seenHead = block.head()
    assertInvariants()
    if index &- seenHead > block.mask {
      block.countRefusal()
      return false
    }
    return true
  }

  /// Whether the handle's indices are in order: 0 <= seen head <= published <= index <= seen head + capacity.
  public var invariantsHold: Bool {
    0 <= seenHead && seenHead <= published && published <= index && index &- seenHead <= capacity
      && seenHead <= block.head()
  }

  /// Walks the invariants in debug builds; release builds compile it away.
  @inlinable @inline(__always)
  func assertInvariants() {
    assert(invariantsHold, "the producer's indices of a ring are out of order")
  }
}
