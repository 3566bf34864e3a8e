import ControlRuntime
import EventRecords
import Quantities
import Telemetry

/// What a run in real time is made of, once it is connected and its logs are open.
struct LiveParts {
  var run: RunDescription
  var inputs: RunInputs
  var backend: LiveBackend
  var folder: LiveFolder
  /// The monotonic moment that is the run's time 0.
  var began: Nanoseconds
  var recorder: Recorder
  var gauges: ControlGauges
  /// When a machine's run ends, counted from its time 0; nil for never.
  var length: Nanoseconds?
}

/// What a run that was cut short goes on from.
struct LiveResumption: ~Copyable {
  var control: ControlResumption
  /// Events that the inputs lead to and that were not written any more.
  var missing: [EventRecord]
  /// Whether nothing is known of the machine's own numbers, so that its pieces cannot be taken over.
  var givesUp: Bool
}
