import EventRecords
import Quantities
import SorterModel

/// Identify: a reading becomes a size class and a rule of the plan, or a reason to reject.
extension Dispatcher {
  /// The scanner's reading of a piece is there.
  mutating func identify(
    _ piece: PieceID, _ code: DestinationCode, _ dimensions: Dimensions, _ quality: ReadQuality,
    _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    guard let slot = liveSlot(of: piece, moment, &directives) else { return }
    guard tracks[slot].phase == .inducted else {
      ignore(piece, .unexpectedPiece, moment, &directives)
      return
    }
    let (sizeClass, misfit) = classes.classify(dimensions)
    tracks[slot].code = code
    tracks[slot].height = dimensions.height
    tracks[slot].weight = dimensions.weight
    tracks[slot].sizeClass = sizeClass

    var reason = tracks[slot].reason
    if reason == .none { reason = quality.reason }
    if reason == .none { reason = misfit }
    if reason == .none {
      tracks[slot].rule = plan.rule(for: code, sizeClass: sizeClass)
      if tracks[slot].rule == .none { reason = .invalidDestination }
    }
    tracks[slot].reason = reason
    assign(slot, moment, &directives)

    var record = moment.record(.pieceAssigned, piece)
    record.code = code
    record.dimensions = dimensions
    record.quality = quality
    record.sizeClass = sizeClass
    describe(slot, in: &record, moment)
    directives.append(record)
  }

  /// Fills in where a piece is bound for, and why.
  @inline(__always)
  func describe(_ slot: Int, in record: inout EventRecord, _ moment: Moment) {
    record.bin = tracks[slot].bin
    record.reason = tracks[slot].reason
    record.choice = tracks[slot].choice
    record.planLine = plan.line(of: tracks[slot].rule)
    record.sequence = tracks[slot].sequence
    record.lap = tracks[slot].lap
    if tracks[slot].bin != .none {
      record.span = UInt32(clamping: (deadline(of: slot) - moment.position).rawValue)
    }
  }

  /// Where the belt must not be yet when the command for a piece's bin arrives.
  @inline(__always)
  func deadline(of slot: Int) -> Pulses {
    tracks[slot].origin + bins[tracks[slot].bin.index].decision - machine.fireLead
  }
}
