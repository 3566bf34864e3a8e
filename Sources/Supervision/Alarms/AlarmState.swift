import Quantities

/// The state of an alarm by ISA-18.2.
@frozen
public enum AlarmState: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  /// The condition does not hold.
  case normal = 0
  /// It holds and nobody has acknowledged it.
  case unacknowledged
  /// It holds and somebody knows.
  case acknowledged
  /// It came, and went before anybody acknowledged it.
  case returnedUnacknowledged
  /// It is gone, stays until it is reset, and nobody has acknowledged it.
  case latchedUnacknowledged
  /// It is gone, stays until it is reset, and somebody knows.
  case latchedAcknowledged
  /// A person has put it aside for a while.
  case shelved
  /// Another alarm says the same and more.
  case suppressedByDesign
  /// It is switched off until maintenance switches it on again.
  case outOfService

  /// The state's name in files.
  public var name: String { String(describing: self) }
}

/// Why an order about an alarm was not obeyed.
@frozen
public enum AlarmRefusal: UInt8, CaseIterable, Sendable, BitwiseCopyable, Error {
  /// There is no such bin or device.
  case unknownSubject = 1
  /// There is nothing to acknowledge or to reset.
  case nothingToDo
  /// Urgent alarms are never shelved or taken out of service.
  case urgent
  /// The end of the shelving is not after now, or more than 8 hours away.
  case badTime
  /// The condition still holds: a latched alarm is reset when it is gone.
  case stillHolds
}

extension AlarmRefusal: CustomStringConvertible {
  /// The refusal in words.
  public var description: String {
    switch self {
    case .unknownSubject: "there is no such bin or device"
    case .nothingToDo: "the alarm does not stand"
    case .urgent: "an urgent alarm cannot be put aside"
    case .badTime: "an alarm is shelved for up to 8 hours"
    case .stillHolds: "the condition still holds; it must be gone before the alarm is reset"
    }
  }
}

/// An alarm that stands, as lists of alarms show it.
public struct StandingAlarm: Hashable, Sendable, BitwiseCopyable {
  /// What it is.
  public var kind: AlarmKind
  /// What it is about.
  public var subject: AlarmSubject
  /// Where it is in its life.
  public var state: AlarmState
  /// When it was raised.
  public var raisedAt: Instant
}

/// What is remembered of an alarm on one subject.
struct AlarmEntry: BitwiseCopyable {
  /// The condition as it was last reported.
  var holds = false
  /// The condition after its delays.
  var isActive = false
  var isAcknowledged = true
  var isLatched = false
  var isOutOfService = false
  /// Whether it was told to people when it became active: not where it was shelved or suppressed.
  var isTold = false
  var raisedAt = Instant.start
  /// Shelved until then; `.start` where it is not shelved.
  var shelvedUntil = Instant.start

  var isShelved: Bool { shelvedUntil > .start }
}

/// How often and how long alarms of one kind stood.
public struct AlarmTally: Hashable, Sendable, BitwiseCopyable {
  /// How often it was raised.
  public var raised = 0
  /// How many of those were not announced because a flood was on.
  public var withheld = 0
  /// How often it became active while it was shelved, suppressed or out of service.
  public var hidden = 0
  /// The longest that one stood.
  public var longest = Nanoseconds.zero
  /// How many stand now.
  public var standing = 0

  /// Nothing counted.
  public init() {}
}
