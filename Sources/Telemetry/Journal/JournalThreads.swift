import EventRecords
import Glibc
import Quantities
import RingBuffer
import Synchronization

/// The two threads behind a recorder: one turns records into lines, one writes chunks to files.
///
/// Where the settings say so there are none, and the same is done in turns.
final class JournalThreads {
  private let writer: FileWriter
  private let journals: (events: OutputFile?, inputs: OutputFile?)
  private let recall: JournalRecall?
  private var formatting: WorkerThread?
  private var writing: WorkerThread?
  /// What has turns instead of threads.
  private let steps: JournalSteps?

  /// How many records are taken from the ring before their slots are given back.
  static let batch = 512

  /// Opens the files and starts the threads; `ring`'s reading end goes to the formatting thread.
  ///
  /// - Parameter recall: tells the journal that what it is given was written before.
  init(
    _ run: RunDescription, files: JournalFiles, settings: JournalSettings, ring: RingBuffer<EventRecord>,
    box: TallyBox, recall: JournalRecall?
  ) throws(RecorderError) {
    let opened = try Self.open(files, settings)
    journals = (
      files.events == nil ? nil : opened[0], files.inputs == nil ? nil : opened[files.events == nil ? 0 : 1]
    )
    self.recall = recall
    let writer = FileWriter(files: opened, commits: settings.commitInterval != nil)
    self.writer = writer
    if settings.isStepped {
      steps = JournalSteps(
        run, files: files, settings: settings, ring: ring, box: box, writer: writer, recall: recall)
      return
    }
    steps = nil
    writing = try WorkerThread { writer.run() }
    do throws(RecorderError) {
      formatting = try WorkerThread {
        Self.format(
          run, files: files, settings: settings, ring: ring, box: box, writer: writer, recall: recall)
      }
    } catch {
      writer.end()
      writing.take()?.join()
      throw error
    }
  }

  private static func open(_ files: JournalFiles, _ settings: JournalSettings) throws(RecorderError)
    -> [OutputFile]
  {
    let now = JournalClock.now()
    var opened: [OutputFile] = []
    for (path, isJournal) in files.numbered {
      opened.append(
        try OutputFile(
          path, isJournal && settings.recalls ? .existing : .fresh, in: settings.storage,
          rotation: isJournal ? settings.rotation : nil, now: now))
    }
    // The names of the files outlast a power cut as what is written to them does.
    if settings.commitInterval != nil, let path = files.paths.first {
      let code = settings.storage.syncFolder(of: path)
      if code != 0 { throw .create(file: path, errno: -code) }
    }
    return opened
  }

  /// Whether writing has failed; records are still taken, and dropped.
  var hasFailed: Bool { writer.hasFailed }

  /// Waits until everything is written; the producer must have closed the ring.
  func join() throws(RecorderError) {
    steps?.finish()
    formatting.take()?.join()
    writing.take()?.join()
    if let failure = writer.firstFailure {
      throw .write(file: writer.name(of: failure.file), errno: failure.errno)
    }
  }

  /// Lets a journal without threads have its turn.
  func turn(at now: Nanoseconds) { steps?.turn(at: now) }

  /// Waits a little until the journal has taken records; `round` counts the times.
  func wait(_ round: inout Int) {
    if let steps { steps.drain() } else { Patience.wait(&round) }
  }

  /// Ends the recall: cuts the journals to what is whole. Nothing may be on its way to the journal's thread.
  func endRecall(_ resumption: JournalResumption) throws(RecorderError) {
    guard let recall else { return }
    // The writing thread touches these files when the journal writes to them, which it does not before the word.
    try journals.events?.goOn(at: resumption.events)
    try journals.inputs?.goOn(at: resumption.inputs)
    recall.end(at: resumption)
  }

  /// How many events are safe against a power cut; any thread may ask.
  var committedEvents: Int { writer.committedEvents }

  /// The last of the machine's own events that is safe.
  var committedMachineEvent: SafeEvent { writer.committedMachineEvent }

  /// The body of the formatting thread.
  private static func format(
    _ run: RunDescription, files: JournalFiles, settings: JournalSettings, ring: RingBuffer<EventRecord>,
    box: TallyBox, writer: FileWriter, recall: JournalRecall?
  ) {
    var records = ring.makeConsumer()
    var journal = Journal(
      run, files: files, box: box, writer: writer, recall: recall)
    var commits = CommitClock(interval: settings.commitInterval)
    var idle = 0
    while true {
      // In this order: what was published before the ring was closed is seen by the drain.
      let closed = records.isClosed
      let count = records.drain(upTo: batch) { journal.take($0) }
      if commits.isDue(writer, at: JournalClock.now()) { journal.commit() }
      if count > 0 {
        idle = 0
      } else if closed {
        break
      } else {
        Patience.wait(&idle)
      }
    }
    journal.finish()
    writer.end(events: journal.events)
  }
}

/// When the next commit is due.
struct CommitClock {
  /// In nanoseconds; nil for no commits.
  private let interval: Int64?
  private var last: Int64 = 0

  init(interval: Nanoseconds?) { self.interval = interval?.rawValue }

  /// Whether it is time by a clock in nanoseconds, and the last commit is done.
  mutating func isDue(_ writer: FileWriter, at now: Int64) -> Bool {
    guard let interval, writer.isCommitted else { return false }
    if now - last < interval { return false }
    last = now
    return true
  }
}

/// Whether the records that a journal is given were written before: ended once, by the thread that gives them.
@safe
final class JournalRecall: @unchecked Sendable {
  private let hasEnded = Atomic<Bool>(false)
  // Written before `hasEnded`, read after.
  private var place = JournalResumption(events: LogPlace(), inputs: LogPlace())

  /// What comes from now on is written behind this place.
  func end(at place: JournalResumption) {
    self.place = place
    hasEnded.store(true, ordering: .releasing)
  }

  /// Where to write what comes; nil as long as what comes was written before.
  var ended: JournalResumption? { hasEnded.load(ordering: .acquiring) ? place : nil }
}

/// How a thread waits for the other side of a ring: first it looks again, then it yields, then it sleeps.
package enum Patience {
  /// Waits a little longer each time; `round` counts the times.
  package static func wait(_ round: inout Int) {
    round += 1
    if round < 64 { return }
    if round < 72 {
      sched_yield()
    } else {
      // 50 microseconds, and up to 0.8 ms when nothing comes for long.
      var pause = timespec(tv_sec: 0, tv_nsec: 50_000 << min(4, (round - 72) / 64))
      _ = unsafe nanosleep(&pause, nil)
    }
  }
}
