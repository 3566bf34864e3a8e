/// The account of all pieces of a run: fed = sorted + rejected + removed + lost + on the machine.
public struct Conservation: Hashable, Sendable {
  /// Pieces fed.
  public var fed: Int
  /// Pieces sorted.
  public var sorted: Int
  /// Pieces rejected.
  public var rejected: Int
  /// Pieces removed.
  public var removed: Int
  /// Pieces lost.
  public var lost: Int
  /// Pieces on the machine, as the plant counts them where it does, else as fed less ended.
  public var onMachine: Int
  /// Whether the pieces that ended are those that were fed, each once; known when none is left.
  public var eachEndedOnce: Bool

  /// Whether every piece is accounted for.
  public var holds: Bool {
    onMachine >= 0 && fed == sorted + rejected + removed + lost + onMachine && eachEndedOnce
  }
}

extension Conservation: CustomStringConvertible {
  /// The account in one line.
  public var description: String {
    let account =
      "fed \(fed) = sorted \(sorted) + rejected \(rejected) + removed \(removed) + lost \(lost) "
      + "+ on the machine \(onMachine)"
    if holds { return account }
    let sum = sorted + rejected + removed + lost + onMachine
    if sum == fed { return account + ", but not every piece fed ended exactly once" }
    return account + " does not hold: the right side is \(sum)"
  }
}

extension Tally {
  /// The account of the whole run, warm-up included.
  ///
  /// - Parameter counted: the pieces on the machine as the plant counts them; nil where nobody can.
  public func conservation(onMachine counted: Int? = nil) -> Conservation {
    let (early, late) = unsafe (pieces[0], pieces[1])
    let left = counted ?? onMachine
    let fedMark = early.fedMark &+ late.fedMark
    let endedMark = early.endedMark &+ late.endedMark
    return Conservation(
      fed: early.fed + late.fed, sorted: early.sorted + late.sorted,
      rejected: early.rejected + late.rejected, removed: early.removed + late.removed,
      lost: early.lost + late.lost, onMachine: left, eachEndedOnce: onMachine != 0 || fedMark == endedMark)
  }
}
