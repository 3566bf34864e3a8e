import EventRecords
import Quantities
import SorterModel

extension Tally {
  /// What the tally amounts to so far; may be asked at any time by the thread that applies.
  ///
  /// Machine time ends where `runEnded` said that feeding ended, or at the last record while it has not come.
  public var totals: Totals {
    let state = unsafe state.pointee
    let now = state.lastElapsed
    let feedingEnd = state.machineTime >= 0 ? state.machineTime : now
    var totals = Totals()
    totals.pieces = unsafe Totals.Pieces(pieces[1])
    totals.warmUpPieces = unsafe Totals.Pieces(pieces[0])
    totals.bins = (0..<binCount).map { binTotals($0, until: now) }
    totals.binsFullNow = state.binsFull
    totals.binsFullPeak = now >= state.warmUp ? max(state.binsFullPeak, state.binsFull) : 0
    totals.sweeps = state.sweeps
    totals.jams = state.jams
    totals.jamTime = Nanoseconds(state.jammed.total(until: now, notBefore: state.warmUp))
    totals.beltStoppedTime = Nanoseconds(state.beltStopped.total(until: now, notBefore: state.warmUp))
    totals.inductionHeldTime = Nanoseconds(state.inductionHeld.total(until: now, notBefore: state.warmUp))
    totals.starvedTime = Nanoseconds(state.starved.total(until: now, notBefore: state.warmUp))
    totals.machineTime = Nanoseconds(max(0, feedingEnd - state.warmUp))
    totals.stateTimes = stateTimes(until: feedingEnd)
    totals.runTime = Nanoseconds(now)
    totals.timeInSystem = Totals.Quantiles(timeInSystem)
    totals.timeOnMachine = Totals.Quantiles(timeOnMachine)
    totals.ringDepthMax = max(state.depthMax, state.cycle.most)
    totals.mailRefused = MailFault.allCases.map { state.mailRefused[Int($0.rawValue)] }
    totals.inputsIgnored = state.inputsIgnored
    totals.alarms = state.alarms
    return totals
  }

  private func binTotals(_ index: Int, until now: Int64) -> Totals.Bin {
    let bin = unsafe bins[index]
    var totals = Totals.Bin()
    totals.pieces = bin.pieces
    totals.sweeps = bin.sweeps
    totals.swept = bin.swept
    let open = bin.fullSince < 0 ? 0 : unsafe max(0, now - max(bin.fullSince, state.pointee.warmUp))
    totals.full = Nanoseconds(bin.fullTime + open)
    return totals
  }

  /// Pieces fed and not ended, of the whole run.
  var onMachine: Int { unsafe pieces[0].fed + pieces[1].fed - pieces[0].ended - pieces[1].ended }
}

extension Totals.Pieces {
  init(_ counts: PieceCounts) {
    fed = counts.fed
    sorted = counts.sorted
    rejected = counts.rejected
    removed = counts.removed
    lost = counts.lost
    onMachine = counts.fed - counts.ended
    recirculations = counts.recirculations
    missorted = counts.missorted
    doubleFeeds = counts.doubleFeeds
    reassigned = counts.reassigned
    divertsMissed = counts.divertsMissed
    divertsRefused = counts.divertsRefused
    rejectedByReason = Reason.allCases.map { counts.rejectedBy[Int($0.rawValue)] }
    reads = ReadQuality.allCases.map { counts.reads(Int($0.rawValue)) }
    scannerPassages = counts.scannerPassages
  }
}

extension Tally {
  /// The piece counters of the whole run: warm-up and measured pieces together.
  var wholeRun: PieceCounts {
    var sum = unsafe pieces[0]
    let late = unsafe pieces[1]
    for index in 0..<256 { sum.byKind[index] += late.byKind[index] }
    for index in 0..<32 { sum.rejectedBy[index] += late.rejectedBy[index] }
    return sum
  }

  /// How many bins are full.
  var binsFull: Int { unsafe state.pointee.binsFull }

  /// When the last record happened.
  var lastElapsed: Int64 { unsafe state.pointee.lastElapsed }

  /// The most records of any 1 ms cycle since this was last asked.
  func takeIntervalDepth() -> Int {
    let depth = unsafe state.pointee.cycle.takeMost()
    unsafe state.pointee.depthMax = max(state.pointee.depthMax, depth)
    return depth
  }
}

/// A tally behind a reference: applied by one thread, read by another only after joining the first.
@usableFromInline
final class TallyBox: @unchecked Sendable {
  @usableFromInline let tally: Tally

  init(_ run: RunDescription) { tally = Tally(bins: run.profile.bins.count, warmUp: run.warmUp) }
}
