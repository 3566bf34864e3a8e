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
    var (piece, quality) = (piece, quality)
    if piece == .none { (piece, quality) = pieceAwaitingReading(quality, moment) }
    guard let track = liveTrack(of: piece, moment, &directives) else { return }
    guard track.value.phase == .inducted else {
      if contradict(track, code, moment, &directives) { return }
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

  /// How long a reading without a number may wait: meanwhile the belt brings another piece to where its own was.
  public var longestReadingWait: Nanoseconds { machine.geometry.time(of: machine.readTolerance) }

  /// The piece whose reading is due now, else one that was read just now, else `.none`; and what the reading is worth.
  ///
  /// Half of the shortest piece with its gap either way: two pieces in order can never both be due. A reading that
  /// may as well be another piece's, come late, is worth no more than "no data": where two are due (a gap too
  /// small), and where a piece went past unread a short while ago, whose reading may be this one.
  @inline(never)
  private func pieceAwaitingReading(_ quality: ReadQuality, _ moment: Moment) -> (PieceID, ReadQuality) {
    var found = PieceID.none
    var read = PieceID.none
    var isDoubtful = false
    let tolerance = machine.readTolerance
    var number = oldest
    while number <= newest {
      let track = track(of: number)
      number += 1
      guard track.value.piece.rawValue == number - 1 else { continue }
      let miss = moment.position - track.value.origin - machine.readDistance
      guard miss >= .zero - tolerance, miss <= tolerance + machine.latestReading else { continue }
      if track.value.phase != .inducted {
        if miss <= tolerance { read = track.value.piece }
      } else if miss > tolerance || found != .none {
        isDoubtful = true
      } else {
        found = track.value.piece
      }
    }
    if found == .none { return (read, quality) }
    return (found, isDoubtful && quality == .good ? .noData : quality)
  }

  /// A second reading that names another destination than the first: nobody knows which is right, so the piece is
  /// rejected while it still can be.
  ///
  /// - Returns: false where the reading changes nothing: it agrees, names none, or the piece is rejected anyway.
  @inline(never)
  private mutating func contradict(
    _ track: SlabCell<Track>, _ code: DestinationCode, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) -> Bool {
    guard code != .none, code != track.value.code, track.value.reason == .none,
      canReassign(track, moment)
    else { return false }
    reassign(track, because: .multiRead, moment, &directives)
    return true
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
