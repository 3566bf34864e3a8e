import Dispatching
import EventRecords
import Quantities

/// Records: to the journal and into the gauges, and what happens when the journal cannot follow.
extension ControlLoop {
  /// Records one event, with what the supervisor finds in it.
  mutating func emit(_ record: EventRecord) {
    if supervisor.concerns(record) { return emitSupervised(record) }
    write(record)
  }

  /// Writes a record down and counts it.
  mutating func write(_ record: EventRecord) {
    recorder.emit(record)
    room &-= 1
    gauges.count(record)
    if record.kind == .pieceInducted, firstFed == nil { firstFed = record.elapsed }
  }

  /// Writes down what the dispatcher was stepped with, and now and then what came of all so far.
  @inline(__always)
  mutating func keep(_ input: FieldInput) {
    guard recorder.keepsInputs else { return }
    // The belt that moved on and changed nothing: nobody misses it, and some machines tell it every millisecond.
    if input.event.kind == .encoderAdvanced, directives.recordCount == 0 { return }
    room &-= 1
    if recorder.emit(input: EventRecord(input, at: now)) { mark() }
  }

  /// Writes down the digest over every directive so far.
  mutating func mark() {
    room &-= 1
    recorder.emit(EventRecord(mark: directives.digest.value, at: now, position: position))
  }

  /// Records the truths of a virtual plant that belong before an input.
  mutating func emitTruths(before input: UInt64) {
    while true {
      if heldTruth == nil { heldTruth = side.truths.tryPop() }
      guard let truth = heldTruth, truth.before <= input else { return }
      if truth.record.kind == .text {
        // It belongs to the record after it, and nothing may come between: it waits for its input, and what
        // is due by then is written first.
        guard truth.before <= handled || input == .max else { return }
        supervisor.advance(to: now)
        writeFindings()
      }
      heldTruth = nil
      emit(truth.record)
    }
  }

  /// Whether the journal surely has room for all that one step can write, with a margin for truths.
  @inline(__always)
  mutating func hasRoomForStep() -> Bool {
    // Two more: the input itself, and a mark.
    let wanted = dispatcher.directiveCapacity + side.truths.capacity + 2
    if room >= wanted { return true }
    room = recorder.room
    return room >= wanted
  }

  /// Looks how full the journal's ring is.
  ///
  /// A virtual plant in lock step just waits. Before a real machine, induction is held when the ring is three
  /// quarters full, so that what is on the machine still finds room; if it fills up all the same, the
  /// machine is stopped. Where writing has failed, the machine is emptied and stopped.
  mutating func watchJournal() {
    let depth = recorder.ringSlots == .max ? 0 : recorder.ringSlots - room
    gauges[.journalDepth] = depth
    gauges.raise(.journalDepthMost, to: depth)
    if recorder.hasFailed, end == nil {
      wishJournalHold(true)
      if journal.failedAt == nil {
        journal.failedAt = moment
        report(.journalFailed, .begins)
      }
      let waited = moment - (journal.failedAt ?? moment)
      if isVirtual || gauges.onMachine <= 0 || waited > JournalWatch.longestEmptying {
        finish(.journalFailed)
      }
      return
    }
    if isVirtual || recorder.ringSlots == .max { return }
    if depth > recorder.ringSlots / 4 * 3 {
      wishJournalHold(true)
    } else if depth < recorder.ringSlots / 2 {
      wishJournalHold(false)
    }
    if !hasRoomForStep(), end == nil { finish(.journalStalled) }
  }

  mutating func wishJournalHold(_ on: Bool) {
    guard journal.isHolding != on, hasRoomForStep() else { return }
    journal.isHolding = on
    if on { gauges.add(to: .journalHolds) }
    report(.journalSlow, on ? .begins : .ends)
    step(FieldInput(.hold(.journal, on), at: position), since: nil)
  }
}

/// What the loop remembers of the journal.
struct JournalWatch {
  /// Whether induction is held because of it.
  var isHolding = false
  /// When it was first seen that writing has failed.
  var failedAt: Nanoseconds?

  /// So long a machine is given to run empty, when the time is over or the logs have failed.
  static let longestEmptying = Nanoseconds.seconds(30)
}
