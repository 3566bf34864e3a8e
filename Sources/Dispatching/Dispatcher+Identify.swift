import EventRecords
import FlatStorage
import Quantities
import SorterModel

/// Identify: a reading becomes a size class and a rule of the plan, or a reason to reject.
extension Dispatcher {
  /// The scanner's reading of a piece is there.
  public mutating func identify(
    _ piece: PieceID, _ code: DestinationCode, _ dimensions: Dimensions, _ quality: ReadQuality,
    _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    // A reading without a number is that of the one piece that can have been read now, if there is one.
    let piece = piece == .none ? pieceAwaitingReading(moment) : piece
    guard let track = liveTrack(of: piece, moment, &directives) else { return }
    guard track.value.phase == .inducted else {
      ignore(piece, .unexpectedPiece, moment, &directives)
      return
    }
    let (sizeClass, misfit) = classes.classify(dimensions)
    track.value.code = code
    track.value.height = dimensions.height
    track.value.weight = dimensions.weight
    track.value.sizeClass = sizeClass

    var reason = track.value.reason
    if reason == .none { reason = quality.reason }
    if reason == .none { reason = misfit }
    if reason == .none {
      track.value.rule = plan.rule(for: code, sizeClass: sizeClass)
      if track.value.rule == .none { reason = .invalidDestination }
    }
    track.value.reason = reason
    let deadline = assign(track, moment, &directives)

    var record = moment.record(.pieceAssigned, piece)
    record.code = code
    record.dimensions = dimensions
    record.quality = quality
    record.sizeClass = sizeClass
    describe(track, in: &record, deadline, moment)
    directives.append(record)
  }

  /// The piece whose reading is due now, or `.none`.
  ///
  /// Half of the shortest piece with its gap either way: two pieces in order can never both be due. Where
  /// two are all the same (a gap too small), neither is taken.
  @inline(never)
  private func pieceAwaitingReading(_ moment: Moment) -> PieceID {
    var found = PieceID.none
    var number = oldest
    while number <= newest {
      let track = track(of: number)
      number += 1
      guard track.value.piece.rawValue == number - 1, track.value.phase == .inducted else { continue }
      let miss = moment.position - track.value.origin - machine.readDistance
      guard miss.rawValue.magnitude <= machine.readTolerance.rawValue.magnitude else { continue }
      guard found == .none else { return .none }
      found = track.value.piece
    }
    return found
  }

  /// Fills in where a piece is bound for, why, and until when it can be told; any deadline where it has no bin.
  @inline(__always)
  func describe(
    _ track: SlabCell<Track>, in record: inout EventRecord, _ deadline: Pulses, _ moment: Moment
  ) {
    record.bin = track.value.bin
    record.reason = track.value.reason
    record.choice = track.value.choice
    record.planLine = plan.line(of: track.value.rule)
    record.sequence = track.value.sequence
    record.lap = track.value.lap
    if track.value.bin != .none { record.span = UInt32(clamping: (deadline - moment.position).rawValue) }
  }

  /// Where the belt must not be yet when the command for a piece's bin arrives.
  @inline(__always)
  func deadline(of track: SlabCell<Track>) -> Pulses {
    track.value.origin + state(of: track.value.bin).value.decision - machine.fireLead
  }
}
