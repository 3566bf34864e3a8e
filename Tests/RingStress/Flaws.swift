import Glibc
import Synchronization

/// No flaw: shows that what the stress finds in the others is not made by the stepped ring itself.
enum Flawless: RingSteps {}

// Orderings. On x86 these compile to the same instructions as the right ones: only ThreadSanitizer sees them.

/// Elements are shown without a release: the consumer may see the word before the elements.
enum WordStoredRelaxed: RingSteps {
  static func show(_ block: SteppedBlock, from first: Int, to end: Int) {
    unsafe block.words[slot(first, capacity: block.capacity)].store(end, ordering: .relaxed)
  }
}

/// The word is read without an acquire: the consumer may have read the elements before it.
enum WordLoadedRelaxed: RingSteps {
  static func lookAhead(_ block: SteppedBlock, seen: Int) -> Int {
    max(seen, unsafe block.words[slot(seen, capacity: block.capacity)].load(ordering: .relaxed))
  }
}

/// The first look at a word acquires, later ones do not.
enum LaterWordsLoadedRelaxed: RingSteps {
  static func lookAhead(_ block: SteppedBlock, seen: Int) -> Int {
    if seen == 0 { return block.loadWord(at: 0) }
    return max(seen, unsafe block.words[slot(seen, capacity: block.capacity)].load(ordering: .relaxed))
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
    show(block, from: index, to: index + 1)
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
  static func show(_ block: SteppedBlock, from first: Int, to end: Int) {
    block.storeWord(end + 1, at: slot(first, capacity: block.capacity))
  }
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

/// The consumer never looks at a word again once it has seen an element.
enum WordsNeverLookedAtAgain: RingSteps {
  static func lookAhead(_ block: SteppedBlock, seen: Int) -> Int { seen == 0 ? block.loadWord(at: 0) : seen }
}

/// The batch is told of in the slot of its last element, where the consumer does not look.
enum ToldOfByTheLast: RingSteps {
  static func show(_ block: SteppedBlock, from first: Int, to end: Int) {
    block.storeWord(end, at: slot(end - 1, capacity: block.capacity))
  }
}

/// A batch is told of as if it had one element.
enum BatchShownAsOne: RingSteps {
  static func show(_ block: SteppedBlock, from first: Int, to end: Int) {
    block.storeWord(first + 1, at: slot(first, capacity: block.capacity))
  }
}

/// Any word is taken for one of this round.
enum EarlierRoundBelieved: RingSteps {
  static func lookAhead(_ block: SteppedBlock, seen: Int) -> Int {
    let word = block.loadWord(at: slot(seen, capacity: block.capacity))
    return word == 0 || word == seen ? seen : max(word, seen + 1)
  }
}

/// Closing does not show what is staged: the last batch is lost.
enum LastBatchForgotten: RingSteps {
  static func close(_ block: SteppedBlock, from first: Int, to end: Int) { block.close() }
}

/// Closing is said before the last batch is shown: a consumer may leave in between.
enum ClosedBeforeShown: RingSteps {
  static func close(_ block: SteppedBlock, from first: Int, to end: Int) {
    block.close()
    sched_yield()
    show(block, from: first, to: end)
  }
}
