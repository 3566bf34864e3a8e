import Glibc
import Synchronization

/// No flaw: shows that what the stress finds in the others is not made by the stepped ring itself.
enum Flawless: RingSteps {}

// Orderings. On x86 these compile to the same instructions as the right ones: only ThreadSanitizer sees them.

/// The tail is shown without a release: the consumer may see the new tail before the elements.
enum TailStoredRelaxed: RingSteps {
  static func show(_ block: SteppedBlock, tail: Int) {
    unsafe block.tail.pointee.store(tail, ordering: .relaxed)
  }
}

/// The tail is read without an acquire: the consumer may have read the elements before it.
enum TailLoadedRelaxed: RingSteps {
  static func lookAtTail(_ block: SteppedBlock, seen: Int) -> Int {
    unsafe block.tail.pointee.load(ordering: .relaxed)
  }
}

/// The first look at the tail acquires, later ones do not.
enum LaterTailsLoadedRelaxed: RingSteps {
  static func lookAtTail(_ block: SteppedBlock, seen: Int) -> Int {
    seen == 0 ? block.loadTail() : unsafe block.tail.pointee.load(ordering: .relaxed)
  }
}

/// The head is shown without a release: a slot may be reused before it has been read.
enum HeadStoredRelaxed: RingSteps {
  static func giveBack(_ block: SteppedBlock, head: Int) {
    unsafe block.head.pointee.store(head, ordering: .relaxed)
  }
}

/// The head is read without an acquire: the producer may have written into the slot before it was free.
enum HeadLoadedRelaxed: RingSteps {
  static func lookAtHead(_ block: SteppedBlock, seen: Int) -> Int {
    unsafe block.head.pointee.load(ordering: .relaxed)
  }
}

// Order of the steps.

/// An element is shown before it is written.
enum ShownBeforeWritten: RingSteps {
  static func push(_ block: SteppedBlock, _ record: Record, at index: Int) {
    show(block, tail: index + 1)
    block.write(record, at: slot(index, capacity: block.capacity))
  }
}

/// A slot is given back before it is read.
enum GivenBackBeforeRead: RingSteps {
  static func pop(_ block: SteppedBlock, at index: Int) -> Record {
    giveBack(block, head: index + 1)
    return block.read(at: slot(index, capacity: block.capacity))
  }
}

/// A batch's slots are given back before they are read.
enum BatchGivenBackBeforeRead: RingSteps {
  static func drain(_ block: SteppedBlock, _ indices: Range<Int>, _ body: (borrowing Record) -> Void) {
    giveBack(block, head: indices.upperBound)
    for index in indices { body(block.read(at: slot(index, capacity: block.capacity))) }
  }
}

// Arithmetic.

/// The ring takes one element more than it has slots.
enum CapacityOneTooMany: RingSteps {
  static func isFull(_ waiting: Int, capacity: Int) -> Bool { waiting > capacity }
}

/// The slot is found with the capacity as the mask, in place of the capacity less one.
enum MaskOneTooMany: RingSteps {
  static func slot(_ index: Int, capacity: Int) -> Int { index & capacity }
}

/// The slot is not wrapped: all elements past the end go to the last one.
enum MaskLost: RingSteps {
  static func slot(_ index: Int, capacity: Int) -> Int { min(index, capacity) }
}

/// One element more is shown than was written.
enum ShownOneTooMany: RingSteps {
  static func show(_ block: SteppedBlock, tail: Int) { block.storeTail(tail + 1) }
}

/// One slot more is given back than was read.
enum GivenBackOneTooMany: RingSteps {
  static func giveBack(_ block: SteppedBlock, head: Int) { block.storeHead(head + 1) }
}

// Caches and batches.

/// The producer never looks at the head again.
enum HeadNeverRefreshed: RingSteps {
  static func lookAtHead(_ block: SteppedBlock, seen: Int) -> Int { seen }
}

/// The consumer never looks at the tail again once it has seen an element.
enum TailNeverRefreshed: RingSteps {
  static func lookAtTail(_ block: SteppedBlock, seen: Int) -> Int { seen == 0 ? block.loadTail() : seen }
}

/// A batch is shown as if it had one element.
enum BatchShownAsOne: RingSteps {
  static func show(_ block: SteppedBlock, tail: Int) {
    let shown = block.loadTail()
    if shown < tail { block.storeTail(shown + 1) }
  }
}

/// Closing does not show what is staged: the last batch is lost.
enum LastBatchForgotten: RingSteps {
  static func close(_ block: SteppedBlock, tail: Int) { block.close() }
}

/// Closing is said before the last batch is shown: a consumer may leave in between.
enum ClosedBeforeShown: RingSteps {
  static func close(_ block: SteppedBlock, tail: Int) {
    block.close()
    sched_yield()
    show(block, tail: tail)
  }
}
