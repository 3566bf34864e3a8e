import EventRecords
import Quantities
import SorterModel

/// What follows from a record: one rule for each kind that is heeded.
extension Supervisor {
  /// Takes in a record that was just written.
  public mutating func observe(_ record: EventRecord) {
    position = record.position
    alarms.position = record.position
    newest = max(newest, record.piece.rawValue)
    let now = record.elapsed
    let subject = AlarmSubject.bin(record.bin.index)
    switch record.kind {
    case .runStarted: beginRun(at: now)
    case .pieceRejected, .pieceRecirculated: judgeFailure(record)
    case .pieceLost:
      alarms.pulse(.pieceLost, at: now)
      if record.reason == .unexpectedPiece { noteUnexpected(at: now) }
    case .inputIgnored where record.reason == .unexpectedPiece: noteUnexpected(at: now)
    case .binFull: alarms.set(fullAlarm(of: record.bin), subject, holds: true, at: now)
    case .binAvailable: alarms.set(fullAlarm(of: record.bin), subject, holds: false, at: now)
    case .binDisabled:
      alarms.set(
        record.reason == .diverterFault ? .diverterFault : .binDisabled, subject, holds: true, at: now)
    case .binEnabled:
      alarms.set(.diverterFault, subject, holds: false, at: now)
      alarms.set(.binDisabled, subject, holds: false, at: now)
    case .jamStarted: alarms.set(.jam, holds: true, at: now)
    case .jamCleared: alarms.set(.jam, holds: false, at: now)
    case .machineState: follow(record)
    default: break
    }
    noteSignal(record)
    collect()
  }

  /// The alarm for a full bin: the end bin stops the induction, another waits for its sweep.
  private func fullAlarm(of bin: BinID) -> AlarmKind { bin == endBin ? .endBinFull : .binFullTooLong }

  /// A piece that was not sorted counts towards the share of bad readings or of other rejects.
  private mutating func judgeFailure(_ record: EventRecord) {
    switch record.reason {
    case .none, .flushed: return
    case .noRead, .multiRead, .noData:
      readFailures.fail(newest: newest)
    default:
      if record.reason == .unexpectedPiece { noteUnexpected(at: record.elapsed) }
      // A piece that goes round once more may still be sorted.
      if record.kind == .pieceRecirculated { return }
      rejects.fail(newest: newest)
    }
    applyRates(at: record.elapsed)
  }

  private mutating func noteUnexpected(at now: Instant) {
    if unexpected.happen(at: now) { alarms.pulse(.unexpectedPieces, at: now) }
  }

  /// Looks at the rates again while one is high: good pieces alone bring no record here.
  mutating func checkRates(at now: Instant) {
    readFailures.check(newest: newest)
    rejects.check(newest: newest)
    applyRates(at: now)
  }

  private mutating func applyRates(at now: Instant) {
    alarms.set(.readRateLow, holds: readFailures.isHigh, at: now)
    alarms.set(.rejectRateHigh, holds: rejects.isHigh, at: now)
    rateDue = readFailures.isHigh || rejects.isHigh ? now + .seconds(10) : .never
  }
}
