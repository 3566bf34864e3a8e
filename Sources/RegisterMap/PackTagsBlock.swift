/// What the machine shows to a line supervisor: the `packml` block, 41 registers, read in one request.
///
/// The PackTags of ISA-TR88.00.02 as numbers. Speeds are in thousandths of a piece a minute, times in seconds.
public struct PackTagsBlock: Hashable, Sendable, BitwiseCopyable {
  /// Counts up whenever the block changes; stands at its start and at its end.
  public var snapshot: UInt16 = 0
  /// `Command.UnitMode`: the mode that was last asked for.
  public var commandUnitMode: UInt16 = 0
  /// `Command.CntrlCmd`: the last command, 0 where there was none.
  public var commandCntrlCmd: UInt16 = 0
  /// `Status.UnitModeCurrent`.
  public var unitModeCurrent: UInt16 = 0
  /// `Status.StateCurrent`.
  public var stateCurrent: UInt16 = 0
  /// `Status.EquipmentInterlock`: bit 0 blocked, bit 1 starved.
  public var interlocks: UInt16 = 0
  /// `Status.MachSpeed`: the rated speed.
  public var machSpeed: UInt32 = 0
  /// `Status.CurMachSpeed`: the present speed.
  public var curMachSpeed: UInt32 = 0
  /// `Admin.ProdConsumedCount`: pieces fed.
  public var prodConsumedCount: UInt32 = 0
  /// `Admin.ProdProcessedCount`: pieces that left the machine, good and bad.
  public var prodProcessedCount: UInt32 = 0
  /// `Admin.ProdDefectiveCount`: pieces that went to no bin they were meant for.
  public var prodDefectiveCount: UInt32 = 0
  /// `Admin.ModeCurrentTime`: seconds in the present mode.
  public var modeCurrentTime: UInt32 = 0
  /// `Admin.StateCurrentTime`: seconds in the present state.
  public var stateCurrentTime: UInt32 = 0
  /// `Admin.AccTimeSinceReset`: seconds since the counts were last set to zero.
  public var accTimeSinceReset: UInt32 = 0
  /// `Admin.AlarmExtent`: how many alarms stand in all.
  public var alarmExtent: UInt16 = 0
  /// `Admin.Alarm[0...7].ID` and `.Category`, the gravest first; ID 0 where there is no more.
  public var alarms = Alarms()

  /// How many registers the block takes up.
  public static let registers = 41

  /// An empty block.
  public init() {}

  /// Eight alarms, each a number and a category from 1, the gravest, to 4.
  public struct Alarms: Hashable, Sendable, BitwiseCopyable {
    private var words: SIMD16<UInt16> = .zero

    /// How many alarms the block carries.
    public static let count = 8

    /// No alarms.
    public init() {}

    /// The alarm at a place from 0 to 7.
    public subscript(place: Int) -> (id: UInt16, category: UInt16) {
      get { (words[2 * place], words[2 * place + 1]) }
      set { (words[2 * place], words[2 * place + 1]) = newValue }
    }
  }
}

extension PackTagsBlock: RegisterCoded {
  /// Puts the tags into registers from `place` on, which must all exist.
  public func encode(into registers: inout [UInt16], at place: Int, _ order: ByteOrder) {
    let words = [snapshot, commandUnitMode, commandCntrlCmd, unitModeCurrent, stateCurrent, interlocks]
    for (offset, word) in words.enumerated() { registers[place + offset] = word }
    for (index, long) in longs.enumerated() {
      (registers[place + 6 + 2 * index], registers[place + 7 + 2 * index]) = order.registers(long)
    }
    registers[place + 22] = alarmExtent
    registers[place + 23] = UInt16((0..<Alarms.count).prefix { alarms[$0].id != 0 }.count)
    for index in 0..<Alarms.count {
      (registers[place + 24 + 2 * index], registers[place + 25 + 2 * index]) = alarms[index]
    }
    registers[place + 40] = snapshot
  }

  /// Takes the tags from registers from `place` on; nil where they were read while they changed.
  public init?(from registers: [UInt16], at place: Int, _ order: ByteOrder) {
    guard registers[place] == registers[place + 40] else { return nil }
    snapshot = registers[place]
    commandUnitMode = registers[place + 1]
    commandCntrlCmd = registers[place + 2]
    unitModeCurrent = registers[place + 3]
    stateCurrent = registers[place + 4]
    interlocks = registers[place + 5]
    func long(_ index: Int) -> UInt32 {
      order.value(registers[place + 6 + 2 * index], registers[place + 7 + 2 * index])
    }
    machSpeed = long(0)
    curMachSpeed = long(1)
    prodConsumedCount = long(2)
    prodProcessedCount = long(3)
    prodDefectiveCount = long(4)
    modeCurrentTime = long(5)
    stateCurrentTime = long(6)
    accTimeSinceReset = long(7)
    alarmExtent = registers[place + 22]
    for index in 0..<Alarms.count {
      alarms[index] = (registers[place + 24 + 2 * index], registers[place + 25 + 2 * index])
    }
  }

  private var longs: [UInt32] {
    [
      machSpeed, curMachSpeed, prodConsumedCount, prodProcessedCount, prodDefectiveCount, modeCurrentTime,
      stateCurrentTime, accTimeSinceReset,
    ]
  }
}
