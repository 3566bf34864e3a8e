import Quantities
import SorterModel

/// What the dispatcher knows of one piece on the machine.
struct Track: BitwiseCopyable {
  /// The piece, or `.none` where the slot is free.
  var piece = PieceID.none
  /// Where the belt was when the piece last passed the induction eye; a lap moves it on.
  var origin = Pulses.zero
  var arrivedAt = Instant.start
  var inductedAt = Instant.start
  var code = DestinationCode.none
  var height = Millimetres.zero
  var weight = Grams.zero
  /// The number of the command in force, 0 before the first.
  var sequence: UInt32 = 0
  var rule = RuleID.none
  /// The bin in force, or `.none`.
  var bin = BinID.none
  var phase = Phase.inducted
  /// Why the piece is not to be sorted; `.none` while it is.
  var reason = Reason.none
  var choice = Choice.primary
  var sizeClass = SizeClassID.none
  var lap: UInt8 = 0
  /// Its decision point passed while the machine was without its controller.
  var passedAlone = false

  /// Makes the slot that of a new piece; field by field, which costs less than a copy of the whole.
  @inline(__always)
  mutating func begin(_ piece: PieceID, arrivedAt: Instant, _ moment: Moment) {
    self.piece = piece
    origin = moment.position
    self.arrivedAt = arrivedAt
    inductedAt = moment.now
    code = .none
    height = .zero
    weight = .zero
    sequence = 0
    rule = .none
    bin = .none
    phase = .inducted
    reason = .none
    choice = .primary
    sizeClass = .none
    lap = 0
    passedAlone = false
  }

  /// How far a piece has come.
  enum Phase: UInt8, BitwiseCopyable {
    /// Past the induction eye; nothing is known of it.
    case inducted
    /// Bound for a bin; the machine has not answered yet.
    case assigned
    /// Bound for a bin; the machine will divert it.
    case accepted
    /// Bound for the end of the line.
    case passing
  }
}

/// What the dispatcher knows of one bin: two cache lines, and in the first what decides about a piece.
struct BinState: BitwiseCopyable {
  /// From the induction eye to the decision point.
  var decision: Pulses
  /// The size classes it takes, a bit each.
  var classMask: UInt32
  /// Its full signal is on.
  var isFull = false
  /// Somebody took it out of service, or its diverter failed too often.
  var isDisabled = false
  /// It is where undiverted pieces fall.
  var isEnd: Bool
  /// What lies in it, by its confirm eye, and what is on its way to it.
  private(set) var load = BinLoad()
  /// What it holds at most.
  var capacity: BinLoad
  /// What is on its way to it.
  private(set) var inFlight = BinLoad()
  /// 2^40 over each capacity: a load times this is a fill that compares across bins.
  var scale: BinLoad
  /// Commanded diverts in a row that did not happen; here, beside what a piece that arrives changes.
  var misses: UInt8 = 0
  private var restOfTheLine: UInt64 = 0

  /// A bin that is empty and in service.
  init(decision: Pulses, classMask: UInt32, isEnd: Bool, capacity: BinLoad, scale: BinLoad) {
    self.decision = decision
    self.classMask = classMask
    self.isEnd = isEnd
    self.capacity = capacity
    self.scale = scale
  }

  /// A piece sets out for it.
  @inline(__always)
  mutating func expect(height: Millimetres, weight: Grams) {
    load.add(height: height, weight: weight)
    inFlight.add(height: height, weight: weight)
  }

  /// A piece that had set out for it will not come.
  @inline(__always)
  mutating func expectNoMore(height: Millimetres, weight: Grams) {
    load.remove(height: height, weight: weight)
    inFlight.remove(height: height, weight: weight)
  }

  /// A piece that had set out for it lies in it.
  @inline(__always)
  mutating func receive(height: Millimetres, weight: Grams) {
    inFlight.remove(height: height, weight: weight)
  }

  /// A piece lies in it that had not set out for it.
  @inline(__always)
  mutating func receiveUnexpected(height: Millimetres, weight: Grams) {
    load.add(height: height, weight: weight)
  }

  /// Nothing lies in it any more.
  mutating func empty() { load = inFlight }
}

/// A pile of pieces: their number, thickness in tenths of a millimetre and weight in tenths of a gram.
struct BinLoad: BitwiseCopyable {
  var pieces: Int64 = 0
  var thickness: Int64 = 0
  var weight: Int64 = 0

  @inline(__always)
  mutating func add(height: Millimetres, weight: Grams) {
    pieces &+= 1
    thickness &+= Int64(height.tenths)
    self.weight &+= Int64(weight.tenths)
  }

  @inline(__always)
  mutating func remove(height: Millimetres, weight: Grams) {
    pieces &-= 1
    thickness &-= Int64(height.tenths)
    self.weight &-= Int64(weight.tenths)
  }
}
