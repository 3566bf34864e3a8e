import EventRecords
import Quantities
import SorterModel

extension Tally {
  /// Folds the records of a batch in, which has no texts; the same as `apply` for each, and twice as fast.
  ///
  /// What is the same for all pieces is counted without a branch first; then the pieces that ended are gone
  /// through. What the counting needs stays in registers between records.
  public func apply(_ records: borrowing RecordBatch) {
    // Texts that wait belong to the first record's cycle.
    guard unsafe state.pointee.textsWaiting == 0 else {
      for index in 0..<records.count { apply(records[index]) }
      return
    }
    countAll(records)
    let firstMeasured = unsafe state.pointee.firstMeasured
    for place in 0..<records.endingCount {
      let index = records.ending(place)
      end(records[index], records[index].piece.rawValue >= firstMeasured ? 1 : 0)
    }
  }

  /// Counts every record with those of its kind, and all that is rare wholly.
  @inline(__always)
  private func countAll(_ records: borrowing RecordBatch) {
    var firstMeasured = unsafe state.pointee.firstMeasured
    var lowest = lowestCommonKind
    var span = EventKind.pieceLost.rawValue &- lowest
    var cycle = unsafe state.pointee.cycle
    for index in 0..<records.count {
      if records[index].kind.rawValue &- lowest <= span {
        cycle.add(1, at: records[index].elapsed.rawValue)
        count(records[index], records[index].piece.rawValue >= firstMeasured ? 1 : 0)
      } else {
        // Not a piece's, or it may change what is measured. It ends no piece.
        unsafe state.pointee.cycle = cycle
        apply(records[index])
        cycle = unsafe state.pointee.cycle
        firstMeasured = unsafe state.pointee.firstMeasured
        lowest = lowestCommonKind
        span = EventKind.pieceLost.rawValue &- lowest
      }
    }
    unsafe state.pointee.cycle = cycle
    if records.count > 0 {
      unsafe state.pointee.lastElapsed = records[records.count - 1].elapsed.rawValue
    }
  }

  /// The kinds from here to `pieceLost` are all of pieces, and need no other look.
  ///
  /// An induction does while it may be the first to be measured, or changes of the machine's state wait for it.
  @inline(__always)
  private var lowestCommonKind: UInt8 {
    let mayBegin = unsafe state.pointee.firstMeasured == .max || state.pointee.changes > 0
    return mayBegin ? EventKind.pieceInducted.rawValue &+ 1 : EventKind.pieceInducted.rawValue
  }
}

/// The 1 ms control cycle under way.
struct ControlCycle: BitwiseCopyable {
  /// The moment of its last record; long before any, where there is none.
  private var latest = Int64.min / 2
  /// The records in it so far, and the most of any cycle since that was last asked.
  private(set) var records = 0
  private(set) var most = 0

  /// Counts so many records of one moment.
  @inline(__always)
  mutating func add(_ count: Int, at now: Int64) {
    // Moments a whole cycle apart lie in two: only for nearer ones is it worth a division.
    let isSame = now &- latest < Self.length && Self.number(at: now) == Self.number(at: latest)
    records = isSame ? records &+ count : count
    latest = now
    most = max(most, records)
  }

  private static let length: Int64 = 1_000_000

  /// Which cycle since the run began a moment lies in.
  @inline(__always)
  private static func number(at moment: Int64) -> UInt64 { UInt64(bitPattern: moment) / UInt64(length) }

  /// The most records of any cycle since this was last asked.
  mutating func takeMost() -> Int {
    defer { most = 0 }
    return most
  }
}
