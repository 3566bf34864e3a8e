import Quantities
import SorterModel

/// The key figures of a run, in a fixed order, each with its formula because makers disagree about them.
///
/// All are about pieces fed after the warm-up, and about machine time after it. A ratio with nothing to
/// divide by is 0. **Machine time** runs from the warm-up's end to the end of feeding: the time in which
/// the machine was meant to take mail. Emptying it afterwards is no machine time.
public struct Figures: Hashable, Sendable {
  /// The figures.
  public let all: [Figure]

  /// The figures of a run with these totals.
  public init(_ run: RunDescription, _ totals: Totals) {
    all =
      Self.counts(totals) + Self.rates(run, totals) + Self.effectiveness(run, totals) + Self.times(totals)
      + Self.costs(run, totals) + Self.machine(totals)
  }

  /// The figure with this name, if there is one.
  public subscript(name: String) -> Figure? { all.first { $0.name == name } }

  /// The names of all figures: what a threshold may be set on.
  public static var names: [String] {
    let run = SyntheticRun.description
    return Figures(run, Totals()).all.map(\.name)
  }

  private static func counts(_ totals: Totals) -> [Figure] {
    let pieces = totals.pieces
    var figures = [
      Figure("fed", count: pieces.fed, formula: "pieces that passed the induction eye"),
      Figure("sorted", count: pieces.sorted, formula: "pieces that ended in the bin they were assigned"),
      Figure("rejected", count: pieces.rejected, formula: "pieces that ended in a reject bin"),
    ]
    for reason in Reason.allCases where reason != .none {
      figures.append(
        Figure(
          "rejected.\(reason.name)", count: pieces.rejectedByReason[Int(reason.rawValue)],
          formula: "rejected pieces with the reason \(reason.name)"))
    }
    return figures + [
      Figure("removed", count: pieces.removed, formula: "pieces taken off by a person"),
      Figure("lost", count: pieces.lost, formula: "pieces that nobody can find"),
      Figure("on_machine", count: pieces.onMachine, formula: "fed - sorted - rejected - removed - lost"),
      Figure("recirculations", count: pieces.recirculations, unit: "laps", formula: "laps begun again"),
      Figure("missorted", count: pieces.missorted, formula: "pieces in a bin that their plan does not name"),
      Figure("double_feeds", count: pieces.doubleFeeds, unit: "feeds", formula: "feeds that took two pieces"),
      Figure(
        "diverts_missed", count: pieces.divertsMissed, unit: "diverts", formula: "diverts not confirmed"),
      Figure("diverts_refused", count: pieces.divertsRefused, unit: "diverts", formula: "diverts refused"),
    ]
  }

  private static func rates(_ run: RunDescription, _ totals: Totals) -> [Figure] {
    let pieces = totals.pieces
    let time = Int(totals.machineTime.rawValue)
    let people = run.profile.costs.operators + run.sweepers
    let good = pieces.reads[Int(ReadQuality.good.rawValue)]
    let workTime = Ratio.product(time, people)
    func percent(_ name: String, _ part: Int, over whole: Int, _ formula: String) -> Figure {
      Figure(name, micros: Ratio.micros(part, over: whole, times: 100), unit: "percent", formula: formula)
    }
    return [
      Figure(
        "throughput_per_hour", micros: Ratio.micros(pieces.fed, over: time, times: Ratio.nanosecondsPerHour),
        unit: "pieces/h", formula: "fed / machine time"),
      Figure(
        "productivity_per_hour",
        micros: Ratio.micros(pieces.fed, over: workTime, times: Ratio.nanosecondsPerHour),
        unit: "pieces/h", formula: "fed / work hours; work hours = machine time x (operators + sweepers)"),
      percent(
        "read_rate_percent", good, over: pieces.scannerPassages,
        "good readings / passages of the scanner; without any reading counts, and who goes round passes again"
      ),
      percent(
        "accept_rate_percent", pieces.sorted, over: pieces.sorted + pieces.rejected,
        "sorted / (sorted + rejected)"),
      percent(
        "sort_rate_percent", pieces.sorted - pieces.missorted, over: pieces.fed, "(sorted - missorted) / fed"),
      percent(
        "output_over_input_percent", pieces.sorted + pieces.rejected + pieces.removed, over: pieces.fed,
        "(sorted + rejected + removed) / fed"),
    ]
  }

  private static func machine(_ totals: Totals) -> [Figure] {
    var figures = [
      Figure("bins_full_peak", count: totals.binsFullPeak, unit: "bins", formula: "most bins full at once"),
      Figure("sweeps", count: totals.sweeps, unit: "sweeps", formula: "times a bin was emptied"),
      Figure(
        "mail_rows_refused", count: totals.mailRowsRefused, unit: "rows",
        formula: "rows of the mail file that could not be used"),
      Figure(
        "alarms_raised", count: totals.alarms, unit: "alarms", formula: "alarms raised, warm-up included"),
      Figure("inputs_ignored", count: totals.inputsIgnored, unit: "inputs", formula: "inputs without sense"),
      Figure(
        "ring_depth_max", count: totals.ringDepthMax, unit: "records",
        formula: "most records in any 1 ms control cycle"),
      Figure(
        "machine_time_s", micros: seconds(totals.machineTime), unit: "s",
        formula: "from the warm-up's end to the end of feeding"),
    ]
    let formulas = [
      "machine time that is in no other state", "machine time with a jam or a stopped belt",
      "machine time with an empty feeder, not held or blocked",
      "machine time with induction held, not held otherwise",
    ]
    for state in MachineState.allCases {
      figures.append(
        Figure(
          "\(state.name)_s", micros: seconds(totals.stateTimes[state.rawValue]), unit: "s",
          formula: formulas[state.rawValue]))
    }
    return figures
  }

  /// Nanoseconds as millionths of a second, rounded half up.
  static func seconds(_ time: Nanoseconds) -> Int { Ratio.rounded(Int128(time.rawValue), 1000) }
}
