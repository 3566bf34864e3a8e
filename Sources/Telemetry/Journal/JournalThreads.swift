import EventRecords
import Glibc
import RingBuffer

/// The two threads behind a recorder: one turns records into lines, one writes chunks to files.
final class JournalThreads {
  private let writer: FileWriter
  private var formatting: WorkerThread?
  private var writing: WorkerThread?

  /// How many records are taken from the ring before their slots are given back.
  private static let batch = 512

  /// Creates the files and starts the threads; `ring`'s reading end goes to the formatting thread.
  init(
    _ run: RunDescription, files: JournalFiles, ring: RingBuffer<EventRecord>, box: TallyBox,
    writeCall: WriteCall? = nil
  ) throws(RecorderError) {
    var boxes: [FileWriter.OutputFileBox] = []
    for path in files.paths {
      boxes.append(FileWriter.OutputFileBox(unsafe try OutputFile(creating: path, call: writeCall)))
    }
    let writer = FileWriter(files: boxes)
    self.writer = writer
    writing = try WorkerThread { writer.run() }
    do throws(RecorderError) {
      formatting = try WorkerThread {
        Self.format(run, files: files, ring: ring, box: box, writer: writer)
      }
    } catch {
      writer.end()
      writing.take()?.join()
      throw error
    }
  }

  /// Whether writing has failed; records are still taken, and dropped.
  var hasFailed: Bool { writer.hasFailed }

  /// Waits until everything is written; the producer must have closed the ring.
  func join() throws(RecorderError) {
    formatting.take()?.join()
    writing.take()?.join()
    if let failure = writer.firstFailure {
      throw .write(file: writer.name(of: failure.file), errno: failure.errno)
    }
  }

  /// The body of the formatting thread.
  private static func format(
    _ run: RunDescription, files: JournalFiles, ring: RingBuffer<EventRecord>, box: TallyBox,
    writer: FileWriter
  ) {
    var records = ring.makeConsumer()
    var journal = Journal(run, files: files, box: box, writer: writer)
    var idle = 0
    while true {
      // In this order: what was published before the ring was closed is seen by the drain.
      let closed = records.isClosed
      let count = records.drain(upTo: batch) { journal.take($0) }
      if count > 0 {
        idle = 0
      } else if closed {
        break
      } else {
        Patience.wait(&idle)
      }
    }
    journal.finish()
    writer.end()
  }
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
