import Dispatching
import EventRecords
import FileFormats
import Quantities
import SorterModel

/// Steps a dispatcher with all inputs of a run that are whole, for a recovery that takes its records elsewhere.
///
/// Belongs to the thread that fills batches; when the last one was taken, to whoever took it.
final class InputWalk: @unchecked Sendable {
  private let reader: InputLineReader
  private var replayer: Replayer?
  private var inputs = InputBatch()
  private var port = PortTrace()
  private var now = Instant.start
  private var position = Pulses.zero
  private var safe = (events: 0, inputs: 0)
  /// Behind what is whole.
  private(set) var end = LogPlace()
  /// The line that ended it, where it was not the file's end.
  private(set) var damage: Diagnostic?
  /// Why the inputs cannot be used at all.
  private(set) var failure: Recovery.Failure?

  init(_ reader: InputLineReader, profile: HardwareProfile, plan: CompiledPlan) {
    self.reader = reader
    replayer = Replayer(profile: profile, plan: plan)
  }

  /// Steps on and puts the dispatcher's records into a batch.
  func fill(_ batch: WorkAhead.Batch) {
    do throws(Recovery.Failure) {
      while batch.records.isEmpty, !batch.isLast { try walk(batch) }
    } catch {
      failure = error
      batch.isLast = true
    }
  }

  private func walk(_ batch: WorkAhead.Batch) throws(Recovery.Failure) {
    try reading { () throws(InvalidInput) in try self.reader.nextBatch(into: &self.inputs) }
    for record in inputs.records.prefix(inputs.count) { try step(record, batch) }
    if inputs.count > 0 { return }
    switch try reading({ () throws(InvalidInput) in try self.reader.next() }) {
    case .record(let record): try step(record, batch)
    case .end: try finish(batch)
    case .damaged(let diagnostic):
      damage = diagnostic
      try finish(batch)
    }
  }

  @inline(__always)
  private func step(_ record: EventRecord, _ batch: WorkAhead.Batch) throws(Recovery.Failure) {
    port.see(record)
    now = max(now, record.elapsed)
    if record.kind == .digestMarked {
      guard record.a == replayer?.digest else {
        throw .damaged(
          Diagnostic(
            file: reader.name, line: reader.lines,
            "the inputs up to here do not lead to the digest that stands among them"))
      }
      return
    }
    if record.inputKind == .safe { safe = (Int(clamping: record.a), Int(clamping: record.b)) }
    guard let input = FieldInput(record) else { return }
    position = max(position, record.position)
    replayer?.step(input, at: record.elapsed) { batch.records.append($0) }
  }

  private func finish(_ batch: WorkAhead.Batch) throws(Recovery.Failure) {
    batch.isLast = true
    guard let place = reader.place else { throw .damaged(Recovery.tooEarly(reader.name)) }
    end = place
  }

  /// How much was safe by all that the journal says, also behind what is damaged.
  func safeInAll() throws(Recovery.Failure) -> (events: Int, inputs: Int) {
    let beyond = try reading { () throws(InvalidInput) in try self.reader.safeBeyond() }
    return (max(safe.events, beyond.events), max(safe.inputs, beyond.inputs))
  }

  /// What was found, once the last batch was taken.
  func finding(
    _ eventsEnd: LogPlace, _ missing: [EventRecord], hasEnded: Bool
  ) -> Recovery.Finding {
    guard let replayer = replayer.take() else { preconditionFailure("a walk was asked twice what it found") }
    let (digest, count) = (replayer.directiveDigest, replayer.inputs)
    return Recovery.Finding(
      state: DispatcherState(
        dispatcher: replayer.takeDispatcher(), digest: digest, now: now, position: position,
        holds: port.holds),
      resumption: (eventsEnd, end), missing: missing, port: port, inputs: count, hasEnded: hasEnded)
  }

  private func reading<Found>(_ body: () throws(InvalidInput) -> Found) throws(Recovery.Failure) -> Found {
    do throws(InvalidInput) { return try body() } catch { throw .unreadable(error) }
  }
}
