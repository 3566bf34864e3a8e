import EventRecords
import Quantities
import SorterModel

extension Tally {
  /// Folds one record in; never fails: a bin or a reason beyond the machine's is counted in the whole only.
  public func apply(_ record: EventRecord) {
    // A text has no time of its own: it belongs to the cycle of the record after it.
    if record.kind == .text {
      unsafe state.pointee.textsWaiting &+= 1
      return
    }
    countCycle(record)
    // The kinds of a piece's life come in no order that a processor could foresee: count them without branches.
    var side = unsafe record.piece.rawValue >= state.pointee.firstMeasured ? 1 : 0
    if record.kind == .pieceInducted { side = beginMeasuring(record, side) }
    count(record, side)
    if record.outcome != .onMachine {
      end(record, side)
    } else if record.kind.rawValue > EventKind.pieceLost.rawValue || record.kind == .runEnded {
      applyRare(record)
    }
  }

  /// Counts the record into its 1 ms control cycle: what a ring drained every cycle would hold.
  @inline(__always)
  private func countCycle(_ record: EventRecord) {
    let now = record.elapsed.rawValue
    unsafe state.pointee.lastElapsed = now
    unsafe state.pointee.cycle.add(1 &+ state.pointee.textsWaiting, at: now)
    unsafe state.pointee.textsWaiting = 0
  }

  /// A piece is fed: the first one after the warm-up begins what is measured.
  @inline(__always)
  private func beginMeasuring(_ record: EventRecord, _ side: Int) -> Int {
    if unsafe state.pointee.changes > 0 { settleChanges(until: .max) }
    guard unsafe side == 0 && record.elapsed.rawValue >= state.pointee.warmUp else { return side }
    unsafe state.pointee.firstMeasured = record.piece.rawValue
    return 1
  }

  /// Counts a record with those of its kind.
  @inline(__always)
  func count(_ record: EventRecord, _ side: Int) {
    let kind = Int(record.kind.rawValue) & 63
    let counts = unsafe side == 0 ? pieces : pieces + 1
    unsafe counts.pointee.byKind[kind &* 4 &+ (Int(record.quality.rawValue) & 3)] &+= 1
    unsafe counts.pointee.marks[kind] &+= Self.mark(record.piece)
  }

  /// A piece has ended.
  @inline(__always)
  func end(_ record: EventRecord, _ side: Int) {
    if record.kind == .pieceRejected {
      unsafe pieces[side].rejectedBy[Int(record.reason.rawValue) & 31] &+= 1
    }
    if side == 0 { return }
    if record.bin.index < binCount { unsafe bins[record.bin.index].pieces &+= 1 }
    timeInSystem.record(record.elapsed - record.arrivedAt)
    timeOnMachine.record(record.elapsed - record.inductedAt)
  }

  /// Scrambles a piece number so that sums of different pieces differ (the finaliser of SplitMix64).
  @inline(__always)
  private static func mark(_ piece: PieceID) -> UInt64 {
    var bits = piece.rawValue &* 0x9E37_79B9_7F4A_7C15
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    return bits ^ (bits >> 27)
  }

  /// The records that come once in thousands.
  @inline(never)
  private func applyRare(_ record: EventRecord) {
    let now = record.elapsed.rawValue
    switch record.kind {
    case .binFull: setFull(record.bin, at: now)
    case .binAvailable: setAvailable(record.bin, at: now)
    case .plantSwept: countSweep(record)
    case .jamStarted, .jamCleared, .beltStopped, .beltStarted, .inductionHeld, .inductionReleased,
      .plantStarved:
      changeMachine(record)
    case .mailRowRejected: unsafe state.pointee.mailRefused[Int(record.lap) & 15] &+= 1
    case .inputIgnored: unsafe state.pointee.inputsIgnored &+= 1
    case .alarmRaised: unsafe state.pointee.alarms &+= 1
    case .runEnded: unsafe state.pointee.machineTime = max(0, Int64(truncatingIfNeeded: record.a))
    default: break
    }
  }

  private func setFull(_ bin: BinID, at now: Int64) {
    guard bin.index < binCount, unsafe bins[bin.index].fullSince < 0 else { return }
    unsafe bins[bin.index].fullSince = max(0, now)
    unsafe state.pointee.binsFull += 1
    // A peak of the warm-up that lasts into the measured time is found by `totals`.
    if unsafe now >= state.pointee.warmUp {
      unsafe state.pointee.binsFullPeak = max(state.pointee.binsFullPeak, state.pointee.binsFull)
    }
  }

  private func setAvailable(_ bin: BinID, at now: Int64) {
    guard bin.index < binCount, unsafe bins[bin.index].fullSince >= 0 else { return }
    let warmUp = unsafe state.pointee.warmUp
    // What was full when the warm-up ended counts towards the peak.
    if now >= warmUp {
      unsafe state.pointee.binsFullPeak = max(state.pointee.binsFullPeak, state.pointee.binsFull)
    }
    unsafe bins[bin.index].fullTime += max(0, now - max(bins[bin.index].fullSince, warmUp))
    unsafe bins[bin.index].fullSince = -1
    unsafe state.pointee.binsFull -= 1
  }

  private func countSweep(_ record: EventRecord) {
    guard unsafe record.elapsed.rawValue >= state.pointee.warmUp else { return }
    unsafe state.pointee.sweeps += 1
    if record.bin.index < binCount {
      unsafe bins[record.bin.index].sweeps += 1
      unsafe bins[record.bin.index].swept += Int(record.count)
    }
  }
}
