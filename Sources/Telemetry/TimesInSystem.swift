import EventRecords
import Quantities

/// The time in system of each piece that ended, for those who look for the end of a run's warm-up.
///
/// Belongs to the thread that emits; grows by 24 bytes a piece.
public final class TimesInSystem {
  /// A piece that ended.
  struct Piece {
    var number: UInt64
    var inductedAt: Int64
    var time: Int64
  }

  private var pieces: [Piece] = []

  /// No pieces yet.
  public init() {}

  /// Takes a record that may be a piece's end.
  func take(_ record: EventRecord) {
    if record.outcome == .onMachine { return }
    pieces.append(
      Piece(
        number: record.piece.rawValue, inductedAt: record.inductedAt.rawValue,
        time: (record.elapsed - record.arrivedAt).rawValue))
  }

  /// The times in the order in which the pieces were fed, and when each was fed.
  public var inOrder: [(inducted: Instant, time: Nanoseconds)] {
    pieces.sorted { $0.number < $1.number }.map { (Instant($0.inductedAt), Nanoseconds($0.time)) }
  }
}
