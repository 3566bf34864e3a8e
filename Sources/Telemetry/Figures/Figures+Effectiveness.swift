import Quantities
import SorterModel

extension Figures {
  /// Jams and overall equipment effectiveness: availability x performance x quality.
  ///
  /// Only a held machine (jam, stopped belt) costs availability; an empty feeder and held induction cost
  /// performance, because the machine could have run. Performance can exceed 100 percent where a machine
  /// is fed faster than its rating.
  static func effectiveness(_ run: RunDescription, _ totals: Totals) -> [Figure] {
    let pieces = totals.pieces
    let time = Int(totals.machineTime.rawValue)
    let running = time - Int(totals.stateTimes[MachineState.held.rawValue].rawValue)
    let availability = Ratio.micros(running, over: time, times: 100)
    let performance = performance(fed: pieces.fed, running: running, rated: run.profile.ratedPiecesPerHour)
    let ended = pieces.sorted + pieces.rejected + pieces.removed + pieces.lost
    let quality = Ratio.micros(pieces.sorted - pieces.missorted, over: ended, times: 100)
    // Each factor is in millionths of a percent: 10^8 is the whole.
    let effectiveness = Ratio.rounded(
      Int128(availability) * Int128(performance) * Int128(quality), 10_000_000_000_000_000)
    return [
      Figure("jam_count", count: totals.jams, unit: "jams", formula: "times the belt jammed"),
      Figure(
        "pieces_per_jam", micros: Ratio.micros(pieces.fed, over: max(1, totals.jams)), unit: "pieces",
        formula: "fed / jams; fed where there was no jam"),
      Figure(
        "availability_percent", micros: availability, unit: "percent",
        formula: "(machine time - held time) / machine time"),
      Figure(
        "performance_percent", micros: performance, unit: "percent",
        formula: "fed / (rated pieces an hour x (machine time - held time))"),
      Figure(
        "quality_percent", micros: quality, unit: "percent",
        formula: "(sorted - missorted) / (sorted + rejected + removed + lost)"),
      Figure(
        "oee_percent", micros: effectiveness, unit: "percent", formula: "availability x performance x quality"
      ),
    ]
  }

  /// Fed over what the rating allows in the running time, in millionths of a percent.
  private static func performance(fed: Int, running: Int, rated: Int) -> Int {
    let possible = Int128(rated) * Int128(running)
    if possible <= 0 { return 0 }
    // Below 2^127 for up to 4 x 10^17 pieces.
    return Ratio.rounded(Int128(fed) * Int128(Ratio.nanosecondsPerHour) * 100_000_000, possible)
  }

  /// Quantiles of the two durations, in milliseconds.
  static func times(_ totals: Totals) -> [Figure] {
    let kinds = [
      ("time_in_system", totals.timeInSystem, "from arrival at the feeder to the piece's end"),
      ("time_on_machine", totals.timeOnMachine, "from induction to the piece's end"),
    ]
    return kinds.flatMap { name, quantiles, words in
      [("p50", quantiles.p50, 50), ("p95", quantiles.p95, 95), ("p99", quantiles.p99, 99)].map {
        suffix, value, rank in
        // A nanosecond is a millionth of a millisecond.
        Figure(
          "\(name)_\(suffix)_ms", micros: Int(value.rawValue), unit: "ms",
          formula: "\(words): \(rank) percent took no longer (at most 1/256 too high)")
      }
    }
  }

  /// What the run cost.
  static func costs(_ run: RunDescription, _ totals: Totals) -> [Figure] {
    let costs = run.profile.costs
    let machine = Ratio.perHour(costs.machineMicrosPerHour, for: totals.machineTime)
    let people = costs.operators + run.sweepers
    let staff = Ratio.perHour(Ratio.product(costs.staffMicrosPerHour, people), for: totals.machineTime)
    let rejects = Ratio.product(costs.rejectMicrosPerPiece, totals.pieces.rejected)
    let total = Int(clamping: Int128(machine) + Int128(staff) + Int128(rejects))
    return [
      Figure(
        "cost_machine", micros: machine, unit: costs.currency, formula: "machine time x machine an hour"),
      Figure(
        "cost_staff", micros: staff, unit: costs.currency,
        formula: "machine time x (operators + sweepers) x staff an hour"),
      Figure(
        "cost_rejects", micros: rejects, unit: costs.currency, formula: "rejected x handling of a reject"),
      Figure(
        "cost_total", micros: total, unit: costs.currency,
        formula: "cost_machine + cost_staff + cost_rejects"),
      Figure(
        "cost_per_piece",
        micros: totals.pieces.fed > 0 ? Ratio.rounded(Int128(total), Int128(totals.pieces.fed)) : 0,
        unit: costs.currency, formula: "cost_total / fed"),
    ]
  }
}
