import EventRecords
import FlatStorage
import Quantities
import SorterModel

/// Assign: the choice of a bin, among a rule's bins, its alternates, the overflow and the reject bins.
extension Dispatcher {
  /// Gives a piece the best bin it can still reach, another lap, or the way to the end.
  ///
  /// - Returns: where the belt must not be yet when the command for the bin arrives; anything where there is no bin.
  @inline(__always)
  mutating func assign(
    _ track: SlabCell<Track>, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) -> Pulses {
    if track.value.reason == .none { chooseSortBin(track, moment) }
    if track.value.reason != .none { chooseRejectBin(track, moment) }
    let bin = track.value.bin
    guard bin != .none else {
      track.value.phase = .passing
      return .zero
    }
    track.value.phase = .assigned
    let state = state(of: bin)
    let deadline = track.value.origin + state.value.decision - machine.fireLead
    state.value.expect(height: track.value.height, weight: track.value.weight)
    if machine.controlMode == .assigned && holds.contains(.link) {
      // A machine that hears nothing is told when it hears again.
      track.value.sequence = 0
      return deadline
    }
    sequence &+= 1
    track.value.sequence = sequence
    let piece = track.value.piece
    switch machine.controlMode {
    case .assigned:
      directives.append(.assign(piece, bin, sequence: sequence, deadline: deadline))
    case .direct:
      // Nothing is to be fired for the end of the line; the dispatcher itself is the tracker.
      track.value.phase = .accepted
      if !state.value.isEnd { directives.append(.fire(bin, piece, at: deadline)) }
    }
    return deadline
  }

  /// A bin that the plan allows, or the reason why there is none.
  @inline(__always)
  private mutating func chooseSortBin(_ track: SlabCell<Track>, _ moment: Moment) {
    var search = BinSearch(for: track, beltAt: moment.position + machine.commandLead)
    search.choice = .primary
    let only = plan.onlyBin(of: track.value.rule)
    if only != .none {
      if isUsable(state(of: only), &search) { search.bin = only }
    } else {
      search = chooseAmongSeveral(track, search)
    }
    if search.bin == .none { search = fallBack(track, search) }
    track.value.bin = search.bin
    track.value.choice = search.choice
    if search.bin == .none { track.value.reason = search.obstacle }
  }

  // By value: a search that is lent out for writing stays in memory, also where it is not lent.

  /// The least filled of a rule's bins.
  @inline(never)
  private func chooseAmongSeveral(_ track: SlabCell<Track>, _ search: BinSearch) -> BinSearch {
    var search = search
    leastFilled(of: plan.bins(of: track.value.rule), &search)
    return search
  }

  /// The first usable alternate, or the best of the overflow bins.
  @inline(never)
  private func fallBack(_ track: SlabCell<Track>, _ search: BinSearch) -> BinSearch {
    var search = search
    search.choice = .alternate
    firstUsable(of: plan.alternates(of: track.value.rule), &search)
    if search.bin != .none { return search }
    search.choice = .overflow
    let overflow = plan.overflowRule(for: track.value.sizeClass)
    leastFilled(of: plan.bins(of: overflow), &search)
    if search.bin == .none { firstUsable(of: plan.alternates(of: overflow), &search) }
    return search
  }

  /// Another lap where that may help, else a reject bin, else the end of the line.
  @inline(never)
  private mutating func chooseRejectBin(_ track: SlabCell<Track>, _ moment: Moment) {
    track.value.bin = .none
    if deservesLap(track) {
      if track.value.lap < machine.lapLimit {
        track.value.choice = .recirculate
        return
      }
      track.value.reason = .lapLimit
    }
    track.value.choice = .reject
    let rule = plan.rejectRule(for: track.value.reason, sizeClass: track.value.sizeClass)
    track.value.rule = rule
    // Reject bins take what fits no class; sort bins only what the profile says.
    var search = BinSearch(for: track, beltAt: moment.position + machine.commandLead)
    search.classes = .max
    leastFilled(of: plan.bins(of: rule), &search)
    if search.bin == .none { firstUsable(of: plan.alternates(of: rule), &search) }
    track.value.bin = search.bin == .none ? machine.endBin : search.bin
  }

  /// Whether a piece's reason is one that another lap may cure on this machine.
  @inline(__always)
  func deservesLap(_ track: SlabCell<Track>) -> Bool {
    machine.lapDistance > .zero && machine.lapReasons & (1 &<< UInt32(track.value.reason.rawValue)) != 0
  }

  /// The usable bin of a group that is least full; the first of equals.
  @inline(__always)
  private func leastFilled(of group: BinGroup, _ search: inout BinSearch) {
    var least = Int64.max
    // Not a range: in debug builds one over a narrow integer asks for memory at each step.
    var next: UInt32 = 0
    while next < group.count {
      let bin = plan.bin(group, next)
      next += 1
      let state = state(of: bin)
      guard isUsable(state, &search) else { continue }
      let fill = fill(of: state)
      if fill < least {
        least = fill
        search.bin = bin
      }
    }
  }

  /// The first usable bin of a group.
  @inline(__always)
  private func firstUsable(of group: BinGroup, _ search: inout BinSearch) {
    var next: UInt32 = 0
    while next < group.count {
      let bin = plan.bin(group, next)
      next += 1
      if isUsable(state(of: bin), &search) {
        search.bin = bin
        return
      }
    }
  }

  /// What is known of a bin; its index is the plan's, or was held against the machine's bins.
  @inline(__always)
  func state(of bin: BinID) -> SlabCell<BinState> {
    // The bins live as long as the dispatcher, and no cell of them is kept beyond a step.
    unsafe bins.cell(bin.index)
  }

  /// Whether a bin can take a piece; where not, the strongest obstacle so far is kept.
  @inline(__always)
  private func isUsable(_ bin: SlabCell<BinState>, _ search: inout BinSearch) -> Bool {
    if bin.value.classMask & search.classes == 0 && search.classes != .max { return false }
    if bin.value.isDisabled {
      search.note(.binDisabled)
      return false
    }
    if bin.value.isFull || !hasRoom(bin, search) {
      search.note(.binFull)
      return false
    }
    if bin.value.decision <= search.passed && !bin.value.isEnd {
      search.note(.assignmentTimeout)
      return false
    }
    return true
  }

  // A bin's fields are read where they lie: a method of `BinState` would copy all of it first.

  /// Whether a piece still fits into a bin, counting those on their way.
  @inline(__always)
  private func hasRoom(_ bin: SlabCell<BinState>, _ search: BinSearch) -> Bool {
    bin.value.load.pieces < bin.value.capacity.pieces
      && bin.value.load.thickness &+ search.height <= bin.value.capacity.thickness
      && bin.value.load.weight &+ search.weight <= bin.value.capacity.weight
  }

  /// How full a bin is by its tightest limit, counting pieces on their way; 2^40 is full.
  @inline(__always)
  private func fill(of bin: SlabCell<BinState>) -> Int64 {
    max(
      bin.value.load.pieces &* bin.value.scale.pieces,
      bin.value.load.thickness &* bin.value.scale.thickness,
      bin.value.load.weight &* bin.value.scale.weight)
  }

  /// Pieces bound for a bin that can take no more get another, where they can still reach one.
  mutating func reassignPieces(boundFor bin: BinID, _ moment: Moment, _ directives: inout DirectiveBuffer) {
    if bins[bin.index].inFlight.pieces > 0 { reassign(moment, &directives) { $0 == bin } }
  }

  /// What a machine was told before it was without its controller it has forgotten, and what it was not told it
  /// does not know: every piece that can still be diverted gets its bin anew.
  mutating func assignAnew(_ moment: Moment, _ directives: inout DirectiveBuffer) {
    reassign(moment, &directives) { $0 != .none }
  }

  private mutating func reassign(
    _ moment: Moment, _ directives: inout DirectiveBuffer, where isConcerned: (BinID) -> Bool
  ) {
    var number = oldest
    while number <= newest {
      let track = track(of: number)
      number += 1
      guard track.value.piece.rawValue == number - 1, isConcerned(track.value.bin), canReassign(track, moment)
      else { continue }
      reassign(
        track, because: track.value.choice == .reject ? track.value.reason : .none, moment, &directives)
    }
  }

  /// Whether a piece is bound for a bin and can still be told another.
  @inline(__always)
  func canReassign(_ track: SlabCell<Track>, _ moment: Moment) -> Bool {
    guard track.value.phase == .assigned || track.value.phase == .accepted else { return false }
    return track.value.origin + bins[track.value.bin.index].decision - machine.commandLead > moment.position
  }

  /// Gives a piece that can be told so another bin than its own; with a reason, a reject bin or another lap.
  mutating func reassign(
    _ track: SlabCell<Track>, because reason: Reason, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    bins[track.value.bin.index].expectNoMore(height: track.value.height, weight: track.value.weight)
    track.value.reason = reason
    let deadline = assign(track, moment, &directives)
    // The machine still holds the old command: where no bin is left, it must be told the end instead.
    var record = moment.record(.pieceReassigned, track.value.piece)
    record.code = track.value.code
    record.sizeClass = track.value.sizeClass
    describe(track, in: &record, deadline, moment)
    directives.append(record)
    // So must it where the order to fire stands: nothing is fired for the end bin.
    let isForEnd = track.value.bin != .none && bins[track.value.bin.index].isEnd
    if track.value.bin == .none || (isForEnd && machine.controlMode == .direct) {
      recall(track, moment, &directives)
    }
  }

  /// Takes back the command for a piece that is to go round instead.
  private mutating func recall(
    _ track: SlabCell<Track>, _ moment: Moment, _ directives: inout DirectiveBuffer
  ) {
    if machine.controlMode == .assigned && holds.contains(.link) { return }
    sequence &+= 1
    track.value.sequence = sequence
    directives.append(
      .assign(
        track.value.piece, .none, sequence: sequence, deadline: track.value.origin + machine.endDistance))
  }
}

/// A search for a bin: what was found, or what stood in the way.
struct BinSearch: BitwiseCopyable {
  var bin = BinID.none
  var choice = Choice.primary
  /// Full beats too late beats out of service: it is the obstacle that another day would not have.
  var obstacle = Reason.binDisabled
  /// The piece's size class, as a bit; all bits where any bin will do.
  var classes: UInt32
  /// What the piece adds to a bin.
  let height: Int64
  let weight: Int64
  /// A bin whose decision point is no further from the induction eye can no longer be reached.
  let passed: Pulses

  /// A search for the piece of a track, whose command arrives when the belt is at `arrival`.
  @inline(__always)
  init(for track: SlabCell<Track>, beltAt arrival: Pulses) {
    classes = 1 &<< UInt32(track.value.sizeClass.rawValue & 31)
    height = Int64(track.value.height.tenths)
    weight = Int64(track.value.weight.tenths)
    passed = arrival - track.value.origin
  }

  @inline(__always)
  mutating func note(_ reason: Reason) {
    switch reason {
    case .binFull: obstacle = .binFull
    case .assignmentTimeout where obstacle != .binFull: obstacle = .assignmentTimeout
    default: break
    }
  }
}
