import CacheHints
import Synchronization

/// The one allocation of a ring, seen as its parts; the ring and both handles hold these addresses.
///
/// Plain `let` pointers in a frozen struct: a caller in another module compiles to the bare loads and
/// stores, with no exclusivity check and no reference count in the path.
@safe @frozen
@usableFromInline struct RingBlock<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  // Written by the producer: everything before `tail` is there to be read.
  @usableFromInline let tailWord: UnsafeMutablePointer<Atomic<Int>>
  // Written by the consumer: everything before `head` has been taken.
  @usableFromInline let headWord: UnsafeMutablePointer<Atomic<Int>>
  // Written by the producer: how often it was refused, and whether it has finished.
  @usableFromInline let fullWord: UnsafeMutablePointer<Atomic<Int>>
  @usableFromInline let closedWord: UnsafeMutablePointer<Atomic<Bool>>
  @usableFromInline let slots: UnsafeMutableRawPointer
  @usableFromInline let mask: Int

  @inlinable static var slotBytes: Int {
    RingSlot.bytes(size: MemoryLayout<Element>.size, alignment: MemoryLayout<Element>.alignment)
  }

  init(capacity: Int) {
    let padding = 2 * RingSlot.line
    let base = UnsafeMutableRawPointer.allocate(
      byteCount: 3 * padding + capacity * Self.slotBytes,
      alignment: max(padding, MemoryLayout<Element>.alignment))
    unsafe tailWord = base.bindMemory(to: Atomic<Int>.self, capacity: 1)
    unsafe headWord = (base + padding).bindMemory(to: Atomic<Int>.self, capacity: 1)
    unsafe fullWord = (base + 2 * padding).bindMemory(to: Atomic<Int>.self, capacity: 1)
    unsafe closedWord = (base + 2 * padding + RingSlot.line).bindMemory(to: Atomic<Bool>.self, capacity: 1)
    unsafe slots = base + 3 * padding
    unsafe tailWord.initialize(to: Atomic(0))
    unsafe headWord.initialize(to: Atomic(0))
    unsafe fullWord.initialize(to: Atomic(0))
    unsafe closedWord.initialize(to: Atomic(false))
    mask = capacity - 1
    for index in 0..<capacity { _ = unsafe slot(index).bindMemory(to: Element.self, capacity: 1) }
  }

  /// Gives the block back; nobody may hold a handle any more.
  func free() { unsafe UnsafeMutableRawPointer(tailWord).deallocate() }

  @inlinable var capacity: Int { mask &+ 1 }

  @inlinable @inline(__always)
  func slot(_ index: Int) -> UnsafeMutableRawPointer {
    unsafe slots + (index & mask) &* Self.slotBytes
  }

  @inlinable @inline(__always)
  func tail() -> Int { unsafe tailWord.pointee.load(ordering: .acquiring) }

  // Releasing: whoever sees the new tail sees the elements before it.
  @inlinable @inline(__always)
  func publish(tail: Int) { unsafe tailWord.pointee.store(tail, ordering: .releasing) }

  @inlinable @inline(__always)
  func head() -> Int { unsafe headWord.pointee.load(ordering: .acquiring) }

  // Releasing: whoever sees the new head may overwrite the slots before it.
  @inlinable @inline(__always)
  func publish(head: Int) { unsafe headWord.pointee.store(head, ordering: .releasing) }

  @inlinable
  func countRefusal() {
    // One writer: a plain load and store do, without a locked instruction.
    unsafe fullWord.pointee.store(fullWord.pointee.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
  }

  @inlinable var refusals: Int { unsafe fullWord.pointee.load(ordering: .relaxed) }

  @inlinable func close() { unsafe closedWord.pointee.store(true, ordering: .releasing) }

  @inlinable var isClosed: Bool { unsafe closedWord.pointee.load(ordering: .acquiring) }

  @inlinable @inline(__always)
  func write(_ element: Element, at index: Int) {
    unsafe slot(index).assumingMemoryBound(to: Element.self).pointee = element
  }

  @inlinable @inline(__always)
  func read(at index: Int) -> Element {
    unsafe slot(index).assumingMemoryBound(to: Element.self).pointee
  }

  // How many slots ahead a line is asked for. Measured between two cores with 64-byte elements: shorter
  // does not cover the way of a line from core to core, longer gains nothing.
  @inlinable static var writesAhead: Int { 32 }
  @inlinable static var readsAhead: Int { 16 }

  // Small elements share lines, which the processor's own prefetching keeps up with.
  @inlinable static var asksAhead: Bool { slotBytes >= RingSlot.line }

  // Asks for the line of a slot that will be written soon, if it is before `end`: up to there the slots are
  // the producer's. To ask for others would take their lines from the consumer, which still reads them.
  @inlinable @inline(__always)
  func willWrite(after index: Int, before end: Int) {
    guard Self.asksAhead, index &+ Self.writesAhead < end else { return }
    unsafe hint_writes_soon(slot(index &+ Self.writesAhead))
  }

  // Asks for both lines of an element that is shown alone, its own and the tail's: a consumer that waits holds
  // both, and they are to come back at once, not one after the other.
  @inlinable @inline(__always)
  func willShow(at index: Int) {
    unsafe hint_writes_soon(slot(index))
    unsafe hint_writes_soon(tailWord)
  }

  // Asks for the line of the element for which the tail is looked at: when it has come, both lines cross at once.
  @inlinable @inline(__always)
  func willLook(for index: Int) { unsafe hint_reads_soon(slot(index)) }

  // Asks for the line of a slot that will be read soon, if it is before `end`: what is not shown yet is in
  // the producer's hands.
  @inlinable @inline(__always)
  func willRead(after index: Int, before end: Int) {
    guard Self.asksAhead, index &+ Self.readsAhead < end else { return }
    unsafe hint_reads_soon(slot(index &+ Self.readsAhead))
  }

  // Asks for the lines of the slots after this one in what has newly been seen: `willRead` would come too late.
  @inlinable @inline(__always)
  func willRead(near index: Int, before end: Int) {
    guard Self.asksAhead else { return }
    var asked = index &+ 1
    let last = min(end, index &+ Self.readsAhead)
    while asked < last {
      unsafe hint_reads_soon(slot(asked))
      asked &+= 1
    }
  }
}
