import Dispatching
import EventRecords
import Quantities
import SorterModel
import Supervision
import Telemetry

/// Brings what a control loop knows beside the dispatcher to where a run was cut short: one event after the other.
///
/// Figures, gauges, the machine's state and the alarms follow from the run's events; the dispatcher is replayed
/// from its inputs by whoever calls this. Belongs to one thread, which then makes the loop.
public struct ControlRecall: ~Copyable {
  private let recorder: Recorder
  private let gauges: ControlGauges
  private var supervisor: Supervisor
  private var firstFed: Instant?
  private var now = Instant.start

  /// A recall into a recorder that was made to resume, and into new gauges.
  public init(profile: HardwareProfile, recorder: Recorder, gauges: ControlGauges) {
    self.recorder = recorder
    self.gauges = gauges
    supervisor = Supervisor(
      profile: profile, stateSource: .reported, countedFrom: recorder.run.warmUp)
  }

  /// Takes in an event of before.
  public mutating func take(_ record: EventRecord) {
    recorder.emit(record)
    gauges.count(record)
    if record.kind == .pieceInducted, firstFed == nil { firstFed = record.elapsed }
    now = max(now, record.elapsed)
    supervisor.recall(record)
  }

  /// Ends the recall: what the recorder gets from here on is written.
  ///
  /// - Parameters:
  ///   - state: where the replayed dispatcher stands.
  ///   - place: behind what is whole of the logs.
  public consuming func finish(
    _ state: consuming DispatcherState, at place: JournalResumption
  ) throws(RecorderError) -> ControlResumption {
    try recorder.endRecall(place)
    return ControlResumption(
      dispatcher: state, supervisor: supervisor, firstFed: firstFed, lastEvent: now)
  }
}

/// What a control loop goes on from.
public struct ControlResumption: ~Copyable {
  var dispatcher: DispatcherState
  var supervisor: Supervisor
  var firstFed: Instant?
  /// When the last event of before happened.
  public let lastEvent: Instant

  init(
    dispatcher: consuming DispatcherState, supervisor: consuming Supervisor, firstFed: Instant?,
    lastEvent: Instant
  ) {
    self.dispatcher = dispatcher
    self.supervisor = supervisor
    self.firstFed = firstFed
    self.lastEvent = lastEvent
  }
}
