import EventRecords
import Quantities
import RingBuffer

/// A journal without threads: whoever records lets it have its turns, at times of their own.
///
/// For runs in virtual time that are to be the same on any computer, whatever the disk does. It formats, writes and
/// commits by the code that the threads run.
final class JournalSteps {
  private var records: RingConsumer<EventRecord>
  private var journal: Journal
  private var commits: CommitClock
  private let writer: FileWriter

  /// A journal that takes `ring`'s reading end.
  init(
    _ run: RunDescription, files: JournalFiles, settings: JournalSettings, ring: RingBuffer<EventRecord>,
    box: TallyBox, writer: FileWriter, recall: JournalRecall?
  ) {
    records = ring.makeConsumer()
    journal = Journal(run, files: files, box: box, writer: writer, recall: recall)
    commits = CommitClock(interval: settings.commitInterval)
    self.writer = writer
  }

  /// Takes what waits in the ring and writes it; commits where that is due at `now`.
  func turn(at now: Nanoseconds) {
    drain()
    guard commits.isDue(writer, at: now.rawValue) else { return }
    journal.commit()
    writer.runReady()
  }

  /// Takes what waits in the ring.
  func drain() {
    while records.drain(upTo: JournalThreads.batch, { journal.take($0) }) > 0 { writer.runReady() }
  }

  /// Writes what is left and closes the files.
  func finish() {
    drain()
    journal.finish()
    writer.end(events: journal.events)
    writer.runReady()
  }
}
