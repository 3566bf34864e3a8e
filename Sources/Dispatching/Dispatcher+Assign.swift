import EventRecords
import Quantities
import SorterModel

/// Assign: the choice of a bin, among a rule's bins, its alternates, the overflow and the reject bins.
extension Dispatcher {
  /// Gives a piece the best bin it can still reach, another lap, or the way to the end.
  mutating func assign(_ slot: Int, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    if tracks[slot].reason == .none { chooseSortBin(slot, moment) }
    if tracks[slot].reason != .none { chooseRejectBin(slot, moment) }
    let bin = tracks[slot].bin
    guard bin != .none else {
      tracks[slot].phase = .passing
      return
    }
    tracks[slot].phase = .assigned
    bins[bin.index].inFlight.add(height: tracks[slot].height, weight: tracks[slot].weight)
    sequence &+= 1
    tracks[slot].sequence = sequence
    let piece = tracks[slot].piece
    switch machine.controlMode {
    case .assigned:
      directives.append(.assign(piece, bin, sequence: sequence, deadline: deadline(of: slot)))
    case .direct:
      // Nothing is to be fired for the end of the line; the dispatcher itself is the tracker.
      tracks[slot].phase = .accepted
      if !bins[bin.index].isEnd {
        directives.append(.fire(bin, piece, at: deadline(of: slot)))
      }
    }
  }

  /// A bin that the plan allows, or the reason why there is none.
  private mutating func chooseSortBin(_ slot: Int, _ moment: Moment) {
    var search = BinSearch()
    search.choice = .primary
    leastFilled(of: plan.bins(of: tracks[slot].rule), slot, moment, &search)
    if search.bin == .none {
      search.choice = .alternate
      firstUsable(of: plan.alternates(of: tracks[slot].rule), slot, moment, &search)
    }
    if search.bin == .none {
      search.choice = .overflow
      let overflow = plan.overflowRule(for: tracks[slot].sizeClass)
      leastFilled(of: plan.bins(of: overflow), slot, moment, &search)
      if search.bin == .none { firstUsable(of: plan.alternates(of: overflow), slot, moment, &search) }
    }
    tracks[slot].bin = search.bin
    tracks[slot].choice = search.choice
    if search.bin == .none { tracks[slot].reason = search.obstacle }
  }

  /// Another lap where that may help, else a reject bin, else the end of the line.
  private mutating func chooseRejectBin(_ slot: Int, _ moment: Moment) {
    tracks[slot].bin = .none
    if deservesLap(slot) {
      if tracks[slot].lap < machine.lapLimit {
        tracks[slot].choice = .recirculate
        return
      }
      tracks[slot].reason = .lapLimit
    }
    tracks[slot].choice = .reject
    var search = BinSearch()
    let rule = plan.rejectRule(for: tracks[slot].reason, sizeClass: tracks[slot].sizeClass)
    tracks[slot].rule = rule
    leastFilled(of: plan.bins(of: rule), slot, moment, &search, isReject: true)
    if search.bin == .none {
      firstUsable(of: plan.alternates(of: rule), slot, moment, &search, isReject: true)
    }
    tracks[slot].bin = search.bin == .none ? machine.endBin : search.bin
  }

  /// Whether a piece's reason is one that another lap may cure on this machine.
  @inline(__always)
  func deservesLap(_ slot: Int) -> Bool {
    machine.lapDistance > .zero && machine.lapReasons & (1 &<< UInt32(tracks[slot].reason.rawValue)) != 0
  }

  /// The usable bin of a group that is least full; the first of equals.
  @inline(__always)
  private func leastFilled(
    of group: BinGroup, _ slot: Int, _ moment: Moment, _ search: inout BinSearch, isReject: Bool = false
  ) {
    var least = Int64.max
    // Not a range: in debug builds one over a narrow integer asks for memory at each step.
    var next: UInt32 = 0
    while next < group.count {
      let bin = plan.bin(group, next)
      next += 1
      guard isUsable(bin, slot, moment, &search, isReject: isReject) else { continue }
      let fill = group.count == 1 ? 0 : fill(of: bin.index)
      if fill < least {
        least = fill
        search.bin = bin
      }
    }
  }

  /// The first usable bin of a group.
  private func firstUsable(
    of group: BinGroup, _ slot: Int, _ moment: Moment, _ search: inout BinSearch, isReject: Bool = false
  ) {
    var next: UInt32 = 0
    while next < group.count {
      let bin = plan.bin(group, next)
      next += 1
      if isUsable(bin, slot, moment, &search, isReject: isReject) {
        search.bin = bin
        return
      }
    }
  }

  /// Whether a bin can take a piece; where not, the strongest obstacle so far is kept.
  @inline(__always)
  private func isUsable(
    _ bin: BinID, _ slot: Int, _ moment: Moment, _ search: inout BinSearch, isReject: Bool
  ) -> Bool {
    let index = bin.index
    // Reject bins take what fits no class; sort bins only what the profile says.
    if !isReject && bins[index].classMask & (1 &<< UInt32(tracks[slot].sizeClass.rawValue & 31)) == 0 {
      return false
    }
    if bins[index].isDisabled {
      search.note(.binDisabled)
      return false
    }
    if bins[index].isFull || !hasRoom(index, height: tracks[slot].height, weight: tracks[slot].weight) {
      search.note(.binFull)
      return false
    }
    if !bins[index].isEnd
      && tracks[slot].origin + bins[index].decision - machine.commandLead <= moment.position
    {
      search.note(.assignmentTimeout)
      return false
    }
    return true
  }

  // A bin's fields are read through its index: a method of `BinState` would copy all of it first.

  /// Whether a piece still fits into a bin, counting those on their way.
  @inline(__always)
  private func hasRoom(_ bin: Int, height: Millimetres, weight: Grams) -> Bool {
    bins[bin].content.pieces + bins[bin].inFlight.pieces < bins[bin].capacity.pieces
      && bins[bin].content.thickness + bins[bin].inFlight.thickness + Int64(height.tenths)
        <= bins[bin].capacity.thickness
      && bins[bin].content.weight + bins[bin].inFlight.weight + Int64(weight.tenths)
        <= bins[bin].capacity.weight
  }

  /// How full a bin is by its tightest limit, counting pieces on their way; 2^40 is full.
  @inline(__always)
  private func fill(of bin: Int) -> Int64 {
    max(
      (bins[bin].content.pieces + bins[bin].inFlight.pieces) &* bins[bin].scale.pieces,
      (bins[bin].content.thickness + bins[bin].inFlight.thickness) &* bins[bin].scale.thickness,
      (bins[bin].content.weight + bins[bin].inFlight.weight) &* bins[bin].scale.weight)
  }

  /// Pieces bound for a bin that can take no more get another, where they can still reach one.
  mutating func reassignPieces(boundFor bin: BinID, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    guard bins[bin.index].inFlight.pieces > 0 else { return }
    var number = oldest
    while number <= newest {
      let slot = Int(truncatingIfNeeded: number & trackMask)
      number += 1
      guard tracks[slot].piece.rawValue == number - 1, tracks[slot].bin == bin,
        tracks[slot].phase == .assigned || tracks[slot].phase == .accepted,
        tracks[slot].origin + bins[bin.index].decision - machine.commandLead > moment.position
      else { continue }
      bins[bin.index].inFlight.remove(height: tracks[slot].height, weight: tracks[slot].weight)
      let wasReject = tracks[slot].choice == .reject
      if !wasReject { tracks[slot].reason = .none }
      assign(slot, moment, &directives)
      // The machine still holds the old command: where no bin is left, it must be told the end instead.
      var record = moment.record(.pieceReassigned, tracks[slot].piece)
      record.code = tracks[slot].code
      record.sizeClass = tracks[slot].sizeClass
      describe(slot, in: &record, moment)
      directives.append(record)
      // So must it where the order to fire stands: nothing is fired for the end bin.
      let isForEnd = tracks[slot].bin != .none && bins[tracks[slot].bin.index].isEnd
      if tracks[slot].bin == .none || (isForEnd && machine.controlMode == .direct) {
        recall(slot, moment, &directives)
      }
    }
  }

  /// Takes back the command for a piece that is to go round instead.
  private mutating func recall(_ slot: Int, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    sequence &+= 1
    tracks[slot].sequence = sequence
    directives.append(
      .assign(
        tracks[slot].piece, .none, sequence: sequence, deadline: tracks[slot].origin + machine.endDistance))
  }
}

/// A search for a bin: what was found, or what stood in the way.
struct BinSearch: BitwiseCopyable {
  var bin = BinID.none
  var choice = Choice.primary
  /// Full beats too late beats out of service: it is the obstacle that another day would not have.
  var obstacle = Reason.binDisabled

  @inline(__always)
  mutating func note(_ reason: Reason) {
    switch reason {
    case .binFull: obstacle = .binFull
    case .assignmentTimeout where obstacle != .binFull: obstacle = .assignmentTimeout
    default: break
    }
  }
}
