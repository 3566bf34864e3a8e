import EventRecords
import FlatStorage
import Quantities
import SorterModel

/// Divert: what the machine answers to an assignment, and what it refuses.
extension Dispatcher {
  /// The machine answered an assignment.
  public mutating func hear(
    _ answer: FieldInput.Answer, of piece: PieceID, sequence: UInt32, _ moment: Moment,
    _ directives: inout DirectiveBuffer
  ) {
    guard let track = liveTrack(of: piece, moment, &directives) else { return }
    if answer == .withheld { return lookOn(track) }
    // An answer to a command that was replaced says nothing about the one in force.
    guard track.value.sequence == sequence, track.value.phase == .assigned else { return }
    guard answer != .accepted else {
      track.value.phase = .accepted
      return
    }
    var record = moment.record(.assignmentAnswered, piece)
    record.bin = track.value.bin
    record.sequence = sequence
    let late = holds.contains(.link) ? Reason.linkDown : .assignmentTimeout
    record.reason = answer == .late ? late : .divertRefused
    directives.append(record)
    letPass(track, because: record.reason)
  }

  /// The machine did not divert a piece, and says why.
  mutating func refuse(
    _ piece: PieceID, _ bin: BinID, _ reason: Reason, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    guard let track = liveTrack(of: piece, moment, &directives) else { return }
    guard bin.index < binCount, track.value.bin == bin || looksOn else {
      ignore(piece, .divertRefused, moment, &directives)
      return
    }
    let why = reason == .none ? Reason.divertRefused : reason
    var record = moment.record(.divertRefused, piece)
    record.bin = bin
    record.reason = why
    record.sequence = track.value.sequence
    directives.append(record)
    letPass(track, because: why)
    switch why {
    case .binFull: binBecameFull(bin, moment, &directives)
    case .diverterFault: disable(bin, reason: .diverterFault, moment, &directives)
    default: break
    }
  }

  /// A piece will not go into its bin: it goes on to the end of the line.
  @inline(__always)
  mutating func letPass(_ track: SlabCell<Track>, because reason: Reason) {
    let bin = track.value.bin
    if bin != .none {
      bins[bin.index].expectNoMore(height: track.value.height, weight: track.value.weight)
    }
    track.value.bin = .none
    track.value.phase = .passing
    // A piece that was on its way to a reject bin keeps the reason that it had.
    if track.value.reason == .none { track.value.reason = reason }
  }
}
