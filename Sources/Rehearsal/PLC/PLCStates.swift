import Quantities
import RegisterMap
import Supervision

/// The machine's PackML states: what happens to it drives them, and the controller's PackML commands do.
///
/// Its acting states (Starting, Aborting and so on) last less than a scan: it comes to rest at once.
struct PLCStates {
  private(set) var unit = PackMLUnit()
  /// The state that was last told by an event.
  var told = PackMLState.stopped
  private var wasArmed = false

  /// Whether pieces may be fed in the present state and mode.
  var mayFeed: Bool { unit.state == .execute && unit.mode == .production }

  /// Obeys a command, if it is one and leads anywhere from here.
  mutating func command(_ number: UInt16, at now: Int64) {
    guard unit.command(number: Int(number), at: Instant(now)) == nil else { return }
    settle(now, isEmpty: false)
  }

  /// Goes into a mode, if it is one and the present state allows it.
  mutating func change(to number: UInt16, at now: Int64) {
    guard let mode = UInt8(exactly: number).flatMap(PackMLMode.init(rawValue:)) else { return }
    _ = unit.change(to: mode, at: Instant(now))
  }

  /// What is the case with the machine.
  struct Conditions {
    var isSafe: Bool
    var isArmed: Bool
    var isJammed: Bool
    var isHeld: Bool
    var isEmpty: Bool
  }

  /// Brings the state into line with what is the case.
  mutating func follow(_ now: Int64, _ conditions: Conditions) {
    if conditions.isSafe {
      _ = unit.command(.abort, at: Instant(now))
    } else if unit.state == .aborted {
      _ = unit.command(.clear, at: Instant(now))
    }
    settle(now, isEmpty: conditions.isEmpty)
    // To arm is to start; after that the machine's own commands rule.
    if conditions.isArmed && !wasArmed && !conditions.isSafe {
      for command in [PackMLCommand.reset, .start] {
        _ = unit.command(command, at: Instant(now))
        settle(now, isEmpty: conditions.isEmpty)
      }
    }
    wasArmed = conditions.isArmed
    if conditions.isJammed {
      _ = unit.command(.hold, at: Instant(now))
    } else if unit.state == .held, unit.cause == .stopped {
      _ = unit.command(.unhold, at: Instant(now))
    } else if conditions.isHeld {
      _ = unit.command(.suspend, at: Instant(now))
    } else if unit.state == .suspended, unit.cause == .blocked {
      _ = unit.command(.unsuspend, at: Instant(now))
    }
    settle(now, isEmpty: conditions.isEmpty)
    // Only what the machine did by itself does it undo by itself.
    if unit.state == .held, conditions.isJammed { unit.wait(for: .stopped) }
    if unit.state == .suspended, conditions.isHeld { unit.wait(for: .blocked) }
  }

  /// Lets acting states end; Completing lasts until no piece is on the machine.
  private mutating func settle(_ now: Int64, isEmpty: Bool) {
    while unit.state.isActing, unit.state != .completing || isEmpty {
      _ = unit.stateComplete(at: Instant(now))
    }
  }
}

extension PLCProgram {
  /// Brings the PackML state into line with what is the case, and tells each state in which it comes to rest.
  mutating func updateStates() {
    guard !isDown else { return }
    pack.follow(
      now,
      PLCStates.Conditions(
        isSafe: supervision.isSafe || supervision.isEmergencyStopped,
        isArmed: supervision.isArmed || (settings.feedsAtOnce && clock != nil && !supervision.hasEverArmed),
        isJammed: status.flags.contains(.jam), isHeld: isHeldByCommand, isEmpty: plant.onMachine == 0))
    guard pack.unit.state != pack.told else { return }
    pack.told = pack.unit.state
    var event = EventSlot()
    event.kind = EventSlot.Kind.stateChanged.rawValue
    event.detail = pack.unit.state.rawValue
    event.encoder = encoder(at: plant.position)
    append(event)
    updateFeeding()
  }
}
