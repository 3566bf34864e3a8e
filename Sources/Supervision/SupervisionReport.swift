import Quantities

/// What a run was like, for summaries and registers: PackML state, times and tags, and the alarms.
public struct SupervisionReport: Hashable, Sendable {
  /// The PackTags.
  public var tags = PackTags()
  /// What the machine waits for, in Suspended and Held.
  public var cause = PackMLCause.none
  /// The time in each state in all modes together, by `PackMLState.rawValue`.
  public var stateTimes = [Nanoseconds](repeating: .zero, count: PackMLState.allCases.count)
  /// The time in each mode, by `PackMLMode.rawValue`.
  public var modeTimes = [Nanoseconds](repeating: .zero, count: PackMLMode.allCases.count)
  /// The alarms that came, in the order of their numbers; kinds that never did are left out.
  public var alarms: [AlarmCount] = []
  /// The most alarms raised in any ten minutes.
  public var peakInTenMinutes = 0
  /// How many floods of alarms began.
  public var floods = 0

  /// The counts of one kind of alarm.
  public struct AlarmCount: Hashable, Sendable {
    /// The kind.
    public var kind: AlarmKind
    /// How often and how long.
    public var tally: AlarmTally

    /// Counts of a kind.
    public init(kind: AlarmKind, tally: AlarmTally) {
      self.kind = kind
      self.tally = tally
    }
  }

  /// Nothing known.
  public init() {}

  /// How many alarms were raised, all kinds together.
  public var raised: Int { alarms.reduce(0) { $0 + $1.tally.raised } }

  /// How many alarms stand, all kinds together.
  public var standing: Int { alarms.reduce(0) { $0 + $1.tally.standing } }
}

extension Supervisor {
  /// The PackTags of this moment, but for what the supervisor does not see: see `PackTags.count`.
  public func packTags(at now: Instant) -> PackTags {
    var tags = self.tags
    tags.unitModeCurrent = unit.mode
    tags.stateCurrent = unit.state
    tags.machSpeed = machSpeed
    tags.isBlocked = unit.cause == .blocked
    tags.isStarved = unit.cause == .starved
    tags.modeCurrentTime = unit.time(in: unit.mode, until: now)
    tags.stateCurrentTime = unit.time(in: unit.state, unit.mode, until: now)
    tags.accTimeSinceReset = max(.zero, now - unit.countedFrom)
    alarms.forEachStanding { alarm in
      guard alarm.state != .shelved else { return }
      tags.alarmExtent += 1
      if tags.alarms.count < PackTags.alarmLimit { tags.alarms.append(alarm) }
    }
    return tags
  }

  /// What the run was like up to `now`.
  public func report(at now: Instant) -> SupervisionReport {
    var report = SupervisionReport()
    report.tags = packTags(at: now)
    report.cause = unit.cause
    report.stateTimes = PackMLState.allCases.map { unit.time(in: $0, until: now) }
    report.modeTimes = PackMLMode.allCases.map { unit.time(in: $0, until: now) }
    for kind in AlarmKind.allCases {
      let tally = alarms.tally(kind, until: now)
      if tally != AlarmTally() {
        report.alarms.append(SupervisionReport.AlarmCount(kind: kind, tally: tally))
      }
    }
    report.peakInTenMinutes = alarms.peakInTenMinutes
    report.floods = alarms.floods
    return report
  }
}
