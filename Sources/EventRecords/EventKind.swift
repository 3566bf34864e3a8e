/// What an event record says happened; the closed vocabulary of every journal.
@frozen
public enum EventKind: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// The run began.
  case runStarted = 0
  /// The run ended; `count` holds the pieces fed.
  case runEnded

  /// A piece passed the induction eye.
  case pieceInducted
  /// The scanner's reading came and the piece was given a bin (or another lap).
  case pieceAssigned
  /// A piece under way was given another bin, because its own can no longer take it.
  case pieceReassigned
  /// The machine's answer to an assignment, recorded where it was not a plain acceptance.
  case assignmentAnswered
  /// A commanded divert did not happen.
  case divertMissed
  /// The machine said why it did not divert a piece.
  case divertRefused
  /// A piece reached the end of its lap and went round again.
  case pieceRecirculated
  /// A piece ended in a bin of its plan.
  case pieceSorted
  /// A piece ended in a reject bin.
  case pieceRejected
  /// A person took a piece off the machine.
  case pieceRemoved
  /// A piece is nowhere to be found.
  case pieceLost

  /// A bin reported full.
  case binFull
  /// A bin takes pieces again.
  case binAvailable
  /// A bin went out of service.
  case binDisabled
  /// A bin came back into service.
  case binEnabled

  /// The belt jammed.
  case jamStarted
  /// The jam was cleared.
  case jamCleared
  /// The belt was ordered to stop.
  case beltStopped
  /// The belt runs again.
  case beltStarted
  /// Induction was held: no piece may be fed.
  case inductionHeld
  /// Induction was released.
  case inductionReleased
  /// The machine changed its PackML state; see `stateNumber`, `modeNumber` and `causeNumber`.
  case machineState

  /// An alarm was raised; see `alarmNumber`.
  case alarmRaised
  /// The alarm's condition went away.
  case alarmCleared
  /// An input made no sense and was ignored; `reason` and `count` say which and why.
  case inputIgnored

  /// Ground truth of the virtual plant: the feeder took two pieces at once.
  case plantDoubleFeed
  /// Ground truth: a piece lies in a bin that its plan does not name.
  case plantMissorted
  /// Ground truth: a sweep of a bin began; `span` is how long the bin waited for it.
  case plantSweepStarted
  /// Ground truth: a bin was emptied; `count` holds the pieces taken out.
  case plantSwept
  /// Ground truth: a fault of the scenario began; `count` holds its place in the list.
  case plantFaultStarted
  /// Ground truth: a fault of the scenario ended.
  case plantFaultEnded
  /// Ground truth: the feeder has nothing to feed.
  case plantStarved

  /// A row of the mail file was refused; `count` holds its line, `choice` a `MailFault`.
  case mailRowRejected
  /// Not an event of its own: up to 56 bytes of text that belong to the record after it.
  case text

  /// Somebody acknowledged an alarm.
  case alarmAcknowledged
  /// Somebody put an alarm aside: for a while, or out of service.
  case alarmShelved
  /// An alarm that was put aside is back.
  case alarmUnshelved

  /// A write was refused, by the register map or by the machine; see `refusedTable`. `a` holds how many.
  case writeRefused

  /// Not an event: an input of the dispatcher on its way to inputs.jsonl; see `inputKind`.
  case inputHeard
  /// Not an event: the digest over every directive so far, on its way to inputs.jsonl; `a` holds it.
  case digestMarked

  /// A run that was cut short goes on; `count` holds the pieces that are taken over, `a` the time between in
  /// nanoseconds.
  case runResumed
}

extension EventKind {
  /// Whether records of this kind are lines of events.jsonl, rather than something that travels with them.
  @inlinable public var isEvent: Bool { self != .text && self != .inputHeard && self != .digestMarked }
}

/// What was wrong with a row of a mail file.
@frozen
public enum MailFault: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// Too few or too many fields.
  case fieldCount = 0
  /// The id is empty or too long.
  case id
  /// The same id stands on an earlier row still remembered.
  case duplicateID
  /// The time is not an ISO 8601 time.
  case time
  /// The time is before that of the row above.
  case timeOrder
  /// The destination is not 1 to 12 digits or letters.
  case destination
  /// A side is not a number above 0 and up to 6553.5 mm.
  case dimension
  /// The weight is not a number from 0 to 1,000,000 g.
  case weight
  /// A quoted field is not closed, or text follows its closing quote.
  case quoting
  /// The row has bytes that are not UTF-8, or a NUL.
  case encoding
  /// The row is longer than 64 KiB.
  case tooLong
}
