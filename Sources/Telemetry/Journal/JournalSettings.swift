import EventRecords
import Quantities

/// How a recorder writes its logs, beside where.
public struct JournalSettings: Sendable {
  /// How many records may wait for the journal, a power of two.
  public var ringSlots = Recorder.usualRingSlots
  /// How often what was written is made safe against a power cut; nil leaves that to the system.
  ///
  /// While one commit is under way no other is asked for: a slow disk makes them rarer and larger.
  public var commitInterval: Nanoseconds?
  /// When events.jsonl and inputs.jsonl are put aside and begun anew; nil for never.
  public var rotation: JournalRotation?
  /// What the logs are written to.
  public var storage: any JournalStorage = SystemStorage()
  /// Whether the logs of a run that was cut short are gone on with: its events are recalled first.
  public var recalls = false
  /// Whether the journal has no threads, and does its work when `Recorder.turn` is called.
  public var isStepped = false

  /// The usual settings: a new run, whose logs reach the disk when the system likes.
  public init() {}

  /// A live run's: what is older than this is safe, but for the time that the disk takes.
  public static let liveCommitInterval = Nanoseconds.milliseconds(50)
}

/// Where the logs of a run that was cut short are gone on with.
public struct JournalResumption: Hashable, Sendable {
  /// The end of what is whole in events.jsonl.
  public var events: LogPlace
  /// The end of what is whole in inputs.jsonl.
  public var inputs: LogPlace

  /// Logs that are gone on with from here.
  public init(events: LogPlace, inputs: LogPlace) {
    self.events = events
    self.inputs = inputs
  }
}
