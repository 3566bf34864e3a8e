import Quantities

extension AlarmKind {
  /// How soon it must be answered.
  public var priority: AlarmPriority {
    switch self {
    case .emergencyStop, .journalFailed, .watchdogDisabled: .urgent
    case .jam, .endBinFull, .diverterFault, .linkDown, .heartbeatLost, .epochChanged, .ownershipLost,
      .readbackMismatch, .ringNearlyFull, .scannerFeedLost:
      .high
    case .binFullTooLong, .binDisabled, .readRateLow, .rejectRateHigh, .pieceLost, .unexpectedPieces,
      .sensorStuck, .commandsUnanswered, .marginLow, .cycleOverruns, .journalSlow:
      .medium
    case .sensorChattering, .pointQuarantined, .noRealTimePermission: .low
    }
  }

  /// What an alarm of this kind is about.
  public var scope: AlarmSubject.Scope {
    switch self {
    case .binFullTooLong, .endBinFull, .binDisabled, .diverterFault, .sensorStuck, .sensorChattering,
      .readbackMismatch:
      .bin
    case .linkDown, .heartbeatLost, .watchdogDisabled, .epochChanged, .ownershipLost, .pointQuarantined,
      .commandsUnanswered, .scannerFeedLost:
      .device
    case .emergencyStop, .jam, .readRateLow, .rejectRateHigh, .pieceLost, .unexpectedPieces, .marginLow,
      .cycleOverruns, .noRealTimePermission, .ringNearlyFull, .journalSlow, .journalFailed:
      .machine
    }
  }

  /// For how long the condition must hold before it is raised, so that what passes by itself disturbs nobody.
  ///
  /// ISA-18.2 asks for such delays and gives examples of 15 to 60 s for signals of a process; a sorter is
  /// faster. `binFullTooLong` depends on the machine: `SupervisionLimits` sets it.
  public var onDelay: Nanoseconds {
    switch self {
    case .sensorStuck, .scannerFeedLost: .seconds(5)
    case .journalSlow: .seconds(10)
    default: .zero
    }
  }

  /// For how long the condition must be gone before the alarm is cleared, so that it does not chatter.
  public var offDelay: Nanoseconds {
    switch self {
    case .pieceLost, .unexpectedPieces, .epochChanged, .commandsUnanswered, .marginLow, .cycleOverruns,
      .sensorChattering, .ringNearlyFull:
      .seconds(60)
    case .journalSlow, .linkDown, .heartbeatLost, .scannerFeedLost: .seconds(5)
    default: .zero
    }
  }

  /// Whether it stays until somebody resets it, even when the condition is gone.
  ///
  /// For what must be looked at before the machine goes on: a latched emergency stop, a second master, a
  /// record of the mail that is not whole.
  public var latches: Bool {
    switch self {
    case .emergencyStop, .ownershipLost, .journalFailed: true
    default: false
    }
  }

  /// The alarm that says the same and more: while it stands on the same subject, this one is suppressed.
  ///
  /// "Suppressed by design" in ISA-18.2. A machine-wide alarm suppresses for every subject.
  public var suppressedBy: AlarmKind? {
    switch self {
    case .heartbeatLost, .commandsUnanswered, .epochChanged: .linkDown
    case .binFullTooLong, .binDisabled: .diverterFault
    case .jam: .emergencyStop
    case .journalSlow: .journalFailed
    default: nil
    }
  }

  /// Whether people may shelve it; urgent ones they may not.
  public var canBeShelved: Bool { priority != .urgent }

  /// The kinds that this one suppresses, in the order of their numbers.
  static func suppressed(by kind: AlarmKind) -> [AlarmKind] { allCases.filter { $0.suppressedBy == kind } }
}
