import EventRecords
import Quantities

extension AlarmBook {
  /// A condition holds, or holds no more; a subject that does not exist changes nothing.
  public mutating func set(
    _ kind: AlarmKind, _ subject: AlarmSubject = .machine, holds: Bool, at now: Instant
  ) {
    guard let place = place(kind, subject), entries[place].holds != holds else { return }
    entries[place].holds = holds
    let delay = holds ? onDelay(of: kind) : kind.offDelay.rawValue
    if entries[place].isActive == holds {
      // It came back within its off-delay, or went within its on-delay.
      delays[place] = .max
    } else if delay == 0 {
      settle(kind, subject, place, at: now)
    } else {
      delays[place] = (now + Nanoseconds(delay)).rawValue
      expect(Instant(delays[place]))
    }
  }

  /// Something happened that lasts no time: the alarm stands until it has not happened for its off-delay.
  public mutating func pulse(_ kind: AlarmKind, _ subject: AlarmSubject = .machine, at now: Instant) {
    guard let place = place(kind, subject) else { return }
    if !entries[place].isActive { activate(kind, subject, place, at: now) }
    if entries[place].holds { return }
    delays[place] = (now + max(kind.offDelay, .seconds(1))).rawValue
    expect(Instant(delays[place]))
  }

  /// Raises an alarm at once, whatever its delay, unless it stands.
  mutating func stand(_ kind: AlarmKind, _ subject: AlarmSubject, at now: Instant) {
    guard let place = place(kind, subject) else { return }
    entries[place].holds = true
    delays[place] = .max
    activate(kind, subject, place, at: now)
  }

  /// Clears an alarm at once, whatever its delay, if it stands.
  mutating func fall(_ kind: AlarmKind, _ subject: AlarmSubject, at now: Instant) {
    guard let place = place(kind, subject) else { return }
    entries[place].holds = false
    delays[place] = .max
    deactivate(kind, subject, place, at: now)
  }

  /// Lets everything happen that is due by `now`, in the order of time.
  public mutating func advance(to now: Instant) {
    guard now >= due else { return }
    while let next = firstDue(by: now) {
      let (kind, subject, place) = next
      if delays[place] <= now.rawValue {
        let at = Instant(delays[place])
        delays[place] = .max
        settle(kind, subject, place, at: at)
      } else {
        unshelve(kind, subject, place, at: entries[place].shelvedUntil)
      }
    }
    findDue()
  }

  /// The entry whose delay or shelving ends first, if one ends by `now`.
  private func firstDue(by now: Instant) -> (AlarmKind, AlarmSubject, Int)? {
    var best: (AlarmKind, AlarmSubject, Int)?
    var least = now.rawValue
    for kind in AlarmKind.allCases {
      var index = 0
      while let place = place(kind, AlarmSubject(scope: kind.scope, index: UInt16(index))) {
        let shelf = entries[place].isShelved ? entries[place].shelvedUntil.rawValue : .max
        let due = min(delays[place], shelf)
        // Nothing is ever due at the end of time, though a field input may claim that it is now.
        guard due < .max else {
          index += 1
          continue
        }
        if due < least || (due == least && best == nil) {
          least = due
          best = (kind, AlarmSubject(scope: kind.scope, index: UInt16(index)), place)
        }
        index += 1
      }
    }
    return best
  }

  /// Makes the alarm what its condition says.
  private mutating func settle(
    _ kind: AlarmKind, _ subject: AlarmSubject, _ place: Int, at now: Instant
  ) {
    if entries[place].holds {
      activate(kind, subject, place, at: now)
    } else {
      deactivate(kind, subject, place, at: now)
    }
  }

  private mutating func activate(
    _ kind: AlarmKind, _ subject: AlarmSubject, _ place: Int, at now: Instant
  ) {
    if entries[place].isActive { return }
    entries[place].isActive = true
    entries[place].raisedAt = now
    entries[place].isTold = false
    let entry = entries[place]
    if entry.isShelved || entry.isOutOfService || isSuppressed(kind, subject) {
      count(kind) { $0.hidden += 1 }
    } else {
      announce(kind, subject, place, at: now)
    }
    suppressWeaker(kind, subject, at: now)
  }

  /// Tells people of an active alarm; in a flood only the journal hears of those of little weight.
  mutating func announce(
    _ kind: AlarmKind, _ subject: AlarmSubject, _ place: Int, at now: Instant
  ) {
    let isFlood = flood.count(at: now)
    let isWithheld = isFlood && kind.priority < .high
    entries[place].isTold = true
    entries[place].isAcknowledged = false
    if kind.latches { entries[place].isLatched = true }
    count(kind) {
      $0.raised += 1
      if isWithheld { $0.withheld += 1 }
    }
    tell(.alarmRaised, kind, subject, at: now) { $0.isWithheld = isWithheld }
  }

  private mutating func deactivate(
    _ kind: AlarmKind, _ subject: AlarmSubject, _ place: Int, at now: Instant
  ) {
    guard entries[place].isActive else { return }
    entries[place].isActive = false
    if entries[place].isTold { close(kind, subject, place, at: now) }
    tellSuppressed(kind, subject, at: now)
  }

  /// Ends an alarm that was told of: its time counts and the journal hears of it.
  private mutating func close(_ kind: AlarmKind, _ subject: AlarmSubject, _ place: Int, at now: Instant) {
    let stood = now - entries[place].raisedAt
    count(kind) { $0.longest = max($0.longest, stood) }
    if !entries[place].isLatched { entries[place].isTold = !entries[place].isAcknowledged }
    tell(.alarmCleared, kind, subject, at: now) { $0.stoodFor = stood }
  }

  /// The alarms that this one says more than are taken off the list.
  private mutating func suppressWeaker(_ kind: AlarmKind, _ subject: AlarmSubject, at now: Instant) {
    for weaker in AlarmKind.suppressed(by: kind) {
      forEachSubject(of: weaker, under: kind, subject) { book, subject, place in
        guard book.entries[place].isActive, book.entries[place].isTold else { return }
        book.entries[place].isAcknowledged = true
        book.close(weaker, subject, place, at: now)
        book.entries[place].isTold = false
      }
    }
  }

  /// What this alarm hid and what still holds is told now.
  private mutating func tellSuppressed(_ kind: AlarmKind, _ subject: AlarmSubject, at now: Instant) {
    for weaker in AlarmKind.suppressed(by: kind) {
      forEachSubject(of: weaker, under: kind, subject) { book, subject, place in
        let entry = book.entries[place]
        guard entry.isActive, !entry.isTold, !entry.isShelved, !entry.isOutOfService else { return }
        book.entries[place].raisedAt = now
        book.announce(weaker, subject, place, at: now)
      }
    }
  }

  private mutating func forEachSubject(
    of weaker: AlarmKind, under kind: AlarmKind, _ subject: AlarmSubject,
    _ body: (inout AlarmBook, AlarmSubject, Int) -> Void
  ) {
    if weaker.scope == kind.scope {
      if let place = place(weaker, subject) { body(&self, subject, place) }
      return
    }
    var index = 0
    while let place = place(weaker, AlarmSubject(scope: weaker.scope, index: UInt16(index))) {
      body(&self, AlarmSubject(scope: weaker.scope, index: UInt16(index)), place)
      index += 1
    }
  }

  /// Ends a shelving; what still holds is told.
  mutating func unshelve(_ kind: AlarmKind, _ subject: AlarmSubject, _ place: Int, at now: Instant) {
    entries[place].shelvedUntil = .start
    tell(.alarmUnshelved, kind, subject, at: now)
    if entries[place].isActive, !entries[place].isTold, !isSuppressed(kind, subject),
      !entries[place].isOutOfService
    {
      entries[place].raisedAt = now
      announce(kind, subject, place, at: now)
    }
  }
}
