/// What the belt brings to its point next: two queues for the distances that are always the same, and a wheel.
///
/// Two of a piece's three waits are of one length for all, and need no sorting: the way to its reading, and
/// that from the diverter to the confirm eye. Nodes due at one pulse come out in the order in which they set
/// out for it, whatever they wait for; of those that set out at one pulse too, what is furthest down comes first.
struct PieceSchedule: ~Copyable {
  private var readings: PulseQueue
  private var confirms: PulseQueue
  private var wheel: PulseWheel
  /// How far it is to a reading, and from a diverter to its confirm eye.
  private let readingDistance: Int64
  private let confirmDistance: Int64
  private let nodeMask: Int

  /// What a node is due for.
  enum Next: UInt8 {
    /// Nothing is due.
    case nothing
    /// One node of the wheel: a decision point, the end of the line, the induction after a lap, or a confirm eye
    /// that was seen ahead.
    case point
    /// One reading.
    case reading
    /// One passage of a confirm eye.
    case confirm
    /// Several at one pulse.
    case several
  }

  /// A schedule for `nodeCount` nodes, each due at most `horizon` pulses ahead.
  init(nodeCount: Int, horizon: Int64, readingDistance: Int64, confirmDistance: Int64) {
    self.readingDistance = readingDistance
    self.confirmDistance = confirmDistance
    nodeMask = nodeCount - 1
    readings = PulseQueue(capacity: nodeCount)
    confirms = PulseQueue(capacity: nodeCount)
    wheel = PulseWheel(nodeCount: nodeCount, horizon: horizon)
  }

  /// The earliest pulse at which a node is due, `Int64.max` when empty.
  var nextDue: Int64 {
    @inline(__always) get { min(min(readings.nextDue, confirms.nextDue), wheel.nextDue) }
  }

  /// What is due at a pulse before which nothing is.
  @inline(__always)
  func next(at due: Int64) -> Next {
    let places =
      (wheel.nextDue == due ? 1 : 0) | (readings.nextDue == due ? 2 : 0) | (confirms.nextDue == due ? 4 : 0)
    switch places {
    case 0: return .nothing
    case 1: return .point
    case 2: return .reading
    case 4: return .confirm
    default: return .several
    }
  }

  /// Puts in a piece that sets out for its reading now, later than all that did.
  @inline(__always)
  mutating func insertReading(_ node: Int, at position: Int64) {
    readings.append(node, due: position &+ readingDistance)
  }

  /// Puts in a piece that sets out for its confirm eye now, later than all that did.
  @inline(__always)
  mutating func insertConfirm(_ node: Int, at position: Int64) {
    confirms.append(node, due: position &+ confirmDistance)
  }

  /// Puts in a piece that sets out for any other point, now or at a pulse to come; one that is overdue comes next.
  @inline(__always)
  mutating func insertPoint(_ node: Int, at position: Int64, due: Int64) {
    wheel.insert(node, from: position, due: due)
  }

  /// Takes out the reading that is due next.
  @inline(__always)
  mutating func popReading() -> Int { readings.popFirst() }

  /// Takes out the confirm eye's next piece.
  @inline(__always)
  mutating func popConfirm() -> Int { confirms.popFirst() }

  /// Takes out the wheel's next node.
  @inline(__always)
  mutating func popPoint() -> Int { wheel.popNext() }

  /// Takes out the one that set out first of all that are due at a pulse.
  @inline(never)
  mutating func popFirst(at due: Int64) -> Int {
    let point = wheel.nextDue == due ? wheel.nextAge : -1
    let confirm = confirms.nextDue == due ? confirmDistance : -1
    let reading = readings.nextDue == due ? readingDistance : -1
    if point < 0 || point < max(confirm, reading) { return confirm >= reading ? popConfirm() : popReading() }
    return point == confirm && isFirstConfirmAhead ? popConfirm() : popPoint()
  }

  /// Whether of two pieces that passed their diverters at one pulse that in the queue was fed before that in the wheel.
  ///
  /// Nodes are given to pieces in turn, and fewer than half of them are in use.
  private var isFirstConfirmAhead: Bool { (wheel.nextNode &- confirms.firstNode) & nodeMask < nodeMask / 2 }

  /// Whether a node is on its way to a point, or to a confirm eye that was seen ahead.
  func isOnWayToPoint(_ node: Int) -> Bool { wheel.contains(node) }

  /// Takes out a node on its way to a point, if it is.
  mutating func removePoint(_ node: Int) { wheel.remove(node) }

  /// Takes a node out, whatever it waits for.
  mutating func remove(_ node: Int) {
    wheel.remove(node)
    readings.remove(node)
    confirms.remove(node)
  }

  /// Says how far the belt has come without anything in the wheel being due: the horizon moves along.
  @inline(__always)
  mutating func moveOn(to position: Int64) { wheel.moveOn(to: position) }
}
