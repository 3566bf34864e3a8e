import EventRecords
import FlatStorage
import Quantities

/// Every alarm there can be, and where each is in its life: flat, fixed, nothing allocated after `init`.
///
/// Each kind has one entry for each of its subjects, found by arithmetic. What changes is told as records
/// for the journal, in the order of time; the owner takes them out with `record(_:)` and `removeRecords()`
/// after each call. Moments must not go back.
public struct AlarmBook: ~Copyable, Sendable {
  /// How many bins the machine has.
  public let binCount: Int
  /// How many devices it is driven through.
  public let deviceCount: Int
  /// Where the belt is: it stands in the records to come.
  public var position = Pulses.zero

  var entries: Slab<AlarmEntry>
  // When the condition's delay is over; .max where none runs. Apart, so that the next one is found fast.
  var delays: Slab<Int64>
  private var firstEntry: Slab<Int32>
  private var onDelays: Slab<Int64>
  private var tallies: Slab<AlarmTally>
  private var records: Slab<EventRecord>
  /// How many records wait to be taken out.
  public private(set) var recordCount = 0
  var flood = AlarmFlood()
  /// Nothing is due before this, `.never` where no delay runs; a delay that was cut short may leave it too early.
  public private(set) var due = Instant.never

  /// The longest that an alarm may be shelved: a shift.
  public static let longestShelving = Nanoseconds.seconds(8 * 3600)

  /// A book for a machine with so many bins, driven through so many devices; no alarm stands.
  public init(bins: Int, devices: Int = 1) {
    binCount = bins
    deviceCount = devices
    var first = [Int32](repeating: 0, count: 256)
    var count = 0
    for kind in AlarmKind.allCases {
      first[Int(kind.rawValue)] = Int32(count)
      count += Self.subjects(of: kind, bins, devices)
    }
    firstEntry = Slab(first)
    entries = Slab(count: count, repeating: AlarmEntry())
    delays = Slab(count: count, repeating: .max)
    onDelays = Slab(count: 256, repeating: 0)
    for kind in AlarmKind.allCases { onDelays[Int(kind.rawValue)] = kind.onDelay.rawValue }
    tallies = Slab(count: 256, repeating: AlarmTally())
    // In one call an entry may be raised or cleared by its delay, closed and told again because of another
    // alarm, and taken off the shelf and told: five records at most.
    records = Slab(count: 5 * count + 8, repeating: EventRecord(.alarmRaised, at: .start, position: .zero))
  }

  private static func subjects(of kind: AlarmKind, _ bins: Int, _ devices: Int) -> Int {
    switch kind.scope {
    case .machine: 1
    case .bin: bins
    case .device: devices
    }
  }

  /// The place of an alarm's entry; nil where there is no such subject.
  func place(_ kind: AlarmKind, _ subject: AlarmSubject) -> Int? {
    guard subject.scope == kind.scope,
      Int(subject.index) < Self.subjects(of: kind, binCount, deviceCount)
    else { return nil }
    return Int(firstEntry[Int(kind.rawValue)]) + Int(subject.index)
  }

  /// Sets for how long the condition must hold before an alarm of this kind is raised.
  public mutating func setOnDelay(_ delay: Nanoseconds, of kind: AlarmKind) {
    onDelays[Int(kind.rawValue)] = max(0, delay.rawValue)
  }

  /// The most records that one call leaves.
  var capacity: Int { records.count }

  /// The record at `index`, below `recordCount`.
  public func record(_ index: Int) -> EventRecord { records[index] }

  /// Forgets the records that were taken out.
  public mutating func removeRecords() { recordCount = 0 }

  /// The counts of a kind, with what stands reckoned up to `now`.
  public func tally(_ kind: AlarmKind, until now: Instant) -> AlarmTally {
    var tally = tallies[Int(kind.rawValue)]
    let first = Int(firstEntry[Int(kind.rawValue)])
    for place in first..<first + Self.subjects(of: kind, binCount, deviceCount) {
      guard entries[place].isActive, entries[place].isTold else { continue }
      tally.standing += 1
      tally.longest = max(tally.longest, now - entries[place].raisedAt)
    }
    return tally
  }

  /// The most alarms raised in any ten minutes; 511 stands for that many or more.
  public var peakInTenMinutes: Int { flood.peak }

  /// How many floods began.
  public var floods: Int { flood.floods }

  /// Whether more comes than one person can answer.
  public var isFlooded: Bool { flood.isOn }

  /// The state of an alarm; nil where there is no such bin or device.
  public func state(_ kind: AlarmKind, _ subject: AlarmSubject = .machine) -> AlarmState? {
    place(kind, subject).map { state(kind, subject, at: $0) }
  }

  private func state(_ kind: AlarmKind, _ subject: AlarmSubject, at place: Int) -> AlarmState {
    let entry = entries[place]
    if entry.isOutOfService { return .outOfService }
    if entry.isShelved { return .shelved }
    if entry.isActive {
      if !entry.isTold, isSuppressed(kind, subject) { return .suppressedByDesign }
      return entry.isAcknowledged ? .acknowledged : .unacknowledged
    }
    if entry.isLatched { return entry.isAcknowledged ? .latchedAcknowledged : .latchedUnacknowledged }
    return entry.isAcknowledged ? .normal : .returnedUnacknowledged
  }

  /// Whether the alarm that says more stands on the same subject, or on the machine.
  func isSuppressed(_ kind: AlarmKind, _ subject: AlarmSubject) -> Bool {
    guard let stronger = kind.suppressedBy else { return false }
    guard let place = place(stronger, stronger.scope == .machine ? .machine : subject) else { return false }
    return entries[place].isActive
  }

  /// Calls `body` for every alarm that stands or waits for an answer, the gravest first, then the oldest kind.
  public func forEachStanding(_ body: (StandingAlarm) -> Void) {
    for priority in AlarmPriority.allCases.reversed() {
      for kind in AlarmKind.allCases where kind.priority == priority {
        for index in 0..<Self.subjects(of: kind, binCount, deviceCount) {
          let subject = AlarmSubject(scope: kind.scope, index: UInt16(index))
          let place = Int(firstEntry[Int(kind.rawValue)]) + index
          let state = state(kind, subject, at: place)
          if state == .normal || !entries[place].isTold && state != .shelved { continue }
          body(
            StandingAlarm(kind: kind, subject: subject, state: state, raisedAt: entries[place].raisedAt))
        }
      }
    }
  }

  /// Something will be due at a moment.
  mutating func expect(_ moment: Instant) { due = min(due, moment) }

  /// Finds anew when the next delay or shelving is over.
  mutating func findDue() {
    var least = Int64.max
    for place in 0..<delays.count { least = min(least, delays[place]) }
    for place in 0..<entries.count where entries[place].isShelved {
      least = min(least, entries[place].shelvedUntil.rawValue)
    }
    due = Instant(least)
  }

  func onDelay(of kind: AlarmKind) -> Int64 { onDelays[Int(kind.rawValue)] }

  mutating func count(_ kind: AlarmKind, _ change: (inout AlarmTally) -> Void) {
    change(&tallies[Int(kind.rawValue)])
  }

  /// Writes a record about an alarm.
  mutating func tell(
    _ event: EventKind, _ kind: AlarmKind, _ subject: AlarmSubject, at now: Instant,
    _ fill: (inout EventRecord) -> Void = { _ in }
  ) {
    var record = EventRecord(event, at: now, position: position)
    record.alarmNumber = kind.rawValue
    switch subject.scope {
    case .machine: break
    case .bin: record.bin = BinID(subject.index)
    case .device: record.alarmDevice = Int(subject.index)
    }
    fill(&record)
    precondition(recordCount < records.count, "records of alarms were not taken out")
    records[recordCount] = record
    recordCount += 1
  }
}
