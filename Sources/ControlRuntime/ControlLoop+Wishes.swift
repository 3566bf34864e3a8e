import Dispatching
import EventRecords
import Quantities

/// Wishes of others, the end of the run, and what is shown.
extension ControlLoop {
  /// Heeds what other threads ask for, and the end of the time that was asked for.
  mutating func heedWishes(at elapsed: Instant) {
    let wantsHold = wishes.holdInduction.load(ordering: .relaxed)
    if wantsHold != holdsForOperator, end == nil, hasRoomForStep() {
      holdsForOperator = wantsHold
      step(FieldInput(.hold(.operator, wantsHold), at: position), since: nil)
    }
    heedAlarmWishes()
    if end != nil { return }
    if wishes.stop.load(ordering: .relaxed) {
      finish(.stopped)
    } else if let length = settings.length, elapsed.rawValue >= length.rawValue {
      runEmpty(at: elapsed)
    }
  }

  /// What a person wants of the alarms, each as often as it was asked for anew.
  private mutating func heedAlarmWishes() {
    let wanted = HeededWishes(wishes)
    guard wanted != heeded, hasRoomForStep() else { return }
    let before = heeded
    heeded = wanted
    if wanted.acknowledgements != before.acknowledgements {
      answerAlarms { $0.acknowledgeAll(at: $1) }
    }
    if wanted.alarmResets != before.alarmResets {
      answerAlarms { $0.resetAll(at: $1) }
    }
    if wanted.shelvings != before.shelvings {
      answerAlarms { $0.shelveAcknowledged(for: ControlWishes.shelving, at: $1) }
    }
    if wanted.unshelvings != before.unshelvings {
      answerAlarms { $0.unshelveAll(at: $1) }
    }
  }

  /// The time that was asked for is over: nothing more is fed, and what is on a real machine is still sorted.
  private mutating func runEmpty(at elapsed: Instant) {
    guard !isVirtual, settings.runsEmpty else { return finish(.timeIsUp) }
    if fedUntil == nil {
      guard hasRoomForStep() else { return }
      fedUntil = elapsed
      step(FieldInput(.hold(.shutdown, true), at: position), since: nil)
    }
    let waited = elapsed - (fedUntil ?? elapsed)
    if gauges.onMachine <= 0 || waited > JournalWatch.longestEmptying { finish(.timeIsUp) }
  }

  /// Ends the run: holds induction, disarms, and asks the port to stop.
  ///
  /// A virtual plant is not told to hold: it stands still at once, and its own last records are waited for.
  mutating func finish(_ cause: ControlEnd.Cause) {
    if end == nil { end = cause }
    side.signals.mayDrive.store(false, ordering: .releasing)
    if !isVirtual, cause != .portEnded, hasRoomForStep() {
      step(FieldInput(.hold(.shutdown, true), at: position), since: nil)
    }
    side.signals.shouldStop.store(true, ordering: .releasing)
  }

  /// Whether the thread may leave: the run has ended, and a virtual plant has said its last.
  public var isOver: Bool {
    mutating get {
      guard end != nil else { return false }
      if !isVirtual { return true }
      return side.signals.hasEnded.load(ordering: .acquiring) && side.inputs.waiting() == 0
    }
  }

  /// Writes the last records and says how the run ended; called once, when `isOver`.
  public mutating func close() -> ControlEnd {
    emitTruths(before: .max)
    if !isVirtual {
      var record = EventRecord(.runEnded, at: now, position: position)
      // The machine's time begins with its first piece, because what lies before was the checks and the
      // arming, and ends when feeding was over: while it ran empty nothing could be fed.
      record.a = UInt64(max(1, ((fedUntil ?? now) - (firstFed ?? .start)).rawValue))
      record.count = UInt32(truncatingIfNeeded: gauges[.fed])
      emit(record)
    }
    if recorder.keepsInputs { mark() }
    recorder.flush()
    return ControlEnd(
      cause: end ?? .stopped, now: now, digest: directives.digest.value,
      supervision: supervisor.report(at: now))
  }

  /// Notes how punctual a cycle was: `wake` from the pacer, `done` when its work was finished.
  mutating func note(_ wake: Wake, done: Nanoseconds) {
    gauges.lateness.record(wake.lateness)
    let length = done - wake.moment
    gauges.cycleTimes.record(length)
    if wake.skippedPeriods > 0 { gauges.add(wake.skippedPeriods, to: .skippedPeriods) }
    if length > settings.period { gauges.add(to: .overruns) }
    if length > settings.period || wake.skippedPeriods > 0, overruns.happen(at: wake.moment) {
      report(.cycleOverruns, .happens)
    }
  }

  /// Shows other threads where the run is.
  mutating func showState(_ elapsed: Instant) {
    gauges.add(to: .cycles)
    gauges[.now] = Int(isVirtual ? now.rawValue : elapsed.rawValue)
    let depth = side.inputs.waiting()
    gauges[.inputDepth] = depth
    gauges.raise(.inputDepthMost, to: depth)
  }
}

/// How often each thing was asked of the alarms.
struct HeededWishes: Equatable {
  var acknowledgements = 0
  var shelvings = 0
  var unshelvings = 0
  var alarmResets = 0

  init() {}

  /// What was asked for by now.
  init(_ wishes: ControlWishes) {
    acknowledgements = wishes.acknowledgements.load(ordering: .relaxed)
    shelvings = wishes.shelvings.load(ordering: .relaxed)
    unshelvings = wishes.unshelvings.load(ordering: .relaxed)
    alarmResets = wishes.alarmResets.load(ordering: .relaxed)
  }
}

/// Tells a computer that is too slow from one that was taken away for a moment: ten late cycles within a second.
struct OverrunWatch {
  private var since = Nanoseconds.zero
  private var count = 0

  /// Counts a late cycle; answers whether there are too many.
  mutating func happen(at moment: Nanoseconds) -> Bool {
    if moment - since > .seconds(1) {
      since = moment
      count = 0
    }
    count += 1
    return count >= 10
  }
}
