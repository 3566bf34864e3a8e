import EventRecords
import Quantities
import SorterModel

/// Divert: what the machine answers to an assignment, and what it refuses.
extension Dispatcher {
  /// The machine answered an assignment.
  mutating func hear(
    _ answer: FieldInput.Answer, of piece: PieceID, sequence: UInt32, _ moment: Moment,
    _ directives: inout DirectiveBuffer
  ) {
    guard let slot = liveSlot(of: piece, moment, &directives) else { return }
    // An answer to a command that was replaced says nothing about the one in force.
    guard tracks[slot].sequence == sequence, tracks[slot].phase == .assigned else { return }
    guard answer != .accepted else {
      tracks[slot].phase = .accepted
      return
    }
    var record = moment.record(.assignmentAnswered, piece)
    record.bin = tracks[slot].bin
    record.sequence = sequence
    let late = holds.contains(.link) ? Reason.linkDown : .assignmentTimeout
    record.reason = answer == .late ? late : .divertRefused
    directives.append(record)
    letPass(slot, because: record.reason)
  }

  /// The machine did not divert a piece, and says why.
  mutating func refuse(
    _ piece: PieceID, _ bin: BinID, _ reason: Reason, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    guard let slot = liveSlot(of: piece, moment, &directives) else { return }
    guard bin.index < binCount, tracks[slot].bin == bin else {
      ignore(piece, .divertRefused, moment, &directives)
      return
    }
    let why = reason == .none ? Reason.divertRefused : reason
    var record = moment.record(.divertRefused, piece)
    record.bin = bin
    record.reason = why
    record.sequence = tracks[slot].sequence
    directives.append(record)
    letPass(slot, because: why)
    switch why {
    case .binFull: binBecameFull(bin, moment, &directives)
    case .diverterFault: disable(bin, reason: .diverterFault, moment, &directives)
    default: break
    }
  }

  /// A piece will not go into its bin: it goes on to the end of the line.
  @inline(__always)
  mutating func letPass(_ slot: Int, because reason: Reason) {
    let bin = tracks[slot].bin
    if bin != .none {
      bins[bin.index].inFlight.remove(height: tracks[slot].height, weight: tracks[slot].weight)
    }
    tracks[slot].bin = .none
    tracks[slot].phase = .passing
    // A piece that was on its way to a reject bin keeps the reason that it had.
    if tracks[slot].reason == .none { tracks[slot].reason = reason }
  }
}
