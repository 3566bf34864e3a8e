import Dispatching
import EventRecords
import FileFormats
import Quantities
import SorterModel

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

  private let inputs: InputLineReader
  private let events: EventLineReader
  private let bins: [String: BinID]
  private var replayer: Replayer
  private var queue = RecordQueue()
  private var port = PortTrace()
  private var inputsEnd = LogPlace()
  private var eventsEnd = LogPlace()
  private var inputsAreOver = false
  private var now = Instant.start
  private var position = Pulses.zero
  private var hasEnded = false
  private var inputsDamage: Diagnostic?
  private var eventsDamage: Diagnostic?
  private var safe = (events: 0, inputs: 0)

  /// Reads both files of a run; `recall` gets every event of it that stays, in order.
  public static func run(
    inputs: InputLineReader, events: EventLineReader, profile: HardwareProfile, plan: CompiledPlan,
    recall: (EventRecord) -> Void
  ) throws(Failure) -> Finding {
    var recovery = Recovery(inputs: inputs, events: events, profile: profile, plan: plan)
    try recovery.readEvents(recall)
    while try recovery.stepNext() {}
    try recovery.judgeDamage()
    return recovery.finding()
  }

  private init(
    inputs: InputLineReader, events: EventLineReader, profile: HardwareProfile, plan: CompiledPlan
  ) {
    self.inputs = inputs
    self.events = events
    bins = Dictionary(
      profile.bins.enumerated().map { ($1.name, BinID(UInt16($0))) }, uniquingKeysWith: { first, _ in first })
    replayer = Replayer(profile: profile, plan: plan)
  }

  private consuming func finding() -> Finding {
    let missing = queue.rest
    let digest = replayer.directiveDigest
    let count = replayer.inputs
    return Finding(
      state: DispatcherState(
        dispatcher: replayer.takeDispatcher(), digest: digest, now: now, position: position,
        holds: port.holds),
      resumption: (eventsEnd, inputsEnd), missing: missing, port: port, inputs: count, hasEnded: hasEnded)
  }

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
    guard let place else { throw .damaged(tooEarly(events.name)) }
    eventsEnd = place
  }

  /// Takes in one event; false where no input leads to it: the crash took the input.
  private mutating func take(
    _ outline: EventLineReader.Outline, _ recall: (EventRecord) -> Void
  ) throws(Failure) -> Bool {
    guard let kind = outline.kind else { throw .damaged(disagreement("an event has an unknown name")) }
    guard kind.isDispatched else {
      if kind == .machineState { try passState(at: outline.elapsed) }
      recall(try record(kind))
      return true
    }
    while true {
      if queue.isEmpty, try !stepNext() { return false }
      guard let next = queue.first else { continue }
      if next.kind == .machineState {
        queue.removeFirst()
        continue
      }
      guard next.kind == kind, next.elapsed == outline.elapsed else {
        throw .damaged(
          disagreement("the inputs lead to \(next.kind.eventName), and the run wrote \(kind.eventName)"))
      }
      queue.removeFirst()
      recall(next)
      return true
    }
  }

  /// A state of the machine: where the dispatcher passed it on, its record is the one that was written.
  private mutating func passState(at elapsed: Instant) throws(Failure) {
    while queue.isEmpty, try stepNext() {}
    if let next = queue.first, next.kind == .machineState, next.elapsed == elapsed { queue.removeFirst() }
  }

  /// Replays the next input; false where there is none.
  private mutating func stepNext() throws(Failure) -> Bool {
    while !inputsAreOver {
      let found = try read { () throws(InvalidInput) in try self.inputs.next() }
      switch found {
      case .end:
        try noteInputsEnd()
      case .damaged(let damage):
        try noteInputsEnd()
        inputsDamage = damage
      case .record(let record):
        port.see(record)
        if record.kind == .inputHeard, record.inputKind == .safe {
          safe = (Int(clamping: record.a), Int(clamping: record.b))
        }
        now = max(now, record.elapsed)
        if record.kind == .digestMarked {
          guard record.a == replayer.digest else {
            throw .damaged(
              disagreement("the inputs no longer lead to the digest in line \(inputs.lines)", inputs.name))
          }
          continue
        }
        if record.kind == .inputHeard, record.inputKind?.isHeard == true {
          position = max(position, record.position)
        }
        guard let input = FieldInput(record) else { continue }
        let before = queue.count
        replayer.step(input, at: record.elapsed) { queue.append($0) }
        if queue.count > before { return true }
      }
    }
    return false
  }

  /// Damage behind all that was safe is what a power cut can leave, and is cut; any other is not.
  private mutating func judgeDamage() throws(Failure) {
    if inputsDamage == nil && eventsDamage == nil { return }
    let beyond = try read { () throws(InvalidInput) in try self.inputs.safeBeyond() }
    safe = (max(safe.events, beyond.events), max(safe.inputs, beyond.inputs))
    if let damage = inputsDamage, inputsEnd.number < safe.inputs { throw .damaged(damage) }
    if let damage = eventsDamage, eventsEnd.number < safe.events { throw .damaged(damage) }
  }

  private mutating func noteInputsEnd() throws(Failure) {
    inputsAreOver = true
    guard let place = inputs.place else { throw .damaged(tooEarly(inputs.name)) }
    inputsEnd = place
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

  private func disagreement(_ message: String, _ file: String? = nil) -> Diagnostic {
    Diagnostic(file: file ?? events.name, line: file == nil ? events.lines : 0, message)
  }

  private func tooEarly(_ name: String) -> Diagnostic {
    Diagnostic(
      file: name, "what is whole ends in a segment that was put aside",
      expected: "damage in the last file only")
  }
}

/// Records on their way from the replay to their place among the events.
private struct RecordQueue {
  private var records: [EventRecord] = []
  private var start = 0

  var isEmpty: Bool { start == records.count }
  var count: Int { records.count - start }
  var first: EventRecord? { isEmpty ? nil : records[start] }
  var rest: [EventRecord] { Array(records[start...]) }

  mutating func append(_ record: EventRecord) { records.append(record) }

  mutating func removeFirst() {
    start += 1
    if start == records.count {
      records.removeAll(keepingCapacity: true)
      start = 0
    }
  }
}
