import Synchronization

/// A fixed row of counters that one thread writes and any thread may read at any time.
///
/// Each counter is an atomic written with a plain load and store, so that counting costs no locked
/// instruction; a reader sees each counter whole, and the row as it was within some nanoseconds.
@safe
public final class CounterBlock: @unchecked Sendable {
  private let words: UnsafeMutablePointer<Atomic<Int>>
  /// How many counters there are.
  public let count: Int

  /// So many counters at zero.
  public init(count: Int) {
    precondition(count > 0, "a row of counters has at least one")
    self.count = count
    unsafe words = .allocate(capacity: count)
    for index in 0..<count { unsafe (words + index).initialize(to: Atomic(0)) }
  }

  deinit {
    unsafe words.deinitialize(count: count)
    unsafe words.deallocate()
  }

  /// The counter at `index`; only the writing thread sets it.
  public subscript(index: Int) -> Int {
    @inline(__always) get { unsafe words[checked(index)].load(ordering: .relaxed) }
    @inline(__always) set { unsafe words[checked(index)].store(newValue, ordering: .relaxed) }
  }

  /// Adds to the counter at `index`; for the writing thread alone.
  @inline(__always)
  public func add(_ amount: Int = 1, to index: Int) { self[index] = self[index] &+ amount }

  @inline(__always)
  private func checked(_ index: Int) -> Int {
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "there is no such counter")
    return index
  }
}
