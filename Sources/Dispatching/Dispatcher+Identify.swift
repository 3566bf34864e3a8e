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
    // A reading without a number is that of the one piece that can have been read now, if there is one.
    let piece = piece == .none ? pieceAwaitingReading(moment) : piece
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

  /// The piece whose reading is due now, or `.none`.
  ///
  /// Half of the shortest piece with its gap either way: two pieces in order can never both be due. Where
  /// two are all the same (a gap too small), neither is taken.
  private func pieceAwaitingReading(_ moment: Moment) -> PieceID {
    var found = PieceID.none
    var number = oldest
    while number <= newest {
      let slot = Int(truncatingIfNeeded: number & trackMask)
      number += 1
      guard tracks[slot].piece.rawValue == number - 1, tracks[slot].phase == .inducted else { continue }
      let miss = moment.position - tracks[slot].origin - machine.readDistance
      guard miss.rawValue.magnitude <= machine.readTolerance.rawValue.magnitude else { continue }
      guard found == .none else { return .none }
      found = tracks[slot].piece
    }
    return found
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
