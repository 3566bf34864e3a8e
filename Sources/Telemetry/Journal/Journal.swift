import EventRecords
import Quantities
import SorterModel

/// Turns records into lines: the body of the journal's thread, and its state.
///
/// Memory is flat: the streams' chunks, the fragments, and the table of the pieces under way.
@safe
struct Journal: ~Copyable {
  private let box: TallyBox
  private var formatter: EventFormatter
  private let rows: PieceRows
  private var meter: IntervalMeter
  private var table = PieceTable()
  private var inputLines: InputLines
  private var eventStream: ByteStream?
  private var inputStream: ByteStream?
  private var pieces: ByteStream?
  private var metrics: ByteStream?
  // The text that came before the record to come.
  private var text = ShortText()
  // While what comes was written before: it is folded in, and not written again.
  private var recalling: JournalRecall?
  private let writer: FileWriter
  private var isCommitted = true
  // The last of the machine's own events that was written down with the port's place.
  private var machineEvent = SafeEvent.none
  // What will be safe when the commit that was asked for last is done.
  private var safe = (events: 0, inputs: 0)

  /// A journal that folds into `box` and writes to the files of `writer`, in the order of `JournalFiles`.
  ///
  /// - Parameter recall: until it has ended, what comes was written before, and is folded in alone.
  init(
    _ run: RunDescription, files: JournalFiles, box: TallyBox, writer: FileWriter,
    recall: JournalRecall? = nil
  ) {
    self.box = box
    self.writer = writer
    recalling = recall
    formatter = EventFormatter(run)
    rows = PieceRows(run)
    meter = IntervalMeter(run)
    inputLines = InputLines(run)
    var file = 0
    func next() -> Int {
      file += 1
      return file - 1
    }
    eventStream =
      files.events == nil ? nil : ByteStream(writer, file: next(), longestLine: formatter.longestLine)
    inputStream =
      files.inputs == nil ? nil : ByteStream(writer, file: next(), longestLine: inputLines.longestLine)
    pieces = files.pieces == nil ? nil : ByteStream(writer, file: next(), longestLine: rows.longestLine)
    metrics = files.metrics == nil ? nil : ByteStream(writer, file: next(), longestLine: meter.longestLine)
    if recall == nil { beginInputs() }
    // The list of pieces and the metrics follow from the events, and are written anew.
    pieces?.write(PieceRows.header)
    metrics?.write(IntervalMeter.header)
  }

  private mutating func beginInputs() {
    guard inputLines.isAtTop, var line = inputStream?.begin() else { return }
    inputLines.writeHeader(to: &line)
    inputStream?.commit(line)
  }

  /// What comes from here on is new.
  private mutating func goOn(from place: JournalResumption) {
    recalling = nil
    formatter.goOn(from: place.events)
    inputLines.goOn(from: place.inputs)
    beginInputs()
  }

  /// How many events there are.
  var events: Int { formatter.written }

  /// Hands everything over and asks that it be made safe.
  mutating func commit() {
    guard !isCommitted, recalling == nil else { return }
    isCommitted = true
    if var line = inputStream?.begin() {
      // What the commit before made safe: damage in that is none that a power cut can have left.
      var record = EventRecord(
        inputOf: .safe, at: Instant(box.tally.lastElapsed), position: .zero)
      (record.a, record.b) = (UInt64(safe.events), UInt64(safe.inputs))
      safe = (formatter.written, inputLines.written)
      inputLines.write(record, to: &line)
      inputStream?.commit(line)
    }
    // Inputs first: after a crash the events are held against them.
    inputStream?.handOver()
    eventStream?.handOver()
    pieces?.handOver()
    metrics?.handOver()
    writer.commit(events: formatter.written, machineEvent: machineEvent)
  }

  /// Writes down one record.
  @inline(__always)
  mutating func take(_ record: EventRecord) {
    if let place = recalling?.ended { goOn(from: place) }
    isCommitted = false
    guard record.kind.isEvent else { return takeAside(record) }
    if meter.isOver(at: record.elapsed.rawValue) { closeIntervals(before: record.elapsed.rawValue) }
    box.tally.apply(record)
    switch record.kind {
    case .pieceInducted: induct(record)
    case .pieceSorted, .pieceRejected, .pieceRemoved, .pieceLost: end(record)
    default: follow(record)
    }
    text.count = 0
  }

  /// Takes what is no event of its own: a text for the record after it, or an input of the dispatcher.
  @inline(__always)
  private mutating func takeAside(_ record: EventRecord) {
    guard record.kind != .text else {
      box.tally.apply(record)
      text = record.text
      return
    }
    guard recalling == nil, var line = inputStream?.begin() else { return }
    if record.inputKind == .session, record.kind == .inputHeard {
      machineEvent = SafeEvent(record.sessionPlace)
    }
    inputLines.write(record, to: &line)
    inputStream?.commit(line)
  }

  private mutating func induct(_ record: EventRecord) {
    let slot = PieceSlot(record, id: text)
    table.insert(slot)
    unsafe withUnsafePointer(to: slot) { unsafe writeEvent(record, $0) }
  }

  private mutating func end(_ record: EventRecord) {
    meter.timeInSystem.record(record.elapsed - record.arrivedAt)
    guard let place = table.find(record.piece) else { return endUnknown(record) }
    let slot = unsafe table.slot(at: place)
    unsafe writeEvent(record, slot)
    unsafe writeRow(record, slot)
    if unsafe slot.pointee.isRecirculated { meter.recirculating -= 1 }
    table.remove(at: place)
  }

  /// Ends a piece that was never inducted: what is known of it stands in its last record.
  private mutating func endUnknown(_ record: EventRecord) {
    var slot = PieceSlot()
    slot.piece = record.piece.rawValue
    slot.arrivedAt = record.arrivedAt.rawValue
    slot.inductedAt = record.inductedAt.rawValue
    unsafe withUnsafePointer(to: slot) {
      unsafe writeEvent(record, $0)
      unsafe writeRow(record, $0)
    }
  }

  @inline(__always)
  private mutating func follow(_ record: EventRecord) {
    guard let place = table.find(record.piece) else { return writeAlone(record) }
    let slot = unsafe table.slot(at: place)
    switch record.kind {
    case .pieceAssigned, .pieceReassigned: unsafe slot.pointee.assign(record)
    case .pieceRecirculated:
      unsafe slot.pointee.laps = max(slot.pointee.laps, record.lap)
      if unsafe !slot.pointee.isRecirculated {
        unsafe slot.pointee.flags |= PieceSlot.recirculated
        meter.recirculating += 1
      }
    default: break
    }
    unsafe writeEvent(record, slot)
  }

  /// Writes an event that is about no piece under way; a text before it is its id.
  private mutating func writeAlone(_ record: EventRecord) {
    if text.isEmpty { return unsafe writeEvent(record, nil) }
    let slot = PieceSlot(record, id: text)
    unsafe withUnsafePointer(to: slot) { unsafe writeEvent(record, $0) }
  }

  @inline(__always)
  private mutating func writeEvent(_ record: EventRecord, _ slot: UnsafePointer<PieceSlot>?) {
    guard recalling == nil, var line = eventStream?.begin() else { return }
    let fed = record.kind == .runEnded ? box.tally.wholeRun.fed : 0
    unsafe formatter.write(record, slot: slot, fed: fed, to: &line)
    eventStream?.commit(line)
  }

  @inline(__always)
  private mutating func writeRow(_ record: EventRecord, _ slot: UnsafePointer<PieceSlot>) {
    guard var line = pieces?.begin() else { return }
    unsafe rows.writeEnded(slot, record, to: &line)
    pieces?.commit(line)
  }

  @inline(never)
  private mutating func closeIntervals(before now: Int64) {
    while meter.isOver(at: now) {
      guard var line = metrics?.begin() else { return meter.skip(to: now) }
      meter.close(box.tally, to: &line)
      metrics?.commit(line)
    }
  }

  /// Writes what is left to write: the last interval, and the pieces still on the machine.
  mutating func finish() {
    let now = box.tally.lastElapsed
    if meter.hasRest(box.tally, at: now), var line = metrics?.begin() {
      meter.finish(box.tally, at: now, to: &line)
      metrics?.commit(line)
    }
    for slot in table.inOrder {
      guard var line = pieces?.begin() else { break }
      unsafe withUnsafePointer(to: slot) { unsafe rows.writeOnMachine($0, to: &line) }
      pieces?.commit(line)
    }
    if let stream = eventStream.take() { stream.finish() }
    if let stream = inputStream.take() { stream.finish() }
    if let stream = pieces.take() { stream.finish() }
    if let stream = metrics.take() { stream.finish() }
  }
}
