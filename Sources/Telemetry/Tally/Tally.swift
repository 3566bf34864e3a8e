import EventRecords
import Quantities
import SorterModel

/// Folds event records into every counter and figure of a run, without allocating a record.
///
/// Flat memory: two blocks of piece counters (pieces fed in the warm-up, pieces measured), one entry a
/// bin, two histograms. A record costs a few nanoseconds.
///
/// **Warm-up.** A piece is measured if it was fed when the warm-up had ended, and everything that happens
/// to it then counts; what happens to a piece fed before counts apart and appears in no figure. Because
/// piece numbers rise in the order of feeding, one comparison with the first measured number decides.
/// Events without a piece (jams, sweeps, bins full) count from the warm-up's end on; times are cut there.
///
/// Belongs to one thread at a time. Records must come in the order of their time.
@safe
public struct Tally: ~Copyable {
  // [0] pieces fed in the warm-up, [1] pieces measured.
  let pieces: UnsafeMutablePointer<PieceCounts>
  let state: UnsafeMutablePointer<TallyState>
  let bins: UnsafeMutablePointer<BinState>
  let binCount: Int
  let changes: UnsafeMutablePointer<StateChange>
  let timeInSystem = DurationHistogram()
  let timeOnMachine = DurationHistogram()

  /// A change of the machine's state, kept until the next piece is fed.
  struct StateChange: BitwiseCopyable {
    var at: Int64
    var state: MachineState
  }

  /// The most changes of state that are kept between two pieces; beyond, the oldest count at once.
  static let changeLimit = 4096

  /// An empty tally for a machine with so many bins.
  public init(bins binCount: Int, warmUp: Nanoseconds = .zero) {
    precondition(binCount >= 0, "a machine has no negative count of bins")
    self.binCount = binCount
    unsafe pieces = .allocate(capacity: 2)
    unsafe pieces.initialize(repeating: PieceCounts(), count: 2)
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(
      to: TallyState(warmUp: max(0, warmUp.rawValue), firstMeasured: warmUp > .zero ? .max : 0))
    unsafe bins = .allocate(capacity: max(1, binCount))
    unsafe bins.initialize(repeating: BinState(), count: max(1, binCount))
    unsafe changes = .allocate(capacity: Self.changeLimit)
    unsafe changes.initialize(
      repeating: StateChange(at: 0, state: .execute), count: Self.changeLimit)
  }

  deinit {
    unsafe pieces.deallocate()
    unsafe state.deallocate()
    unsafe bins.deallocate()
    unsafe changes.deallocate()
  }
}
