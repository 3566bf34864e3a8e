import EventRecords
import FlatStorage
import Quantities
import SorterModel

/// Look on: commands are withheld (a dry run), and pieces go where another controller, or nobody, sends them.
///
/// An onlooker decides as if it drove, and believes what the machine tells: a piece that another controller sends
/// elsewhere has an end all the same, and what nobody diverts is no fault of a diverter.
extension Dispatcher {
  /// A command was withheld: from now on this dispatcher looks on.
  mutating func lookOn(_ track: SlabCell<Track>) {
    looksOn = true
    // In direct control an order counts as taken when it is given.
    if track.value.phase == .accepted { track.value.phase = .assigned }
  }

  /// A piece lies in a bin that another controller chose; answers how it ended, by this dispatcher's own plan.
  mutating func follow(
    _ track: SlabCell<Track>, into bin: BinID, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) -> (kind: EventKind, reason: Reason) {
    let ending = ending(of: track, in: bin)
    track.value.bin = bin
    track.value.reason = ending.reason
    track.value.choice = ending.choice
    var record = moment.record(.pieceReassigned, track.value.piece)
    record.code = track.value.code
    record.sizeClass = track.value.sizeClass
    describe(track, in: &record, deadline(of: track), moment)
    directives.append(record)
    return (ending.kind, ending.reason)
  }

  private func ending(
    of track: SlabCell<Track>, in bin: BinID
  ) -> (kind: EventKind, reason: Reason, choice: Choice) {
    let sizeClass = track.value.sizeClass
    let reason = track.value.reason
    if reason == .none && plan.allows(bin, for: track.value.code, sizeClass: sizeClass) {
      return (
        .pieceSorted, .none, choice(of: bin, by: plan.rule(for: track.value.code, sizeClass: sizeClass))
      )
    }
    if reason != .none || bin == machine.endBin || takesRejects(bin, sizeClass) {
      return (.pieceRejected, reason == .none ? .divertRefused : reason, .reject)
    }
    // The other's plan is another: neither sorted by this one nor lost.
    return (.pieceRemoved, .unexpectedPiece, track.value.choice)
  }

  private func choice(of bin: BinID, by rule: RuleID) -> Choice {
    if contains(plan.bins(of: rule), bin) { return .primary }
    return contains(plan.alternates(of: rule), bin) ? .alternate : .overflow
  }

  private func takesRejects(_ bin: BinID, _ sizeClass: SizeClassID) -> Bool {
    Reason.allCases.contains { reason in
      let rule = plan.rejectRule(for: reason, sizeClass: sizeClass)
      return contains(plan.bins(of: rule), bin) || contains(plan.alternates(of: rule), bin)
    }
  }

  private func contains(_ group: BinGroup, _ bin: BinID) -> Bool {
    (0..<group.count).contains { plan.bin(group, $0) == bin }
  }
}
