import EventRecords
import FlatStorage
import Quantities
import SorterModel

/// Confirm: where a piece really went, and its one outcome.
extension Dispatcher {
  /// A piece passed a bin's confirm eye.
  public mutating func confirm(
    _ piece: PieceID, in bin: BinID, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    guard let track = liveTrack(of: piece, moment, &directives) else { return }
    guard bin.index < binCount else {
      ignore(piece, .unexpectedPiece, moment, &directives)
      return
    }
    let height = track.value.height
    let weight = track.value.weight
    let state = state(of: bin)
    let bound = track.value.bin
    guard bound == bin else {
      state.value.receiveUnexpected(height: height, weight: weight)
      if bound != .none { bins[bound.index].expectNoMore(height: height, weight: weight) }
      if looksOn {
        let (kind, reason) = follow(track, into: bin, moment, &directives)
        return end(track, kind, reason, in: bin, moment, &directives)
      }
      // It lies in a bin that nobody meant for it: seen, said, and not counted as sorted.
      end(track, .pieceLost, .unexpectedPiece, in: bin, moment, &directives)
      return
    }
    state.value.receive(height: height, weight: weight)
    state.value.misses = 0
    if track.value.choice == .reject {
      end(track, .pieceRejected, track.value.reason, in: bin, moment, &directives)
    } else {
      end(track, .pieceSorted, .none, in: bin, moment, &directives)
    }
  }

  /// A piece passed the end of the line, or once round the loop.
  mutating func arriveAtEnd(_ piece: PieceID, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    guard let track = liveTrack(of: piece, moment, &directives) else { return }
    let bin = track.value.bin
    if bin != .none && bin == machine.endBin {
      confirm(piece, in: bin, moment, &directives)
      return
    }
    switch track.value.phase {
    case .assigned where looksOn: letPass(track, because: .divertRefused)
    case .assigned, .accepted: missDivert(track, moment, &directives)
    case .inducted where track.value.reason == .none: track.value.reason = .noData
    case .inducted, .passing: break
    }
    if machine.lapDistance > .zero && (goesRound(track) || machine.endBin == .none) {
      goRound(track, moment, &directives)
    } else {
      let end = machine.endBin
      if end != .none {
        bins[end.index].receiveUnexpected(height: track.value.height, weight: track.value.weight)
      }
      track.value.choice = .reject
      self.end(track, .pieceRejected, track.value.reason, in: end, moment, &directives)
    }
  }

  /// A commanded divert that nobody saw happen.
  private mutating func missDivert(
    _ track: SlabCell<Track>, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    let bin = track.value.bin
    var record = moment.record(.divertMissed, track.value.piece)
    record.bin = bin
    record.sequence = track.value.sequence
    // What the machine never acknowledged is no fault of its diverter, and neither is what it was told before its
    // controller was gone: a machine that hears of none diverts nothing.
    let isAway = holds.contains(.link) || track.value.passedAlone
    let isUnheard = track.value.phase == .assigned
    record.reason = isAway ? .linkDown : isUnheard ? .assignmentTimeout : .divertTimeout
    directives.append(record)
    letPass(track, because: record.reason)
    if isUnheard || isAway { return }
    bins[bin.index].misses &+= 1
    if bins[bin.index].misses >= machine.faultsToDisable {
      disable(bin, reason: .diverterFault, moment, &directives)
    }
  }

  private func goesRound(_ track: SlabCell<Track>) -> Bool {
    deservesLap(track) && track.value.lap < machine.lapLimit
  }

  /// Another lap: the piece comes past the induction eye again and will be read anew.
  private mutating func goRound(
    _ track: SlabCell<Track>, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    var record = moment.record(.pieceRecirculated, track.value.piece)
    record.reason = track.value.reason
    record.quality = passageQuality(track)
    if track.value.lap < .max { track.value.lap += 1 }
    record.lap = track.value.lap
    directives.append(record)
    directives.append(.recirculate(track.value.piece))
    track.value.origin = track.value.origin + machine.lapDistance
    track.value.phase = .inducted
    track.value.passedAlone = false
    track.value.bin = .none
    track.value.reason = .none
    track.value.rule = .none
  }

  /// A person took a piece off.
  mutating func remove(_ piece: PieceID, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    guard let track = liveTrack(of: piece, moment, &directives) else { return }
    letPass(track, because: .none)
    end(track, .pieceRemoved, track.value.reason, in: .none, moment, &directives)
  }

  /// Nobody knows where a piece is.
  mutating func lose(
    _ track: SlabCell<Track>, _ reason: Reason, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    letPass(track, because: reason)
    // Where the other controller decides who goes round, a piece that does not come back was taken off.
    let isElsewhere = looksOn && track.value.lap > 0
    end(track, isElsewhere ? .pieceRemoved : .pieceLost, reason, in: .none, moment, &directives)
    directives.passOnSoon()
  }

  /// Writes a piece's one outcome and frees its slot.
  @inline(__always)
  private mutating func end(
    _ track: SlabCell<Track>, _ kind: EventKind, _ reason: Reason, in bin: BinID, _ moment: Moment,
    _ directives: inout DirectiveBuffer
  ) {
    var record = moment.record(kind, track.value.piece)
    record.arrivedAt = track.value.arrivedAt
    record.inductedAt = track.value.inductedAt
    record.bin = bin
    record.reason = reason
    record.sequence = track.value.sequence
    record.choice = track.value.choice
    record.sizeClass = track.value.sizeClass
    record.lap = track.value.lap
    // What was taken off or lost may never have come as far as the scanner.
    if kind == .pieceRejected { record.quality = passageQuality(track) }
    directives.append(ending: record)
    track.value.piece = .none
    onMachine &-= 1
  }

  /// What a piece that came to the end, or to a bin, adds to the readings: it passed the scanner, and where no reading
  /// was ever told of it, that passage is one without data.
  @inline(__always)
  private func passageQuality(_ track: SlabCell<Track>) -> ReadQuality {
    track.value.phase == .inducted ? .noData : .good
  }
}
