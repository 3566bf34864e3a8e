/// What an operator is told of and must answer: the one closed list of alarms.
///
/// An alarm is a condition that asks something of a person (ISA-18.2); what asks nothing is only an event.
/// The raw values stand in journals and registers and are never given to another kind.
@frozen
public enum AlarmKind: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// An emergency stop was pressed.
  case emergencyStop = 1
  /// The belt is jammed.
  case jam
  /// A bin has been full for longer than sweeping should take.
  case binFullTooLong
  /// The bin that takes what no diverter took is full.
  case endBinFull
  /// A bin was taken out of service.
  case binDisabled
  /// A diverter fails again and again; its bin is out of service.
  case diverterFault
  /// The reader fails too often.
  case readRateLow
  /// Too many pieces are rejected for reasons other than reading.
  case rejectRateHigh
  /// A piece is nowhere to be found.
  case pieceLost
  /// Pieces are seen where none should be.
  case unexpectedPieces
  /// A photo-eye or full signal does not change any more.
  case sensorStuck
  /// A photo-eye or full signal changes faster than pieces can pass.
  case sensorChattering
  /// The link to the machine is down.
  case linkDown
  /// The machine's heartbeat stands still.
  case heartbeatLost
  /// The machine's watchdog over us is switched off.
  case watchdogDisabled
  /// The machine was started anew under us.
  case epochChanged
  /// Another controller writes to the machine.
  case ownershipLost
  /// The machine holds another value than was written.
  case readbackMismatch
  /// A point of the register map cannot be read.
  case pointQuarantined
  /// Commands are answered too late or not at all.
  case commandsUnanswered
  /// Too little time is left between a command and its decision point.
  case marginLow
  /// The control cycle takes longer than its period.
  case cycleOverruns
  /// The control thread has no real-time priority or no locked memory.
  case noRealTimePermission
  /// A ring between two threads is nearly full.
  case ringNearlyFull
  /// The journal is written slower than it is filled.
  case journalSlow
  /// The journal cannot be written.
  case journalFailed
  /// The scanner sends no readings.
  case scannerFeedLost

  /// The kind's name in files.
  public var name: String { String(describing: self) }

  /// The kind with this name, if there is one.
  public init?(name: String) {
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }
}

/// How soon an alarm must be answered, by ISA-18.2: the less time is left and the graver what follows, the higher.
@frozen
public enum AlarmPriority: UInt8, CaseIterable, Comparable, Sendable, BitwiseCopyable {
  /// In this shift.
  case low = 0
  /// Within the hour.
  case medium
  /// Within minutes: mail stands still or is rejected.
  case high
  /// At once: people, the machine or the record of the mail are at risk.
  case urgent

  /// The priority's name in files.
  public var name: String { String(describing: self) }

  public static func < (a: AlarmPriority, b: AlarmPriority) -> Bool { a.rawValue < b.rawValue }
}

/// What an alarm is about: the whole machine, one of its bins, or one of the devices it is driven through.
@frozen
public struct AlarmSubject: Hashable, Sendable, BitwiseCopyable {
  /// What kind of subject.
  public var scope: Scope
  /// Which bin or device, from 0; 0 for the machine.
  public var index: UInt16

  /// What an alarm of a kind can be about.
  @frozen
  public enum Scope: UInt8, Sendable, BitwiseCopyable {
    /// The machine as a whole.
    case machine = 0
    /// A bin, by its place in the profile.
    case bin
    /// A device (PLC, remote input and output, scanner), by its place in the register map.
    case device
  }

  /// The machine as a whole.
  public static let machine = AlarmSubject(scope: .machine, index: 0)

  /// A bin, by its place in the profile.
  public static func bin(_ index: Int) -> AlarmSubject {
    AlarmSubject(scope: .bin, index: UInt16(truncatingIfNeeded: index))
  }

  /// A device, by its place in the register map.
  public static func device(_ index: Int) -> AlarmSubject {
    AlarmSubject(scope: .device, index: UInt16(truncatingIfNeeded: index))
  }
}
