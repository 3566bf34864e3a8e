/// What the belt brings to its point next: two queues for the distances that are always the same, and a wheel.
///
/// Two of a piece's three waits are of one length for all, and need no sorting: the way to its reading, and
/// that from the diverter to the confirm eye. Nodes due at one pulse come out in the order in which they went
/// in, whatever they wait for.
struct PieceSchedule: ~Copyable {
  private var readings: PulseQueue
  private var confirms: PulseQueue
  private var wheel: PulseWheel
  /// When the last node went in; counted up, and wrapping.
  private var order: UInt32 = 0

  /// What a node is due for.
  enum Next: UInt8 {
    /// Nothing is due.
    case nothing
    /// One node of the wheel: a decision point, the end of the line, the induction after a lap.
    case point
    /// One reading.
    case reading
    /// One passage of a confirm eye.
    case confirm
    /// Several at one pulse.
    case several
  }

  /// A schedule for `nodeCount` nodes, each due at most `horizon` pulses ahead.
  init(nodeCount: Int, horizon: Int64) {
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

  /// Puts in a piece on its way to its reading, later than all that are.
  @inline(__always)
  mutating func insertReading(_ node: Int, due: Int64) {
    order &+= 1
    readings.append(node, due: due, order: order)
  }

  /// Puts in a piece on its way to a confirm eye, later than all that are.
  @inline(__always)
  mutating func insertConfirm(_ node: Int, due: Int64) {
    order &+= 1
    confirms.append(node, due: due, order: order)
  }

  /// Puts in a piece on its way to any other point; one that is overdue comes next.
  @inline(__always)
  mutating func insertPoint(_ node: Int, due: Int64) {
    order &+= 1
    wheel.insert(node, due: due, order: order)
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

  /// Takes out the one that went in first of all that are due at a pulse.
  @inline(never)
  mutating func popFirst(at due: Int64) -> Int {
    var best = UInt32(0)
    var place = Next.nothing
    func isBefore(_ other: UInt32) -> Bool {
      place == .nothing || Int32(bitPattern: other &- best) < 0
    }
    if wheel.nextDue == due {
      best = wheel.nextOrder
      place = .point
    }
    if readings.nextDue == due && isBefore(readings.firstOrder) {
      best = readings.firstOrder
      place = .reading
    }
    if confirms.nextDue == due && isBefore(confirms.firstOrder) { place = .confirm }
    return switch place {
    case .reading: popReading()
    case .confirm: popConfirm()
    default: popPoint()
    }
  }

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
