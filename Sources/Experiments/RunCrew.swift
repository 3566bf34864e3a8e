import Glibc
import Synchronization
import Telemetry

/// Pieces of work with numbers, such as the runs of a study, on several threads; each gives a row of its own.
public final class RunCrew<Row: Sendable>: Sendable {
  /// The numbers of the runs, in the order in which they are begun.
  private let numbers: [Int]
  private let execute: @Sendable (Int, () -> Bool) throws -> Row?
  private let next = Atomic<Int>(0)
  private let running = Atomic<Int>(0)
  private let shouldStop = Atomic<Bool>(false)
  private let state = Guarded(State())

  private struct State {
    var rows: [Row] = []
    var failure: (number: Int, error: any Error)?
  }

  /// A crew for these runs; nothing runs yet.
  ///
  /// - Parameter execute: runs one, asking now and then whether to go on; nil where it did not come to its end.
  public init(_ numbers: [Int], execute: @escaping @Sendable (Int, () -> Bool) throws -> Row?) {
    self.numbers = numbers
    self.execute = execute
  }

  /// Runs them on so many threads, until all are done, one fails, or `watch` wants no more.
  ///
  /// - Parameter watch: is called on this thread some times a second, with the rows that have come since.
  /// - Throws: what `execute` threw, of several the one of the lowest number; `RecorderError.thread` when the
  ///   system gives no thread. Rows that were finished before have been handed to `watch`.
  public func run(jobs: Int, watch: ([Row]) throws -> Bool) throws {
    let jobs = min(jobs, numbers.count)
    running.store(jobs, ordering: .releasing)
    var workers: [Worker] = []
    defer {
      shouldStop.store(true, ordering: .relaxed)
      for worker in workers { worker.join() }
    }
    for index in 0..<jobs {
      do throws(RecorderError) {
        workers.append(Worker(try WorkerThread { [self] in work() }))
      } catch {
        shouldStop.store(true, ordering: .relaxed)
        running.subtract(jobs - index, ordering: .acquiringAndReleasing)
        throw error
      }
    }
    while running.load(ordering: .acquiring) > 0 {
      if try !watch(takeRows()) { shouldStop.store(true, ordering: .relaxed) }
      // Short beside a run, so that the end is not waited for.
      usleep(2000)
    }
    _ = try watch(takeRows())
    if let failure = state.withLock({ $0.failure }) { throw failure.error }
  }

  /// A thread's handle, joined once.
  private final class Worker {
    private var thread: WorkerThread?
    init(_ thread: consuming WorkerThread) { self.thread = consume thread }
    func join() { if let thread = thread.take() { thread.join() } }
  }

  private func takeRows() -> [Row] {
    state.withLock { state in
      defer { state.rows.removeAll(keepingCapacity: true) }
      return state.rows
    }
  }

  private func work() {
    defer { running.subtract(1, ordering: .acquiringAndReleasing) }
    while !shouldStop.load(ordering: .relaxed) {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < numbers.count else { return }
      do {
        guard let row = try execute(numbers[index], { !shouldStop.load(ordering: .relaxed) }) else { return }
        state.withLock { $0.rows.append(row) }
      } catch {
        state.withLock { state in
          if numbers[index] < state.failure?.number ?? .max { state.failure = (numbers[index], error) }
        }
        shouldStop.store(true, ordering: .relaxed)
      }
    }
  }
}
