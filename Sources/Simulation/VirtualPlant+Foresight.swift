import EventRecords
import FlatStorage
import Quantities
import SorterModel

/// Decisions seen ahead: where a divert cannot fail, the piece goes to its confirm eye at once.
///
/// Nobody hears of a piece that passes its decision point as it should: the moment changes nothing but what the next
/// piece for the same bin meets. So where the plant knows when it takes the command that nothing can come between, it
/// leaves that moment out, which is a quarter of a plain line's events. What is heard, and when, stays the same.
extension VirtualPlant {
  /// Sees decisions ahead from now on, where nothing but the pieces themselves can keep one from its bin.
  ///
  /// Only for a shell in which the scenario and the dispatcher are all that happens to the plant: nobody takes pieces
  /// off by hand, and no diverts are recalled. Pieces must stay in their order, and the belt must not jam.
  mutating func foresee() {
    let imperfections = scenario.imperfections
    foresees =
      scenario.faults.isEmpty && profile.control.mode == .assigned && !settings.goesRound
      && imperfections.jamPPM == 0 && imperfections.missedDivertPPM == 0 && imperfections.slipPPM == 0
  }

  /// Notes a piece that is told its bin for the first time; whether it is certain now that it will be diverted there.
  ///
  /// The pieces before it are all on the machine, and have been told, because none overtakes another. So it is certain
  /// where there is room for all of them, no sweep is near that could close the bin, every earlier decision of the bin
  /// is known, and the diverter will be ready.
  @inline(__always)
  mutating func willPass(_ piece: SlabCell<PlantPiece>, at decision: Int64) -> Bool {
    // Bins live as long as the plant, and the cell is not kept beyond this.
    let bin = unsafe bins.cell(piece.value.bin.index)
    bin.value.underWay &+= 1
    if bin.value.sure == 0 || piece.value.hasRider || piece.value.mail.dimensions.height > settings.thickest
      || piece.value.mail.dimensions.weight > settings.heaviest
      || decision &- bin.value.lastDivert < settings.divertInterval
    {
      guard lookCloser(piece, at: decision) else { return false }
    }
    bin.value.sure &-= 1
    bin.value.lastDivert = decision
    return true
  }

  /// Works out how many pieces are sure of a bin, this one among them; whether it is.
  ///
  /// Each may be as thick and as heavy as any of a size class. One that is more, or carries another, is never sure, and
  /// none that comes behind it is before it lies in the bin.
  @inline(never)
  private mutating func lookCloser(_ piece: SlabCell<PlantPiece>, at decision: Int64) -> Bool {
    let bin = unsafe bins.cell(piece.value.bin.index)
    let isOrdinary =
      !piece.value.hasRider && piece.value.mail.dimensions.height <= settings.thickest
      && piece.value.mail.dimensions.weight <= settings.heaviest
    bin.value.sure = 0
    if isOrdinary && bin.value.undecidedUntil < beltPosition && bin.value.sweep == .none
      && decision - bin.value.lastDivert >= settings.divertInterval
    {
      // A bin is also full when another one like the thickest in it would find no room.
      let (thickest, heaviest) = (settings.thickest.tenths, settings.heaviest.tenths)
      let thickness =
        bin.value.callThickness - 1 - bin.value.thickness - Int64(max(thickest, bin.value.thickest))
      let weight = bin.value.callWeight - 1 - bin.value.weight - Int64(max(heaviest, bin.value.heaviest))
      let room = min(
        bin.value.callPieces - 1 - bin.value.pieces, thickness / Int64(max(1, thickest)),
        weight / Int64(max(1, heaviest)))
      bin.value.sure = Int32(clamping: max(0, room - Int64(bin.value.underWay) + 1))
    }
    if bin.value.sure == 0 { waitForDecision(bin, decision) }
    return bin.value.sure > 0
  }

  /// Nothing more of a bin is certain until a piece lies in it.
  private func waitForDecision(_ bin: SlabCell<PlantBin>, _ decision: Int64) {
    bin.value.undecidedUntil = max(bin.value.undecidedUntil, decision + settings.confirmDistance)
  }

  /// A piece that was told another bin before is now on its way to this one, ahead of pieces that were told earlier:
  /// what was seen ahead of the bin is no longer certain, and each of its decisions is taken when its time comes.
  @inline(never)
  mutating func lookAgain(at number: BinID, before decision: Int64) {
    let bin = unsafe bins.cell(number.index)
    bin.value.underWay &+= 1
    forgetDecisions(of: number)
    waitForDecision(bin, decision)
  }

  /// A piece whose divert was seen ahead is told another bin: it is before its decision point again, if it is.
  @inline(never)
  mutating func takeBack(_ piece: SlabCell<PlantPiece>) { forgetDecisions(of: piece.value.bin) }

  /// Puts every piece whose divert into a bin was seen ahead before its decision point again.
  private mutating func forgetDecisions(of number: BinID) {
    let bin = unsafe bins.cell(number.index)
    bin.value.sure = 0
    bin.value.lastDivert = bin.value.lastPassed
    for slot in 0..<pieces.count where pieces[slot].stage == .toConfirm && pieces[slot].bin == number {
      let decision = pieces[slot].origin + bin.value.decision
      guard pieces[slot].piece != .none else { continue }
      // One that was decided at this very pulse waits for its confirm eye in the queue.
      guard decision >= beltPosition, schedule.isOnWayToPoint(slot) else {
        bin.value.lastDivert = max(bin.value.lastDivert, decision)
        continue
      }
      pieces[slot].stage = .toDecision
      schedule.removePoint(slot)
      schedule.insertPoint(slot, at: pieces[slot].origin + settings.readingDistance, due: decision)
      waitForDecision(bin, decision)
    }
  }

  /// A piece is no longer on its way to its bin: it was sent elsewhere, or is not diverted.
  @inline(never)
  mutating func giveUpWay(of piece: SlabCell<PlantPiece>) {
    unsafe bins.cell(piece.value.bin.index).value.underWay &-= 1
  }

  /// A piece falls into its bin.
  @inline(__always)
  mutating func noteFall(into number: BinID, _ position: Int64) {
    let bin = unsafe bins.cell(number.index)
    bin.value.underWay &-= 1
    bin.value.lastPassed = position &- settings.confirmDistance
  }
}
