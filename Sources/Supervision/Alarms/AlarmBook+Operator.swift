import EventRecords
import Quantities

/// What people do with alarms.
extension AlarmBook {
  /// Somebody knows of the alarm and sees to it.
  public mutating func acknowledge(
    _ kind: AlarmKind, _ subject: AlarmSubject = .machine, at now: Instant
  ) -> AlarmRefusal? {
    guard let place = place(kind, subject) else { return .unknownSubject }
    guard !entries[place].isAcknowledged else { return .nothingToDo }
    entries[place].isAcknowledged = true
    if !entries[place].isActive, !entries[place].isLatched { entries[place].isTold = false }
    tell(.alarmAcknowledged, kind, subject, at: now)
    return nil
  }

  /// Acknowledges every alarm that asks for it; answers how many.
  @discardableResult
  public mutating func acknowledgeAll(at now: Instant) -> Int {
    forEachSubject { $0.acknowledge($1, $2, at: now) }
  }

  /// Takes every latched alarm off whose condition is gone; answers how many.
  @discardableResult
  public mutating func resetAll(at now: Instant) -> Int {
    forEachSubject { $0.reset($1, $2, at: now) }
  }

  /// Puts aside every alarm that stands and was acknowledged, but for urgent ones; answers how many.
  @discardableResult
  public mutating func shelveAcknowledged(until end: Instant, at now: Instant) -> Int {
    forEachSubject { book, kind, subject in
      guard book.state(kind, subject) == .acknowledged else { return .nothingToDo }
      return book.shelve(kind, subject, until: end, at: now)
    }
  }

  /// Takes everything off the shelf; answers how many.
  @discardableResult
  public mutating func unshelveAll(at now: Instant) -> Int {
    forEachSubject { $0.unshelve($1, $2, at: now) }
  }

  /// Does something with each kind on each bin and device; answers how often it was not refused.
  private mutating func forEachSubject(
    _ body: (inout AlarmBook, AlarmKind, AlarmSubject) -> AlarmRefusal?
  ) -> Int {
    var count = 0
    for kind in AlarmKind.allCases {
      var index = 0
      while place(kind, AlarmSubject(scope: kind.scope, index: UInt16(index))) != nil {
        if body(&self, kind, AlarmSubject(scope: kind.scope, index: UInt16(index))) == nil { count += 1 }
        index += 1
      }
    }
    return count
  }

  /// Takes a latched alarm off, once its condition is gone.
  public mutating func reset(
    _ kind: AlarmKind, _ subject: AlarmSubject = .machine, at now: Instant
  ) -> AlarmRefusal? {
    guard let place = place(kind, subject) else { return .unknownSubject }
    guard entries[place].isLatched else { return .nothingToDo }
    guard !entries[place].isActive, !entries[place].holds else { return .stillHolds }
    entries[place].isLatched = false
    entries[place].isTold = false
    if !entries[place].isAcknowledged {
      entries[place].isAcknowledged = true
      tell(.alarmAcknowledged, kind, subject, at: now)
    }
    return nil
  }

  /// Puts an alarm aside until a moment, at most 8 hours on; an urgent one is never put aside.
  public mutating func shelve(
    _ kind: AlarmKind, _ subject: AlarmSubject = .machine, until end: Instant, at now: Instant
  ) -> AlarmRefusal? {
    guard let place = place(kind, subject) else { return .unknownSubject }
    guard kind.canBeShelved else { return .urgent }
    guard end > now, end - now <= Self.longestShelving else { return .badTime }
    hide(kind, place, at: now)
    entries[place].shelvedUntil = end
    expect(end)
    tell(.alarmShelved, kind, subject, at: now) { $0.shelvedUntil = end }
    return nil
  }

  /// Takes an alarm off the shelf before its time.
  public mutating func unshelve(
    _ kind: AlarmKind, _ subject: AlarmSubject = .machine, at now: Instant
  ) -> AlarmRefusal? {
    guard let place = place(kind, subject) else { return .unknownSubject }
    guard entries[place].isShelved else { return .nothingToDo }
    unshelve(kind, subject, place, at: now)
    return nil
  }

  /// Switches an alarm off for maintenance, or on again; an urgent one is never switched off.
  public mutating func setOutOfService(
    _ isOut: Bool, _ kind: AlarmKind, _ subject: AlarmSubject = .machine, at now: Instant
  ) -> AlarmRefusal? {
    guard let place = place(kind, subject) else { return .unknownSubject }
    guard kind.canBeShelved else { return .urgent }
    guard entries[place].isOutOfService != isOut else { return .nothingToDo }
    if isOut { hide(kind, place, at: now) }
    entries[place].isOutOfService = isOut
    tell(isOut ? .alarmShelved : .alarmUnshelved, kind, subject, at: now)
    if !isOut, entries[place].isActive, !entries[place].isShelved, !isSuppressed(kind, subject) {
      entries[place].raisedAt = now
      announce(kind, subject, place, at: now)
    }
    return nil
  }

  /// A standing alarm is told of no more: the time that it stood counts.
  private mutating func hide(_ kind: AlarmKind, _ place: Int, at now: Instant) {
    guard entries[place].isTold else { return }
    if entries[place].isActive {
      let stood = now - entries[place].raisedAt
      count(kind) { $0.longest = max($0.longest, stood) }
    }
    entries[place].isTold = false
    entries[place].isAcknowledged = true
  }
}
