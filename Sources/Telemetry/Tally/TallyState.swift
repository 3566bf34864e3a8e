import EventRecords
import Quantities
import SorterModel

/// What is counted for each piece: once for pieces fed in the warm-up, once for those measured.
struct PieceCounts: BitwiseCopyable {
  // Records of each kind and reading quality, four to a kind: one counter to step whatever the kind, where a branch
  // for each would be mispredicted.
  var byKind = InlineArray<256, Int>(repeating: 0)
  // For each kind, the sum of its pieces' scrambled numbers.
  var marks = InlineArray<64, UInt64>(repeating: 0)
  var rejectedBy = InlineArray<32, Int>(repeating: 0)

  var ended: Int { sorted + rejected + removed + lost }
  var fed: Int { self[.pieceInducted] }
  var sorted: Int { self[.pieceSorted] }
  var rejected: Int { self[.pieceRejected] }
  var removed: Int { self[.pieceRemoved] }
  var lost: Int { self[.pieceLost] }
  var recirculations: Int { self[.pieceRecirculated] }
  var missorted: Int { self[.plantMissorted] }
  var doubleFeeds: Int { self[.plantDoubleFeed] }
  var reassigned: Int { self[.pieceReassigned] }
  var divertsMissed: Int { self[.divertMissed] }
  var divertsRefused: Int { self[.divertRefused] }

  subscript(kind: EventKind) -> Int {
    let first = Int(kind.rawValue) & 63 &* 4
    return byKind[first] + byKind[first + 1] + byKind[first + 2] + byKind[first + 3]
  }

  /// How many readings had a quality.
  func reads(_ quality: Int) -> Int { byKind[Int(EventKind.pieceAssigned.rawValue) * 4 + quality & 3] }

  /// How often a piece passed the scanner, as far as is known: each reading, and each piece that came to the end
  /// without one. The one place that says what a read rate is of.
  var scannerPassages: Int {
    let unread = Int(ReadQuality.noData.rawValue)
    return self[.pieceAssigned] + byKind[Int(EventKind.pieceRejected.rawValue) * 4 + unread]
      + byKind[Int(EventKind.pieceRecirculated.rawValue) * 4 + unread]
  }

  /// The marks of all pieces that were fed; those of all that ended are the same where each ended exactly once.
  var fedMark: UInt64 { mark(.pieceInducted) }
  var endedMark: UInt64 {
    mark(.pieceSorted) &+ mark(.pieceRejected) &+ mark(.pieceRemoved) &+ mark(.pieceLost)
  }

  private func mark(_ kind: EventKind) -> UInt64 { marks[Int(kind.rawValue) & 63] }
}

/// What is counted for each bin.
struct BinState: BitwiseCopyable {
  var pieces = 0
  var sweeps = 0
  var swept = 0
  var fullTime: Int64 = 0
  // When it became full, or -1 while it is not.
  var fullSince: Int64 = -1
}

/// A condition of the machine that lasts: for how long in all, and since when.
struct Spell: BitwiseCopyable {
  var total: Int64 = 0
  // When it began, or -1 while it does not hold.
  var since: Int64 = -1

  var holds: Bool { since >= 0 }

  mutating func begin(at now: Int64) {
    if since < 0 { since = max(0, now) }
  }

  mutating func end(at now: Int64, notBefore warmUp: Int64) {
    if since >= 0 { total += max(0, now - max(since, warmUp)) }
    since = -1
  }

  func total(until now: Int64, notBefore warmUp: Int64) -> Int64 {
    since < 0 ? total : total + max(0, now - max(since, warmUp))
  }
}

/// All of a tally that is neither per piece nor per bin.
struct TallyState: BitwiseCopyable {
  // The settings.
  var warmUp: Int64
  // The first piece that is measured; the largest number until the warm-up is over.
  var firstMeasured: UInt64

  // The 1 ms control cycle under way, and the most records of any before the present interval.
  var cycle = ControlCycle()
  var textsWaiting = 0
  var depthMax = 0

  var lastElapsed: Int64 = 0
  var machineTime: Int64 = -1

  var binsFull = 0
  var binsFullPeak = 0
  var sweeps = 0
  var jams = 0
  var jamsActive = 0
  var jammed = Spell()
  var beltStopped = Spell()
  var inductionHeld = Spell()
  var starved = Spell()

  // The state the machine is in, since when, and for how long it was in each.
  var machine = MachineState.execute
  var machineSince: Int64 = 0
  var stateTimes = InlineArray<4, Int64>(repeating: 0)
  // Changes of state since the last piece was fed: they count only once the feeding is known to go on.
  var changes = 0

  var mailRefused = InlineArray<16, Int>(repeating: 0)
  var inputsIgnored = 0
  var alarms = 0
}

/// What the machine is doing, in the words of ISA-TR88.00.02 (PackML) reduced to four.
@frozen
public enum MachineState: Int, CaseIterable, Sendable, BitwiseCopyable {
  /// It runs and feeds.
  case execute = 0
  /// A jam or an order has stopped the belt.
  case held
  /// It runs and there is nothing to feed.
  case starved
  /// It runs and induction is held, because what is downstream cannot take more.
  case blocked
}

extension MachineState {
  /// The state's name in files.
  public var name: String { String(describing: self) }
}
