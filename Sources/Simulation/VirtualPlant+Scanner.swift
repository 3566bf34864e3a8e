import Dispatching
import EventRecords
import Quantities
import SorterModel

/// The scanner: readings, good and bad, and what slips behind it.
extension VirtualPlant {
  /// A piece's reading is there.
  @inline(__always)
  mutating func read(_ slot: Int, _ position: Int64) {
    // Pieces live as long as the plant, and no cell of them is kept beyond an event.
    let piece = unsafe pieces.cell(slot)
    let quality = piece.value.riderIsNoticed ? ReadQuality.multiRead : drawQuality()
    if random.slip.happens(ppm: rates.slipPPM) {
      let most = settings.geometry.pulses(rates.slipMaximum).rawValue
      piece.value.slip = Int32(clamping: random.slip.within(0, most))
    }
    uncommanded = slot
    if quality == .good && !piece.value.hasRider {
      tell(.identified, of: piece.value.piece, in: slot)
    } else {
      reportReading(slot, quality, position)
    }
  }

  /// A reading that is not simply what the piece is.
  @inline(never)
  private mutating func reportReading(_ slot: Int, _ quality: ReadQuality, _ position: Int64) {
    let code = quality == .good || quality == .noData ? pieces[slot].mail.destination : .none
    var seen = pieces[slot].mail.dimensions
    if pieces[slot].hasRider {
      // Two pieces look like one: as long as the longer, as thick and heavy as both.
      let other = riders[slot].mail.dimensions
      seen.length = max(seen.length, other.length)
      seen.width = max(seen.width, other.width)
      seen.height = seen.height + other.height
      seen.weight = seen.weight + other.weight
    }
    report(.pieceIdentified(pieces[slot].piece, code, seen, quality), at: position)
  }

  @inline(__always)
  private mutating func drawQuality() -> ReadQuality {
    let sum = rates.noReadPPM + rates.multiReadPPM + rates.ordinary.noDataPPM
    guard sum > 0 else { return .good }
    let draw = Int(random.reading.below(1_000_000))
    if draw < rates.noReadPPM { return .noRead }
    if draw < rates.noReadPPM + rates.multiReadPPM { return .multiRead }
    return draw < sum ? .noData : .good
  }

  /// Whether `settle` has anything to do.
  @inline(__always)
  var needsSettling: Bool { uncommanded >= 0 || atEnd >= 0 }

  /// What follows once the commands of an event have been given; may leave signals of its own.
  ///
  /// A piece without a command runs on to the end, and a piece at the end that was not sent round falls
  /// into the end bin.
  @inline(never)
  public mutating func settle() {
    forgetSignals()
    if uncommanded >= 0 {
      if pieces[uncommanded].piece != .none && !pieces[uncommanded].isCommanded {
        runToEnd(uncommanded)
      }
      uncommanded = -1
    }
    if atEnd >= 0 { leaveEnd() }
  }
}
