import EventRecords
import Quantities
import SorterModel

/// Truth: what the plant knows of a piece that the controller has ended.
extension VirtualPlant {
  /// Holds a piece's outcome against what the plant knows, and tells what the controller cannot see.
  ///
  /// Told are a mis-sort, and the same outcome for the second piece of a double feed with a mis-sort of its
  /// own. A piece that the controller gave up as lost is written off. Called once for each outcome, after
  /// its record, whether the shell runs in virtual or in real time.
  @inline(__always)
  public mutating func account(
    for outcome: EventRecord, by plan: CompiledPlan, tell: (EventRecord) -> Void
  ) {
    let truth = facts(of: outcome.piece)
    if outcome.outcome == .sorted, let missort = outcome.missort(of: truth.destination, plan) {
      tell(missort)
    }
    if truth.rider != .none {
      var rider = outcome
      rider.piece = truth.rider
      rider.arrivedAt = truth.riderArrival
      tell(rider)
      if outcome.outcome == .sorted, let missort = rider.missort(of: truth.riderDestination, plan) {
        tell(missort)
      }
    }
    if settings.reportsEyes {
      accountUnnamed(outcome.piece)
    } else if outcome.outcome == .lost {
      writeOff(outcome.piece)
    }
  }

  /// Whether `account` has nothing to tell or to do for an outcome: nearly always.
  @inline(__always)
  func isPlain(_ outcome: EventRecord, by plan: CompiledPlan) -> Bool {
    let slot = Int(truncatingIfNeeded: outcome.piece.rawValue & pieceMask)
    guard !pieces[slot].hasRider, outcome.kind != .pieceLost, !settings.reportsEyes else { return false }
    return outcome.kind != .pieceSorted
      || plan.allows(outcome.bin, for: pieces[slot].mail.destination, sizeClass: outcome.sizeClass)
  }

  /// What is true of a piece whose outcome was just reported, and of a second piece underneath it.
  @inline(__always)
  func facts(of piece: PieceID) -> Facts {
    let slot = Int(truncatingIfNeeded: piece.rawValue & pieceMask)
    return Facts(
      destination: pieces[slot].mail.destination, rider: pieces[slot].hasRider ? riders[slot].piece : .none,
      riderDestination: riders[slot].mail.destination, riderArrival: riders[slot].mail.arrivedAt)
  }

  /// The truth about a piece.
  struct Facts: BitwiseCopyable {
    var destination: DestinationCode
    var rider: PieceID
    var riderDestination: DestinationCode
    var riderArrival: Instant
  }
}

extension EventRecord {
  /// The record of a mis-sort, if the plan has no piece for this destination in the bin of this outcome.
  @inline(__always)
  fileprivate func missort(of destination: DestinationCode, _ plan: CompiledPlan) -> EventRecord? {
    if plan.allows(bin, for: destination, sizeClass: sizeClass) { return nil }
    var missort = EventRecord(.plantMissorted, at: elapsed, position: position, piece: piece)
    missort.bin = bin
    missort.code = destination
    return missort
  }
}
