import EventRecords
import Quantities
import Supervision
import Telemetry

/// The way of every record to the recorder, past the supervisor.
extension SimulationRun {
  /// Records an event; the supervisor looks at it where it is its business.
  @inline(__always)
  mutating func record(_ record: EventRecord) {
    if supervisor.concerns(record) { return recordSupervised(record) }
    recorder.emit(record)
  }

  @inline(never)
  private mutating func recordSupervised(_ record: EventRecord) {
    supervisor.prepare(for: record)
    recordFindings()
    recorder.emit(record)
    supervisor.observe(record)
    recordFindings()
  }

  /// Records what is in a list, and empties it.
  @inline(never)
  mutating func record(_ list: inout [EventRecord]) {
    for one in list { record(one) }
    list.removeAll()
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
