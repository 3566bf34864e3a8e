import Quantities
import RegisterMap
import Simulation

/// Plays the device's own faults on the time that is given.
struct FaultPlayer {
  private var faults: [DeviceFault]
  /// When each begins and ends; `Int64.max` while that is not known or is over.
  private var starts: [Int64]
  private var ends: [Int64]
  private var isActive: [Bool]

  init(_ faults: [DeviceFault], at start: Int64) {
    self.faults = faults
    // Without a time a fault stands from the program's first moment on.
    starts = faults.map { $0.at == nil ? start : .max }
    ends = faults.map { _ in .max }
    isActive = faults.map { _ in false }
  }

  /// The machine starts: the times of the faults are counted from here.
  mutating func machineStarted(at time: Int64) {
    for index in faults.indices {
      if let at = faults[index].at { starts[index] = time + at.rawValue }
    }
  }

  /// When the next fault begins or ends.
  var nextDue: Int64 { min(starts.min() ?? .max, ends.min() ?? .max) }

  /// Whether a fault of a kind stands.
  func isOn(_ kind: DeviceFault.Kind) -> Bool {
    for index in faults.indices where isActive[index] && faults[index].kind == kind { return true }
    return false
  }

  /// Whether a fault of a kind with this amount stands.
  func isOn(_ kind: DeviceFault.Kind, _ amount: Int) -> Bool {
    for index in faults.indices
    where isActive[index] && faults[index].kind == kind && faults[index].amount == amount { return true }
    return false
  }

  /// Takes the next edge that is due; nil where none is.
  mutating func next(at time: Int64) -> (kind: DeviceFault.Kind, begins: Bool, amount: Int)? {
    for index in faults.indices {
      if starts[index] <= time {
        let begin = starts[index]
        starts[index] = .max
        isActive[index] = true
        if let lasts = faults[index].lasts ?? faults[index].kind.usualTime {
          ends[index] = begin + lasts.rawValue
        }
        return (faults[index].kind, true, faults[index].amount)
      }
      if ends[index] <= time {
        ends[index] = .max
        isActive[index] = false
        return (faults[index].kind, false, faults[index].amount)
      }
    }
    return nil
  }

  /// Another controller holds the machine as long as its fault stands.
  func holdMaster(_ supervision: inout ControllerSupervision, at now: Int64) {
    guard isOn(.secondMaster) else { return }
    supervision.lastBeat = now
  }
}

extension PLCProgram {
  /// Lets the device's faults begin and end that are due.
  mutating func playFaults() {
    while let (kind, begins, _) = faults.next(at: now) {
      switch kind {
      case .reboot: begins ? goDown() : comeUp()
      case .emergencyStop: stopEmergency(begins)
      case .secondMaster: begins ? seize() : ()
      case .ignoreCommands: begins ? () : emptyMailbox()
      case .watchdogOff, .swapWords: refreshIdentity()
      case .freezeHeartbeat, .tornSnapshot, .refuseCommands, .loseEvents: break
      // A PLC's program sees its eyes and its encoder itself.
      case .eyeStuckOn, .eyeStuckOff, .eyeChatters, .encoderStands, .encoderJumps: break
      }
      // What is written with the other order, or without the torn end, must show at once.
      guard !isDown else { continue }
      shown.snapshot &+= 1
      image.put(shown, layout.machine.table, at: layout.machine.address, order)
    }
  }

  /// The program goes down: outputs are off, and every register reads as zero.
  private mutating func goDown() {
    recallAll()
    supervision.isArmed = false
    image.clear()
    updateFeeding()
  }

  /// The program starts anew: another epoch, and no piece on the belt is known to it.
  private mutating func comeUp() {
    epoch = epoch == .max ? 1 : epoch + 1
    untrackedUpTo = plant.newestPiece.rawValue
    account.restarts += 1
    boot()
    updateFeeding()
  }

  /// Another controller takes the machine over, whoever had it before.
  private mutating func seize() {
    let other: UInt16 = supervision.owner == 0x5EC0 ? 0x5EC1 : 0x5EC0
    if supervision.isArmed { goSafe() }
    supervision.owner = other
    supervision.block = ControllerBlock()
    supervision.lastBeat = now
    account.owners += 1
  }
}
