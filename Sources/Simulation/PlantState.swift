import Quantities
import SorterModel

/// A piece as it really is, whatever the dispatcher believes of it: one cache line.
struct PlantPiece: BitwiseCopyable {
  /// The piece, or `.none` where the slot is free.
  var piece = PieceID.none
  var mail = PieceFacts()
  /// Where the belt was when its head passed the induction eye on this lap.
  var origin: Int64 = 0
  /// How far it has slipped back along the belt.
  var slip: Int32 = 0
  /// The bin the PLC will divert it into, or `.none`.
  var bin = BinID.none
  /// Whether a command has come on this lap.
  var isCommanded = false
  var stage = Stage.toScanner
  /// A second piece sticks to it by a double feed.
  var hasRider = false
  /// The feeder noticed the double feed: it will show as a multi-read.
  var riderIsNoticed = false
  /// Going round at the end, not into the end bin.
  var recirculates = false
  /// The controller holds it for lost, though it still rides on the belt.
  var isWrittenOff = false
  /// How often it has gone round.
  var laps: UInt8 = 0

  /// Makes the slot that of a new piece; field by field, which costs less than a copy of the whole.
  @inline(__always)
  mutating func begin(_ piece: PieceID, _ mailpiece: Mailpiece, at position: Int64) {
    self.piece = piece
    mail.destination = mailpiece.destination
    mail.arrivedAt = mailpiece.arrivedAt
    mail.dimensions = mailpiece.dimensions
    origin = position
    slip = 0
    bin = .none
    isCommanded = false
    stage = .toScanner
    hasRider = false
    riderIsNoticed = false
    recirculates = false
    isWrittenOff = false
    laps = 0
  }

  /// What happens to a piece next.
  enum Stage: UInt8, BitwiseCopyable {
    case toScanner
    case toDecision
    case toConfirm
    case toEnd
    case toInduction
    case jammed
    /// Off the machine, and the controller, which saw no number leave, has not told its outcome yet.
    case gone
  }
}

/// What is true of a piece: where it should go and what it measures.
struct PieceFacts: BitwiseCopyable {
  var destination = DestinationCode.none
  var arrivedAt = Instant.start
  var dimensions = Dimensions(length: .zero, width: .zero, height: .zero, weight: .zero)
}

/// The second piece of a double feed.
struct PlantRider: BitwiseCopyable {
  var piece = PieceID.none
  var mail = PieceFacts()
}

/// A bin as it really is.
struct PlantBin: BitwiseCopyable {
  /// From the induction eye to the decision point.
  var decision: Int64
  var isEnd: Bool
  var pieces: Int64 = 0
  var thickness: Int64 = 0
  var weight: Int64 = 0
  var capacityPieces: Int64
  var capacityThickness: Int64
  var capacityWeight: Int64
  /// What it holds when a sweep is asked for, by each of its limits.
  var callPieces: Int64
  var callThickness: Int64
  var callWeight: Int64
  /// The thickest and the heaviest piece in it, in tenths.
  var thickest: Int32 = 0
  var heaviest: Int32 = 0
  /// The position at which its diverter last let a piece in.
  var lastDivert: Int64 = .min / 2
  /// Where decisions are seen ahead: how many more pieces are certain to find room, and no sweep called.
  var sure: Int32 = 0
  /// How many pieces are on their way into it, where decisions are seen ahead.
  var underWay: Int32 = 0
  /// Where the belt will be when the last piece lies in it of whose divert nothing is known before.
  var undecidedUntil: Int64 = .min / 2
  /// Where the last piece that fell into it passed its decision point.
  var lastPassed: Int64 = .min / 2
  var isDisabled = false
  var isSignalledFull = false
  var sensor = Sensor.works
  /// It was emptied while its full signal was stuck on: the controller does not know yet.
  var wasEmptiedUnseen = false
  var missedDivertPPM: Int32 = 0
  var sweep = Sweep.none
  /// When the sweep was asked for.
  var sweepAskedAt = Instant.start

  /// How its full signal behaves.
  enum Sensor: UInt8, BitwiseCopyable {
    case works, stuckOn, stuckOff
  }

  /// How far its next sweep has come.
  enum Sweep: UInt8, BitwiseCopyable {
    case none, asked, underWay
  }
}
