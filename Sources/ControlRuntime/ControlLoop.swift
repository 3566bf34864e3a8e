import Dispatching
import EventRecords
import Quantities
import RingBuffer
import SorterModel
import Supervision
import Synchronization
import Telemetry

/// What one control thread does in each cycle: inputs in, the dispatcher stepped, commands and records out.
///
/// Made anywhere, then owned by one thread. A cycle takes no lock, allocates nothing, writes nothing and makes
/// no system call; it reads the clock where a command goes out, to know how long that took. Everything
/// it shares with others is a ring or an atomic.
public struct ControlLoop: ~Copyable {
  var dispatcher: Dispatcher
  var directives: DirectiveBuffer
  var side: ControlSide
  /// Readings of a scanner that speaks for itself; nil where the machine tells them.
  var scanner: RingConsumer<HeardReading>?
  /// Whether that scanner is there; nil where nobody would know.
  let scannerPresence: ScannerPresence?
  let recorder: Recorder
  let settings: ControlSettings
  let gauges: ControlGauges
  let wishes: ControlWishes
  let isVirtual: Bool
  let tellsOutcomes: Bool
  var meter: MarginMeter
  /// The monotonic moment at which the run began.
  let began: Nanoseconds
  /// How many inputs of the port were handled.
  var handled: UInt64 = 0
  /// The time and the belt's position at the last input: neither ever goes back.
  var now = Instant.start
  var position = Pulses.zero
  /// The moment of the cycle, and that at which the last command went out in it.
  var moment: Nanoseconds
  var lastGiven: Nanoseconds
  /// Records that the journal has room for, as far as is known.
  var room = 0
  var journal = JournalWatch()
  /// Follows the machine's state and raises alarms.
  var supervisor: Supervisor
  var watched = WatchedConditions()
  var overruns = OverrunWatch()
  /// What was done of the wishes about alarms.
  var heeded = HeededWishes()
  /// A truth that was taken out of its ring and belongs before an input still to come.
  var heldTruth: PortTruth?
  /// A hold or release that found the port's ring full: given again, because nothing else would ever tell.
  var hold: PortCommand?
  var holdsForOperator = false
  /// When the first piece was fed.
  var firstFed: Instant?
  /// When the time that was asked for was over and feeding ended; nil before.
  var fedUntil: Instant?
  /// Who wanted induction held when the run was cut short, and when its last event happened.
  var released: [FieldInput.HoldWisher] = []
  var lastEvent = Instant.start
  /// Why the loop ends, once it does.
  public internal(set) var end: ControlEnd.Cause?
  /// Works against nobody while this loop waits for its next cycle; nil where it does not wait.
  var practice: Practice?

  /// A loop over the control thread's ends of `port`, which are taken here.
  ///
  /// - Parameters:
  ///   - recorder: belongs to the control thread from now until the loop has ended.
  ///   - began: the monotonic moment that is the run's time 0.
  ///   - scanner: the readings of a scanner on a wire of its own; those that the machine tells are left out then.
  ///   - scannerPresence: whether that scanner is there.
  ///   - resumption: where a run that was cut short is gone on with; nil for a new one.
  public init(
    profile: HardwareProfile, plan: CompiledPlan, port: any PlantPort, recorder: Recorder,
    settings: ControlSettings, gauges: ControlGauges, wishes: ControlWishes, began: Nanoseconds,
    scanner: consuming RingConsumer<HeardReading>? = nil, scannerPresence: ScannerPresence? = nil,
    resumption: consuming ControlResumption? = nil
  ) {
    side = port.control.take()
    self.scanner = scanner
    self.scannerPresence = scannerPresence
    self.recorder = recorder
    self.settings = settings
    self.gauges = gauges
    self.wishes = wishes
    isVirtual = port.isVirtual
    tellsOutcomes = port.wantsOutcomes
    self.began = began
    moment = began
    lastGiven = began
    let before = resumption.take()
    let isNew = before == nil
    if let before {
      now = before.dispatcher.now
      position = before.dispatcher.position
      firstFed = before.firstFed
      released = before.dispatcher.holds
      let digest = before.dispatcher.digest
      lastEvent = before.lastEvent
      supervisor = before.supervisor
      dispatcher = before.dispatcher.dispatcher
      directives = DirectiveBuffer(capacity: dispatcher.directiveCapacity, goingOnFrom: digest)
    } else {
      dispatcher = Dispatcher(profile: profile, plan: plan)
      directives = DirectiveBuffer(capacity: dispatcher.directiveCapacity)
      supervisor = Supervisor(
        profile: profile, stateSource: isVirtual ? .derived : .reported, countedFrom: recorder.run.warmUp)
    }
    meter = MarginMeter(profile, capacity: dispatcher.directiveCapacity)
    precondition(
      side.commands.capacity >= dispatcher.directiveCapacity,
      "a port's rings must hold every command of a step")
    precondition(
      recorder.ringSlots >= 2 * (dispatcher.directiveCapacity + side.truths.capacity),
      "the journal's ring must hold every record of a step, twice")
    if isNew { emit(EventRecord(.runStarted, at: .start, position: .zero)) }
  }

  /// Goes on with a run that was cut short, `moment` being now: the first thing after its making.
  ///
  /// Who wanted induction held is not there any more, and what only a running controller knew is not known now:
  /// both end here.
  /// - Parameters:
  ///   - missing: events of before that were not written any more.
  ///   - givingUp: whether what is on the machine cannot be taken over, and each piece counts as lost.
  public mutating func goOn(at moment: Nanoseconds, missing: [EventRecord], givingUp: Bool) {
    self.moment = moment
    for record in missing { emit(record) }
    let before = max(now, lastEvent)
    now = max(before, Instant((moment - began).rawValue))
    room = recorder.room
    var record = EventRecord(.runResumed, at: now, position: position)
    record.count = UInt32(clamping: gauges.onMachine)
    record.a = UInt64(max(0, (now - before).rawValue))
    emit(record)
    supervisor.endRecall(at: now)
    writeFindings()
    if givingUp, gauges.onMachine > 0 { step(FieldInput(.machineRestarted, at: position), since: nil) }
    for wisher in released { step(FieldInput(.hold(wisher, false), at: position), since: nil) }
    released = []
    recorder.flush()
  }

  /// How many slots a port's rings need at least on this machine: all directives of the largest step, a power of two.
  public static func leastSlots(for profile: HardwareProfile) -> Int {
    var slots = 1
    while slots < Dispatcher.trackCapacity(for: profile) + 64 { slots *= 2 }
    return slots
  }

  /// How many slots the journal's ring needs at least beside port rings of `slots`: four times as many.
  public static func leastJournalSlots(besides slots: Int) -> Int { slots * 4 }

  /// How many pieces the dispatcher has under way.
  public var onMachine: Int { dispatcher.onMachine }

  /// One cycle that began at a moment of the monotonic clock.
  ///
  /// - Returns: how many inputs it handled.
  public mutating func cycle(at moment: Nanoseconds) -> Int {
    self.moment = moment
    lastGiven = moment
    let elapsed = Instant((moment - began).rawValue)
    side.signals.lastCycle.store(elapsed.rawValue, ordering: .relaxed)
    if !isVirtual { now = max(now, elapsed) }
    room = recorder.room
    // Read before the ring: what the port pushed before it ended is seen below.
    let portHasEnded = side.signals.hasEnded.load(ordering: .acquiring)
    watchJournal()
    if !isVirtual {
      side.signals.journaledEvent.store(recorder.committedMachineEvent.rawValue, ordering: .relaxed)
      watchPort()
    }
    heedWishes(at: elapsed)
    if let again = hold, side.commands.tryPush(again) { hold = nil }
    let taken = takeInputs()
    takeReadings()
    // What belongs before the next input belongs after all that was handled.
    if isVirtual, hasRoomForStep() { emitTruths(before: handled &+ 1) }
    if portHasEnded, taken == 0, side.inputs.waiting() == 0 { finish(.portEnded) }
    recorder.flush()
    showState(elapsed)
    return taken
  }

  /// Handles what waits in the port's ring, as far as the journal has room and a cycle goes.
  private mutating func takeInputs() -> Int {
    var taken = 0
    while taken < settings.inputsACycle {
      guard hasRoomForStep() else {
        gauges.add(to: .journalWaits)
        break
      }
      guard let input = side.inputs.tryPop() else { break }
      handled &+= 1
      taken &+= 1
      if taken == 1 { lastGiven = MonotonicClock.now() }
      note(input)
      emitTruths(before: handled)
      if input.input.event.kind == .assignmentAnswered { measure(input) }
      if input.input.event.kind == .pieceIdentified { practice?.remember(input.input.event) }
      if input.input.event.kind == .session {
        keep(input.input)
      } else if input.input.event.kind == .pieceIdentified && scanner != nil {
        // One scanner is heard, not two: what the machine says of its own would be a second opinion of each piece.
        gauges.add(to: .readingsLeftOut)
      } else {
        step(input.input, since: input.at)
      }
      // Everything the input brought about is in the rings: a virtual plant may go on.
      side.signals.handled.store(handled, ordering: .releasing)
    }
    if taken > 0 { gauges.add(taken, to: .inputs) }
    return taken
  }

  /// Moves time and belt on; neither ever goes back, and no input from the field can put them where they cannot be.
  private mutating func note(_ input: PortInput) {
    let latest = Instant((moment - began).rawValue) + .seconds(1)
    now = max(now, isVirtual ? input.at : min(input.at, latest))
    if input.input.position.rawValue.magnitude < 1 << 60 { position = max(position, input.input.position) }
  }

  /// Handles readings of a scanner that speaks for itself: where the belt is now tells whose they are.
  private mutating func takeReadings() {
    guard scanner != nil else { return }
    let seen = side.signals.lastPosition
    if let seen { position = max(position, seen.position) }
    var taken = 0
    while taken < settings.inputsACycle, hasRoomForStep(), let heard = scanner?.tryPop() {
      taken += 1
      let reading = heard.reading
      if reading.piece == .none, isTooOld(heard, beltSeenAt: seen?.at) {
        gauges.add(to: .readingsTooOld)
        continue
      }
      let event = FieldInput.Event.pieceIdentified(
        reading.piece, reading.code, reading.dimensions, reading.quality)
      step(FieldInput(event, at: position), since: nil)
    }
  }

  /// Whether the belt may have brought another piece to where the reading's own was thought to be.
  ///
  /// Because the reading waited here, or because the machine has not been heard since: where the belt was before a
  /// request that hangs, or when a run that is gone on with was cut short, says nothing of where it was when the
  /// scanner read.
  private func isTooOld(_ heard: HeardReading, beltSeenAt seen: Instant?) -> Bool {
    let longest = dispatcher.longestReadingWait
    if moment - heard.at > longest { return true }
    guard let seen else { return true }
    return Instant((heard.at - began).rawValue) - seen > longest
  }

  /// Steps the dispatcher and hands out what it wants; `since` is when the input was put into its ring.
  ///
  /// Commands go out first: what is written down of the step costs cold memory, and can wait for some microseconds.
  mutating func step(_ input: FieldInput, since: Instant?) {
    dispatcher.step(input, at: now, into: &directives)
    let dropped = directives.commandCount > 0 ? give(since: since) : 0
    keep(input)
    if directives.commandCount > 0 { noteGiven(dropped: dropped) }
    for index in 0..<directives.recordCount {
      let record = directives.record(index)
      emit(record)
      if tellsOutcomes, record.outcome != .onMachine { _ = side.outcomes.stage(record) }
    }
    if tellsOutcomes { side.outcomes.publish() }
    directives.removeAll()
  }

  /// Gives the port the step's commands, and measures how long that took.
  ///
  /// - Returns: how many found the port's ring full and were dropped.
  private mutating func give(since: Instant?) -> Int {
    let elapsed = Instant((moment - began).rawValue)
    var dropped = 0
    for index in 0..<directives.commandCount {
      let command = directives.command(index)
      let given = PortCommand(command, givenAt: elapsed, because: handled)
      if side.commands.stage(given) { continue }
      dropped += 1
      if command.kind == .holdInduction || command.kind == .releaseInduction { hold = given }
    }
    side.commands.publish()
    let clock = MonotonicClock.now()
    gauges.handling.record(clock - lastGiven)
    lastGiven = clock
    if !isVirtual, let since { gauges.responses.record(Instant((clock - began).rawValue) - since) }
    return dropped
  }

  /// Counts the commands that went out, and notes what is left until each is due.
  private mutating func noteGiven(dropped: Int) {
    gauges.add(directives.commandCount, to: .commands)
    if dropped > 0 { gauges.add(dropped, to: .commandsDropped) }
    for _ in 0..<dropped { report(.commandsUnanswered, .happens) }
    let elapsed = isVirtual ? now : Instant((moment - began).rawValue)
    for index in 0..<directives.commandCount {
      if let margin = meter.gave(directives.command(index), at: elapsed, position: position) { note(margin) }
    }
  }

  private mutating func measure(_ input: PortInput) {
    switch input.input.event.answer {
    case .accepted: break
    case .withheld: return
    case .late: gauges.add(to: .answersLate)
    case .refused: gauges.add(to: .answersRefused)
    }
    guard let (roundTrip, margin) = meter.heard(input.input, at: now) else { return }
    if !isVirtual { gauges.roundTrips.record(roundTrip) }
    if let margin { note(margin) }
  }

  private mutating func note(_ margin: Nanoseconds) {
    gauges.margins.record(margin)
    guard margin < settings.leastMargin else { return }
    gauges.add(to: .marginsBelowLimit)
    report(.marginLow, .happens)
  }
}
