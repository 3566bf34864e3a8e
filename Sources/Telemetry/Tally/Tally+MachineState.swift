import EventRecords
import Quantities

extension Tally {
  /// Follows what the machine is doing: jams, belt, induction, feeder.
  func changeMachine(_ record: EventRecord) {
    let now = record.elapsed.rawValue
    let warmUp = unsafe state.pointee.warmUp
    switch record.kind {
    case .jamStarted:
      if now >= warmUp { unsafe state.pointee.jams += 1 }
      unsafe state.pointee.jamsActive += 1
      unsafe state.pointee.jammed.begin(at: now)
    case .jamCleared:
      unsafe state.pointee.jamsActive = max(0, state.pointee.jamsActive - 1)
      if unsafe state.pointee.jamsActive == 0 {
        unsafe state.pointee.jammed.end(at: now, notBefore: warmUp)
      }
    case .beltStopped: unsafe state.pointee.beltStopped.begin(at: now)
    case .beltStarted: unsafe state.pointee.beltStopped.end(at: now, notBefore: warmUp)
    case .inductionHeld: unsafe state.pointee.inductionHeld.begin(at: now)
    case .inductionReleased: unsafe state.pointee.inductionHeld.end(at: now, notBefore: warmUp)
    case .plantStarved where record.choice == .primary: unsafe state.pointee.starved.begin(at: now)
    default: unsafe state.pointee.starved.end(at: now, notBefore: warmUp)
    }
    noteState(at: now)
  }

  /// The one state the machine is in: a stop outweighs held induction, and that an empty feeder.
  private var currentState: MachineState {
    let state = unsafe state.pointee
    if state.jammed.holds || state.beltStopped.holds { return .held }
    if state.inductionHeld.holds { return .blocked }
    return state.starved.holds ? .starved : .execute
  }

  /// Keeps the change for later: whether it lies in the feeding time is not known before the next piece.
  private func noteState(at now: Int64) {
    let count = unsafe state.pointee.changes
    let last = unsafe count > 0 ? changes[count - 1].state : state.pointee.machine
    let new = currentState
    if new == last { return }
    if count == Self.changeLimit { settleChanges(until: .max) }
    unsafe changes[state.pointee.changes] = StateChange(at: now, state: new)
    unsafe state.pointee.changes += 1
  }

  /// Books the time of the changes up to a moment, and forgets those.
  @inline(never)
  func settleChanges(until end: Int64) {
    for index in 0..<(unsafe state.pointee.changes) {
      let change = unsafe changes[index]
      if change.at > end { break }
      bookState(until: change.at)
      unsafe state.pointee.machine = change.state
    }
    unsafe state.pointee.changes = 0
  }

  /// Books the time in the present state up to a moment, without what lies in the warm-up.
  private func bookState(until end: Int64) {
    let from = unsafe max(state.pointee.machineSince, state.pointee.warmUp)
    unsafe state.pointee.stateTimes[state.pointee.machine.rawValue] += max(0, end - from)
    unsafe state.pointee.machineSince = max(state.pointee.machineSince, end)
  }

  /// The time in each state from the warm-up's end to `end`, in the order of `MachineState`; changes nothing.
  func stateTimes(until end: Int64) -> [Nanoseconds] {
    let state = unsafe state.pointee
    var times = MachineState.allCases.map { state.stateTimes[$0.rawValue] }
    var machine = state.machine
    var since = state.machineSince
    for index in 0..<state.changes {
      let change = unsafe changes[index]
      if change.at > end { break }
      times[machine.rawValue] += max(0, change.at - max(since, state.warmUp))
      machine = change.state
      since = change.at
    }
    times[machine.rawValue] += max(0, end - max(since, state.warmUp))
    return times.map { Nanoseconds($0) }
  }
}
