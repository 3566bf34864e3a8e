import EventRecords
import Glibc
import RingBuffer
import Synchronization

/// Writes filled chunks of memory to their files on a thread of its own, and hands the chunks back.
///
/// Formatting and the kernel's copying overlap: while one chunk is written, the next is filled. The
/// number of chunks is fixed, so memory stays flat and a slow disk slows the formatter: back-pressure.
/// The first error is kept; from then on chunks are taken and dropped, so that nobody waits for ever.
@safe
final class FileWriter: @unchecked Sendable {
  /// How much is written at once.
  static let chunkBytes = 1 << 20
  static let chunkCount = 8

  /// A chunk that is to be written, or what is to be done after all before it.
  struct Job: BitwiseCopyable, Sendable {
    /// The file; `commit` and `end` are no files.
    var file: Int32
    var chunk: Int32
    var count: Int
    /// With `commit`: the last of the machine's own events that is among them.
    var machineEvent = SafeEvent.none

    /// Makes everything safe; `count` holds how many events that are.
    static let commit: Int32 = -2
    /// Ends the thread.
    static let end: Int32 = -1
  }

  /// The first error of all files.
  struct Failure: Sendable {
    var file: Int
    var errno: Int32
  }

  private let memory: UnsafeMutableRawPointer
  private let chunkBytes: Int
  private let jobReady = Semaphore()
  private let chunkReady = Semaphore()
  private let failure = Mutex<Failure?>(nil)
  private let failed = Atomic<Bool>(false)
  private let committed = Atomic<Int>(0)
  private let committedMachine = Atomic<UInt64>(SafeEvent.none.rawValue)
  private let commitsDone = Atomic<Int>(0)
  // Touched by the formatter's thread only.
  private var jobs: RingProducer<Job>
  private var chunks: RingConsumer<Int32>
  private var commitsAsked = 0
  // Touched by the writing thread only.
  private var jobsTaken: RingConsumer<Job>
  private var chunksBack: RingProducer<Int32>
  private let files: [OutputFile]
  private let commits: Bool

  /// A writer to these files; `run` is to be called on a thread of its own.
  ///
  /// - Parameter commits: whether files are made safe now and then, and before they are closed.
  init(files: [OutputFile], chunkBytes: Int = FileWriter.chunkBytes, commits: Bool = false) {
    self.files = files
    self.chunkBytes = chunkBytes
    self.commits = commits
    unsafe memory = .allocate(byteCount: chunkBytes * Self.chunkCount, alignment: 4096)
    // Two jobs more than there are chunks: a commit, and the one that ends the thread.
    let jobRing = RingBuffer<Job>(capacity: 2 * Self.chunkCount)
    let chunkRing = RingBuffer<Int32>(capacity: 2 * Self.chunkCount)
    jobs = jobRing.makeProducer()
    jobsTaken = jobRing.makeConsumer()
    chunks = chunkRing.makeConsumer()
    chunksBack = chunkRing.makeProducer()
    for chunk in 0..<Self.chunkCount {
      _ = chunksBack.tryPush(Int32(chunk))
      chunkReady.signal()
    }
  }

  deinit { unsafe memory.deallocate() }

  /// Whether writing has failed; from then on everything is dropped.
  var hasFailed: Bool { failed.load(ordering: .relaxed) }

  /// The first error, once the thread has ended.
  var firstFailure: Failure? { failure.withLock { $0 } }

  /// How many events are safe against a power cut; any thread may ask.
  var committedEvents: Int { committed.load(ordering: .acquiring) }

  /// The last of the machine's own events that is safe.
  var committedMachineEvent: SafeEvent { SafeEvent(rawValue: committedMachine.load(ordering: .acquiring)) }

  /// The name of a file.
  func name(of file: Int) -> String { files[file].name }

  /// Waits for a chunk that is free (formatter's thread).
  func takeChunk() -> Int32 {
    while true {
      chunkReady.wait()
      if let chunk = chunks.tryPop() { return chunk }
    }
  }

  /// The memory of a chunk.
  func memory(of chunk: Int32) -> UnsafeMutablePointer<UInt8> {
    unsafe (memory + Int(chunk) * chunkBytes).assumingMemoryBound(to: UInt8.self)
  }

  /// Gives a chunk to be written (formatter's thread).
  func submit(_ job: Job) {
    let accepted = jobs.tryPush(job)
    precondition(accepted, "there are more jobs than chunks")
    jobReady.signal()
  }

  /// Whether the last commit that was asked for is done (formatter's thread).
  ///
  /// Only then the next one is asked for: the slower the disk, the more each makes safe.
  var isCommitted: Bool { commitsDone.load(ordering: .acquiring) == commitsAsked }

  /// Asks that everything submitted be made safe, which is so many events (formatter's thread).
  func commit(events: Int, machineEvent: SafeEvent) {
    commitsAsked += 1
    submit(Job(file: Job.commit, chunk: 0, count: events, machineEvent: machineEvent))
  }

  /// Says that nothing more will come, after so many events (formatter's thread).
  func end(events: Int = 0) { submit(Job(file: Job.end, chunk: 0, count: events)) }

  /// Writes until `end`; the body of the writing thread.
  func run() {
    var goesOn = true
    while goesOn {
      jobReady.wait()
      if let job = jobsTaken.tryPop() { goesOn = perform(job) }
    }
  }

  /// Does what was submitted, on the formatter's thread: where there is no thread of the writer's own.
  func runReady() {
    while let job = jobsTaken.tryPop() { _ = perform(job) }
  }

  /// Does one job; false after the last.
  private func perform(_ job: Job) -> Bool {
    switch job.file {
    case Job.end:
      closeAll(events: job.count)
      return false
    case Job.commit: makeSafe(events: job.count, machineEvent: job.machineEvent)
    default:
      write(job)
      _ = chunksBack.tryPush(job.chunk)
      chunkReady.signal()
    }
    return true
  }

  private func write(_ job: Job) {
    if hasFailed { return }
    let file = Int(job.file)
    let bytes = unsafe UnsafeRawBufferPointer(start: memory(of: job.chunk), count: job.count)
    var code = unsafe files[file].write(bytes)
    // Where commits are made, a file is put aside behind one: all that it has is safe, and so is all it follows from.
    if code == 0, !commits { code = files[file].rotateIfDue(now: JournalClock.now()) }
    if code != 0 { fail(file: file, errno: code) }
  }

  /// Syncs every file, and looks whether each is still where it was made.
  private func makeSafe(events: Int, machineEvent: SafeEvent = .none) {
    defer { commitsDone.store(commitsDone.load(ordering: .relaxed) + 1, ordering: .releasing) }
    if hasFailed { return }
    for (index, file) in files.enumerated() {
      let code = file.sync()
      if code != 0 { return fail(file: index, errno: code) }
      // Deleted or renamed under us: what is written would be found by nobody.
      if !file.isInPlace { return fail(file: index, errno: ESTALE) }
    }
    for (index, file) in files.enumerated() {
      let code = file.rotateIfDue(now: JournalClock.now())
      if code != 0 { return fail(file: index, errno: code) }
    }
    committed.store(events, ordering: .releasing)
    if machineEvent != .none { committedMachine.store(machineEvent.rawValue, ordering: .releasing) }
  }

  /// Closes every file: some errors, such as a quota over a network, show only then.
  private func closeAll(events: Int) {
    if commits { makeSafe(events: events) }
    for (index, file) in files.enumerated() {
      let code = file.close()
      if code != 0 { fail(file: index, errno: code) }
    }
  }

  private func fail(file: Int, errno code: Int32) {
    failure.withLock { $0 = $0 ?? Failure(file: file, errno: code) }
    failed.store(true, ordering: .releasing)
  }
}

/// The monotonic clock, for the moments of commits and rotations.
enum JournalClock {
  /// Nanoseconds since some moment.
  static func now() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
