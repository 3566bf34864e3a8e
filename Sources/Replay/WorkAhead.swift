import EventRecords
import Synchronization
import Telemetry

/// Fills batches of records on a thread of its own, a few ahead of who takes them.
///
/// The batches are made once and go round; memory stays flat. Whoever takes them must call `end` in any case.
final class WorkAhead: Sendable {
  /// Records in order; with `isLast`, nothing follows.
  final class Batch: @unchecked Sendable {
    var records: [EventRecord] = []
    var isLast = false
  }

  private static let count = 4
  private let batches: [Batch]
  private let filled = Semaphore()
  private let free = Semaphore()
  private let shouldStop = Atomic<Bool>(false)
  private let place = Mutex(0)
  private let thread: Mutex<WorkerThread?>

  /// Work that `fill` does: it puts records into a batch and sets `isLast` when there will be no more.
  ///
  /// - Throws: `RecorderError.thread` where the system gives no thread.
  init(_ fill: @escaping @Sendable (Batch) -> Void) throws(RecorderError) {
    let batches = (0..<Self.count).map { _ in Batch() }
    let (filled, free) = (filled, free)
    self.batches = batches
    thread = Mutex(nil)
    for _ in 0..<Self.count { free.signal() }
    let started = try WorkerThread { [self] in
      var next = 0
      while true {
        free.wait()
        if shouldStop.load(ordering: .acquiring) { return }
        let batch = batches[next]
        batch.records.removeAll(keepingCapacity: true)
        fill(batch)
        let isLast = batch.isLast
        filled.signal()
        if isLast { return }
        next = (next + 1) % batches.count
      }
    }
    keep(started)
  }

  private func keep(_ started: consuming WorkerThread) {
    var started = Optional(started)
    thread.withLock { $0 = started.take() }
  }

  /// The next batch; it must be given back before the one after it is taken.
  func take() -> Batch {
    filled.wait()
    return batches[place.withLock { $0 }]
  }

  /// Gives the batch back that was taken.
  func giveBack() {
    place.withLock { $0 = ($0 + 1) % batches.count }
    free.signal()
  }

  /// Stops the work and waits until its thread is gone; what it worked on is the caller's again.
  func end() {
    shouldStop.store(true, ordering: .releasing)
    free.signal()
    var ended: WorkerThread?
    thread.withLock { ended = $0.take() }
    if let ended { ended.join() }
  }
}
