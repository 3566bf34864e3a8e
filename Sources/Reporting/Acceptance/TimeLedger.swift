import EventRecords
import Quantities
import SorterModel
import Supervision

/// Follows what the machine did, moment by moment: no moment has two causes and none has none.
///
/// The machine's signals weigh as in the figures: a standstill outweighs held induction, and that an empty feeder. A
/// state or mode out of production, which only a real machine reports, outweighs them all.
struct TimeLedger {
  /// A stretch of time with one cause, from its first event to the one that ended it.
  struct Span: Sendable, Equatable {
    var cause: TimeCause
    var from: Int64
    var to: Int64
    /// The event that began it; 0 for the run's beginning.
    var beganBy: Int
    /// The event that ended it; nil where the run's end did.
    var endedBy: Int?
  }

  /// A stretch in which a bin was out of service.
  struct Outage: Sendable, Equatable {
    var bin: Int
    var reason: Reason
    var from: Int64
    var to: Int64
    var beganBy: Int
    var endedBy: Int?
  }

  private(set) var spans: [Span] = []
  private(set) var outages: [Outage] = []
  private var open = Span(cause: .sorting, from: 0, to: 0, beganBy: 0, endedBy: nil)
  private var openOutages: [Int: Outage] = [:]
  private var jams = 0
  private var isStopped = false
  private var isHeld = false
  private var isStarved = false
  private var linksDown = 0
  private var state = PackMLState.execute
  private var mode = PackMLMode.production

  mutating func take(_ record: EventRecord, _ number: Int) {
    let now = record.elapsed.rawValue
    switch record.kind {
    case .jamStarted: jams += 1
    case .jamCleared: jams = max(0, jams - 1)
    case .beltStopped: isStopped = true
    case .beltStarted: isStopped = false
    case .inductionHeld: isHeld = true
    case .inductionReleased: isHeld = false
    case .plantStarved: isStarved = record.choice == .primary
    case .machineState:
      state = PackMLState(rawValue: record.stateNumber) ?? state
      if let new = PackMLMode(rawValue: record.modeNumber), new != .undefined { mode = new }
    case .alarmRaised where record.alarmNumber == AlarmKind.linkDown.rawValue: linksDown += 1
    case .alarmCleared where record.alarmNumber == AlarmKind.linkDown.rawValue:
      linksDown = max(0, linksDown - 1)
    case .runResumed: resume(record, number)
    case .binDisabled: disable(record, number)
    case .binEnabled: enable(record.bin.index, at: now, by: number)
    default: return
    }
    guard cause != open.cause else { return }
    close(at: now, by: number)
    open = Span(cause: cause, from: now, to: now, beganBy: number, endedBy: nil)
  }

  /// The run goes on: nobody drove the machine since the last event of before.
  private mutating func resume(_ record: EventRecord, _ number: Int) {
    let now = record.elapsed.rawValue
    let away = max(open.from, now - max(0, Int64(clamping: record.a)))
    close(at: away, by: number)
    open = Span(cause: .controllerAway, from: away, to: now, beganBy: number, endedBy: nil)
    close(at: now, by: number)
    open = Span(cause: cause, from: now, to: now, beganBy: number, endedBy: nil)
  }

  /// What the signals amount to now.
  private var cause: TimeCause {
    if isOutOfService { return .outOfService }
    if jams > 0 { return .jam }
    if isStopped { return .beltStopped }
    if linksDown > 0 { return .linkDown }
    if isHeld { return .blocked }
    return isStarved ? .starved : .sorting
  }

  private var isOutOfService: Bool {
    if mode != .production { return true }
    switch state {
    case .undefined, .execute, .holding, .held, .unholding, .suspending, .suspended, .unsuspending,
      .completing, .complete:
      return false
    case .clearing, .stopped, .starting, .idle, .stopping, .aborting, .aborted, .resetting: return true
    }
  }

  private mutating func close(at now: Int64, by number: Int?) {
    open.to = now
    open.endedBy = number
    if open.to > open.from { spans.append(open) }
  }

  private mutating func disable(_ record: EventRecord, _ number: Int) {
    let bin = record.bin.index
    guard openOutages[bin] == nil else { return }
    openOutages[bin] = Outage(
      bin: bin, reason: record.reason, from: record.elapsed.rawValue, to: 0, beganBy: number, endedBy: nil)
  }

  private mutating func enable(_ bin: Int, at now: Int64, by number: Int?) {
    guard var outage = openOutages.removeValue(forKey: bin) else { return }
    outage.to = now
    outage.endedBy = number
    outages.append(outage)
  }

  /// Ends the last stretches with the run, and cuts all to the machine time.
  ///
  /// - Parameter measured: from the warm-up's end to the end of feeding.
  mutating func finish(at now: Int64, measured: Range<Int64>) {
    // Feeding may have ended after the last event: nothing changed until then.
    let end = max(now, measured.upperBound)
    close(at: end, by: nil)
    for bin in openOutages.keys.sorted() { enable(bin, at: end, by: nil) }
    outages.sort { ($0.from, $0.bin) < ($1.from, $1.bin) }
    spans = spans.compactMap { span in
      var span = span
      span.from = max(span.from, measured.lowerBound)
      span.to = min(span.to, measured.upperBound)
      return span.to > span.from ? span : nil
    }
    outages = outages.compactMap { outage in
      var outage = outage
      outage.from = max(outage.from, measured.lowerBound)
      outage.to = min(outage.to, measured.upperBound)
      return outage.to > outage.from ? outage : nil
    }
  }

  /// How much of a stretch of time the machine was down or out of service anyway.
  func overlap(_ from: Int64, _ to: Int64) -> Int64 {
    spans.filter { $0.cause.isDown || $0.cause == .outOfService }.reduce(0) {
      $0 + max(0, min(to, $1.to) - max(from, $1.from))
    }
  }
}
