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

  /// A chunk that is to be written; a negative file ends the thread.
  struct Job: BitwiseCopyable, Sendable {
    var file: Int32
    var chunk: Int32
    var count: Int
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
  // Touched by the formatter's thread only.
  private var jobs: RingProducer<Job>
  private var chunks: RingConsumer<Int32>
  // Touched by the writing thread only.
  private var jobsTaken: RingConsumer<Job>
  private var chunksBack: RingProducer<Int32>
  private let files: [OutputFileBox]

  /// A file behind a reference, because arrays hold no non-copyable values.
  final class OutputFileBox: Sendable {
    let file: OutputFile
    init(_ file: consuming OutputFile) { self.file = file }
  }

  /// A writer to these files; `run` is to be called on a thread of its own.
  init(files: [OutputFileBox], chunkBytes: Int = FileWriter.chunkBytes) {
    self.files = files
    self.chunkBytes = chunkBytes
    unsafe memory = .allocate(byteCount: chunkBytes * Self.chunkCount, alignment: 4096)
    // A job more than there are chunks: the one that ends the thread.
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

  /// The name of a file.
  func name(of file: Int) -> String { files[file].file.name }

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

  /// Says that nothing more will come (formatter's thread).
  func end() { submit(Job(file: -1, chunk: 0, count: 0)) }

  /// Writes until `end`; the body of the writing thread.
  func run() {
    while true {
      jobReady.wait()
      guard let job = jobsTaken.tryPop() else { continue }
      if job.file < 0 { return closeAll() }
      write(job)
      _ = chunksBack.tryPush(job.chunk)
      chunkReady.signal()
    }
  }

  private func write(_ job: Job) {
    if hasFailed { return }
    let bytes = unsafe UnsafeRawBufferPointer(start: memory(of: job.chunk), count: job.count)
    let code = unsafe files[Int(job.file)].file.write(bytes)
    if code != 0 { fail(file: Int(job.file), errno: code) }
  }

  /// Closes every file: some errors, such as a quota over a network, show only then.
  private func closeAll() {
    for (index, box) in files.enumerated() {
      let code = box.file.close()
      if code != 0 { fail(file: index, errno: code) }
    }
  }

  private func fail(file: Int, errno code: Int32) {
    failure.withLock { $0 = $0 ?? Failure(file: file, errno: code) }
    failed.store(true, ordering: .releasing)
  }
}
