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
  private let times: TimesInSystem?
  private var isClosed = false
  private var isAbandoned = false
  /// Whether the dispatcher's inputs are written down, so that the run can be replayed.
  public let keepsInputs: Bool
  private let commits: Bool
  private var inputCount = 0

  /// How many records wait at most for the journal unless a caller says otherwise: 1 MiB.
  public static let usualRingSlots = 1 << 14

  /// A recorder that keeps figures and writes no logs.
  ///
  /// - Parameter times: is told the time in system of each piece.
  public init(_ run: RunDescription, times: TimesInSystem? = nil) {
    self.run = run
    self.times = times
    box = TallyBox(run)
    unsafe producer = nil
    threads = nil
    keepsInputs = false
    commits = false
  }

  /// A recorder that keeps figures and writes these logs.
  ///
  /// With `JournalSettings.recalls` it begins by recalling: the events that the logs have are emitted first, in
  /// their order, and not written again; `endRecall` says that what follows is new.
  /// - Throws: `RecorderError.create` when a file cannot be created, `.thread` when no thread can be started.
  public init(
    _ run: RunDescription, writing files: JournalFiles, settings: JournalSettings = JournalSettings()
  ) throws(RecorderError) {
    let box = TallyBox(run)
    let ring = RingBuffer<EventRecord>(capacity: settings.ringSlots)
    let recall = settings.recalls ? JournalRecall() : nil
    let threads = try JournalThreads(
      run, files: files, settings: settings, ring: ring, box: box, recall: recall)
    self.run = run
    self.box = box
    self.threads = threads
    times = nil
    keepsInputs = files.inputs != nil
    commits = settings.commitInterval != nil
    let handle = UnsafeMutablePointer<RingProducer<EventRecord>>.allocate(capacity: 1)
    unsafe handle.initialize(to: ring.makeProducer())
    unsafe producer = handle
  }

  /// The same with a ring of so many slots, a power of two.
  public convenience init(
    _ run: RunDescription, writing files: JournalFiles, ringSlots: Int
  ) throws(RecorderError) {
    var settings = JournalSettings()
    settings.ringSlots = ringSlots
    try self.init(run, writing: files, settings: settings)
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
    guard let producer = unsafe producer else { return fold(record) }
    if unsafe !producer.pointee.stage(record) { stageWhenThereIsRoom(record) }
    unsafe producer.pointee.publish(every: 64)
  }

  /// Counts a record there and then.
  @usableFromInline
  func fold(_ record: EventRecord) {
    times?.take(record)
    box.tally.apply(record)
  }

  /// Records the events of a batch, which has no texts; the same as `emit` for each, and faster without files.
  public func emit(_ records: borrowing RecordBatch) {
    if unsafe producer == nil {
      if let times { for place in 0..<records.endingCount { times.take(records[records.ending(place)]) } }
      return box.tally.apply(records)
    }
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

  /// Says that the events of before were all emitted: what follows is written, behind what is whole of the logs.
  ///
  /// - Throws: `RecorderError.write` where a log cannot be cut to what is whole.
  public func endRecall(_ resumption: JournalResumption) throws(RecorderError) {
    // The journal looks for the word with each record: those of before must be through.
    flush()
    var round = 0
    while room < ringSlots { threads?.wait(&round) }
    try threads?.endRecall(resumption)
  }

  /// How many events are safe against a power cut: a live run's promise. Any thread may ask.
  public var committedEvents: Int { threads?.committedEvents ?? 0 }

  /// The last of the machine's own events that is safe; `.all` where the journal promises nothing. Any thread may ask.
  ///
  /// A port tells its machine only of these that they were taken over: the others the machine still has.
  public var committedMachineEvent: SafeEvent {
    guard commits, let threads else { return .all }
    return threads.committedMachineEvent
  }

  /// Shows the journal every record at once; for shells that are about to wait.
  public func flush() { unsafe producer?.pointee.publish() }

  /// Lets a journal without threads (`JournalSettings.isStepped`) write what was flushed, and commit what is due.
  ///
  /// - Parameter now: the moment of whatever clock the shell goes by.
  public func turn(at now: Nanoseconds) { threads?.turn(at: now) }

  /// Forgets what was not written yet, as a process that dies does; the recorder is of no further use.
  ///
  /// For a journal without threads: others cannot be stopped in their midst.
  public func abandon() { isAbandoned = true }

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
    while unsafe !producer.pointee.hasRoom() { threads?.wait(&round) }
    _ = unsafe producer.pointee.stage(record)
  }

  private func close() throws(RecorderError) {
    if isAbandoned { return }
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
