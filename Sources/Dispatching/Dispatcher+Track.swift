import EventRecords
import Quantities
import SorterModel

/// Track: pieces come onto the machine, and those that never come off it are missed.
extension Dispatcher {
  /// A piece's head passed the induction eye.
  mutating func induct(
    _ piece: PieceID, arrivedAt: Instant, gap: Pulses, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    guard piece.rawValue > newest, isPlausible(piece) else {
      ignore(piece, .unexpectedPiece, moment, &directives)
      return
    }
    let slot = slot(of: piece)
    // Numbers may have gaps (a second piece under the first is not seen), slots may not be shared.
    if tracks[slot].piece != .none { lose(slot, .lostInTrack, moment, &directives) }
    newest = piece.rawValue
    tracks[slot].begin(piece, arrivedAt: arrivedAt, moment)
    if gap < machine.minimumGap { tracks[slot].reason = .gapTooSmall }
    onMachine += 1

    var record = moment.record(.pieceInducted, piece)
    record.arrivedAt = arrivedAt
    record.span = UInt32(clamping: gap.rawValue)
    directives.append(record)
    forgetEnded(moment, &directives)
  }

  /// Whether a number may be the next piece's: a garbled one must not make all that follow look old.
  ///
  /// The first number of a run may be any, because the machine may have counted before.
  @inline(__always)
  private func isPlausible(_ piece: PieceID) -> Bool {
    newest == 0 ? piece.rawValue < 1 &<< 62 : piece.rawValue - newest <= 1 &<< 20
  }

  /// Moves the start of the window past pieces that have ended; the first that stays too long is lost.
  @inline(__always)
  private mutating func forgetEnded(_ moment: Moment, _ directives: inout DirectiveBuffer) {
    if newest &- oldest > trackMask { oldest = newest &- trackMask }
    while oldest < newest {
      let slot = Int(truncatingIfNeeded: oldest & trackMask)
      if tracks[slot].piece.rawValue == oldest {
        guard isOverdue(slot, moment) else { return }
        lose(slot, .lostInTrack, moment, &directives)
      }
      oldest += 1
    }
  }

  /// Looks through every piece under way for those that should have been seen at the end by now.
  mutating func searchForLost(_ moment: Moment, _ directives: inout DirectiveBuffer) {
    var number = oldest
    while number <= newest {
      let slot = Int(truncatingIfNeeded: number & trackMask)
      if tracks[slot].piece.rawValue == number && isOverdue(slot, moment) {
        lose(slot, .lostInTrack, moment, &directives)
      }
      number += 1
    }
  }

  /// Whether a piece should have passed the end, or its bin's eye, long ago.
  @inline(__always)
  private func isOverdue(_ slot: Int, _ moment: Moment) -> Bool {
    let last = tracks[slot].origin + machine.endDistance + machine.confirmDistance
    return moment.position > last + machine.window + machine.window
  }

  /// The slot that a piece's track is kept in.
  @inline(__always)
  func slot(of piece: PieceID) -> Int { Int(truncatingIfNeeded: piece.rawValue & trackMask) }

  /// The slot of a piece that is under way, or nil after recording that the input made no sense.
  @inline(__always)
  mutating func liveSlot(
    of piece: PieceID, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) -> Int? {
    let slot = slot(of: piece)
    if piece != .none && tracks[slot].piece == piece { return slot }
    ignore(piece, .unexpectedPiece, moment, &directives)
    return nil
  }

  /// Records an input that made no sense; nothing else comes of it.
  mutating func ignore(
    _ piece: PieceID, _ reason: Reason, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    var record = moment.record(.inputIgnored, piece)
    record.reason = reason
    directives.append(record)
  }

  /// Direct control: the induction eye changed; its own pieces are the dispatcher's to number.
  mutating func seeInduction(blocked: Bool, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    guard blocked else {
      lastTail = moment.position
      return
    }
    induct(PieceID(newest + 1), arrivedAt: moment.now, gap: moment.position - lastTail, moment, &directives)
  }

  /// Direct control: a bin's confirm eye changed; the piece is found by its place on the belt.
  mutating func see(
    _ bin: BinID, blocked: Bool, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    guard blocked else { return }
    guard bin.index < binCount else { return ignore(.none, .unexpectedPiece, moment, &directives) }
    let distance = bins[bin.index].decision + machine.confirmDistance
    guard let piece = pieceExpected(at: distance, boundFor: bin, moment) else {
      return ignore(.none, .unexpectedPiece, moment, &directives)
    }
    confirm(piece, in: bin, moment, &directives)
    // A plant that knows no numbers counts a piece until its outcome is told.
    directives.passOnSoon()
  }

  /// Direct control: the eye at the end of the line changed.
  mutating func seeEnd(blocked: Bool, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    guard blocked else { return }
    guard let piece = pieceExpected(at: machine.endDistance, boundFor: nil, moment) else {
      return ignore(.none, .unexpectedPiece, moment, &directives)
    }
    arriveAtEnd(piece, moment, &directives)
    directives.passOnSoon()
  }

  /// The piece whose tracked place is within the window around an eye, nearest first.
  private func pieceExpected(at distance: Pulses, boundFor bin: BinID?, _ moment: Moment) -> PieceID? {
    var best: PieceID?
    var bestMiss = machine.window.rawValue
    var number = oldest
    while number <= newest {
      let track = tracks[Int(truncatingIfNeeded: number & trackMask)]
      number += 1
      guard track.piece.rawValue == number - 1, bin == nil || track.bin == bin else { continue }
      let miss = (moment.position - track.origin - distance).rawValue.magnitude
      if miss <= bestMiss {
        best = track.piece
        bestMiss = Int64(miss)
      }
    }
    return best
  }
}
