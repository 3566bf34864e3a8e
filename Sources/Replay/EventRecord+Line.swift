import EventRecords
import FileFormats
import Quantities
import SorterModel
import Supervision

extension EventKind {
  /// Whether the dispatcher writes events of this kind: replay finds them anew.
  ///
  /// States of the machine come from two sides and are left aside.
  var isDispatched: Bool {
    switch self {
    case .pieceInducted, .pieceAssigned, .pieceReassigned, .assignmentAnswered, .divertMissed, .divertRefused,
      .pieceRecirculated, .pieceSorted, .pieceRejected, .pieceRemoved, .pieceLost, .binFull, .binAvailable,
      .binDisabled, .binEnabled, .jamStarted, .jamCleared, .beltStopped, .beltStarted, .inductionHeld,
      .inductionReleased, .inputIgnored:
      true
    default: false
    }
  }
}

extension EventRecord {
  /// The record of an event that no replay finds anew: of the run, its machine's states, its alarms, refused writes.
  init(_ kind: EventKind, from line: EventLine, bins: [String: BinID]) {
    self.init(
      kind, at: Instant(line.elapsed), position: Pulses(Int64(line.number("position_pulses") ?? 0)))
    bin = line["bin"].flatMap { bins[$0] } ?? .none
    switch kind {
    case .runEnded: a = UInt64(clamping: line.number("feeding_ns") ?? 0)
    case .runResumed:
      count = UInt32(clamping: line.number("on_machine") ?? 0)
      a = UInt64(clamping: line.number("away_ns") ?? 0)
    case .machineState:
      stateNumber = UInt8(clamping: line.number("state_number") ?? 0)
      modeNumber = PackMLMode.allCases.first { $0.name == line["mode"] }?.rawValue ?? 0
      causeNumber = PackMLCause.allCases.first { $0.name == line["cause"] }?.rawValue ?? 0
    case .alarmRaised, .alarmCleared, .alarmAcknowledged, .alarmShelved, .alarmUnshelved:
      alarmNumber = UInt8(clamping: line.number("alarm_number") ?? 0)
      alarmDevice = line.number("device")
      if kind == .alarmRaised { isWithheld = line["withheld"] == "true" }
      if kind == .alarmCleared { stoodFor = Nanoseconds(Int64(line.number("stood_ns") ?? 0)) }
      if kind == .alarmShelved { shelvedUntil = Instant(Int64(line.number("until_ns") ?? 0)) }
    case .writeRefused: a = UInt64(clamping: line.number("writes") ?? 0)
    default: break
    }
  }
}
