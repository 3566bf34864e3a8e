import EventRecords
import Quantities
import RingBuffer
import SorterModel

/// The one door through which a shell records a run: every event goes to `emit`, the figures come from `finish`.
///
/// Without files, `emit` folds the record into the tally there and then. With files, it puts the record
/// into a ring; a thread takes records out, folds them in and formats them, and another writes them, so
/// the shell's thread never waits for a disk unless the ring is full: back-pressure, which is counted.
///
/// Belongs to one thread at a time.
@safe
public final class Recorder {
  /// The run that is recorded.
  public let run: RunDescription
  @usableFromInline let box: TallyBox
  // In memory of its own: no exclusivity check on each record. Nil where no logs are written.
  @usableFromInline let producer: UnsafeMutablePointer<RingProducer<EventRecord>>?
  private let threads: JournalThreads?
  private var isClosed = false
  /// Whether the dispatcher's inputs are written down, so that the run can be replayed.
  public let keepsInputs: Bool
  private var inputCount = 0

  /// How many records wait at most for the journal unless a caller says otherwise: 1 MiB.
  public static let usualRingSlots = 1 << 14

  /// A recorder that keeps figures and writes no logs.
  public init(_ run: RunDescription) {
    self.run = run
    box = TallyBox(run)
    unsafe producer = nil
    threads = nil
    keepsInputs = false
  }

  /// A recorder that keeps figures and writes these logs.
  ///
  /// - Parameter ringSlots: a power of two; how many records may wait for the journal.
  /// - Throws: `RecorderError.create` when a file cannot be created, `.thread` when no thread can be started.
  public convenience init(
    _ run: RunDescription, writing files: JournalFiles, ringSlots: Int = Recorder.usualRingSlots
  ) throws(RecorderError) {
    try unsafe self.init(run, writing: files, ringSlots: ringSlots, writeCall: nil)
  }

  init(
    _ run: RunDescription, writing files: JournalFiles, ringSlots: Int, writeCall: WriteCall?
  ) throws(RecorderError) {
    let box = TallyBox(run)
    let ring = RingBuffer<EventRecord>(capacity: ringSlots)
    let threads = unsafe try JournalThreads(run, files: files, ring: ring, box: box, writeCall: writeCall)
    self.run = run
    self.box = box
    self.threads = threads
    keepsInputs = files.inputs != nil
    let handle = UnsafeMutablePointer<RingProducer<EventRecord>>.allocate(capacity: 1)
    unsafe handle.initialize(to: ring.makeProducer())
    unsafe producer = handle
  }

  deinit {
    // A run that was given up: what was recorded is written, a failure has nobody to tell.
    try? close()
    unsafe producer?.deinitialize(count: 1)
    unsafe producer?.deallocate()
  }

  /// Records one event; events come in the order of their time.
  ///
  /// Records are shown to the journal in batches of 64. When the ring is full, this waits for the
  /// journal. When writing has failed, records are still counted, and this never hangs.
  @inlinable @inline(__always)
  public func emit(_ record: EventRecord) {
    guard let producer = unsafe producer else { return box.tally.apply(record) }
    if unsafe !producer.pointee.stage(record) { stageWhenThereIsRoom(record) }
    unsafe producer.pointee.publish(every: 64)
  }

  /// Records the events of a batch, which has no texts; the same as `emit` for each, and faster without files.
  public func emit(_ records: borrowing RecordBatch) {
    if unsafe producer == nil { return box.tally.apply(records) }
    for index in 0..<records.count { emit(records[index]) }
  }

  /// How many inputs stand between two digests in inputs.jsonl: so many a replay looks through for a difference.
  public static let inputsBetweenMarks = 4096

  /// Records an input of the dispatcher, after the step that it was for (`EventRecord(inputOf:)`); no event.
  ///
  /// - Returns: whether a mark is due: a record with the digest over all directives, to be emitted now.
  public func emit(input record: EventRecord) -> Bool {
    emit(record)
    inputCount &+= 1
    return inputCount % Self.inputsBetweenMarks == 0
  }

  /// Shows the journal every record at once; for shells that are about to wait.
  public func flush() { unsafe producer?.pointee.publish() }

  /// Whether writing has failed: a shell may end the run early, `finish` then throws why.
  public var hasFailed: Bool { threads?.hasFailed ?? false }

  /// How many records may come now without waiting for the journal; `Int.max` where no logs are written.
  ///
  /// For shells that must never wait: those ask first, and hold back when there is too little.
  public var room: Int { unsafe producer?.pointee.room() ?? .max }

  /// How many records can wait for the journal; `Int.max` where no logs are written.
  public var ringSlots: Int { unsafe producer?.pointee.capacity ?? .max }

  /// How often a record found the ring full and had to wait.
  public var backPressure: Int { unsafe producer?.pointee.fullCount ?? 0 }

  @usableFromInline @inline(never)
  func stageWhenThereIsRoom(_ record: EventRecord) {
    guard let producer = unsafe producer else { return }
    unsafe producer.pointee.publish()
    var round = 0
    while unsafe !producer.pointee.hasRoom() { Patience.wait(&round) }
    _ = unsafe producer.pointee.stage(record)
  }

  private func close() throws(RecorderError) {
    if !isClosed { unsafe producer?.pointee.close() }
    isClosed = true
    try threads?.join()
  }

  /// Ends the recording, waits until the logs are written, and says what the run amounts to.
  ///
  /// May be called once more and answers the same; nothing may be emitted afterwards.
  /// - Parameter onMachine: the pieces on the machine as the plant counts them; nil where nobody can.
  /// - Throws: `RecorderError.write` when a log is not whole (first failure: file and error number);
  ///   `.conservation` when pieces are not accounted for.
  public func finish(onMachine: Int? = nil) throws(RecorderError) -> Totals {
    try close()
    let account = box.tally.conservation(onMachine: onMachine)
    if !account.holds { throw .conservation(account) }
    return box.tally.totals
  }
}
