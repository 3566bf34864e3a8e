import Synchronization

/// A lock-free ring of trivially copyable elements for exactly one producer and one consumer.
///
/// The ring owns one aligned block: the two published indices and the back-pressure count, each
/// alone on a pair of cache lines (128 bytes: x86 prefetches lines in pairs), then the slots. All work
/// is done through the two handles, which are not copyable: that is how "one producer, one consumer"
/// is held by the compiler. Each handle keeps its own index and its last sight of the other's, so that
/// the cache line of the other side is touched only when the ring looks full or empty.
///
/// What crosses from core to core is the ring's pace. In a stream that is the lines of the elements alone. An
/// element that comes alone needs its own line and the tail's: both sides ask for both at once, so that it takes as
/// long as one.
///
/// Indices count up and never wrap in practice (2^63 elements); a slot is `index & mask`. A full ring
/// refuses and counts the refusal: nothing is ever overwritten.
public final class RingBuffer<Element: BitwiseCopyable & Sendable>: Sendable {
  @usableFromInline let block: RingBlock<Element>
  private let producerTaken = Atomic<Bool>(false)
  private let consumerTaken = Atomic<Bool>(false)

  /// How many elements the ring holds when full.
  public var capacity: Int { block.capacity }

  /// An empty ring of this capacity, which must be a power of two from 1 to 2^30; allocates it all.
  public init(capacity: Int) {
    precondition(
      capacity > 0 && capacity <= 1 << 30 && capacity & (capacity - 1) == 0,
      "a ring's capacity is a power of two from 1 to 2^30")
    block = RingBlock(capacity: capacity)
  }

  deinit { block.free() }

  /// The memory that a ring of this capacity takes, in bytes; a ring too large to be counted takes `Int.max`.
  public static func bytes(capacity: Int) -> Int {
    let (bytes, overflow) = capacity.multipliedReportingOverflow(by: RingBlock<Element>.slotBytes)
    return overflow ? .max : bytes
  }

  /// The writing end; a second call traps, because a ring has one producer.
  public func makeProducer() -> RingProducer<Element> {
    precondition(
      !producerTaken.exchange(true, ordering: .acquiringAndReleasing), "a ring has one producer")
    return RingProducer(self)
  }

  /// The reading end; a second call traps, because a ring has one consumer.
  public func makeConsumer() -> RingConsumer<Element> {
    precondition(
      !consumerTaken.exchange(true, ordering: .acquiringAndReleasing), "a ring has one consumer")
    return RingConsumer(self)
  }

  /// How often the producer found the ring full: counted back-pressure, readable from any thread.
  public var fullCount: Int { block.refusals }

  /// How many published elements wait to be taken; a snapshot, readable from any thread.
  public var depth: Int {
    // The head first: it can only be overtaken by a tail read later.
    let head = block.head()
    return min(capacity, block.tail() - head)
  }
}
