/// What the next step will need, brought near before it is there.
extension Dispatcher {
  /// Reads what deciding about the next piece reads: every bin, the pieces before the scanner and the next slots.
  ///
  /// For a shell that waits and wants this in the processor's caches when an input comes. Changes nothing;
  /// the sum that it returns means nothing, but keeps the reads from being left out.
  public func lookAhead() -> UInt64 {
    var sum: UInt64 = 0
    for index in 0..<bins.count {
      sum &+= UInt64(bins[index].classMask)
      sum &+= UInt64(truncatingIfNeeded: bins[index].scale.pieces)
    }
    let first = newest &- Self.piecesBeforeTheScanner
    for number in 0..<Self.piecesBeforeTheScanner + 4 {
      sum &+= tracks[Int(truncatingIfNeeded: first &+ number)].piece.rawValue
    }
    return sum
  }

  /// More than lie between induction and a scanner on any shipped machine.
  private static let piecesBeforeTheScanner: UInt64 = 16
}
