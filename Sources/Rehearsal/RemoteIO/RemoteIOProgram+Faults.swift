import Quantities
import SorterModel

/// The device's own faults.
extension RemoteIOProgram {
  /// Lets the faults begin and end that are due.
  mutating func playFaults() {
    while let (kind, begins, amount) = faults.next(at: now) {
      switch kind {
      case .reboot: begins ? goDown() : comeUp()
      case .emergencyStop: stopEmergency(begins)
      case .eyeStuckOn: if begins { stick(eye: amount) }
      case .encoderStands: standEncoder(begins)
      case .encoderJumps: if begins { encoderStart &+= UInt32(amount > 0 ? amount : 20) }
      case .freezeHeartbeat, .watchdogOff, .ignoreCommands, .refuseCommands, .swapWords, .eyeStuckOff,
        .eyeChatters, .secondMaster, .tornSnapshot, .loseEvents:
        break
      }
    }
  }

  /// Whether the device is restarting: it answers nothing but that it is busy.
  var isDown: Bool { faults.isOn(.reboot) }

  /// The power of the device goes: its outputs are off.
  private mutating func goDown() {
    letGo()
    updateFeeding()
  }

  /// It is there again, and has forgotten what it counted.
  private mutating func comeUp() {
    account.restarts += 1
    encoderStart = 0 &- UInt32(truncatingIfNeeded: plant.position.rawValue)
    if stoodAt != nil { stoodAt = plant.position.rawValue }
    heartbeat = 0
    for index in gates.indices { gates[index].eye.forgetCount() }
    inductionEye.forgetCount()
    endEye.forgetCount()
    updateFeeding()
  }

  /// Somebody presses the emergency stop, or pulls it out again: the belt stands and outputs are off meanwhile.
  private mutating func stopEmergency(_ isPressed: Bool) {
    if isPressed {
      letGo()
      frozenAt = now
    } else if let frozenAt {
      clock?.origin += now - frozenAt
      self.frozenAt = nil
    }
    updateFeeding()
  }

  /// An eye is blocked by something that is no piece, for as long as its fault stands.
  private mutating func stick(eye number: Int) {
    let here = encoder(at: plant.position)
    guard number < 2 + gates.count else { return }
    switch number {
    case 0: inductionEye.see(here)
    case 1: endEye.see(here)
    default: gates[number - 2].eye.see(here)
    }
    guard settings.keepsPieces, number > 0 else { return }
    lies.append((number == 1 ? endBin : layout.gates[number - 2].bin, here))
  }

  /// The encoder stands still while the belt runs, or counts again from where it stood.
  private mutating func standEncoder(_ stands: Bool) {
    if stands {
      stoodAt = plant.position.rawValue
    } else if let stoodAt {
      encoderStart &-= UInt32(truncatingIfNeeded: plant.position.rawValue - stoodAt)
      self.stoodAt = nil
    }
  }

  /// What the encoder shows where the belt is at a place.
  func encoder(at place: Pulses) -> UInt32 {
    UInt32(truncatingIfNeeded: min(place.rawValue, stoodAt ?? .max)) &+ encoderStart
  }

  /// How a piece's head shows on the eye of this number.
  func sight(ofEye number: Int) -> Sight {
    if isDown || faults.isOn(.eyeStuckOff, number) { return .nothing }
    if faults.isOn(.eyeStuckOn, number) { return .nothing }
    return faults.isOn(.eyeChatters, number) ? .several : .edge
  }

  /// What an eye makes of a piece's head.
  enum Sight { case nothing, edge, several }
}
