import ControlRuntime
import Quantities
import Synchronization
import Telemetry

/// Many seeds, each a whole run under faults of its own; several at once, and the same result for any number of jobs.
public final class SoakHunt: Sendable {
  /// The first seed.
  public let start: UInt64
  /// How many seeds follow each other.
  public let seeds: Int
  /// How many pieces each run has.
  public let pieces: Int
  private let flaw: SoakFlaw?
  private let underWay: CounterBlock
  private let nextSeed = Atomic<Int>(0)
  private let donePieces = Atomic<Int>(0)
  private let doneSeeds = Atomic<Int>(0)
  private let doneTime = Atomic<Int64>(0)
  private let running = Atomic<Int>(0)
  private let shouldStop = Atomic<Bool>(false)
  private let found = Mutex<[UInt64: SoakOutcome]>([:])

  /// The most threads of a hunt.
  public static let mostJobs = 256

  /// A hunt over seeds from `start` on; nothing runs yet.
  ///
  /// - Parameter underWay: where each thread notes its seed, counted from 1 for the first; 0 for none.
  public init(
    start: UInt64, seeds: Int, pieces: Int, flaw: SoakFlaw? = nil,
    underWay: CounterBlock = CounterBlock(count: SoakHunt.mostJobs)
  ) {
    self.underWay = underWay
    self.start = start
    self.seeds = seeds
    self.pieces = pieces
    self.flaw = flaw
  }

  /// How many seeds are done, how many pieces were fed in them, and how long they took in their own time.
  public var progress: (seeds: Int, pieces: Int, lasted: Nanoseconds) {
    (
      doneSeeds.load(ordering: .relaxed), donePieces.load(ordering: .relaxed),
      Nanoseconds(doneTime.load(ordering: .relaxed))
    )
  }

  /// Lets the runs under way come to their end, and begins no more.
  public func stop() { shouldStop.store(true, ordering: .relaxed) }

  /// Runs all seeds on so many threads; `watch` is called on this one some times a second.
  ///
  /// - Parameter jobs: 1 to `mostJobs`.
  /// - Throws: `RecorderError.thread` when the system gives no thread.
  public func run(jobs: Int, watch: () -> Void = {}) throws(RecorderError) -> SoakReport {
    running.store(jobs, ordering: .releasing)
    var workers: [Worker] = []
    defer { for worker in workers { worker.join() } }
    for index in 0..<jobs {
      do throws(RecorderError) {
        workers.append(Worker(try WorkerThread { [self] in work(index) }))
      } catch {
        stop()
        running.subtract(jobs - index, ordering: .acquiringAndReleasing)
        throw error
      }
    }
    while running.load(ordering: .acquiring) > 0 {
      watch()
      MonotonicClock.sleep(until: MonotonicClock.now() + .milliseconds(50))
    }
    return report()
  }

  /// A thread's handle, joined once.
  private final class Worker {
    private var thread: WorkerThread?
    init(_ thread: consuming WorkerThread) { self.thread = consume thread }
    func join() { if let thread = thread.take() { thread.join() } }
  }

  private func work(_ job: Int) {
    defer { underWay[job] = 0 }
    while !shouldStop.load(ordering: .relaxed) {
      let index = nextSeed.add(1, ordering: .relaxed).oldValue
      guard index < seeds else { break }
      let seed = start &+ UInt64(index)
      underWay[job] = index + 1
      let outcome = SoakWorld(SoakCase(seed: seed, pieces: pieces), flaw: flaw).run()
      found.withLock { $0[seed] = outcome }
      donePieces.add(outcome.fed, ordering: .relaxed)
      doneTime.add(outcome.lasted.rawValue, ordering: .relaxed)
      doneSeeds.add(1, ordering: .relaxed)
    }
    running.subtract(1, ordering: .acquiringAndReleasing)
  }

  /// The outcomes in the order of their seeds, whoever ran them.
  private func report() -> SoakReport {
    var report = SoakReport()
    let outcomes = found.withLock { $0 }
    for index in 0..<seeds {
      let seed = start &+ UInt64(index)
      if let outcome = outcomes[seed] { report.add(outcome, seed: seed) }
    }
    return report
  }
}

/// What many runs came to.
public struct SoakReport: Hashable, Sendable {
  /// Seeds that were run.
  public var seeds = 0
  /// Pieces fed.
  public var fed = 0
  /// Outcomes held against the truth.
  public var outcomes = 0
  /// Controllers that there were.
  public var controllers = 0
  /// How many of them went on with the run of one that was killed or lost its power.
  public var resumptions = 0
  /// Faults that came about.
  public var counts = FaultCounts()
  /// How long everything took in the runs' own time.
  public var lasted = Nanoseconds.zero
  /// Folds the digests of all runs.
  public var digest: UInt64 = 0
  /// Seeds that broke an invariant, and how.
  public var violations: [Failure] = []

  /// A seed that broke an invariant.
  public struct Failure: Hashable, Sendable {
    /// The seed.
    public var seed: UInt64
    /// How.
    public var violation: SoakViolation
  }

  /// Nothing was run yet.
  public init() {}

  /// Adds a run.
  public mutating func add(_ outcome: SoakOutcome, seed: UInt64) {
    seeds += 1
    fed += outcome.fed
    outcomes += outcome.outcomes
    controllers += outcome.controllers
    resumptions += outcome.resumptions
    counts.add(outcome.counts)
    lasted = lasted + outcome.lasted
    digest = (digest ^ outcome.digest) &* 0x100_0000_01B3
    if let violation = outcome.violation { violations.append(Failure(seed: seed, violation: violation)) }
  }

  /// Classes of which nothing came about: such a soak says nothing of them.
  public var missing: [SoakFault.Class] { SoakFault.Class.allCases.filter { counts[$0] == 0 } }
}

extension SoakCase {
  /// Runs the case.
  public func run(flaw: SoakFlaw? = nil) -> SoakOutcome { SoakWorld(self, flaw: flaw).run() }
}
