import ControlRuntime
import Quantities
import Reporting
import SorterModel
import Supervision
import Synchronization

/// The metrics of a run in real time for Prometheus, from what its control thread and its port show.
struct LiveMetrics {
  let gauges: ControlGauges
  let signals: PortSignals
  let profile: HardwareProfile
  let scenario: String
  let plan: String
  let runID: String
  let isVirtual: Bool

  /// The metrics in text exposition format; `isUp` while the run lasts.
  func text(isUp: Bool) -> String {
    var out = PrometheusText(common: [.init("scenario", scenario), .init("profile", profile.name)])
    out.add("sortline_up", .gauge, "Whether the run lasts: 0 when it has ended.", isUp ? "1" : "0")
    out.add(
      "sortline_run_info", .gauge,
      "What runs: always 1, with the run's id, its plan and the program's version.",
      [
        (
          [.init("run_id", runID), .init("plan", plan), .init("version", SortlineProgram.version)], "1"
        )
      ])
    addPieces(&out)
    addMachine(&out)
    addControl(&out)
    if !isVirtual { addLink(&out) }
    return out.text
  }

  private func addPieces(_ out: inout PrometheusText) {
    var counters: [(ControlCount, String, String)] = [
      (.fed, "pieces_fed", "Pieces that passed the induction eye."),
      (.sorted, "pieces_sorted", "Pieces that ended in the bin they were assigned."),
      (.rejected, "pieces_rejected", "Pieces that ended in a reject bin."),
      (.removed, "pieces_removed", "Pieces taken off by a person."),
      (.lost, "pieces_lost", "Pieces that nobody can find."),
      (.recirculated, "recirculations", "Laps begun again."),
    ]
    // Only the virtual plant knows where a piece should have gone.
    if isVirtual {
      counters.append((.missorted, "pieces_missorted", "Pieces in a bin that their plan does not name."))
    }
    for (count, name, help) in counters {
      out.add("sortline_\(name)_total", .counter, help, "\(gauges[count])")
    }
    out.add(
      "sortline_pieces_on_machine", .gauge, "Pieces fed that have not ended.", "\(max(0, gauges.onMachine))")
  }

  private func addMachine(_ out: inout PrometheusText) {
    out.add(
      "sortline_run_seconds_total", .counter, "The plant's time since the run began.",
      Self.seconds(Nanoseconds(Int64(gauges[.now]))))
    let state = gauges[.machineState]
    out.add(
      "sortline_machine_state", .gauge,
      "The PackML state of the machine: 1 for the present one, 0 for others.",
      PackMLState.allCases.filter { $0 != .undefined }.map {
        ([.init("state", $0.name)], Int($0.rawValue) == state ? "1" : "0")
      })
    out.add(
      "sortline_induction_held", .gauge, "Whether induction is held: 1 or 0.", "\(gauges[.inductionHeld])")
    let bins = zip(profile.bins, profile.bins.indices.map { gauges.bin($0) })
    out.add(
      "sortline_bin_pieces", .gauge, "Pieces in the bin since it was last emptied.",
      bins.map { ([.init("bin", $0.name)], "\($1.pieces)") })
    out.add(
      "sortline_bin_full", .gauge, "Whether the bin is full: 1 or 0.",
      bins.map { ([.init("bin", $0.name)], $1.isFull ? "1" : "0") })
    out.add(
      "sortline_bin_disabled", .gauge, "Whether the bin is out of service: 1 or 0.",
      bins.map { ([.init("bin", $0.name)], $1.isDisabled ? "1" : "0") })
    let standing = gauges.alarms
    out.add(
      "sortline_alarms_standing", .gauge, "Alarms that stand, by their kind.",
      AlarmKind.allCases.map { kind in
        (
          [.init("alarm", kind.name), .init("priority", kind.priority.name)],
          "\(standing.count { $0.kind == kind })"
        )
      })
    out.add(
      "sortline_alarms_unacknowledged", .gauge, "Alarms that stand and that nobody has acknowledged.",
      "\(gauges[.alarmsUnacknowledged])")
  }

  private func addControl(_ out: inout PrometheusText) {
    for (count, name, help) in [
      (ControlCount.cycles, "control_cycles", "Control cycles."),
      (.overruns, "control_overruns", "Control cycles that took longer than their period."),
      (.skippedPeriods, "control_skipped_periods", "Periods that had no control cycle of their own."),
      (.inputs, "inputs", "Inputs of the machine that were handled."),
      (.commands, "commands", "Commands given to the machine."),
      (.commandsDropped, "commands_dropped", "Commands that found the port's ring full."),
      (.answersLate, "answers_late", "Answers that came after the decision point."),
      (.answersRefused, "answers_refused", "Commands that the machine refused."),
      (.marginsBelowLimit, "margins_below_limit", "Commands with less time left than the profile wants."),
      (.journalWaits, "journal_waits", "Inputs that waited for the journal."),
    ] {
      out.add("sortline_\(name)_total", .counter, help, "\(gauges[count])")
    }
    out.add(
      "sortline_input_ring_records", .gauge, "Inputs that wait for the control thread.",
      "\(gauges[.inputDepth])")
    out.add(
      "sortline_journal_ring_records", .gauge, "Records that wait for the journal.",
      "\(gauges[.journalDepth])")
    addQuantiles(gauges.cycleTimes, "control_cycle", "From waking to the end of a cycle's work.", to: &out)
    addQuantiles(
      gauges.margins, "command_margin",
      "Time left before the decision point when a command was acknowledged.",
      to: &out)
  }

  private func addQuantiles(
    _ histogram: LiveHistogram, _ name: String, _ help: String, to out: inout PrometheusText
  ) {
    guard histogram.count > 0 else { return }
    // Of margins the short ones matter, of cycles the long ones.
    let ranks = [(10, "0.01"), (500, "0.5"), (990, "0.99")]
    out.add(
      "sortline_\(name)_seconds", .summary, help,
      ranks.map { ([.init("quantile", $1)], Self.seconds(histogram.quantile(perMille: $0))) },
      count: histogram.count)
  }

  private func addLink(_ out: inout PrometheusText) {
    let state = LinkState(rawValue: signals.link.load(ordering: .relaxed)) ?? .down
    out.add(
      "sortline_link_armed", .gauge, "Whether the machine is driven over its link: 1 or 0.",
      state == .armed ? "1" : "0")
    out.add(
      "sortline_link_up", .gauge, "Whether the link to the machine is up: 1 or 0.", state == .down ? "0" : "1"
    )
    out.add(
      "sortline_link_round_trip_seconds", .gauge, "The last request's round trip.",
      Self.seconds(Nanoseconds(signals.lastRoundTrip.load(ordering: .relaxed))))
    out.add(
      "sortline_link_requests_total", .counter, "Requests to the machine.",
      "\(signals.requests.load(ordering: .relaxed))")
    out.add(
      "sortline_link_request_failures_total", .counter, "Requests that failed.",
      "\(signals.failures.load(ordering: .relaxed))")
    out.add(
      "sortline_link_reconnects_total", .counter, "Times the link was made anew.",
      "\(signals.reconnects.load(ordering: .relaxed))")
  }

  private static func seconds(_ time: Nanoseconds) -> String {
    PrometheusText.decimal(micros: Int(time.rawValue), downBy: 3)
  }
}
