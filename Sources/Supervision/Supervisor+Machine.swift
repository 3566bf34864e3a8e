import EventRecords
import Quantities

/// What the machine's signals say together.
struct MachineSignals: BitwiseCopyable, Sendable {
  var isJammed = false
  var isBeltStopped = false
  var isInductionHeld = false
  var isStarved = false
  /// When a signal changed that has not been settled; `.never` where all are.
  var changedAt = Instant.never
  /// Where the belt was then.
  var changedPosition = Pulses.zero

  /// The state they ask for: a standstill outweighs held induction, and that an empty feeder.
  var state: PackMLState {
    if isJammed || isBeltStopped { return .held }
    return isInductionHeld || isStarved ? .suspended : .execute
  }

  /// What the machine waits for.
  var cause: PackMLCause {
    if isJammed || isBeltStopped { return .stopped }
    if isInductionHeld { return .blocked }
    return isStarved ? .starved : .none
  }
}

/// The machine's state, found or followed.
extension Supervisor {
  /// The run begins: where nobody reports the state, the machine is reset and started.
  mutating func beginRun(at now: Instant) {
    guard stateSource == .derived else { return }
    for command in [PackMLCommand.reset, .start] {
      _ = unit.command(command, at: now)
      _ = unit.stateComplete(at: now)
    }
    tellState(at: now)
  }

  /// Notes a signal; what it makes of the state is settled when time has moved on.
  mutating func noteSignal(_ record: EventRecord) {
    switch record.kind {
    case .jamStarted: signals.isJammed = true
    case .jamCleared: signals.isJammed = false
    case .beltStopped: signals.isBeltStopped = true
    case .beltStarted: signals.isBeltStopped = false
    case .inductionHeld: signals.isInductionHeld = true
    case .inductionReleased: signals.isInductionHeld = false
    case .plantStarved: signals.isStarved = record.choice == .primary
    default: return
    }
    if signals.changedAt == .never {
      signals.changedAt = record.elapsed
      signals.changedPosition = record.position
    }
  }

  /// Brings the state to what the signals ask for, as of the moment they changed.
  mutating func settleState() {
    let now = signals.changedAt
    signals.changedAt = .never
    let (state, cause) = (signals.state, signals.cause)
    guard stateSource == .derived, [.execute, .held, .suspended].contains(unit.state) else { return }
    if state == unit.state, cause == unit.cause { return }
    if state != unit.state {
      // Out of the present wait, into the next: Suspended to Held has a way of its own.
      if unit.state == .held { go(.unhold, at: now) }
      if unit.state == .suspended, state == .execute { go(.unsuspend, at: now) }
      if state == .held { go(.hold, at: now) }
      if state == .suspended { go(.suspend, at: now) }
    }
    unit.wait(for: cause)
    tellState(at: now, signals.changedPosition)
  }

  /// A command whose acting state takes no time.
  private mutating func go(_ command: PackMLCommand, at now: Instant) {
    if unit.command(command, at: now) == nil { _ = unit.stateComplete(at: now) }
  }

  /// Takes over a state that somebody else knows: the machine's PLC, or the virtual plant at the end of its mail.
  mutating func follow(_ record: EventRecord) {
    guard let state = PackMLState(rawValue: record.stateNumber) else { return }
    if let mode = PackMLMode(rawValue: record.modeNumber), mode != .undefined {
      _ = unit.change(to: mode, at: record.elapsed)
    }
    unit.follow(state, at: record.elapsed)
    if state == .suspended || state == .held {
      unit.wait(for: PackMLCause(rawValue: record.causeNumber) ?? signals.cause)
    }
  }

  /// All mail has left the machine: from Completing to Complete.
  public mutating func complete(at now: Instant) {
    advance(to: now)
    guard stateSource == .derived else { return }
    if unit.state != .completing { _ = unit.command(.complete, at: now) }
    if unit.stateComplete(at: now) == nil { tellState(at: now) }
  }

  /// Obeys a command of the line's supervisor, or says why not; for a machine whose state is derived.
  public mutating func command(_ command: PackMLCommand, at now: Instant) -> PackMLRefusal? {
    advance(to: now)
    tags.commandCntrlCmd = Int(command.rawValue)
    if let refusal = unit.command(command, at: now) { return refusal }
    if stateSource == .derived { while unit.stateComplete(at: now) == nil {} }
    tellState(at: now)
    return nil
  }

  /// Changes the mode, or says why not.
  public mutating func change(to mode: PackMLMode, at now: Instant) -> PackMLRefusal? {
    advance(to: now)
    tags.commandUnitMode = mode
    if let refusal = unit.change(to: mode, at: now) { return refusal }
    tellState(at: now)
    return nil
  }

  mutating func abort(at now: Instant) {
    guard stateSource == .derived, unit.command(.abort, at: now) == nil else { return }
    _ = unit.stateComplete(at: now)
    tellState(at: now)
  }

  private mutating func tellState(at now: Instant, _ place: Pulses? = nil) {
    var record = EventRecord(.machineState, at: now, position: place ?? position)
    record.stateNumber = unit.state.rawValue
    record.modeNumber = unit.mode.rawValue
    record.causeNumber = unit.cause.rawValue
    append(record)
  }
}
