import EventRecords
import SorterModel
import Supervision

/// Follows which functions of the machine and its control a run has exercised.
struct FunctionLedger {
  private(set) var outcomes: [PieceLedger.Key: Evidence] = [:]
  private(set) var bins: [Evidence]
  private(set) var sizeClasses: [Evidence]
  private(set) var faultsStarted: [Int: Evidence] = [:]
  private(set) var faultsEnded: [Int: Evidence] = [:]
  private(set) var alarmsRaised: [AlarmKind: Evidence] = [:]
  private(set) var alarmsCleared: [AlarmKind: Evidence] = [:]
  private(set) var states: [PackMLState: Evidence] = [:]
  /// What happened that an operator must hear of by an alarm, and the first event that says so.
  private(set) var calls: [AlarmKind: Evidence] = [:]

  init(_ profile: HardwareProfile) {
    bins = profile.bins.map { _ in Evidence(keepsAll: false) }
    sizeClasses = profile.sizeClasses.map { _ in Evidence(keepsAll: false) }
  }

  mutating func take(_ record: EventRecord, _ number: Int) {
    switch record.kind {
    case .pieceAssigned:
      if record.sizeClass.index < sizeClasses.count { sizeClasses[record.sizeClass.index].add(number) }
    case .pieceSorted, .pieceRejected, .pieceRemoved, .pieceLost: end(record, number)
    case .plantFaultStarted: faultsStarted[Int(record.count), default: Evidence()].add(number)
    case .plantFaultEnded: faultsEnded[Int(record.count), default: Evidence()].add(number)
    case .alarmRaised, .alarmCleared:
      guard let kind = AlarmKind(rawValue: record.alarmNumber) else { return }
      if record.kind == .alarmRaised {
        alarmsRaised[kind, default: Evidence()].add(number)
      } else {
        alarmsCleared[kind, default: Evidence()].add(number)
      }
    case .machineState:
      if let state = PackMLState(rawValue: record.stateNumber) {
        states[state, default: Evidence()].add(number)
      }
    case .jamStarted: calls[.jam, default: Evidence()].add(number)
    case .binDisabled:
      calls[record.reason == .diverterFault ? .diverterFault : .binDisabled, default: Evidence()].add(number)
    default: break
    }
  }

  private mutating func end(_ record: EventRecord, _ number: Int) {
    let key = PieceLedger.Key(outcome: record.outcome, reason: record.reason)
    outcomes[key, default: Evidence(keepsAll: false)].add(number)
    if record.bin.index < bins.count { bins[record.bin.index].add(number) }
    if record.kind == .pieceLost { calls[.pieceLost, default: Evidence(keepsAll: false)].add(number) }
  }
}

/// A function of the machine or its control, and whether the run exercised it.
public struct ExercisedFunction: Sendable, Equatable {
  /// What kind of function it is.
  public enum Group: String, CaseIterable, Sendable {
    /// How pieces end, and why.
    case outcome
    /// A place where pieces end.
    case bin
    /// A class of mail.
    case sizeClass = "size_class"
    /// A fault of the scenario's timeline.
    case fault
    /// An alarm.
    case alarm
    /// A PackML state.
    case state
  }

  /// What kind it is.
  public var group: Group
  /// Its name in files.
  public var name: String
  /// Why the run should have exercised it; empty where nothing called for it.
  public var calledForBy: String
  /// The events that show it.
  public var evidence: Evidence
  /// What more is to be said, such as that a fault did not end.
  public var remark = ""
  /// How many of its alarms still stood at the end.
  public var standing = 0

  /// Whether it happened.
  public var isExercised: Bool { evidence.count > 0 }
  /// Whether it should have happened and did not, or not wholly.
  public var isOpen: Bool { !calledForBy.isEmpty && (!isExercised || !remark.isEmpty) }
}
