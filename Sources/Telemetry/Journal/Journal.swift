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
  private var events: ByteStream?
  private var inputs: ByteStream?
  private var pieces: ByteStream?
  private var metrics: ByteStream?
  // The text that came before the record to come.
  private var text = ShortText()

  /// A journal that folds into `box` and writes to the files of `writer`, in the order of `JournalFiles`.
  init(_ run: RunDescription, files: JournalFiles, box: TallyBox, writer: FileWriter) {
    self.box = box
    formatter = EventFormatter(run)
    rows = PieceRows(run)
    meter = IntervalMeter(run)
    inputLines = InputLines(run)
    var file = 0
    func next() -> Int {
      file += 1
      return file - 1
    }
    events =
      files.events == nil ? nil : ByteStream(writer, file: next(), longestLine: formatter.longestLine)
    inputs =
      files.inputs == nil ? nil : ByteStream(writer, file: next(), longestLine: inputLines.longestLine)
    pieces = files.pieces == nil ? nil : ByteStream(writer, file: next(), longestLine: rows.longestLine)
    metrics = files.metrics == nil ? nil : ByteStream(writer, file: next(), longestLine: meter.longestLine)
    if var line = inputs?.begin() {
      inputLines.writeHeader(to: &line)
      inputs?.commit(line)
    }
    pieces?.write(PieceRows.header)
    metrics?.write(IntervalMeter.header)
  }

  /// Writes down one record.
  @inline(__always)
  mutating func take(_ record: EventRecord) {
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
    guard var line = inputs?.begin() else { return }
    inputLines.write(record, to: &line)
    inputs?.commit(line)
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
    guard var line = events?.begin() else { return }
    let fed = record.kind == .runEnded ? box.tally.wholeRun.fed : 0
    unsafe formatter.write(record, slot: slot, fed: fed, to: &line)
    events?.commit(line)
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
    if let stream = events.take() { stream.finish() }
    if let stream = inputs.take() { stream.finish() }
    if let stream = pieces.take() { stream.finish() }
    if let stream = metrics.take() { stream.finish() }
  }
}
