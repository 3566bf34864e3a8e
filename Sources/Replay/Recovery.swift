import Dispatching
import EventRecords
import FileFormats
import Quantities
import SorterModel
import Telemetry

/// Brings a run that was cut short back to where it stood: replays its inputs beside its events.
///
/// The inputs are what counts. Events that the inputs lead to and that are missing are handed out to be written;
/// events that no input leads to, because the crash took the input, are to be cut. A line that is damaged ends
/// what is whole; what stands before it must be sound to the last byte.
public struct Recovery: ~Copyable {
  /// What was found.
  @frozen
  public struct Finding: ~Copyable {
    /// The dispatcher as the last input left it.
    public var state: DispatcherState
    /// Behind what is whole of the events, and of the inputs.
    public var resumption: (events: LogPlace, inputs: LogPlace)
    /// What the dispatcher wrote and the events lack, in its order.
    public var missing: [EventRecord]
    /// What the port was told and told.
    public var port: PortTrace
    /// How many inputs there are.
    public var inputs: Int
    /// Whether the run ended of itself, so that there is nothing to go on with.
    public var hasEnded: Bool
  }

  /// Why a run cannot be recovered.
  public enum Failure: Error {
    /// A file cannot be read.
    case unreadable(InvalidInput)
    /// The damage is not at the end, or the two files tell different runs.
    case damaged(Diagnostic)
  }

  private let events: EventLineReader
  private let bins: [String: BinID]
  private let walk: InputWalk
  private let ahead: WorkAhead
  private var batch: WorkAhead.Batch?
  private var taken = 0
  private var eventsEnd = LogPlace()
  private var hasEnded = false
  private var eventsDamage: Diagnostic?

  /// Reads both files of a run; `recall` gets every event of it that stays, in order.
  public static func run(
    inputs: InputLineReader, events: EventLineReader, profile: HardwareProfile, plan: CompiledPlan,
    recall: (EventRecord) -> Void
  ) throws(Failure) -> Finding {
    let walk = InputWalk(inputs, profile: profile, plan: plan)
    let ahead: WorkAhead
    do throws(RecorderError) { ahead = try WorkAhead { walk.fill($0) } } catch {
      throw .unreadable(
        InvalidInput([Diagnostic(file: inputs.name, "\(error)")], category: .noInput))
    }
    defer { ahead.end() }
    var recovery = Recovery(events: events, profile: profile, walk, ahead)
    try recovery.readEvents(recall)
    var missing: [EventRecord] = []
    while let record = recovery.next() {
      missing.append(record)
      recovery.removeNext()
    }
    if let failure = walk.failure { throw failure }
    try recovery.judgeDamage()
    return walk.finding(recovery.eventsEnd, missing, hasEnded: recovery.hasEnded)
  }

  private init(
    events: EventLineReader, profile: HardwareProfile, _ walk: InputWalk, _ ahead: WorkAhead
  ) {
    self.events = events
    self.walk = walk
    self.ahead = ahead
    bins = Dictionary(
      profile.bins.enumerated().map { ($1.name, BinID(UInt16($0))) }, uniquingKeysWith: { first, _ in first })
  }

  /// The next record that the inputs lead to; nil where there is none.
  private mutating func next() -> EventRecord? {
    while true {
      if let batch, taken < batch.records.count { return batch.records[taken] }
      if let batch, batch.isLast { return nil }
      if batch != nil { ahead.giveBack() }
      batch = ahead.take()
      taken = 0
    }
  }

  private mutating func removeNext() { taken += 1 }

  private mutating func readEvents(_ recall: (EventRecord) -> Void) throws(Failure) {
    var sequence = 0
    while true {
      let place = events.place(number: sequence)
      let found = try read { () throws(InvalidInput) in try self.events.nextOutline() }
      guard case .event(let outline) = found else {
        if case .damaged(let damage) = found, !events.isTorn { eventsDamage = damage }
        return try end(at: place)
      }
      guard outline.sequence == sequence + 1 else {
        throw .damaged(disagreement("event \(outline.sequence) follows event \(sequence)"))
      }
      guard try take(outline, recall) else { return try end(at: place) }
      sequence = outline.sequence
    }
  }

  private mutating func end(at place: LogPlace?) throws(Failure) {
    guard let place else { throw .damaged(Self.tooEarly(events.name)) }
    eventsEnd = place
  }

  /// Takes in one event; false where no input leads to it: the crash took the input.
  private mutating func take(
    _ outline: EventLineReader.Outline, _ recall: (EventRecord) -> Void
  ) throws(Failure) -> Bool {
    guard let kind = outline.kind else { throw .damaged(disagreement("an event has an unknown name")) }
    guard kind.isDispatched else {
      if kind == .machineState { passState(at: outline.elapsed) }
      recall(try record(kind))
      return true
    }
    while let next = next() {
      guard next.kind != .machineState else {
        removeNext()
        continue
      }
      guard next.kind == kind, next.elapsed == outline.elapsed else {
        throw .damaged(
          disagreement("the inputs lead to \(next.kind.eventName), and the run wrote \(kind.eventName)"))
      }
      removeNext()
      recall(next)
      return true
    }
    return false
  }

  /// A state of the machine: where the dispatcher passed it on, its record is the one that was written.
  private mutating func passState(at elapsed: Instant) {
    if let next = next(), next.kind == .machineState, next.elapsed == elapsed { removeNext() }
  }

  /// Damage behind all that was safe is what a power cut can leave, and is cut; any other is not.
  private func judgeDamage() throws(Failure) {
    guard walk.damage != nil || eventsDamage != nil else { return }
    let safe = try walk.safeInAll()
    if let damage = walk.damage, walk.end.number < safe.inputs { throw .damaged(damage) }
    if let damage = eventsDamage, eventsEnd.number < safe.events { throw .damaged(damage) }
  }

  /// The event that was read in outline, whole.
  private mutating func record(_ kind: EventKind) throws(Failure) -> EventRecord {
    switch events.detail() {
    case .event(let line):
      if kind == .runEnded { hasEnded = true }
      if kind == .runResumed { hasEnded = false }
      return EventRecord(kind, from: line, bins: bins)
    case .damaged(let damage): throw .damaged(damage)
    case .end: throw .damaged(disagreement("an event is gone"))
    }
  }

  private func read<Found>(_ body: () throws(InvalidInput) -> Found) throws(Failure) -> Found {
    do throws(InvalidInput) { return try body() } catch { throw .unreadable(error) }
  }

  private func disagreement(_ message: String) -> Diagnostic {
    Diagnostic(file: events.name, line: events.lines, message)
  }

  static func tooEarly(_ name: String) -> Diagnostic {
    Diagnostic(
      file: name, "what is whole ends in a segment that was put aside",
      expected: "damage in the last file only")
  }
}
