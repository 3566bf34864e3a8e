import EventRecords
import FlatStorage
import Quantities
import SorterModel

/// Watches over a run: hears its records in order, follows the machine's PackML state, raises and clears alarms.
///
/// Simulation, real-time control and replay all use this one type, so that an analyst sees which alarms a
/// scenario would raise. It has no clock and allocates nothing after `init`. What it finds are records for the
/// journal: the shell takes them out with `record(_:)` and `removeRecords()`.
///
/// ```swift
/// guard supervisor.concerns(record) else { return recorder.emit(record) }
/// supervisor.prepare(for: record)   // what was due before: its records go ahead of this one
/// // emit the supervisor's records, then `record`
/// supervisor.observe(record)        // what follows from it
/// // emit the supervisor's records
/// ```
public struct Supervisor: ~Copyable, Sendable {
  /// The machine's PackML state, mode and times.
  public internal(set) var unit: PackMLUnit
  /// The alarms.
  public internal(set) var alarms: AlarmBook
  /// From when on a condition is an alarm.
  public let limits: SupervisionLimits
  /// Who knows the machine's state.
  public let stateSource: StateSource

  // Kinds that are always looked at, and the moment from which on the next other record is.
  @usableFromInline let heeded: UInt64
  @usableFromInline let waking: UInt64
  @usableFromInline var due = Instant.never

  let machSpeed: Int
  let endBin: BinID
  var signals = MachineSignals()
  var newest: UInt64 = 0
  var readFailures: RateWatch
  var rejects: RateWatch
  var unexpected: BurstWatch
  /// When rates are looked at again; `.never` while none is high.
  var rateDue = Instant.never
  var tags = PackTags()
  var position = Pulses.zero
  private var records: Slab<EventRecord>
  /// How many records wait to be taken out.
  public private(set) var recordCount = 0

  /// Who knows the machine's state.
  @frozen
  public enum StateSource: UInt8, Sendable, BitwiseCopyable {
    /// Nobody but the records: jams, held induction and an empty feeder say it. Acting states take no time.
    case derived = 0
    /// The machine's own PLC, which reports each change of its state.
    case reported
  }

  /// A supervisor for a machine.
  ///
  /// - Parameters:
  ///   - countedFrom: times in PackML states before this are left out, as a warm-up.
  ///   - devices: how many devices the machine is driven through.
  public init(
    profile: HardwareProfile, stateSource: StateSource = .derived, countedFrom: Nanoseconds = .zero,
    devices: Int = 1
  ) {
    limits = SupervisionLimits(profile)
    self.stateSource = stateSource
    unit = PackMLUnit(countedFrom: Instant(max(0, countedFrom.rawValue)))
    alarms = AlarmBook(bins: profile.bins.count, devices: devices)
    alarms.setOnDelay(limits.binFullFor, of: .binFullTooLong)
    readFailures = RateWatch(limit: limits.readFailuresPerThousand)
    rejects = RateWatch(limit: limits.rejectsPerThousand)
    unexpected = BurstWatch(limit: limits.unexpectedPerMinute, within: .seconds(60))
    // Pieces an hour in thousandths a minute.
    machSpeed = profile.ratedPiecesPerHour * 1000 / 60
    endBin = profile.bins.firstIndex(where: \.isEnd).map { BinID(UInt16($0)) } ?? .none
    heeded = Self.mask(Self.heededKinds)
    // A text has no time of its own; what is due before the record it belongs to is written before it.
    waking = Self.mask(EventKind.allCases.filter(\.isEvent))
    // One call never writes more than the alarms do and a few changes of state.
    records = Slab(
      count: alarms.capacity + 16, repeating: EventRecord(.machineState, at: .start, position: .zero))
  }

  private static let heededKinds: [EventKind] = [
    .runStarted, .runEnded, .pieceRecirculated, .pieceRejected, .pieceLost, .binFull, .binAvailable,
    .binDisabled, .binEnabled, .jamStarted, .jamCleared, .beltStopped, .beltStarted, .inductionHeld,
    .inductionReleased, .machineState, .inputIgnored, .plantStarved,
  ]

  private static func mask(_ kinds: [EventKind]) -> UInt64 {
    kinds.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
  }

  /// Whether a record is the supervisor's business, or something is due: false for a plain piece.
  @inlinable @inline(__always)
  public func concerns(_ record: EventRecord) -> Bool {
    let bit = UInt64(record.kind.rawValue)
    return heeded &>> bit & 1 != 0 || record.elapsed >= due && waking &>> bit & 1 != 0
  }

  /// Whether any record of a batch, which has no texts, is the supervisor's business.
  @inlinable @inline(__always)
  public func concerns(_ records: borrowing RecordBatch) -> Bool {
    if records.kinds & heeded != 0 { return true }
    return records.count > 0 && records[records.count &- 1].elapsed >= due
  }

  /// Lets everything happen that is due by the time of a record that is about to be written.
  public mutating func prepare(for record: EventRecord) {
    position = record.position
    newest = max(newest, record.piece.rawValue)
    advance(to: record.elapsed)
  }

  /// Lets everything happen that is due by `now`; for shells in which time passes without records.
  public mutating func advance(to now: Instant) {
    guard now >= due else { return }
    alarms.position = position
    if signals.changedAt < now { settleState() }
    alarms.advance(to: now)
    if rateDue <= now { checkRates(at: now) }
    collect()
  }

  /// Takes in something that only a running controller knows.
  public mutating func report(_ condition: RuntimeCondition, at now: Instant, position: Pulses) {
    self.position = position
    alarms.position = position
    advance(to: now)
    switch condition.change {
    case .begins: alarms.set(condition.kind, condition.subject, holds: true, at: now)
    case .ends: alarms.set(condition.kind, condition.subject, holds: false, at: now)
    case .happens: alarms.pulse(condition.kind, condition.subject, at: now)
    }
    if condition.kind == .emergencyStop, condition.change == .begins { abort(at: now) }
    collect()
  }

  /// The record at `index`, below `recordCount`.
  public func record(_ index: Int) -> EventRecord { records[index] }

  /// Forgets the records that were taken out.
  public mutating func removeRecords() { recordCount = 0 }

  /// Moves what the alarms wrote behind what is there, and notes when something is due next.
  mutating func collect() {
    for index in 0..<alarms.recordCount { append(alarms.record(index)) }
    alarms.removeRecords()
    var next = min(alarms.due, rateDue)
    // A signal is settled with the next later record: what changes and changes back at once is no change.
    if signals.changedAt != .never { next = min(next, signals.changedAt + Nanoseconds(1)) }
    due = next
  }

  mutating func append(_ record: EventRecord) {
    precondition(recordCount < records.count, "records of the supervisor were not taken out")
    records[recordCount] = record
    recordCount += 1
  }
}
