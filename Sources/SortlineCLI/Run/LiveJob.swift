import ControlRuntime
import EventRecords
import FileFormats
import Glibc
import Quantities
import SorterModel
import Synchronization
import Telemetry

/// One run in real time, from its files to its run directory.
struct LiveJob {
  let options: RunOptions
  let console: Console

  /// What came of a run.
  struct Outcome {
    var summary: Summary
    var end: ControlEnd
    var backend: LiveBackend
    /// Where the run was written.
    var place: String
    /// Why a machine that was to be driven never was; empty where it was.
    var undriven = ""

    /// The outcome as it is told.
    var result: RunResult {
      let timing = summary.timing
      return RunResult(summary: summary, place: place, mail: backend.mail, now: end.now, undriven: undriven) {
        traits in
        timing.map { TimingTable(timing: $0).lines(for: traits) } ?? []
      }
    }
  }

  /// Loads, runs and writes; what is wrong with the input or the machine is thrown before anything is written.
  func run() throws -> Outcome {
    // Metrics that cannot be written are told of before there is a run: an empty text says nothing yet.
    if let path = options.prometheus { try MetricsFile(path: path, every: .seconds(1)).write("") }
    if let path = options.resume { return try resume(path) }
    let inputs = try load()
    try refuseOpenFiles(inputs)
    let backend = try LiveBackend(options, inputs, slots: LiveBackend.slots(for: inputs.loaded.profile))
    let began = MonotonicClock.now()
    // However this ends, the port's thread is stopped and the outputs made safe; twice does no harm.
    defer { backend.port.stop() }
    try connect(backend, began)
    let folder = try LiveFolder(
      out: options.out, replacing: options.replacesRun,
      base: "runs/\(inputs.loaded.scenario.name)-\(inputs.loaded.scenario.seed)")
    return try explaining(folder) {
      let run = description(inputs)
      try writeWhole(
        inputs.runFile(run, command: options.canonicalCommand(inputs.loaded.inputs)).json,
        to: folder.file("run.json"), syncs: options.backend == .modbus)
      try writeWhole(DataPackage(run).json, to: folder.file(DataPackage.fileName))
      let recorder = try Recorder(
        run, writing: JournalFiles(directory: folder.path), settings: journalSettings(run.profile))
      let parts = LiveParts(
        run: run, inputs: inputs, backend: backend, folder: folder, began: began, recorder: recorder,
        gauges: ControlGauges(binCount: run.profile.bins.count), length: options.length)
      return try drive(parts, nil)
    }
  }

  /// Refuses to drive a machine by files that everybody may write: whoever can change them decides where mail goes.
  private func refuseOpenFiles(_ inputs: RunInputs) throws(CommandFailure) {
    guard options.backend == .modbus, !options.isDryRun else { return }
    let open = inputs.loaded.inputs.compactMap(\.openToAll)
    guard !open.isEmpty else { return }
    throw CommandFailure(
      InvalidInput(
        open.map {
          Diagnostic(
            file: $0, "everybody on this computer may write this file, so it must drive no machine",
            expected: "a file that its owner alone may write")
        }, category: .configuration), advice: "'chmod o-w FILE' takes that right away.")
  }

  /// Connects to a machine and checks it; a virtual plant waits.
  func connect(_ backend: LiveBackend, _ began: Nanoseconds) throws {
    backend.port.signals.began.store(began.rawValue, ordering: .releasing)
    guard case .modbus(let port) = backend else { return }
    // Until the control thread says what the journal has, the machine is told of nothing that it may forget.
    port.signals.journaledEvent.store(SafeEvent.none.rawValue, ordering: .releasing)
    try port.start()
    try Preflight(port: port, console: console, isQuiet: options.isQuiet).pass()
    if !options.arms && !options.isDryRun {
      console.warn("not armed: nothing is driven; add --arm to drive the machine")
    }
  }

  /// Does something that writes logs; an error says where what was written is.
  func explaining(_ folder: LiveFolder, _ body: () throws -> Outcome) throws -> Outcome {
    do {
      return try body()
    } catch let error as RecorderError {
      throw error.failure(
        folder.path, shownAs: folder.path,
        advice: "What was written is in \(printable(folder.path, limit: 240)).")
    }
  }

  /// How the logs are written: a machine's are made safe against a power cut, a virtual plant's can be had again.
  func journalSettings(_ profile: HardwareProfile, recalls: Bool = false) -> JournalSettings {
    var settings = JournalSettings()
    settings.ringSlots = Self.journalSlots(profile)
    if options.backend == .modbus { settings.commitInterval = JournalSettings.liveCommitInterval }
    settings.rotation = options.rotation
    settings.recalls = recalls
    return settings
  }

  static func journalSlots(_ profile: HardwareProfile) -> Int {
    max(Recorder.usualRingSlots, ControlLoop.leastJournalSlots(besides: LiveBackend.slots(for: profile)))
  }

  private func load() throws -> RunInputs {
    guard let scenario = options.scenario else {
      // A machine and a plan alone: the options were checked to have both.
      let loaded = try Library(environmentHome: console.environment["SORTLINE_HOME"]).loadLine(
        profile: options.overrides.profile ?? "", plan: options.overrides.plan ?? "",
        mail: options.overrides.mail, startsAt: wallClock)
      return try RunInputs(loaded, console: console, isQuiet: options.isQuiet)
    }
    return try RunInputs(
      scenario: scenario, overriding: options.overrides, until: options.plantEnd, console: console,
      isQuiet: options.isQuiet)
  }

  /// The run as its files describe it: what a machine does begins now, and is never the same run twice.
  func description(_ inputs: RunInputs) -> RunDescription {
    var run = inputs.description
    if options.backend == .modbus {
      run.startsAt = wallClock
      var print = Fingerprint()
      print.update(run.runID)
      print.update(UInt64(bitPattern: run.startsAt))
      print.update(UInt64(getpid()))
      run.runID = print.value
    }
    return run
  }

  /// Runs the control thread to its end, and writes the summary.
  func drive(_ parts: LiveParts, _ resumption: consuming LiveResumption?) throws -> Outcome {
    let (run, backend, gauges) = (parts.run, parts.backend, parts.gauges)
    var settings = options.settings(for: run.profile.control)
    if options.backend == .modbus { settings.length = parts.length }
    let wishes = ControlWishes()
    var metrics = try metricsFile(parts)
    let lines = ScannerLines()
    let feed = try options.scanner.map { try lines.feed($0) }
    defer { feed?.stop() }
    var missing: [EventRecord]?
    var givesUp = false
    var before: ControlResumption?
    if let resumption {
      missing = resumption.missing
      givesUp = resumption.givesUp
      before = .some(resumption.control)
    }
    var loop = ControlLoop(
      profile: run.profile, plan: parts.inputs.plan, port: backend.port, recorder: parts.recorder,
      settings: settings, gauges: gauges, wishes: wishes, began: parts.began, scanner: feed?.makeConsumer(),
      scannerPresence: feed?.presence, resumption: before)
    if let missing { loop.goOn(at: MonotonicClock.now(), missing: missing, givingUp: givesUp) }
    if case .simulated(let port, _) = backend { try port.start() }
    let thread: ControlThread
    do throws(RecorderError) {
      thread = try ControlThread(running: loop, wantsRealTime: !settings.isEager)
    } catch {
      // The plant would wait for ever for a controller that the system gives no thread.
      backend.port.signals.controllerIsGone.store(true, ordering: .releasing)
      throw error
    }
    // The checks were passed; the machine arms when the control thread has begun to turn.
    backend.port.signals.mayDrive.store(options.arms, ordering: .releasing)
    let wasDriven = watch(thread, parts, settings, lines, &metrics)
    let end = thread.join()
    metrics?.finish(console)
    tell(lines)
    let undriven = options.arms && !wasDriven ? Self.undriven(backend.port.signals) : ""
    backend.port.stop()
    let totals = try parts.recorder.finish(onMachine: backend.onMachine)
    var summary = Summary(
      run, totals, digest: end.digest, expecting: parts.inputs.loaded.scenario.expectations,
      mailRows: backend.mail?.rows, ending: backend.ending(end), supervision: end.supervision)
    summary.timing = timing(gauges, settings, thread, backend, run, feed)
    try writeWhole(
      summary.json, to: parts.folder.file("summary.json"), syncs: options.backend == .modbus)
    return Outcome(summary: summary, end: end, backend: backend, place: parts.folder.path, undriven: undriven)
  }

  /// Where the metrics go, with a first text in it: what cannot be written is told before anything moves.
  private func metricsFile(_ parts: LiveParts) throws(CommandFailure) -> MetricsWriter? {
    guard let path = options.prometheus else { return nil }
    let run = parts.run
    return try MetricsWriter(
      LiveMetrics(
        gauges: parts.gauges, signals: parts.backend.port.signals, profile: run.profile,
        scenario: run.scenario, plan: run.plan, runID: run.runIDText, isVirtual: parts.backend.port.isVirtual),
      to: MetricsFile(path: path, every: run.metricsInterval))
  }

  /// Why a machine was never driven, by what its port shows at the end.
  private static func undriven(_ signals: PortSignals) -> String {
    let conditions = signals.conditions.load(ordering: .relaxed)
    func holds(_ condition: PortCondition) -> Bool { conditions & condition.bit != 0 }
    if holds(.ownershipLost) { return "another controller drives it" }
    if holds(.emergencyStop) { return "its emergency stop is latched" }
    if holds(.watchdogOff) { return "its watchdog is off" }
    let link = LinkState(rawValue: signals.link.load(ordering: .relaxed)) ?? .down
    return "its link never came further than '\(link)'"
  }

  /// Shows the run and passes on what people want, until the control thread has ended; whether the machine was
  /// driven in it.
  private func watch(
    _ thread: ControlThread, _ parts: LiveParts, _ settings: ControlSettings, _ lines: ScannerLines,
    _ metrics: inout MetricsWriter?
  ) -> Bool {
    let (run, backend, began) = (parts.run, parts.backend, parts.began)
    var wasDriven = false
    let display = LiveDisplay(
      console: console, isQuiet: options.isQuiet, isPlain: options.isPlain, now: began)
    defer { display.close() }
    var view = LiveWatch(
      gauges: thread.gauges, wishes: thread.wishes, signals: backend.port.signals, profile: run.profile,
      settings: settings, journalSlots: Self.journalSlots(run.profile), isVirtual: backend.port.isVirtual,
      scenario: run.scenario, mode: mode)
    let notice = ServiceNotice(environment: console.environment)
    defer { notice?.stop() }
    while !thread.hasEnded {
      notice?.follow(
        lastCycle: backend.port.signals.lastCycle.load(ordering: .relaxed), now: MonotonicClock.now())
      if Interruption.isRequested { thread.wishes.stop.store(true, ordering: .relaxed) }
      switch display.waitForWish() {
      case .stop: thread.wishes.stop.store(true, ordering: .relaxed)
      case .acknowledge: thread.wishes.acknowledgements.add(1, ordering: .relaxed)
      case .shelve: thread.wishes.shelvings.add(1, ordering: .relaxed)
      case .unshelve: thread.wishes.unshelvings.add(1, ordering: .relaxed)
      case .toggleHold:
        let holds = thread.wishes.holdInduction.load(ordering: .relaxed)
        thread.wishes.holdInduction.store(!holds, ordering: .relaxed)
      case .reset:
        backend.port.signals.resetsAsked.add(1, ordering: .relaxed)
        thread.wishes.alarmResets.add(1, ordering: .relaxed)
      case nil: break
      }
      wasDriven = wasDriven || backend.port.signals.link.load(ordering: .relaxed) == LinkState.armed.rawValue
      metrics?.update(console)
      if !display.isFullScreen { tell(lines) }
      let now = MonotonicClock.now()
      display.update(now: now) { view.snapshot(elapsed: now - began) }
    }
    return wasDriven
  }

  /// Says what is wrong with a scanner's lines.
  private func tell(_ lines: ScannerLines) {
    guard !options.isQuiet else { return }
    for fault in lines.takeFaults() { console.warn(printable(fault, limit: 240)) }
  }

  /// What is driven, for the view.
  private var mode: String {
    switch options.backend {
    case .simulated: options.speed == 1 ? "simulated" : "simulated, x\(options.speed)"
    case .modbus: options.isDryRun ? "DRY RUN" : options.arms ? "ARMED" : "not armed"
    }
  }

  private func timing(
    _ gauges: ControlGauges, _ settings: ControlSettings, _ thread: ControlThread, _ backend: LiveBackend,
    _ run: RunDescription, _ feed: ScannerFeed?
  ) -> TimingReport {
    var report = gauges.report(settings, thread.permission, backend.port.signals, profile: run.profile)
    if let feed {
      let counts = feed.counts
      report.counts += [
        .init("scanner_readings", Int(clamping: counts.readings)),
        .init("scanner_faults", Int(clamping: counts.faults)),
        .init("scanner_dropped", Int(clamping: counts.dropped)),
        .init("scanner_too_old", gauges[.readingsTooOld]),
        .init("scanner_connections", Int(clamping: counts.connections)),
        .init("scanner_turned_away", Int(clamping: counts.turnedAway)),
        .init("machine_readings_left_out", gauges[.readingsLeftOut]),
      ]
    }
    report.backend = options.backend.rawValue
    report.speed = options.speed
    if case .simulated(let port, _) = backend, let ending = port.ending {
      report.counts += [
        .init("plant_waits", ending.waits),
        .init("plant_longest_wait_us", Int(ending.longestWait.rawValue / 1000)),
      ]
    }
    return report
  }

  /// Seconds since 1970 by the wall's clock: read once, for names and dates only.
  var wallClock: Int64 { Int64(time(nil)) }
}
