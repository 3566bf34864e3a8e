import EventRecords
import Quantities
import SorterModel

extension EventFormatter {
  /// Writes what is particular to the record's kind.
  @inline(__always)
  func writeAttributes(_ record: EventRecord, fed: Int, to line: inout LineCursor) {
    switch record.kind {
    case .pieceInducted:
      if record.lap > 0 { writeLap(record, to: &line) }
      line.text(",\"arrived_ns\":")
      line.signed(record.arrivedAt.rawValue)
      if record.span > 0 && record.span != .max {
        writeNumber(",\"gap_pulses\":", UInt64(record.span), to: &line)
      }
    case .pieceAssigned: writeAssigned(record, to: &line)
    case .pieceSorted, .pieceRejected, .pieceRemoved, .pieceLost: writeOutcome(record, to: &line)
    default: writeRareAttributes(record, fed: fed, to: &line)
    }
  }

  @inline(__always)
  private func writeAssigned(_ record: EventRecord, to line: inout LineCursor) {
    writeCode(record.code, to: &line)
    writeSizeClass(record.sizeClass, to: &line)
    line.text(",\"length_mm\":")
    line.tenths(UInt32(truncatingIfNeeded: record.b & 0xFFFF))
    line.text(",\"width_mm\":")
    line.tenths(UInt32(truncatingIfNeeded: (record.b >> 16) & 0xFFFF))
    line.text(",\"height_mm\":")
    line.tenths(UInt32(truncatingIfNeeded: (record.b >> 32) & 0xFFFF))
    line.text(",\"weight_g\":")
    line.tenths(record.count)
    writeRead(record.quality, to: &line)
    writeDecision(record, to: &line)
  }

  @inline(__always)
  private func writeCode(_ code: DestinationCode, to line: inout LineCursor) {
    if code == .none { return }
    let (head, tail) = CodeText.characters(of: code)
    line.text(",\"destination\":\"")
    line.word(head, count: CodeText.count(head))
    if tail != 0 { line.word(tail, count: CodeText.count(tail)) }
    line.byte(0x22)
  }

  /// Writes which bin was given, how it was chosen and by when the command must be there.
  @inline(__always)
  private func writeDecision(_ record: EventRecord, to line: inout LineCursor) {
    writeBin(record.bin, to: &line)
    writeChoice(record.choice, to: &line)
    if record.planLine > 0 {
      line.text(",\"plan_line\":")
      line.unsigned(UInt64(record.planLine))
    }
    writeSequence(record, to: &line)
    if record.span > 0 {
      line.text(",\"deadline_pulses\":")
      line.unsigned(UInt64(record.span))
    }
    writeLap(record, to: &line)
    writeReason(record.reason, to: &line)
  }

  @inline(__always)
  private func writeOutcome(_ record: EventRecord, to line: inout LineCursor) {
    writeBin(record.bin, to: &line)
    writeReason(record.reason, to: &line)
    writeSequence(record, to: &line)
    writeLap(record, to: &line)
    line.text(",\"arrived_ns\":")
    line.signed(record.arrivedAt.rawValue)
    line.text(",\"inducted_ns\":")
    line.signed(record.inductedAt.rawValue)
    if record.quality != .good { writeRead(record.quality, to: &line) }
  }

  @inline(__always)
  private func writeSequence(_ record: EventRecord, to line: inout LineCursor) {
    if record.sequence == 0 { return }
    line.text(",\"sequence\":")
    line.unsigned(UInt64(record.sequence))
  }

  @inline(__always)
  private func writeLap(_ record: EventRecord, to line: inout LineCursor) {
    if record.lap == 0 { return }
    line.text(",\"lap\":")
    line.unsigned(UInt64(record.lap))
  }

  @inline(never)
  private func writeRareAttributes(_ record: EventRecord, fed: Int, to line: inout LineCursor) {
    switch record.kind {
    case .runStarted: writeStart(to: &line)
    case .runEnded:
      writeNumber(",\"fed\":", UInt64(fed), to: &line)
      writeNumber(",\"feeding_ns\":", record.a, to: &line)
    case .runResumed:
      writeNumber(",\"on_machine\":", UInt64(record.count), to: &line)
      writeNumber(",\"away_ns\":", record.a, to: &line)
    case .pieceReassigned:
      writeCode(record.code, to: &line)
      writeDecision(record, to: &line)
    case .mailRowRejected:
      writeNumber(",\"line\":", UInt64(record.count), to: &line)
      writeFault(record.lap, to: &line)
    case .pieceRecirculated:
      writeCommon(record, to: &line)
      if record.quality != .good { writeRead(record.quality, to: &line) }
    case .plantDoubleFeed: writeNumber(",\"rider\":", record.a, to: &line)
    case .plantStarved:
      line.text(",\"starved\":")
      if record.choice == .primary { line.text("true") } else { line.text("false") }
    case .plantFaultStarted, .plantFaultEnded:
      writeNumber(",\"fault_index\":", UInt64(record.count), to: &line)
      writeCommon(record, to: &line)
    case .machineState: writeState(record, to: &line)
    case .alarmRaised, .alarmCleared, .alarmAcknowledged, .alarmShelved, .alarmUnshelved:
      writeAlarm(record, to: &line)
    case .writeRefused: writeRefusal(record, to: &line)
    case .inputIgnored:
      writeNumber(",\"detail\":", UInt64(record.count), to: &line)
      writeCommon(record, to: &line)
    case .jamStarted, .jamCleared:
      writeCommon(record, to: &line)
      if record.span > 0 { writeNumber(",\"duration_ms\":", UInt64(record.span), to: &line) }
    case .plantMissorted:
      writeCode(record.code, to: &line)
      writeCommon(record, to: &line)
    case .plantSweepStarted:
      writeCommon(record, to: &line)
      writeNumber(",\"waited_ms\":", UInt64(record.span), to: &line)
    case .plantSwept:
      writeCommon(record, to: &line)
      writeNumber(",\"pieces\":", UInt64(record.count), to: &line)
    default: writeCommon(record, to: &line)
    }
  }

  /// Writes who refused a write, and where it would have gone.
  private func writeRefusal(_ record: EventRecord, to line: inout LineCursor) {
    switch record.refusedTable {
    case nil: line.text(",\"refused_by\":\"machine\"")
    case 0: line.text(",\"refused_by\":\"map\",\"table\":\"coil\"")
    case 1: line.text(",\"refused_by\":\"map\",\"table\":\"discrete\"")
    case 3: line.text(",\"refused_by\":\"map\",\"table\":\"input\"")
    default: line.text(",\"refused_by\":\"map\",\"table\":\"holding\"")
    }
    if record.refusedTable != nil {
      writeNumber(",\"address\":", UInt64(record.refusedAddress), to: &line)
      writeNumber(",\"addresses\":", UInt64(record.span), to: &line)
    }
    writeNumber(",\"writes\":", record.a, to: &line)
  }

  /// Writes which alarm it is, what it is about and what became of it.
  private func writeAlarm(_ record: EventRecord, to line: inout LineCursor) {
    writeAlarm(record.alarmNumber, to: &line)
    writeNumber(",\"alarm_number\":", UInt64(record.alarmNumber), to: &line)
    writeBin(record.bin, to: &line)
    if let device = record.alarmDevice { writeNumber(",\"device\":", UInt64(device), to: &line) }
    switch record.kind {
    case .alarmRaised: if record.isWithheld { line.text(",\"withheld\":true") }
    case .alarmCleared:
      writeNumber(",\"stood_ns\":", UInt64(max(0, record.stoodFor.rawValue)), to: &line)
    case .alarmShelved where record.shelvedUntil > .start:
      writeNumber(",\"until_ns\":", UInt64(record.shelvedUntil.rawValue), to: &line)
    default: break
    }
  }

  /// Writes what may be said of any event: its bin, its reason, its command, its lap.
  private func writeCommon(_ record: EventRecord, to line: inout LineCursor) {
    writeBin(record.bin, to: &line)
    writeReason(record.reason, to: &line)
    writeSequence(record, to: &line)
    writeLap(record, to: &line)
  }

  @inline(__always)
  private func writeNumber(_ key: StaticString, _ value: UInt64, to line: inout LineCursor) {
    line.text(key)
    line.unsigned(value)
  }
}
