import Quantities

/// A machine's PackML state and mode, and for how long it was in each: a flat value.
///
/// Time is what the caller says it is; an earlier moment than the last counts as the last.
public struct PackMLUnit: Sendable, BitwiseCopyable {
  /// The present state.
  public private(set) var state = PackMLState.stopped
  /// The present mode.
  public private(set) var mode = PackMLMode.production
  /// What it waits for, in Suspended and Held.
  public private(set) var cause = PackMLCause.none
  /// Since when it is in the present state.
  public private(set) var stateSince = Instant.start
  /// Since when it is in the present mode.
  public private(set) var modeSince = Instant.start
  /// Times before this are not counted: the end of a warm-up, or the last reset of the counters.
  public private(set) var countedFrom: Instant

  // By mode and state, in nanoseconds: 4 modes of 18 states.
  private var times = InlineArray<72, Int64>(repeating: 0)
  private var bookedTo = Instant.start

  /// A unit that stands in Stopped, in production mode; times before `countedFrom` are left out.
  public init(countedFrom: Instant = .start) { self.countedFrom = countedFrom }

  /// Obeys a command, or says why not.
  public mutating func command(_ command: PackMLCommand, at now: Instant) -> PackMLRefusal? {
    guard let target = state.target(of: command) else { return .notFromThisState }
    enter(target, at: now)
    return nil
  }

  /// Obeys the command with this number, as a register brings it.
  public mutating func command(number: Int, at now: Instant) -> PackMLRefusal? {
    guard let value = UInt8(exactly: number), let command = PackMLCommand(rawValue: value) else {
      return .unknownCommand
    }
    return self.command(command, at: now)
  }

  /// The work of an acting state is done.
  public mutating func stateComplete(at now: Instant) -> PackMLRefusal? {
    guard let next = state.next else { return .notActing }
    enter(next, at: now)
    return nil
  }

  /// Changes the mode, or says why not; the present mode again is no change and no refusal.
  public mutating func change(to mode: PackMLMode, at now: Instant) -> PackMLRefusal? {
    if mode == self.mode { return nil }
    if mode == .undefined { return .unknownMode }
    guard state.allowsModeChange else { return .modeNotFromThisState }
    book(until: now)
    self.mode = mode
    modeSince = bookedTo
    return nil
  }

  /// Takes over the state that the machine itself reports, whatever the one before was.
  public mutating func follow(_ state: PackMLState, at now: Instant) {
    if state != self.state { enter(state, at: now) }
  }

  /// Notes what the machine waits for.
  public mutating func wait(for cause: PackMLCause) { self.cause = cause }

  /// Forgets all times: they are counted anew from `now`.
  public mutating func resetTimes(at now: Instant) {
    book(until: now)
    times = InlineArray(repeating: 0)
    countedFrom = max(countedFrom, bookedTo)
  }

  /// For how long it was in a state of a mode, up to `now`.
  public func time(in state: PackMLState, _ mode: PackMLMode, until now: Instant) -> Nanoseconds {
    var sum = times[Self.index(state, mode)]
    if state == self.state, mode == self.mode { sum += openTime(until: now) }
    return Nanoseconds(sum)
  }

  /// For how long it was in a state in all modes together, up to `now`.
  public func time(in state: PackMLState, until now: Instant) -> Nanoseconds {
    PackMLMode.allCases.reduce(.zero) { $0 + time(in: state, $1, until: now) }
  }

  /// For how long it was in a mode in all states together, up to `now`.
  public func time(in mode: PackMLMode, until now: Instant) -> Nanoseconds {
    PackMLState.allCases.reduce(.zero) { $0 + time(in: $1, mode, until: now) }
  }

  private mutating func enter(_ state: PackMLState, at now: Instant) {
    book(until: now)
    self.state = state
    stateSince = bookedTo
    cause = .none
  }

  private mutating func book(until now: Instant) {
    times[Self.index(state, mode)] += openTime(until: now)
    bookedTo = max(bookedTo, now)
  }

  /// The time since the last booking that counts.
  private func openTime(until now: Instant) -> Int64 {
    max(0, (now - max(bookedTo, countedFrom)).rawValue)
  }

  private static func index(_ state: PackMLState, _ mode: PackMLMode) -> Int {
    Int(mode.rawValue) * 18 + Int(state.rawValue)
  }
}

/// What a machine in Suspended or Held waits for.
@frozen
public enum PackMLCause: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// Nothing.
  case none = 0
  /// What is downstream takes no more: bins or the end are full, or induction is held.
  case blocked
  /// There is no mail to feed.
  case starved
  /// A jam, or a belt that was stopped.
  case stopped

  /// The cause's name in files; empty for none.
  public var name: String { self == .none ? "" : String(describing: self) }
}
