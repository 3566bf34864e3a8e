import EventRecords
import Quantities

/// Recall: the state and the alarms of a run that was cut short, from its events.
extension Supervisor {
  /// Takes in an event of before: what is found in it was written then, and is not told again.
  public mutating func recall(_ record: EventRecord) {
    switch record.kind {
    case .alarmRaised, .alarmCleared, .alarmAcknowledged, .alarmShelved, .alarmUnshelved:
      alarms.position = record.position
      alarms.recall(record)
      alarms.removeRecords()
    default:
      prepare(for: record)
      removeRecords()
      observe(record)
    }
    removeRecords()
  }

  /// Ends the recall: alarms about what only a running controller knows are cleared, and raised anew where it
  /// still is so.
  public mutating func endRecall(at now: Instant) {
    alarms.position = position
    advance(to: now)
    alarms.clearRuntimeAlarms(at: now)
    collect()
  }
}

extension AlarmBook {
  /// Makes an alarm what an event of before says that it was.
  mutating func recall(_ record: EventRecord) {
    guard let kind = AlarmKind(rawValue: record.alarmNumber) else { return }
    let index =
      switch kind.scope {
      case .machine: 0
      case .bin: record.bin.index
      case .device: record.alarmDevice ?? 0
      }
    let subject = AlarmSubject(scope: kind.scope, index: UInt16(truncatingIfNeeded: index))
    let now = record.elapsed
    switch record.kind {
    case .alarmRaised: stand(kind, subject, at: now)
    case .alarmCleared: fall(kind, subject, at: now)
    case .alarmAcknowledged: _ = acknowledge(kind, subject, at: now)
    case .alarmShelved: _ = shelve(kind, subject, until: record.shelvedUntil, at: now)
    case .alarmUnshelved: _ = unshelve(kind, subject, at: now)
    default: break
    }
  }

  /// Clears what no record of a run says, only a running controller.
  mutating func clearRuntimeAlarms(at now: Instant) {
    for kind in AlarmKind.allCases where !kind.followsFromRecords {
      var index: UInt16 = 0
      while place(kind, AlarmSubject(scope: kind.scope, index: index)) != nil {
        fall(kind, AlarmSubject(scope: kind.scope, index: index), at: now)
        index += 1
      }
    }
  }
}

extension AlarmKind {
  /// Whether the run's records alone say when the alarm stands.
  var followsFromRecords: Bool {
    switch self {
    case .jam, .binFullTooLong, .endBinFull, .binDisabled, .diverterFault, .readRateLow, .rejectRateHigh,
      .pieceLost, .unexpectedPieces:
      true
    default: false
    }
  }
}
