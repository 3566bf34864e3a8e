import EventRecords
import Quantities
import SorterModel

/// Confirm: where a piece really went, and its one outcome.
extension Dispatcher {
  /// A piece passed a bin's confirm eye.
  mutating func confirm(
    _ piece: PieceID, in bin: BinID, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    guard let slot = liveSlot(of: piece, moment, &directives) else { return }
    guard bin.index < binCount else {
      ignore(piece, .unexpectedPiece, moment, &directives)
      return
    }
    let height = tracks[slot].height
    let weight = tracks[slot].weight
    bins[bin.index].content.add(height: height, weight: weight)
    let bound = tracks[slot].bin
    if bound != .none { bins[bound.index].inFlight.remove(height: height, weight: weight) }
    guard bound == bin else {
      // It lies in a bin that nobody meant for it: seen, said, and not counted as sorted.
      end(slot, .pieceLost, .unexpectedPiece, in: bin, moment, &directives)
      return
    }
    bins[bin.index].misses = 0
    if tracks[slot].choice == .reject {
      end(slot, .pieceRejected, tracks[slot].reason, in: bin, moment, &directives)
    } else {
      end(slot, .pieceSorted, .none, in: bin, moment, &directives)
    }
  }

  /// A piece passed the end of the line, or once round the loop.
  mutating func arriveAtEnd(_ piece: PieceID, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    guard let slot = liveSlot(of: piece, moment, &directives) else { return }
    let bin = tracks[slot].bin
    if bin != .none && bin == machine.endBin {
      confirm(piece, in: bin, moment, &directives)
      return
    }
    switch tracks[slot].phase {
    case .assigned, .accepted: missDivert(slot, moment, &directives)
    case .inducted where tracks[slot].reason == .none: tracks[slot].reason = .noData
    case .inducted, .passing: break
    }
    if machine.lapDistance > .zero && (goesRound(slot) || machine.endBin == .none) {
      goRound(slot, moment, &directives)
    } else {
      let end = machine.endBin
      if end != .none {
        bins[end.index].content.add(height: tracks[slot].height, weight: tracks[slot].weight)
      }
      tracks[slot].choice = .reject
      self.end(slot, .pieceRejected, tracks[slot].reason, in: end, moment, &directives)
    }
  }

  /// A commanded divert that nobody saw happen.
  private mutating func missDivert(_ slot: Int, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    let bin = tracks[slot].bin
    var record = moment.record(.divertMissed, tracks[slot].piece)
    record.bin = bin
    record.sequence = tracks[slot].sequence
    // What the machine never acknowledged is no fault of its diverter.
    let isUnheard = tracks[slot].phase == .assigned
    let unheard = holds.contains(.link) ? Reason.linkDown : .assignmentTimeout
    record.reason = isUnheard ? unheard : .divertTimeout
    directives.append(record)
    letPass(slot, because: record.reason)
    if isUnheard { return }
    bins[bin.index].misses &+= 1
    if bins[bin.index].misses >= machine.faultsToDisable {
      disable(bin, reason: .diverterFault, moment, &directives)
    }
  }

  private func goesRound(_ slot: Int) -> Bool { deservesLap(slot) && tracks[slot].lap < machine.lapLimit }

  /// Another lap: the piece comes past the induction eye again and will be read anew.
  private mutating func goRound(_ slot: Int, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    var record = moment.record(.pieceRecirculated, tracks[slot].piece)
    record.reason = tracks[slot].reason
    if tracks[slot].lap < .max { tracks[slot].lap += 1 }
    record.lap = tracks[slot].lap
    directives.append(record)
    directives.append(.recirculate(tracks[slot].piece))
    tracks[slot].origin = tracks[slot].origin + machine.lapDistance
    tracks[slot].phase = .inducted
    tracks[slot].bin = .none
    tracks[slot].reason = .none
    tracks[slot].rule = .none
  }

  /// A person took a piece off.
  mutating func remove(_ piece: PieceID, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    guard let slot = liveSlot(of: piece, moment, &directives) else { return }
    letPass(slot, because: .none)
    end(slot, .pieceRemoved, tracks[slot].reason, in: .none, moment, &directives)
  }

  /// Nobody knows where a piece is.
  mutating func lose(_ slot: Int, _ reason: Reason, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    letPass(slot, because: reason)
    end(slot, .pieceLost, reason, in: .none, moment, &directives)
    directives.passOnSoon()
  }

  /// Writes a piece's one outcome and frees its slot.
  @inline(__always)
  private mutating func end(
    _ slot: Int, _ kind: EventKind, _ reason: Reason, in bin: BinID, _ moment: Moment,
    _ directives: inout DirectiveBuffer
  ) {
    var record = moment.record(kind, tracks[slot].piece)
    record.arrivedAt = tracks[slot].arrivedAt
    record.inductedAt = tracks[slot].inductedAt
    record.bin = bin
    record.reason = reason
    record.sequence = tracks[slot].sequence
    record.choice = tracks[slot].choice
    record.sizeClass = tracks[slot].sizeClass
    record.lap = tracks[slot].lap
    directives.append(record)
    tracks[slot].piece = .none
    onMachine -= 1
  }
}
