import ControlRuntime
import Dispatching
import EventRecords
import FileFormats
import ModbusPlant
import Quantities
import Replay
import SorterModel
import Telemetry

/// What is left of a controller's run when its process is gone.
struct SoakRemains {
  /// What its disk holds.
  var files: [String: [UInt8]]
  /// The world's time that was the run's time 0.
  var birth: Int64
  /// How many events were safe, by the journal's word.
  var committedEvents: Int
  /// The last of the machine's events of which the machine may have been told that it was taken over.
  var committedMachineEvent: SafeEvent
}

/// A run that is gone on with: recovered from what the disk kept, by the code that `run --resume` recovers with.
struct SoakRecovery: ~Copyable {
  /// What the control loop goes on from.
  var control: ControlResumption
  /// The recorder, behind what is whole of the logs.
  let recorder: Recorder
  /// Gauges that count what was before.
  let gauges: ControlGauges
  /// Events that the inputs lead to and the logs lack.
  let missing: [EventRecord]
  /// What the port goes on from; nil where the run never met its machine.
  let port: PortResumption?
  /// Pieces that the logs know, and those that have ended by them.
  let inducted: Set<UInt64>
  let ended: Set<UInt64>
  /// How many events are whole.
  let events: Int
  /// Whether the run had come to its end.
  let hasEnded: Bool

  /// Why a run could not be gone on with.
  enum Failure: Error {
    /// The disk would not have it.
    case recorder(RecorderError)
    /// What is left makes no sense: a broken promise.
    case senseless(String)
  }

  /// Recovers the run of `run` from the files of `disk`.
  static func recovering(
    _ run: RunDescription, plan: CompiledPlan, disk: SoakDisk, settings: JournalSettings
  ) throws(Failure) -> SoakRecovery {
    let files = disk.storage.contents
    var settings = settings
    settings.recalls = true
    let recorder = try recording { () throws(RecorderError) in
      try Recorder(run, writing: SoakDisk.files, settings: settings)
    }
    let gauges = ControlGauges(binCount: run.profile.bins.count)
    var recall = ControlRecall(profile: run.profile, recorder: recorder, gauges: gauges)
    var known = Known()
    do throws(Failure) {
      let finding = try find(files, run.profile, plan) { record in
        recall.take(record)
        known.take(record)
      }
      let (missing, port, place, hasEnded) = (
        finding.missing, finding.port, finding.resumption, finding.hasEnded
      )
      for record in missing where record.kind == .pieceInducted { known.take(record) }
      let control = try goOn(recall, finding.state, place)
      return SoakRecovery(
        control: control, recorder: recorder, gauges: gauges, missing: missing,
        port: resumption(port), inducted: known.inducted, ended: known.ended, events: place.events.number,
        hasEnded: hasEnded)
    } catch {
      recorder.abandon()
      throw error
    }
  }

  /// The pieces that a log tells of.
  private struct Known {
    var inducted: Set<UInt64> = []
    var ended: Set<UInt64> = []

    mutating func take(_ record: EventRecord) {
      if record.kind == .pieceInducted { inducted.insert(record.piece.rawValue) }
      if record.outcome != .onMachine { ended.insert(record.piece.rawValue) }
    }
  }

  private static func find(
    _ files: [String: [UInt8]], _ profile: HardwareProfile, _ plan: CompiledPlan,
    _ recall: (EventRecord) -> Void
  ) throws(Failure) -> Recovery.Finding {
    do throws(Recovery.Failure) {
      return try Recovery.run(
        inputs: InputLineReader(bytes: files["inputs.jsonl"] ?? [], shownAs: "inputs.jsonl"),
        events: EventLineReader(
          bytes: files["events.jsonl"] ?? [], shownAs: "events.jsonl", checkingSums: true),
        profile: profile, plan: plan, recall: recall)
    } catch {
      throw .senseless("\(error)")
    }
  }

  private static func goOn(
    _ recall: consuming ControlRecall, _ state: consuming DispatcherState,
    _ place: (events: LogPlace, inputs: LogPlace)
  ) throws(Failure) -> ControlResumption {
    do throws(RecorderError) {
      return try recall.finish(state, at: JournalResumption(events: place.events, inputs: place.inputs))
    } catch {
      throw .recorder(error)
    }
  }

  private static func recording<Made>(_ make: () throws(RecorderError) -> Made) throws(Failure) -> Made {
    do throws(RecorderError) { return try make() } catch { throw .recorder(error) }
  }

  private static func resumption(_ port: PortTrace) -> PortResumption? {
    port.place.map { place in
      PortResumption(
        place: place, position: port.position, newestPiece: port.newestPiece, taken: port.taken,
        fullBins: port.fullBins, disabledBins: port.disabledBins, isLinkUp: port.isLinkUp)
    }
  }
}
