/// Makes a failing case small: fewer faults, fewer pieces, as long as it breaks the same invariant.
public struct SoakShrink {
  private let flaw: SoakFlaw?
  private let most: Int
  private let invariant: Invariant
  /// The smallest case found so far that still fails.
  public private(set) var smallest: SoakCase
  /// How it fails.
  public private(set) var violation: SoakViolation
  /// How many runs it took.
  public private(set) var runs = 0

  /// Shrinks a case that ended with a violation; at most `most` runs are made for it.
  ///
  /// - shouldGoOn: asked before each run; where it says no, what was found so far stands.
  public init(
    _ failing: SoakCase, _ violation: SoakViolation, flaw: SoakFlaw? = nil, most: Int = 400,
    shouldGoOn: () -> Bool = { true }
  ) {
    self.flaw = flaw
    self.most = most
    smallest = failing
    self.violation = violation
    invariant = violation.invariant
    // What was to come later cannot have been the cause.
    _ = tryWithout(after: violation, shouldGoOn)
    dropFaults(shouldGoOn)
    dropPieces(shouldGoOn)
    dropFaults(shouldGoOn)
  }

  /// Keeps a case if it fails in the same way.
  private mutating func keeps(_ candidate: SoakCase, _ shouldGoOn: () -> Bool) -> Bool {
    guard runs < most, shouldGoOn() else { return false }
    runs += 1
    guard let found = SoakWorld(candidate, flaw: flaw).run().violation, found.invariant == invariant else {
      return false
    }
    smallest = candidate
    violation = found
    return true
  }

  private mutating func tryWithout(after violation: SoakViolation, _ shouldGoOn: () -> Bool) -> Bool {
    var candidate = smallest
    candidate.faults.removeAll { $0.at > violation.at }
    return candidate.faults.count < smallest.faults.count && keeps(candidate, shouldGoOn)
  }

  /// Takes faults out in ever smaller groups, as long as the rest still fails.
  private mutating func dropFaults(_ shouldGoOn: () -> Bool) {
    var size = max(1, smallest.faults.count / 2)
    while true {
      var start = 0
      while start < smallest.faults.count {
        var candidate = smallest
        candidate.faults.removeSubrange(start..<min(start + size, candidate.faults.count))
        if !keeps(candidate, shouldGoOn) { start += size }
      }
      if size == 1 { return }
      size /= 2
    }
  }

  /// Halves the mail as long as the rest still fails, then takes ever smaller parts of it away.
  private mutating func dropPieces(_ shouldGoOn: () -> Bool) {
    var step = smallest.pieces / 2
    while step > 0 {
      var candidate = smallest
      candidate.pieces -= step
      if candidate.pieces < 1 || !keeps(candidate, shouldGoOn) { step /= 2 }
    }
  }
}
