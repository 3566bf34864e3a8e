import RegisterMap

/// The machine's PackML state and mode by their numbers in ISA-TR88.00.02.
struct PLCStates {
  var state: UInt8 = 4
  var mode: UInt8 = 1
  var mayFeed: Bool { true }

  mutating func command(_ number: UInt16) {}
}

extension PLCProgram {
  /// Brings the PackML state into line with what is the case, and tells each change.
  mutating func updateStates() {
    let state: UInt8 =
      if supervision.isSafe || supervision.isEmergencyStopped {
        9
      } else if clock == nil {
        4
      } else if status.flags.contains(.jam) {
        11
      } else if isHeldByCommand {
        5
      } else {
        6
      }
    guard state != pack.state else { return }
    pack.state = state
    var event = EventSlot()
    event.kind = EventSlot.Kind.stateChanged.rawValue
    event.detail = state
    event.encoder = encoder(at: plant.position)
    append(event)
  }
}
