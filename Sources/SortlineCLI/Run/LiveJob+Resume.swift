import ControlRuntime
import EventRecords
import FileFormats
import ModbusPlant
import Quantities
import Replay
import SorterModel
import Telemetry

/// Resume: a run that a crash or a power cut ended goes on in its own run directory.
extension LiveJob {
  /// Recovers the run at `path`, connects, and goes on with it.
  func resume(_ path: String) throws -> Outcome {
    let recorded = try RecordedRun(path: path)
    try checkMayResume(recorded)
    let folder = try LiveFolder(resuming: recorded.directory.path)
    let inputs = RunInputs(recovering: try recorded.scenario(), plan: recorded.plan)
    var run = recorded.description
    run.metricsInterval = inputs.loaded.scenario.metricsInterval
    run.warmUp = inputs.loaded.scenario.warmUp
    run.sweepers = inputs.loaded.scenario.sweeping.sweepers
    return try explaining(folder) {
      let recorder = try Recorder(
        run, writing: JournalFiles(directory: folder.path),
        settings: journalSettings(run.profile, recalls: true))
      let gauges = ControlGauges(binCount: run.profile.bins.count)
      var recall = ControlRecall(profile: run.profile, recorder: recorder, gauges: gauges)
      let started = MonotonicClock.now()
      let finding = try recover(recorded) { recall.take($0) }
      let place = finding.resumption
      try keepTails(folder, place)
      let port = finding.port
      let missing = finding.missing
      let inputCount = finding.inputs
      let control = try recall.finish(
        finding.state, at: JournalResumption(events: place.events, inputs: place.inputs))
      tell(run, inputCount, gauges.onMachine, missing.count, took: MonotonicClock.now() - started)
      return try goOn(
        run, inputs, folder, recorder, gauges, port,
        LiveResumption(control: control, missing: missing, givesUp: port.place == nil))
    }
  }

  private func goOn(
    _ run: RunDescription, _ inputs: RunInputs, _ folder: LiveFolder, _ recorder: Recorder,
    _ gauges: ControlGauges, _ port: PortTrace, _ resumption: consuming LiveResumption
  ) throws -> Outcome {
    // The run's time goes on: by the wall's clock it is as late as this, and never earlier than its last event.
    let wall = Nanoseconds((wallClock - run.startsAt) * 1_000_000_000)
    let elapsed = max(resumption.control.lastEvent - .start + .milliseconds(1), wall)
    let began = MonotonicClock.now() - elapsed
    let backend = try LiveBackend(
      options, inputs, slots: LiveBackend.slots(for: run.profile), resumption: PortResumption(port))
    defer { backend.port.stop() }
    try connect(backend, began)
    let parts = LiveParts(
      run: run, inputs: inputs, backend: backend, folder: folder, began: began, recorder: recorder,
      gauges: gauges, length: options.length.map { $0 + elapsed })
    return try drive(parts, resumption)
  }

  /// Refuses what cannot go on: a run that ended, or one whose machine ended with it.
  private func checkMayResume(_ recorded: RecordedRun) throws {
    let shown = printable(recorded.directory.path, limit: 240)
    let words = recorded.directory.text("command").split(separator: " ")
    guard words.contains("modbus") else {
      throw CommandFailure(
        .usage, "'\(shown)' was no run on a machine: a virtual plant ends with its process",
        advice: "Begin it anew; the same seed gives the same run.")
    }
    if folderEntries(recorded.directory.path)?.contains("summary.json") ?? false {
      throw CommandFailure(
        .usage, "the run in '\(shown)' has ended: it has a summary", advice: "Begin a new run.")
    }
  }

  private func recover(
    _ recorded: RecordedRun, _ recall: (EventRecord) -> Void
  ) throws -> Recovery.Finding {
    let (inputs, events) = (try recorded.inputs(), try recorded.events(checkingSums: true))
    do throws(Recovery.Failure) {
      return try Recovery.run(
        inputs: inputs, events: events, profile: recorded.profile, plan: recorded.plan, recall: recall)
    } catch .unreadable(let error) {
      throw CommandFailure(error)
    } catch .damaged(let damage) {
      throw CommandFailure(
        InvalidInput([damage], category: .badData),
        advice: "This is no damage that a crash leaves: nothing was changed. 'sortline verify' says more.")
    }
  }

  /// Keeps what was torn off, before it is cut, and says so.
  private func keepTails(_ folder: LiveFolder, _ place: (events: LogPlace, inputs: LogPlace)) throws {
    for (log, place) in [("events.jsonl", place.events), ("inputs.jsonl", place.inputs)] {
      guard let name = try folder.saveAside(log, from: place) else { continue }
      console.warn("the end of \(log) was not whole; it is kept in \(name)")
    }
  }

  private func tell(
    _ run: RunDescription, _ inputs: Int, _ onMachine: Int, _ missing: Int, took: Nanoseconds
  ) {
    if options.isQuiet { return }
    console.note(
      "recovered \(printable(run.scenario)) in \(took.rawValue / 1_000_000) ms: \(grouped(inputs)) inputs, "
        + "\(grouped(missing)) events written again, \(grouped(onMachine)) pieces on the machine")
  }
}

extension PortResumption {
  /// What a port goes on from, where the inputs tell; nil where they never did.
  init?(_ trace: PortTrace) {
    guard let place = trace.place else { return nil }
    self.init(
      place: place, position: trace.position, newestPiece: trace.newestPiece, taken: trace.taken,
      fullBins: trace.fullBins, disabledBins: trace.disabledBins, isLinkUp: trace.isLinkUp)
  }
}
