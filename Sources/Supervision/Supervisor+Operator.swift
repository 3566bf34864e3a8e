import Quantities

/// What people and the line's supervisor ask of the alarms; each leaves its records to be taken out.
extension Supervisor {
  /// Somebody knows of the alarm and sees to it.
  public mutating func acknowledge(
    _ kind: AlarmKind, _ subject: AlarmSubject = .machine, at now: Instant
  ) -> AlarmRefusal? {
    order(at: now) { $0.acknowledge(kind, subject, at: now) }
  }

  /// Acknowledges every alarm that asks for it; answers how many.
  @discardableResult
  public mutating func acknowledgeAll(at now: Instant) -> Int {
    order(at: now) { $0.acknowledgeAll(at: now) }
  }

  /// Takes every latched alarm off whose condition is gone; answers how many.
  @discardableResult
  public mutating func resetAll(at now: Instant) -> Int {
    order(at: now) { $0.resetAll(at: now) }
  }

  /// Puts aside for `span` what stands and was acknowledged, but for urgent alarms; answers how many.
  @discardableResult
  public mutating func shelveAcknowledged(for span: Nanoseconds, at now: Instant) -> Int {
    order(at: now) { $0.shelveAcknowledged(until: now + span, at: now) }
  }

  /// Takes everything off the shelf; answers how many.
  @discardableResult
  public mutating func unshelveAll(at now: Instant) -> Int {
    order(at: now) { $0.unshelveAll(at: now) }
  }

  /// Takes a latched alarm off, once its condition is gone.
  public mutating func reset(
    _ kind: AlarmKind, _ subject: AlarmSubject = .machine, at now: Instant
  ) -> AlarmRefusal? {
    order(at: now) { $0.reset(kind, subject, at: now) }
  }

  /// Puts an alarm aside until a moment, at most 8 hours on.
  public mutating func shelve(
    _ kind: AlarmKind, _ subject: AlarmSubject = .machine, until end: Instant, at now: Instant
  ) -> AlarmRefusal? {
    order(at: now) { $0.shelve(kind, subject, until: end, at: now) }
  }

  /// Takes an alarm off the shelf before its time.
  public mutating func unshelve(
    _ kind: AlarmKind, _ subject: AlarmSubject = .machine, at now: Instant
  ) -> AlarmRefusal? {
    order(at: now) { $0.unshelve(kind, subject, at: now) }
  }

  /// Switches an alarm off for maintenance, or on again.
  public mutating func setOutOfService(
    _ isOut: Bool, _ kind: AlarmKind, _ subject: AlarmSubject = .machine, at now: Instant
  ) -> AlarmRefusal? {
    order(at: now) { $0.setOutOfService(isOut, kind, subject, at: now) }
  }

  private mutating func order<Answer>(
    at now: Instant, _ body: (inout AlarmBook) -> Answer
  ) -> Answer {
    advance(to: now)
    alarms.position = position
    let answer = body(&alarms)
    collect()
    return answer
  }
}
