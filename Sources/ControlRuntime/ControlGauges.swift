import Quantities
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
  /// Acknowledged with less time left than the profile wants.
  case marginsBelowLimit
  /// Waiting now, and the most there ever were: inputs, records for the journal.
  case inputDepth, inputDepthMost, journalDepth, journalDepthMost
  /// How often inputs had to wait because the journal had no room, and induction was held for that reason.
  case journalWaits, journalHolds
  /// Whether induction is held, 0 or 1.
  case inductionHeld
  /// The machine's PackML state as it was last told, 0 for none.
  case machineState
  /// The plant's time in nanoseconds: of the last input where the plant is virtual, else of the last cycle.
  case now
  /// A bit for each `ControlCondition` that stands.
  case conditions
}

/// What goes wrong in the controller itself; a bit each in the gauge `conditions`.
public enum ControlCondition: Int, CaseIterable, Sendable {
  /// The journal's ring is three quarters full: induction is held until half of it is free.
  case journalNearlyFull
  /// The logs can no longer be written: induction is held, and the run ends when the machine is empty.
  case journalFailed
  /// A piece was acknowledged with less time left than the profile's `min_margin_ms` within the last second.
  case marginLow
  /// A command found the port's ring full within the last second: its piece goes on to the end.
  case commandsDropped
  /// A cycle took longer than its period, or came a whole period late, within the last second.
  case overrun
  /// The operator holds induction.
  case operatorHold

  /// Its bit.
  public var bit: Int { 1 << rawValue }
}

/// What the control thread shows of itself: it alone writes, any thread reads, nobody waits.
public final class ControlGauges: Sendable {
  private let counts = CounterBlock(count: ControlCount.allCases.count)
  private let bins: CounterBlock
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

  /// Whether a condition stands.
  public func stands(_ condition: ControlCondition) -> Bool { self[.conditions] & condition.bit != 0 }

  @inline(__always)
  func add(_ amount: Int = 1, to count: ControlCount) { counts.add(amount, to: count.rawValue) }

  @inline(__always)
  func raise(_ count: ControlCount, to value: Int) {
    if value > counts[count.rawValue] { counts[count.rawValue] = value }
  }

  @inline(__always)
  func set(_ condition: ControlCondition, _ stands: Bool) {
    let bits = self[.conditions]
    self[.conditions] = stands ? bits | condition.bit : bits & ~condition.bit
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

/// What other threads ask of the control thread; it looks at the beginning of each cycle.
public final class ControlWishes: Sendable {
  /// Whether the run should end: outputs made safe, records written.
  public let stop = Atomic<Bool>(false)
  /// Whether a person wants induction held.
  public let holdInduction = Atomic<Bool>(false)
  /// How often a person acknowledged all alarms.
  public let acknowledgements = Atomic<Int>(0)

  /// No wishes.
  public init() {}
}
