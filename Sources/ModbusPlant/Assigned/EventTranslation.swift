import Dispatching
import Quantities
import RegisterMap
import SorterModel

/// What an event of the machine means to the dispatcher.
extension EventSlot {
  /// Whether the event is about a piece.
  var isAboutPiece: Bool {
    switch Kind(rawValue: kind) {
    case .inducted, .identified, .confirmed, .refused, .atEnd, .removed: true
    default: false
    }
  }

  /// The dispatcher's event, or nil for a kind that the interface does not have.
  ///
  /// `piece` is the dispatcher's number of the piece; a piece's arrival is when it was inducted.
  func fieldEvent(piece: PieceID, at now: Instant) -> FieldInput.Event? {
    guard let kind = Kind(rawValue: kind) else { return nil }
    let bin = BinID(bin)
    switch kind {
    case .inducted:
      return .pieceInducted(piece, arrivedAt: now, gap: Pulses(Int64(value)))
    case .identified:
      return .pieceIdentified(piece, destination, dimensions, ReadQuality(rawValue: detail) ?? .noData)
    case .confirmed: return .divertConfirmed(piece, bin)
    case .refused: return .divertRefused(piece, bin, Reason(rawValue: detail) ?? .divertRefused)
    case .atEnd: return .pieceAtEnd(piece)
    case .removed: return .pieceRemoved(piece)
    case .binFull: return .binFull(bin)
    case .binAvailable: return .binAvailable(bin, emptied: detail == 1)
    case .binDisabled: return .binDisabled(bin)
    case .binEnabled: return .binEnabled(bin)
    case .jamStarted: return .jamStarted
    case .jamCleared: return .jamCleared
    case .stateChanged: return .machineState(detail)
    }
  }

  private var dimensions: Dimensions {
    Dimensions(
      length: Millimetres(tenths: Int32(length)), width: Millimetres(tenths: Int32(width)),
      height: Millimetres(tenths: Int32(height)), weight: Grams(tenths: Int32(clamping: weight)))
  }

  /// An event slot whose destination is no code: the same without a destination, as a reading without data.
  ///
  /// Nil where the slot is torn: its numbers differ, so that it has to be read again.
  static func withoutDestination(
    from registers: [UInt16], at place: Int, _ order: ByteOrder
  ) -> EventSlot? {
    var blanked = registers
    for register in 9...14 { blanked[place + register] = 0 }
    guard var slot = EventSlot(from: blanked, at: place, order) else { return nil }
    slot.detail = ReadQuality.noData.rawValue
    return slot
  }
}
