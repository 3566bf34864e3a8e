import Quantities

/// What a line supervisor asks a machine by ISA-TR88.00.02: the PackTags that sortline keeps, as plain values.
///
/// Registers and summary.json are both filled from this. Speeds are in thousandths of a piece a minute,
/// because the standard's unit is products a minute; times in whole seconds are the reader's to round.
public struct PackTags: Sendable, Hashable {
  /// `Command.UnitMode`: the mode that was last asked for.
  public var commandUnitMode = PackMLMode.production
  /// `Command.CntrlCmd`: the number of the last command; 0 where there was none.
  public var commandCntrlCmd = 0
  /// `Status.UnitModeCurrent`: the present mode.
  public var unitModeCurrent = PackMLMode.production
  /// `Status.StateCurrent`: the present state.
  public var stateCurrent = PackMLState.undefined
  /// `Status.MachSpeed`: the rated speed, in thousandths of a piece a minute.
  public var machSpeed = 0
  /// `Status.CurMachSpeed`: the present speed, in thousandths of a piece a minute.
  public var curMachSpeed = 0
  /// `Status.EquipmentInterlock.Blocked`: nothing downstream takes pieces.
  public var isBlocked = false
  /// `Status.EquipmentInterlock.Starved`: there is no mail.
  public var isStarved = false
  /// `Admin.ProdConsumedCount`: pieces fed.
  public var prodConsumedCount = 0
  /// `Admin.ProdProcessedCount`: pieces that left the machine, good and bad.
  public var prodProcessedCount = 0
  /// `Admin.ProdDefectiveCount`: pieces rejected, removed or lost.
  public var prodDefectiveCount = 0
  /// `Admin.ModeCurrentTime`: the time in the present mode.
  public var modeCurrentTime = Nanoseconds.zero
  /// `Admin.StateCurrentTime`: the time in the present state and mode.
  public var stateCurrentTime = Nanoseconds.zero
  /// `Admin.AccTimeSinceReset`: the time since the counters were last set to zero.
  public var accTimeSinceReset = Nanoseconds.zero
  /// `Admin.Alarm`: the alarms that stand, the gravest first, eight at most.
  public var alarms: [StandingAlarm] = []
  /// `Admin.AlarmExtent`: how many alarms stand in all.
  public var alarmExtent = 0

  /// Tags of which nothing is known.
  public init() {}

  /// The most alarms that the tags carry.
  public static let alarmLimit = 8

  /// Fills in the counts and the present speed, which whoever counts the pieces knows.
  ///
  /// - Parameters:
  ///   - fed: pieces fed.
  ///   - sorted: pieces that ended in a bin of their plan.
  ///   - defective: pieces that were rejected, removed or lost.
  ///   - perMinute: the present speed, in thousandths of a piece a minute.
  public mutating func count(fed: Int, sorted: Int, defective: Int, perMinute: Int) {
    prodConsumedCount = fed
    prodProcessedCount = sorted + defective
    prodDefectiveCount = defective
    curMachSpeed = perMinute
  }
}
