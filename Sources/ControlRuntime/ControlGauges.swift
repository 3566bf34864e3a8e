import Quantities
import Supervision
import Synchronization

/// What the control thread counts, one place each in `ControlGauges`.
public enum ControlCount: Int, CaseIterable, Sendable {
  /// Pieces, by the records of the run.
  case fed, sorted, rejected, removed, lost, missorted, recirculated
  /// Cycles; those longer than the period; periods that had no cycle of their own.
  case cycles, overruns, skippedPeriods
  /// Inputs handled, commands given, commands that found the port's ring full.
  case inputs, commands, commandsDropped
  /// Answers of the machine that came after the decision point, and refusals.
  case answersLate, answersRefused
  /// Readings that the machine told although a scanner of its own is heard.
  case readingsLeftOut
  /// Readings of that scanner that had waited for longer than anybody could say whose they are.
  case readingsTooOld
  /// Acknowledged with less time left than the profile wants.
  case marginsBelowLimit
  /// Waiting now, and the most there ever were: inputs, records for the journal.
  case inputDepth, inputDepthMost, journalDepth, journalDepthMost
  /// How often inputs had to wait because the journal had no room, and induction was held for that reason.
  case journalWaits, journalHolds
  /// Whether induction is held, 0 or 1.
  case inductionHeld
  /// The machine's PackML state and mode, by their numbers.
  case machineState, machineMode
  /// The plant's time in nanoseconds: of the last input where the plant is virtual, else of the last cycle.
  case now
  /// Alarms that stand, and those among them that nobody has acknowledged.
  case alarmsStanding, alarmsUnacknowledged
}

/// What the control thread shows of itself: it alone writes, any thread reads, nobody waits.
public final class ControlGauges: Sendable {
  private let counts = CounterBlock(count: ControlCount.allCases.count)
  private let bins: CounterBlock
  private let alarmWords = CounterBlock(count: ControlGauges.alarmLimit)
  /// From waking to the end of a cycle's work.
  public let cycleTimes = LiveHistogram()
  /// How late cycles began.
  public let lateness = LiveHistogram()
  /// From taking an input out of its ring (or the command before, if later) to its command being there for the port.
  public let handling = LiveHistogram()
  /// From an input's being put into its ring to its command being there for the port; real machines only.
  public let responses = LiveHistogram()
  /// From giving a command to the machine's answer, on the port's clock.
  public let roundTrips = LiveHistogram()
  /// How much time was left when an assignment was acknowledged.
  public let margins = LiveHistogram()

  /// Gauges at zero, for a machine with so many bins.
  public init(binCount: Int) { bins = CounterBlock(count: max(1, binCount)) }

  /// A count; only the control thread sets it.
  public subscript(count: ControlCount) -> Int {
    @inline(__always) get { counts[count.rawValue] }
    @inline(__always) set { counts[count.rawValue] = newValue }
  }

  /// How many pieces went into a bin since it was last emptied, and whether it is full or out of service.
  public func bin(_ index: Int) -> BinGauge {
    let word = bins[index]
    return BinGauge(pieces: word >> 2, isFull: word & 1 != 0, isDisabled: word & 2 != 0)
  }

  /// How many bins there are.
  public var binCount: Int { bins.count }

  /// Pieces on the machine, by the records.
  public var onMachine: Int {
    self[.fed] - self[.sorted] - self[.rejected] - self[.removed] - self[.lost]
  }

  /// The alarms that stand, the gravest first; at most `alarmLimit` of them.
  public var alarms: [AlarmGauge] {
    (0..<min(self[.alarmsStanding], Self.alarmLimit)).compactMap { AlarmGauge(word: alarmWords[$0]) }
      .sorted { ($1.kind.priority, $0.kind.rawValue) < ($0.kind.priority, $1.kind.rawValue) }
  }

  /// How many standing alarms are shown by name.
  public static let alarmLimit = 32

  @inline(__always)
  func add(_ amount: Int = 1, to count: ControlCount) { counts.add(amount, to: count.rawValue) }

  @inline(__always)
  func raise(_ count: ControlCount, to value: Int) {
    if value > counts[count.rawValue] { counts[count.rawValue] = value }
  }

  /// Shows the alarm at a place of the list.
  func show(_ alarm: StandingAlarm, at place: Int) {
    if place < Self.alarmLimit { alarmWords[place] = AlarmGauge(alarm).word }
  }

  @inline(__always)
  func changeBin(_ index: Int, _ change: (inout BinGauge) -> Void) {
    guard index < bins.count else { return }
    var gauge = bin(index)
    change(&gauge)
    bins[index] = gauge.pieces << 2 | (gauge.isDisabled ? 2 : 0) | (gauge.isFull ? 1 : 0)
  }
}

/// What is shown of a bin.
public struct BinGauge: Hashable, Sendable, BitwiseCopyable {
  /// Pieces in it since it was last emptied.
  public var pieces: Int
  /// Whether it reports full.
  public var isFull: Bool
  /// Whether it is out of service.
  public var isDisabled: Bool
}

/// What is shown of an alarm that stands.
public struct AlarmGauge: Hashable, Sendable, BitwiseCopyable {
  /// What it is.
  public var kind: AlarmKind
  /// What it is about.
  public var subject: AlarmSubject
  /// Whether somebody has acknowledged it.
  public var isAcknowledged: Bool
  /// Whether it is put aside for a while.
  public var isShelved: Bool

  init(_ alarm: StandingAlarm) {
    kind = alarm.kind
    subject = alarm.subject
    isAcknowledged = [.acknowledged, .latchedAcknowledged, .shelved].contains(alarm.state)
    isShelved = alarm.state == .shelved
  }

  /// The alarm that a word stands for.
  init?(word: Int) {
    guard let kind = AlarmKind(rawValue: UInt8(truncatingIfNeeded: word)),
      let scope = AlarmSubject.Scope(rawValue: UInt8(truncatingIfNeeded: word >> 8))
    else { return nil }
    self.kind = kind
    let index = word >> 16 & 0xFFFF
    subject =
      switch scope {
      case .machine: .machine
      case .bin: .bin(index)
      case .device: .device(index)
      }
    isAcknowledged = word >> 32 & 1 != 0
    isShelved = word >> 33 & 1 != 0
  }

  /// The alarm as one word.
  var word: Int {
    Int(kind.rawValue) | Int(subject.scope.rawValue) << 8 | Int(subject.index) << 16
      | (isAcknowledged ? 1 : 0) << 32 | (isShelved ? 1 : 0) << 33
  }
}

/// What other threads ask of the control thread; it looks at the beginning of each cycle.
public final class ControlWishes: Sendable {
  /// Whether the run should end: outputs made safe, records written.
  public let stop = Atomic<Bool>(false)
  /// Whether a person wants induction held.
  public let holdInduction = Atomic<Bool>(false)
  /// How often a person acknowledged all alarms.
  public let acknowledgements = Atomic<Int>(0)
  /// How often a person put acknowledged alarms aside, for `shelving`.
  public let shelvings = Atomic<Int>(0)
  /// How often a person took everything off the shelf.
  public let unshelvings = Atomic<Int>(0)
  /// How often a person asked for latched alarms whose cause is gone to be taken off.
  public let alarmResets = Atomic<Int>(0)

  /// So long an alarm is put aside: it comes back by itself while the same people are there.
  public static let shelving = Nanoseconds.seconds(3600)

  /// No wishes.
  public init() {}
}
