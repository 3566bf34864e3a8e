import EventRecords

extension ControlGauges {
  /// Counts what a record says of pieces, bins and the induction.
  func count(_ record: EventRecord) {
    switch record.kind {
    case .pieceInducted, .plantDoubleFeed: add(to: .fed)
    case .pieceSorted:
      add(to: .sorted)
      changeBin(record.bin.index) { $0.pieces += 1 }
    case .pieceRejected:
      add(to: .rejected)
      changeBin(record.bin.index) { $0.pieces += 1 }
    case .pieceRemoved: add(to: .removed)
    case .pieceLost: add(to: .lost)
    case .pieceRecirculated: add(to: .recirculated)
    case .plantMissorted: add(to: .missorted)
    case .binFull: changeBin(record.bin.index) { $0.isFull = true }
    case .binAvailable: changeBin(record.bin.index) { $0.isFull = false }
    case .plantSwept: changeBin(record.bin.index) { $0.pieces = 0 }
    case .binDisabled: changeBin(record.bin.index) { $0.isDisabled = true }
    case .binEnabled: changeBin(record.bin.index) { $0.isDisabled = false }
    case .inductionHeld: self[.inductionHeld] = 1
    case .inductionReleased: self[.inductionHeld] = 0
    default: break
    }
  }
}
