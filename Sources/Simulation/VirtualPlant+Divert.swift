import Dispatching
import EventRecords
import FlatStorage
import Quantities
import SorterModel

/// The PLC and its diverters: commands and answers, decision points, and the end of the line.
extension VirtualPlant {
  /// Carries out one of the dispatcher's commands; the PLC's answer to an assignment is among the signals at once.
  ///
  /// What the PLC will answer is settled as soon as it is told, so the answer says at which belt position
  /// it takes effect.
  public mutating func apply(_ command: Command) {
    switch command.kind {
    case .assign:
      let effective = Pulses(beltPosition &+ settings.answerDistance)
      if let answer = take(command) {
        report(
          .assignmentAnswered(command.piece, sequence: command.sequence, answer, at: effective),
          at: beltPosition)
      }
    case .fire:
      // The dispatcher tracks: the diverter fires when it is told, and nobody answers.
      _ = take(command.piece, command.bin, isTooLate: beltPosition > command.position.rawValue)
    case .recirculate:
      let slot = Int(command.piece.rawValue & pieceMask)
      if pieces[slot].piece == command.piece { pieces[slot].recirculates = true }
    case .holdInduction:
      feeder.isHeld = true
      feeder.due = .max
    case .releaseInduction:
      feeder.isHeld = false
      scheduleFeed()
    }
  }

  /// The PLC takes an assignment; its answer, unless there is no such piece.
  @inline(__always)
  mutating func take(_ command: Command) -> FieldInput.Answer? {
    let effective = Pulses(beltPosition &+ settings.answerDistance)
    return take(command.piece, command.bin, isTooLate: effective > command.position)
  }

  /// The PLC takes a command, or finds that it comes too late; either way it replaces the one before.
  @inline(__always)
  private mutating func take(_ number: PieceID, _ bin: BinID, isTooLate: Bool) -> FieldInput.Answer? {
    let slot = Int(truncatingIfNeeded: number.rawValue & pieceMask)
    let piece = unsafe pieces.cell(slot)
    guard piece.value.piece == number else { return nil }
    if piece.value.stage == .toConfirm && foresees { takeBack(piece) }
    let stage = piece.value.stage
    guard stage == .toScanner || stage == .toDecision || stage == .toEnd else { return nil }
    piece.value.isCommanded = true
    if slot == uncommanded { uncommanded = -1 }
    let isDivert = bin != .none && !bins[bin.index].isEnd
    // It has come to the end and waits there, which only pieces in real time do: it must not set out once more.
    if slot == atEnd { return isDivert ? .late : .accepted }
    if stage == .toDecision { giveUpWay(of: piece) }
    if !isDivert || isTooLate {
      piece.value.bin = isDivert ? .none : bin
      runToEnd(slot)
      return isDivert ? .late : .accepted
    }
    let due = piece.value.origin &+ bins[bin.index].decision &+ Int64(piece.value.slip)
    piece.value.bin = bin
    var isCertain = false
    if stage != .toScanner {
      schedule.removePoint(slot)
      // It comes before pieces that were told earlier.
      if foresees { lookAgain(at: bin, before: due) }
    } else if foresees {
      isCertain = willPass(piece, at: due)
    }
    // Where it is certain what will be there, the piece sets out for its confirm eye from there.
    piece.value.stage = isCertain ? .toConfirm : .toDecision
    schedule.insertPoint(
      slot, at: isCertain ? due : beltPosition, due: isCertain ? due &+ settings.confirmDistance : due)
    return .accepted
  }

  /// Sends a piece on to the end of the line.
  @inline(never)
  mutating func runToEnd(_ slot: Int) {
    pieces[slot].stage = .toEnd
    schedule.removePoint(slot)
    let due = pieces[slot].origin + settings.endDistance + Int64(pieces[slot].slip)
    schedule.insertPoint(slot, at: beltPosition, due: due)
  }

  /// A piece is at its decision point: it is diverted, or the PLC says why not.
  @inline(__always)
  mutating func decide(_ slot: Int, _ position: Int64) {
    // Pieces and bins live as long as the plant, and no cell of them is kept beyond an event.
    let piece = unsafe pieces.cell(slot)
    let bin = unsafe bins.cell(piece.value.bin.index)
    if let reason = obstacle(piece, bin, position) {
      giveUpWay(of: piece)
      let number = piece.value.bin
      piece.value.bin = .none
      runToEnd(slot)
      report(.divertRefused(piece.value.piece, number, reason), at: position)
      return
    }
    if random.jams.happens(ppm: rates.ordinary.jamPPM) {
      let clear = rates.ordinary.jamClear
      startJam(slot, clearAfter: random.jams.within(clear.lowerBound.rawValue, clear.upperBound.rawValue))
      return
    }
    let missedPPM = max(rates.ordinary.missedDivertPPM, Int(bin.value.missedDivertPPM))
    if random.missedDiverts.happens(ppm: missedPPM) {
      runToEnd(slot)
      return
    }
    bin.value.lastDivert = position
    piece.value.stage = .toConfirm
    schedule.insertConfirm(slot, at: position)
  }

  /// Why the PLC will not divert a piece that is at its decision point, or nil.
  @inline(__always)
  private func obstacle(
    _ piece: SlabCell<PlantPiece>, _ bin: SlabCell<PlantBin>, _ position: Int64
  ) -> Reason? {
    if Int64(piece.value.slip) > settings.window { return .lostInTrack }
    if bin.value.isDisabled { return .binDisabled }
    if !hasRoom(bin, for: piece) { return .binFull }
    if position &- bin.value.lastDivert < settings.divertInterval { return .gapTooSmall }
    return nil
  }

  /// A piece falls past a bin's confirm eye.
  @inline(__always)
  mutating func drop(_ slot: Int, _ position: Int64) {
    let piece = unsafe pieces.cell(slot)
    let number = piece.value.piece
    let bin = piece.value.bin
    noteFall(into: bin, position)
    fill(bin, from: slot)
    tell(.confirmed, of: number, in: slot)
    checkLevel(of: bin, position)
  }

  /// Puts a piece, and a rider with it, into a bin, and frees its slot.
  @inline(__always)
  private mutating func fill(_ bin: BinID, from slot: Int) {
    let piece = unsafe pieces.cell(slot)
    pile(piece.value.mail.dimensions, into: bin)
    if piece.value.hasRider { pile(riders[slot].mail.dimensions, into: bin) }
    leaveMachine(slot)
  }

  /// Frees a piece's slot; what was in it can be asked for until the next event.
  @inline(__always)
  mutating func leaveMachine(_ slot: Int) {
    if settings.reportsEyes { return leaveUnnamed(slot) }
    let piece = unsafe pieces.cell(slot)
    if !piece.value.isWrittenOff { onMachine &-= piece.value.hasRider ? 2 : 1 }
    piece.value.piece = .none
  }

  /// The controller has ended a piece as lost: it is accounted for, wherever it still rides.
  public mutating func writeOff(_ piece: PieceID) {
    let slot = Int(truncatingIfNeeded: piece.rawValue & pieceMask)
    guard pieces[slot].piece == piece, !pieces[slot].isWrittenOff else { return }
    pieces[slot].isWrittenOff = true
    onMachine &-= pieces[slot].hasRider ? 2 : 1
  }

  /// A piece is at the end of the line.
  mutating func reachEnd(_ slot: Int, _ position: Int64) {
    let piece = pieces[slot].piece
    if pieces[slot].laps >= settings.lapsUntilTakenOff {
      leaveMachine(slot)
      report(.pieceRemoved(piece), at: position)
    } else if settings.goesRound {
      // In real time the piece before may still wait for its command.
      if atEnd >= 0 { leaveEnd() }
      atEnd = slot
      endReachedAt = position
      report(.pieceAtEnd(piece), at: position)
    } else {
      fill(settings.endBin, from: slot)
      report(.pieceAtEnd(piece), at: position)
      checkLevel(of: settings.endBin, position)
    }
  }

  /// A piece at the end goes round if it was sent round, or if there is nothing else; it falls otherwise.
  mutating func leaveEnd() {
    let slot = atEnd
    atEnd = -1
    let position = beltPosition
    guard pieces[slot].recirculates || !settings.hasEndBin else {
      fill(settings.endBin, from: slot)
      checkLevel(of: settings.endBin, position)
      return
    }
    pieces[slot].recirculates = false
    pieces[slot].laps += 1
    pieces[slot].stage = .toInduction
    pieces[slot].isCommanded = false
    pieces[slot].bin = .none
    let back = endReachedAt + settings.returnDistance
    schedule.insertPoint(slot, at: position, due: back)
    returning.append(back, length: settings.geometry.pulses(pieces[slot].mail.dimensions.length).rawValue)
  }

  /// A piece that went round passes the induction eye again.
  mutating func comeRound(_ slot: Int, _ position: Int64) {
    returning.removeFirst()
    pieces[slot].origin = position
    pieces[slot].slip = 0
    pieces[slot].stage = .toScanner
    feeder.lastHead = max(feeder.lastHead, position)
    feeder.lastTail = max(
      feeder.lastTail,
      position + settings.geometry.pulses(pieces[slot].mail.dimensions.length).rawValue)
    schedule.insertReading(slot, at: position)
  }
}
