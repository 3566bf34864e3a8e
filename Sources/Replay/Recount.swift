import EventRecords
import Quantities
import SorterModel
import Supervision
import Telemetry

/// Counts a run anew from its events: the figures of a run that a crash left without a summary.
///
/// Every figure but the digest follows from the events, so what it tells of a whole run is what its summary tells.
public struct Recount: ~Copyable {
  private let run: RunDescription
  private let recorder: Recorder
  private var supervisor: Supervisor
  private var now = Instant.start
  /// How many events were taken.
  public private(set) var events = 0
  /// Whether the run's last event was among them.
  public private(set) var hasEnded = false

  /// A count of this run that begins at nothing.
  public init(_ run: RunDescription) {
    self.run = run
    recorder = Recorder(run)
    supervisor = Supervisor(profile: run.profile, stateSource: .reported, countedFrom: run.warmUp)
  }

  /// Takes in the next event.
  public mutating func take(_ record: EventRecord) {
    recorder.emit(record)
    supervisor.recall(record)
    now = max(now, record.elapsed)
    events += 1
    if record.kind == .runEnded { hasEnded = true }
  }

  /// What the run amounts to as far as its events go; nothing may be taken after it.
  ///
  /// - Parameter expectations: the thresholds of its scenario.
  /// - Throws: `RecorderError.conservation` where not every piece is accounted for.
  public consuming func summary(
    expecting expectations: [Expectation], digest: UInt64
  ) throws(RecorderError) -> Summary {
    supervisor.advance(to: now)
    let report = supervisor.report(at: now)
    let ending: RunEnding = hasEnded ? .finished : .interrupted
    return Summary(
      run, try recorder.finish(), digest: digest, expecting: expectations, ending: ending,
      supervision: report)
  }
}
