extension EventKind {
  /// The event's name in events.jsonl; empty for what is no event of its own.
  public var eventName: String {
    switch self {
    case .runStarted: "run.started"
    case .runEnded: "run.ended"
    case .runResumed: "run.resumed"
    case .pieceInducted: "piece.inducted"
    case .pieceAssigned: "piece.assigned"
    case .pieceReassigned: "piece.reassigned"
    case .assignmentAnswered: "assignment.answered"
    case .divertMissed: "divert.missed"
    case .divertRefused: "divert.refused"
    case .pieceRecirculated: "piece.recirculated"
    case .pieceSorted: "piece.sorted"
    case .pieceRejected: "piece.rejected"
    case .pieceRemoved: "piece.removed"
    case .pieceLost: "piece.lost"
    case .binFull: "bin.full"
    case .binAvailable: "bin.available"
    case .binDisabled: "bin.disabled"
    case .binEnabled: "bin.enabled"
    case .jamStarted: "jam.started"
    case .jamCleared: "jam.cleared"
    case .beltStopped: "belt.stopped"
    case .beltStarted: "belt.started"
    case .inductionHeld: "induction.held"
    case .inductionReleased: "induction.released"
    case .machineState: "machine.state"
    case .alarmRaised: "alarm.raised"
    case .alarmCleared: "alarm.cleared"
    case .alarmAcknowledged: "alarm.acknowledged"
    case .alarmShelved: "alarm.shelved"
    case .alarmUnshelved: "alarm.unshelved"
    case .inputIgnored: "input.ignored"
    case .plantDoubleFeed: "plant.double_feed"
    case .plantMissorted: "plant.missorted"
    case .plantSweepStarted: "plant.sweep_started"
    case .plantSwept: "plant.swept"
    case .plantFaultStarted: "plant.fault_started"
    case .plantFaultEnded: "plant.fault_ended"
    case .plantStarved: "plant.starved"
    case .mailRowRejected: "mail.row_rejected"
    case .writeRefused: "write.refused"
    case .text, .inputHeard, .digestMarked: ""
    }
  }

  /// How grave the event is, in OpenTelemetry's words: INFO, WARN or ERROR.
  public var severity: String {
    switch self {
    case .pieceLost, .plantMissorted: "ERROR"
    case .pieceRejected, .divertMissed, .divertRefused, .binFull, .binDisabled, .jamStarted, .alarmRaised,
      .inputIgnored, .mailRowRejected, .writeRefused, .runResumed:
      "WARN"
    default: "INFO"
    }
  }
}

extension MailFault {
  /// The fault's name in files.
  public var name: String { String(describing: self) }
}
