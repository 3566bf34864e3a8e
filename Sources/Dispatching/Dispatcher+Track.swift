import EventRecords
import FlatStorage
import Quantities
import SorterModel

/// Track: pieces come onto the machine, and those that never come off it are missed.
extension Dispatcher {
  /// A piece's head passed the induction eye; `gap` is the distance to the tail of the piece before it.
  public mutating func induct(
    _ piece: PieceID, arrivedAt: Instant, gap: Pulses, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    if piece.rawValue &- newest &- 1 >= 1 &<< 20 {
      guard isFirst(piece) else {
        ignore(piece, .unexpectedPiece, moment, &directives)
        return
      }
      oldest = piece.rawValue
    }
    let track = track(of: piece.rawValue)
    // Numbers may have gaps (a second piece under the first is not seen), slots may not be shared.
    if track.value.piece != .none { lose(track, .lostInTrack, moment, &directives) }
    newest = piece.rawValue
    track.value.begin(piece, arrivedAt: arrivedAt, moment)
    if gap < machine.minimumGap { track.value.reason = .gapTooSmall }
    onMachine &+= 1

    var record = moment.record(.pieceInducted, piece)
    record.arrivedAt = arrivedAt
    record.span = UInt32(clamping: gap.rawValue)
    directives.append(record)
    forgetEnded(moment, &directives)
  }

  /// Whether a number may be a run's first: any may, because the machine may have counted before.
  ///
  /// Any later one is little above the one before: a garbled number must not make all that follow look old. One
  /// that was followed all the same is left again when nothing is under way, by a number far from all that were.
  @inline(never)
  private func isFirst(_ piece: PieceID) -> Bool {
    guard piece != .none, piece.rawValue < 1 &<< 62 else { return false }
    if newest == 0 { return true }
    let distance = piece.rawValue > newest ? piece.rawValue - newest : newest - piece.rawValue
    return onMachine == 0 && distance > trackMask
  }

  /// Moves the start of the window past pieces that have ended; the first that stays too long is lost.
  @inline(__always)
  private mutating func forgetEnded(_ moment: Moment, _ directives: inout DirectiveBuffer) {
    if newest &- oldest > trackMask { giveUp(before: newest &- trackMask, moment, &directives) }
    while oldest < newest {
      let track = track(of: oldest)
      if track.value.piece.rawValue == oldest {
        guard isOverdue(track, moment) else { return }
        lose(track, .lostInTrack, moment, &directives)
      }
      oldest += 1
    }
  }

  /// The numbers jumped (events were lost, or one is garbled): pieces that fell out of the window are lost.
  ///
  /// Nothing would look at them any more, so that they would be under way for ever.
  @inline(never)
  private mutating func giveUp(before first: UInt64, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    // No piece can be further from the oldest than there are tracks.
    let end = min(first, oldest &+ trackMask &+ 1)
    while oldest < end {
      let track = track(of: oldest)
      if track.value.piece.rawValue == oldest { lose(track, .lostInTrack, moment, &directives) }
      oldest += 1
    }
    oldest = first
  }

  /// Looks through every piece under way for those that should have been seen at the end by now.
  mutating func searchForLost(_ moment: Moment, _ directives: inout DirectiveBuffer) {
    var number = oldest
    while number <= newest {
      let track = track(of: number)
      if track.value.piece.rawValue == number && isOverdue(track, moment) {
        lose(track, .lostInTrack, moment, &directives)
      }
      number += 1
    }
  }

  /// Whether a piece should have passed the end, or its bin's eye, long ago.
  @inline(__always)
  private func isOverdue(_ track: SlabCell<Track>, _ moment: Moment) -> Bool {
    moment.position > track.value.origin + machine.longestStay
  }

  /// Where the track of the piece with this number is kept.
  @inline(__always)
  func track(of number: UInt64) -> SlabCell<Track> {
    // The tracks live as long as the dispatcher, and no cell of them is kept beyond a step.
    unsafe tracks.cell(Int(truncatingIfNeeded: number))
  }

  /// The track of a piece that is under way, or nil after recording that the input made no sense.
  @inline(__always)
  mutating func liveTrack(
    of piece: PieceID, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) -> SlabCell<Track>? {
    let track = track(of: piece.rawValue)
    if piece != .none && track.value.piece == piece { return track }
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
    guard let piece = pieceExpected(at: distance, boundFor: looksOn ? nil : bin, moment) else {
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
