import Dispatching
import EventRecords
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
      if let answer = take(command.piece, command.bin, isTooLate: effective > command.position) {
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

  /// The PLC takes a command, or finds that it comes too late; either way it replaces the one before.
  @inline(__always)
  private mutating func take(_ piece: PieceID, _ bin: BinID, isTooLate: Bool) -> FieldInput.Answer? {
    let slot = Int(truncatingIfNeeded: piece.rawValue & pieceMask)
    guard pieces[slot].piece == piece else { return nil }
    let stage = pieces[slot].stage
    guard stage == .toScanner || stage == .toDecision || stage == .toEnd else { return nil }
    pieces[slot].isCommanded = true
    if slot == uncommanded { uncommanded = -1 }
    let isDivert = bin != .none && !bins[bin.index].isEnd
    if !isDivert || isTooLate {
      pieces[slot].bin = isDivert ? .none : bin
      runToEnd(slot)
      return isDivert ? .late : .accepted
    }
    pieces[slot].bin = bin
    pieces[slot].stage = .toDecision
    if stage != .toScanner { wheel.remove(slot) }
    wheel.insert(slot, due: pieces[slot].origin + bins[bin.index].decision + Int64(pieces[slot].slip))
    return .accepted
  }

  /// Sends a piece on to the end of the line.
  mutating func runToEnd(_ slot: Int) {
    pieces[slot].stage = .toEnd
    wheel.remove(slot)
    wheel.insert(slot, due: pieces[slot].origin + settings.endDistance + Int64(pieces[slot].slip))
  }

  /// A piece is at its decision point: it is diverted, or the PLC says why not.
  mutating func decide(_ slot: Int, _ position: Int64) {
    let bin = pieces[slot].bin
    if let reason = obstacle(slot, bin, position) {
      pieces[slot].bin = .none
      runToEnd(slot)
      report(.divertRefused(pieces[slot].piece, bin, reason), at: position)
      return
    }
    if random.jams.happens(ppm: rates.ordinary.jamPPM) {
      let clear = rates.ordinary.jamClear
      startJam(slot, clearAfter: random.jams.within(clear.lowerBound.rawValue, clear.upperBound.rawValue))
      return
    }
    let missedPPM = max(rates.ordinary.missedDivertPPM, Int(bins[bin.index].missedDivertPPM))
    if random.missedDiverts.happens(ppm: missedPPM) {
      runToEnd(slot)
      return
    }
    bins[bin.index].lastDivert = position
    pieces[slot].stage = .toConfirm
    wheel.insert(slot, due: position + settings.confirmDistance)
  }

  /// Why the PLC will not divert a piece that is at its decision point, or nil.
  @inline(__always)
  private func obstacle(_ slot: Int, _ bin: BinID, _ position: Int64) -> Reason? {
    if Int64(pieces[slot].slip) > settings.window { return .lostInTrack }
    if bins[bin.index].isDisabled { return .binDisabled }
    if !hasRoom(bin, for: slot) { return .binFull }
    if position - bins[bin.index].lastDivert < settings.divertInterval { return .gapTooSmall }
    return nil
  }

  /// A piece falls past a bin's confirm eye.
  mutating func drop(_ slot: Int, _ position: Int64) {
    let bin = pieces[slot].bin
    let piece = pieces[slot].piece
    fill(bin, from: slot)
    report(.divertConfirmed(piece, bin), at: position)
    checkLevel(of: bin, position)
  }

  /// Puts a piece, and a rider with it, into a bin, and frees its slot.
  private mutating func fill(_ bin: BinID, from slot: Int) {
    pile(pieces[slot].mail.dimensions, into: bin)
    if pieces[slot].rider != .none { pile(riders[slot].dimensions, into: bin) }
    leaveMachine(slot)
  }

  /// Frees a piece's slot; what was in it can be asked for until the next event.
  mutating func leaveMachine(_ slot: Int) {
    if settings.reportsEyes { return leaveUnnamed(slot) }
    if !pieces[slot].isWrittenOff { onMachine -= pieces[slot].rider == .none ? 1 : 2 }
    pieces[slot].piece = .none
    wheel.remove(slot)
  }

  /// The controller has ended a piece as lost: it is accounted for, wherever it still rides.
  public mutating func writeOff(_ piece: PieceID) {
    let slot = Int(truncatingIfNeeded: piece.rawValue & pieceMask)
    guard pieces[slot].piece == piece, !pieces[slot].isWrittenOff else { return }
    pieces[slot].isWrittenOff = true
    onMachine -= pieces[slot].rider == .none ? 1 : 2
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
    wheel.insert(slot, due: back)
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
    wheel.insert(slot, due: position + settings.readingDistance)
  }
}
