import EventRecords
import Quantities
import SorterModel

/// The one door through which a shell records a run: every event goes to `emit`, the figures come from `finish`.
///
/// Without files, `emit` folds the record into the tally there and then. Belongs to one thread.
public final class Recorder {
  /// The run that is recorded.
  public let run: RunDescription
  @usableFromInline let tally: Tally

  /// A recorder that keeps figures and writes no logs.
  public init(_ run: RunDescription) {
    self.run = run
    tally = Tally(bins: run.profile.bins.count, warmUp: run.warmUp)
  }

  /// Records one event; events come in the order of their time.
  @inlinable @inline(__always)
  public func emit(_ record: EventRecord) {
    tally.apply(record)
  }

  /// Ends the recording and says what it amounts to.
  ///
  /// - Parameter onMachine: the pieces on the machine as the plant counts them; nil where nobody can.
  /// - Throws: `RecorderError.conservation` when pieces are not accounted for.
  public func finish(onMachine: Int? = nil) throws(RecorderError) -> Totals {
    let account = tally.conservation(onMachine: onMachine)
    if !account.holds { throw .conservation(account) }
    return tally.totals
  }
}
