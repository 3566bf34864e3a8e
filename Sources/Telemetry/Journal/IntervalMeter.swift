import EventRecords
import Quantities
import SorterModel

/// Writes the rows of metrics.csv: one an interval, empty intervals too, closed by the time of records.
///
/// Counts are differences of the tally's whole-run counters, warm-up included: a row says what happened
/// in its interval. The last row is as long as what is left of the run.
@safe
struct IntervalMeter: ~Copyable {
  /// The first line of the file.
  static let header: String = {
    let reasons = Reason.allCases.filter { $0 != .none }.map { "rejected_\($0.name)," }.joined()
    return "run_id,scenario,replication,seed,interval_start_s,interval_s,fed,sorted,rejected,\(reasons)"
      + "removed,lost,recirculating,on_machine,throughput_per_hour,read_rate_percent,bins_full,ring_depth_max,"
      + "time_in_system_p50_ms,time_in_system_p95_ms,time_in_system_p99_ms\n"
  }()

  private let prefix: [UInt8]
  private let interval: Int64
  private var start: Int64 = 0
  // The counters when the interval began.
  private var before = PieceCounts()
  /// Pieces under way that have gone round at least once.
  var recirculating = 0
  /// The time in system of the pieces that ended in this interval.
  let timeInSystem = DurationHistogram()
  /// The longest row in bytes.
  let longestLine: Int

  /// A meter for this run.
  init(_ run: RunDescription) {
    prefix =
      Array("\(run.runIDText),".utf8) + Escaping.csv(run.scenario.utf8)
      + Array(",\(run.replication),\(run.seed),".utf8)
    interval = max(1, run.metricsInterval.rawValue)
    longestLine = 2048 + prefix.count
  }

  /// Whether the interval under way is over at this time.
  @inline(__always)
  func isOver(at now: Int64) -> Bool { now &- start >= interval }

  /// Writes the row of the interval under way and begins the next.
  mutating func close(_ tally: borrowing Tally, to line: inout LineCursor) {
    writeRow(tally, length: interval, to: &line)
    start &+= interval
  }

  /// Goes to the interval of a time without writing rows.
  mutating func skip(to now: Int64) { start = now / interval * interval }

  /// Whether something is left to say when the run ends at this time.
  func hasRest(_ tally: borrowing Tally, at now: Int64) -> Bool {
    let counts = tally.wholeRun
    return now > start || counts.fed != before.fed || counts.ended != before.ended
  }

  /// Writes the row of the last, shorter interval.
  mutating func finish(_ tally: borrowing Tally, at now: Int64, to line: inout LineCursor) {
    writeRow(tally, length: max(0, now - start), to: &line)
  }

  private mutating func writeRow(_ tally: borrowing Tally, length: Int64, to line: inout LineCursor) {
    let counts = tally.wholeRun
    line.bytes(prefix)
    line.decimal(start, places: 9)
    line.byte(0x2C)
    line.decimal(length, places: 9)
    writeCount(counts.fed - before.fed, to: &line)
    writeCount(counts.sorted - before.sorted, to: &line)
    writeCount(counts.rejected - before.rejected, to: &line)
    for reason in Reason.allCases where reason != .none {
      let index = Int(reason.rawValue)
      writeCount(counts.rejectedBy[index] - before.rejectedBy[index], to: &line)
    }
    writeCount(counts.removed - before.removed, to: &line)
    writeCount(counts.lost - before.lost, to: &line)
    writeCount(recirculating, to: &line)
    writeCount(counts.fed - counts.ended, to: &line)
    line.byte(0x2C)
    line.decimal(
      Ratio.micros(counts.fed - before.fed, over: Int(length), times: Ratio.nanosecondsPerHour), places: 6)
    writeReadRate(counts, to: &line)
    writeCount(tally.binsFull, to: &line)
    writeCount(tally.takeIntervalDepth(), to: &line)
    for perMille in [500, 950, 990] {
      line.byte(0x2C)
      if timeInSystem.count > 0 {
        line.decimal(timeInSystem.quantile(perMille: perMille).rawValue, places: 6)
      }
    }
    line.byte(0x0A)
    before = counts
    timeInSystem.reset()
  }

  private func writeCount(_ count: Int, to line: inout LineCursor) {
    line.byte(0x2C)
    line.signed(Int64(count))
  }

  /// The share of good readings among the passages of the scanner that became known; empty where none did.
  private func writeReadRate(_ counts: PieceCounts, to line: inout LineCursor) {
    line.byte(0x2C)
    let passages = counts.scannerPassages - before.scannerPassages
    let good = Int(ReadQuality.good.rawValue)
    if passages > 0 {
      let readings = counts.reads(good) - before.reads(good)
      line.decimal(Ratio.micros(readings, over: passages, times: 100), places: 6)
    }
  }
}
