import Synchronization

/// The memory of a stepped ring: what `RingBlock` is to the product's.
@safe
struct SteppedBlock: @unchecked Sendable {
  let tail: UnsafeMutablePointer<Atomic<Int>>
  let head: UnsafeMutablePointer<Atomic<Int>>
  let closed: UnsafeMutablePointer<Atomic<Bool>>
  let slots: UnsafeMutablePointer<Record>
  let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    unsafe tail = .allocate(capacity: 1)
    unsafe head = .allocate(capacity: 1)
    unsafe closed = .allocate(capacity: 1)
    unsafe tail.initialize(to: Atomic(0))
    unsafe head.initialize(to: Atomic(0))
    unsafe closed.initialize(to: Atomic(false))
    // One slot to spare: some flaws reach beyond the end, and must show as wrong values, not as a crash.
    unsafe slots = .allocate(capacity: capacity + 1)
    unsafe slots.initialize(repeating: Record(-1), count: capacity + 1)
  }

  func free() {
    unsafe tail.deallocate()
    unsafe head.deallocate()
    unsafe closed.deallocate()
    unsafe slots.deallocate()
  }

  func storeTail(_ value: Int) { unsafe tail.pointee.store(value, ordering: .releasing) }
  func storeHead(_ value: Int) { unsafe head.pointee.store(value, ordering: .releasing) }
  func loadTail() -> Int { unsafe tail.pointee.load(ordering: .acquiring) }
  func loadHead() -> Int { unsafe head.pointee.load(ordering: .acquiring) }

  func write(_ record: Record, at slot: Int) { unsafe slots[slot] = record }
  func read(at slot: Int) -> Record { unsafe slots[slot] }

  func close() { unsafe closed.pointee.store(true, ordering: .releasing) }
  var isClosed: Bool { unsafe closed.pointee.load(ordering: .acquiring) }
}

/// The steps of the ring's protocol, each as the product takes it; a flaw takes one of them wrongly.
protocol RingSteps {
  /// The producer shows everything before `tail`.
  static func show(_ block: SteppedBlock, tail: Int)
  /// The consumer gives back everything before `head`.
  static func giveBack(_ block: SteppedBlock, head: Int)
  /// The consumer looks at the tail anew; `seen` is what it saw before.
  static func lookAtTail(_ block: SteppedBlock, seen: Int) -> Int
  /// The producer looks at the head anew; `seen` is what it saw before.
  static func lookAtHead(_ block: SteppedBlock, seen: Int) -> Int
  /// Whether so many elements fill the ring.
  static func isFull(_ waiting: Int, capacity: Int) -> Bool
  /// The slot of the element with this index.
  static func slot(_ index: Int, capacity: Int) -> Int
  /// Writes an element and shows it at once.
  static func push(_ block: SteppedBlock, _ record: Record, at index: Int)
  /// Reads an element and gives its slot back.
  static func pop(_ block: SteppedBlock, at index: Int) -> Record
  /// Reads a batch of elements and gives their slots back.
  static func drain(_ block: SteppedBlock, _ indices: Range<Int>, _ body: (borrowing Record) -> Void)
  /// Shows what is staged and says that nothing more will come.
  static func close(_ block: SteppedBlock, tail: Int)
}

extension RingSteps {
  static func show(_ block: SteppedBlock, tail: Int) { block.storeTail(tail) }
  static func giveBack(_ block: SteppedBlock, head: Int) { block.storeHead(head) }
  static func lookAtTail(_ block: SteppedBlock, seen: Int) -> Int { block.loadTail() }
  static func lookAtHead(_ block: SteppedBlock, seen: Int) -> Int { block.loadHead() }
  static func isFull(_ waiting: Int, capacity: Int) -> Bool { waiting >= capacity }
  static func slot(_ index: Int, capacity: Int) -> Int { index & (capacity - 1) }

  static func push(_ block: SteppedBlock, _ record: Record, at index: Int) {
    block.write(record, at: slot(index, capacity: block.capacity))
    show(block, tail: index + 1)
  }

  static func pop(_ block: SteppedBlock, at index: Int) -> Record {
    let record = block.read(at: slot(index, capacity: block.capacity))
    giveBack(block, head: index + 1)
    return record
  }

  static func drain(_ block: SteppedBlock, _ indices: Range<Int>, _ body: (borrowing Record) -> Void) {
    for index in indices { body(block.read(at: slot(index, capacity: block.capacity))) }
    giveBack(block, head: indices.upperBound)
  }

  static func close(_ block: SteppedBlock, tail: Int) {
    show(block, tail: tail)
    block.close()
  }
}

/// A ring with the product's protocol, put together from steps of which one may be flawed.
final class SteppedRing<Steps: RingSteps>: RingUnderTest, @unchecked Sendable {
  private let block: SteppedBlock
  // The producer's.
  private var tail = 0
  private var seenHead = 0
  // The consumer's.
  private var head = 0
  private var seenTail = 0

  init(capacity: Int) { block = SteppedBlock(capacity: capacity) }
  deinit { block.free() }

  func hasRoom() -> Bool {
    if !Steps.isFull(tail - seenHead, capacity: block.capacity) { return true }
    seenHead = Steps.lookAtHead(block, seen: seenHead)
    return !Steps.isFull(tail - seenHead, capacity: block.capacity)
  }

  func push(_ record: Record) -> Bool {
    guard hasRoom() else { return false }
    Steps.push(block, record, at: tail)
    tail += 1
    return true
  }

  func stage(_ record: Record) -> Bool {
    guard hasRoom() else { return false }
    block.write(record, at: Steps.slot(tail, capacity: block.capacity))
    tail += 1
    return true
  }

  func publish() { Steps.show(block, tail: tail) }

  func close() { Steps.close(block, tail: tail) }
  var producerIsOrderly: Bool { tail - seenHead <= block.capacity }

  var isClosed: Bool { block.isClosed }

  func pop() -> Record? {
    if head == seenTail {
      seenTail = Steps.lookAtTail(block, seen: seenTail)
      if head == seenTail { return nil }
    }
    let record = Steps.pop(block, at: head)
    head += 1
    return record
  }

  func drain(upTo limit: Int, _ body: (borrowing Record) -> Void) -> Int {
    seenTail = Steps.lookAtTail(block, seen: seenTail)
    let end = min(head + limit, max(head, seenTail))
    if end == head { return 0 }
    let first = head
    Steps.drain(block, first..<end, body)
    head = end
    return end - first
  }

  var consumerIsOrderly: Bool { head <= seenTail }
}
