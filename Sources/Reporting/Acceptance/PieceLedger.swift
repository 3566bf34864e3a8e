import EventRecords
import Quantities
import SorterModel

/// Follows every piece to its end: no measured piece has two causes and none has none.
///
/// A piece is measured if it was fed when the warm-up was over, as in the figures.
struct PieceLedger {
  /// How pieces ended and why.
  struct Key: Hashable, Sendable {
    var outcome: Outcome
    var reason: Reason
    /// Whether it lies in a bin that its plan does not name, which the machine does not know.
    var isMissorted = false
  }

  private(set) var fed = Evidence(keepsAll: false)
  private(set) var warmUpFed = 0
  private(set) var ends: [Key: Evidence] = [:]
  /// Pieces under way, by their number, with the event that fed them.
  private(set) var underWay: [UInt64: Int] = [:]
  /// Pieces that ended without having been fed, or twice: the account does not close.
  private(set) var unaccounted = Evidence()
  private(set) var perMinute: [Int] = []
  private let warmUp: Int64
  private var firstMeasured = UInt64.max
  private var missorted: [UInt64: Int] = [:]
  private var lastSorted: (piece: UInt64, number: Int)?

  init(warmUp: Nanoseconds) { self.warmUp = max(0, warmUp.rawValue) }

  mutating func take(_ record: EventRecord, _ number: Int) {
    let piece = record.piece.rawValue
    switch record.kind {
    case .pieceInducted:
      if firstMeasured == .max, record.elapsed.rawValue >= warmUp { firstMeasured = piece }
      guard piece >= firstMeasured else {
        warmUpFed += 1
        return
      }
      fed.add(number)
      underWay[piece] = number
      count(at: record.elapsed.rawValue)
    case .pieceSorted, .pieceRejected, .pieceRemoved, .pieceLost:
      guard piece >= firstMeasured else { return }
      end(record, number)
    case .plantMissorted:
      guard piece >= firstMeasured else { return }
      // The plant says so right behind the end that it is about.
      if let last = lastSorted, last.piece == piece {
        move(last.number)
      } else {
        missorted[piece] = number
      }
    default: break
    }
  }

  private mutating func end(_ record: EventRecord, _ number: Int) {
    let piece = record.piece.rawValue
    guard underWay.removeValue(forKey: piece) != nil else { return unaccounted.add(number) }
    var key = Key(outcome: record.outcome, reason: record.reason)
    if record.kind == .pieceSorted {
      lastSorted = (piece, number)
      key.isMissorted = missorted.removeValue(forKey: piece) != nil
    }
    add(number, to: key)
  }

  private mutating func add(_ number: Int, to key: Key) {
    // Nearly every piece is sorted: of those the range is enough.
    let isPlain = key.outcome == .sorted && !key.isMissorted
    ends[key, default: Evidence(keepsAll: !isPlain)].add(number)
    if isPlain { sortedCount += 1 }
  }

  /// The piece that was sorted last lies where it should not.
  private mutating func move(_ number: Int) {
    sortedCount -= 1
    ends[Key(outcome: .sorted, reason: .none, isMissorted: true), default: Evidence()].add(number)
    lastSorted = nil
  }

  /// Pieces sorted right: those of the range less those that the plant called missorted.
  private(set) var sortedCount = 0

  /// Nearly twenty years: minutes beyond are not counted one by one.
  private static let minuteLimit = 10_000_000

  private mutating func count(at now: Int64) {
    let minute = Int((now - warmUp) / 60_000_000_000)
    // A clock that jumps must not ask for a table of its length.
    guard minute >= 0, minute < Self.minuteLimit else { return }
    while perMinute.count <= minute { perMinute.append(0) }
    perMinute[minute] += 1
  }

  /// The most pieces fed in so many whole minutes on end of the machine time; nil where it was shorter.
  func most(inMinutes minutes: Int, of machineTime: Int64) -> (pieces: Int, firstMinute: Int)? {
    let whole = Int(machineTime / 60_000_000_000)
    guard whole >= minutes, whole < Self.minuteLimit else { return nil }
    let counts = perMinute + Array(repeating: 0, count: max(0, whole - perMinute.count))
    var sum = counts[..<minutes].reduce(0, +)
    var best = (pieces: sum, firstMinute: 0)
    for last in minutes..<max(minutes, whole) {
      sum += counts[last] - counts[last - minutes]
      if sum > best.pieces { best = (sum, last - minutes + 1) }
    }
    return best
  }
}
