import Dispatching
import Quantities
import SorterModel

/// What a machine in real time needs beside the events: the present moment, and commands that come between them.
///
/// In simulated time commands come with the event that they answer, and nobody asks in between.
extension VirtualPlant {
  /// Lets the present be `time`: nothing may be due before it, and the signals of the last event are forgotten.
  public mutating func moveOn(to time: Instant) {
    precondition(nextTime >= time, "a plant was moved on past an event")
    settleExceptEnd()
    guard time > now else { return }
    now = time
    beltPosition = max(beltPosition, belt.position(at: now).rawValue)
    schedule.moveOn(to: beltPosition)
  }

  /// What `settle` does, except that a piece at the end waits there: its command may need a moment to come.
  ///
  /// It waits until `settle`, or until the next piece is at the end too.
  public mutating func settleExceptEnd() {
    let waiting = atEnd
    atEnd = -1
    settle()
    atEnd = waiting
  }

  /// Whether a piece is at the end of a line with a way back and waits for `settle`.
  public var isWaitingAtEnd: Bool { atEnd >= 0 }

  /// Whether the belt moves.
  public var beltRuns: Bool { belt.isRunning }

  /// The number of the newest piece that was fed, `.none` before the first.
  public var newestPiece: PieceID { PieceID(feeder.lastNumber) }

  /// Whether a piece is on the machine and may still be commanded: it has neither fallen nor been caught by a jam.
  public func canCommand(_ piece: PieceID) -> Bool {
    let slot = Int(truncatingIfNeeded: piece.rawValue & pieceMask)
    guard piece != .none, pieces[slot].piece == piece else { return false }
    switch pieces[slot].stage {
    case .toScanner, .toDecision, .toEnd: return true
    case .toConfirm, .toInduction, .jammed, .gone: return false
    }
  }

  /// Whether a piece that can be commanded is still to be read on this lap.
  public func isBeforeScanner(_ piece: PieceID) -> Bool {
    let slot = Int(truncatingIfNeeded: piece.rawValue & pieceMask)
    return canCommand(piece) && pieces[slot].stage == .toScanner
  }

  /// Where the belt will be when a piece comes to a bin's decision point, slip and all; nil if it cannot any more.
  public func arrival(of piece: PieceID, at bin: BinID) -> Pulses? {
    guard canCommand(piece) else { return nil }
    let slot = Int(truncatingIfNeeded: piece.rawValue & pieceMask)
    return Pulses(pieces[slot].origin + bins[bin.index].decision + Int64(pieces[slot].slip))
  }

  /// When the belt reaches a position, if it goes on as it does; `.never` while it stands.
  public func time(of position: Pulses) -> Instant { belt.time(of: position.rawValue) }

  /// How much belt a piece takes up, in pulses; what was in a slot can be asked for until the next event.
  public func length(of piece: PieceID) -> Int64 {
    let slot = Int(truncatingIfNeeded: piece.rawValue & pieceMask)
    return settings.geometry.pulses(pieces[slot].mail.dimensions.length).rawValue
  }

  /// Frees the slots of pieces that are off the machine, where no controller of this process tells what became of them.
  ///
  /// - Returns: the pieces; a second one under each is not told.
  @discardableResult
  public mutating func forgetGone() -> [PieceID] {
    var gone: [PieceID] = []
    for slot in 0..<pieces.count where pieces[slot].piece != .none && pieces[slot].stage == .gone {
      if !pieces[slot].isWrittenOff { onMachine &-= pieces[slot].hasRider ? 2 : 1 }
      gone.append(pieces[slot].piece)
      pieces[slot].piece = .none
    }
    return gone
  }

  /// Where a piece should go, and whether a second one rides on it.
  ///
  /// What was in a slot can be asked for until the next event.
  public func truth(of piece: PieceID) -> (destination: DestinationCode, hasRider: Bool) {
    let facts = facts(of: piece)
    return (facts.destination, facts.rider != .none)
  }

  /// A person takes the first piece off the belt that can be reached, and tells nobody; nil where there is none.
  public mutating func takeOff() -> PieceID? {
    var best: Int?
    for slot in 0..<pieces.count where pieces[slot].piece != .none && slot != uncommanded && slot != atEnd {
      guard pieces[slot].stage == .toDecision || pieces[slot].stage == .toEnd else { continue }
      if best.map({ pieces[slot].piece.rawValue < pieces[$0].piece.rawValue }) ?? true { best = slot }
    }
    guard let best else { return nil }
    let piece = pieces[best].piece
    schedule.remove(best)
    leaveMachine(best)
    return piece
  }

  /// Takes back every divert that has not been fired yet: the pieces go on to the end of the line.
  public mutating func recallDiverts() {
    for slot in 0..<pieces.count where pieces[slot].piece != .none && pieces[slot].stage == .toDecision {
      pieces[slot].bin = .none
      runToEnd(slot)
    }
  }
}
