import EventRecords
import Quantities
import Supervision
import Telemetry

/// The way of every record to the recorder, past the supervisor.
extension SimulationRun {
  /// Records an event; the supervisor looks at it where it is its business.
  @inline(__always)
  mutating func record(_ record: EventRecord) {
    if record.kind == .text { catchUp() }
    if supervisor.concerns(record) { return recordSupervised(record) }
    recorder.emit(record)
  }

  /// Records what is due by now: a text belongs to the record after it, and nothing may come between.
  @inline(never)
  private mutating func catchUp() {
    supervisor.advance(to: plant.now)
    recordFindings()
  }

  @inline(never)
  mutating func recordSupervised(_ record: EventRecord) {
    supervisor.prepare(for: record)
    recordFindings()
    recorder.emit(record)
    supervisor.observe(record)
    recordFindings()
  }

  /// Records what the plant knew of an outcome, and forgets it.
  @inline(never)
  mutating func record(_ truths: inout PlantTruths) {
    for index in 0..<truths.count { record(truths.records[index]) }
    truths.count = 0
  }

  /// All mail has left the machine.
  mutating func complete(at now: Instant) {
    supervisor.complete(at: now)
    recordFindings()
  }

  /// Records what the supervisor has found.
  private mutating func recordFindings() {
    for index in 0..<supervisor.recordCount { recorder.emit(supervisor.record(index)) }
    supervisor.removeRecords()
  }
}

/// What the plant tells of one outcome: the second piece of a double feed, and a mis-sort of either.
struct PlantTruths: BitwiseCopyable {
  var records = InlineArray<4, EventRecord>(
    repeating: EventRecord(.plantMissorted, at: .start, position: .zero))
  var count = 0

  mutating func append(_ record: EventRecord) {
    records[count & 3] = record
    count += 1
  }
}
