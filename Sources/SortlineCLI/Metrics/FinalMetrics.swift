import FileFormats
import Reporting
import Telemetry

/// The final metrics of a run for Prometheus, from its summary.
///
/// Every value is one of summary.json in base units: milliseconds become seconds, per cents ratios, pieces an hour
/// pieces a second.
struct FinalMetrics {
  let run: RunSummary
  private let values: [String: Int]

  init(_ run: RunSummary) {
    self.run = run
    values = Dictionary(run.figures.map { ($0.name, $0.micros) }, uniquingKeysWith: { first, _ in first })
  }

  /// The metrics in text exposition format.
  var text: String {
    var out = PrometheusText(common: [
      .init("scenario", run.text("scenario")), .init("profile", run.text("profile")),
      .init("plan", run.text("plan")), .init("seed", run.facts["seed"]?.numberText ?? "0"),
      .init("replication", run.facts["replication"]?.numberText ?? "0"),
    ])
    out.add(
      "sortline_run_info", .gauge, "What ran: always 1, with the run's id and how it ended.",
      [
        (
          [.init("run_id", run.text("run_id")), .init("ended", run.isRecounted ? "cut" : run.text("ended"))],
          "1"
        )
      ])
    addPieces(&out)
    addRates(&out)
    addTimes(&out)
    addMachine(&out)
    addBins(&out)
    addAlarms(&out)
    addThresholds(&out)
    return out.text
  }

  private func addPieces(_ out: inout PrometheusText) {
    for (figure, name, help) in Self.counters {
      guard let micros = values[figure] else { continue }
      out.add("sortline_\(name)_total", .counter, help, PrometheusText.decimal(micros: micros))
    }
    out.add(
      "sortline_rejects_by_reason_total", .counter, "Pieces that ended in a reject bin, by their reason.",
      (run.facts["rejected_by_reason"]?.members ?? []).map {
        ([.init("reason", $0.key)], $0.value.numberText ?? "0")
      })
    for (figure, name, help) in Self.gauges {
      guard let micros = values[figure] else { continue }
      out.add("sortline_\(name)", .gauge, help, PrometheusText.decimal(micros: micros))
    }
  }

  private static let counters = [
    ("fed", "pieces_fed", "Pieces that passed the induction eye."),
    ("sorted", "pieces_sorted", "Pieces that ended in the bin they were assigned."),
    ("rejected", "pieces_rejected", "Pieces that ended in a reject bin."),
    ("removed", "pieces_removed", "Pieces taken off by a person."),
    ("lost", "pieces_lost", "Pieces that nobody can find."),
    ("missorted", "pieces_missorted", "Pieces in a bin that their plan does not name."),
    ("recirculations", "recirculations", "Laps begun again."),
    ("double_feeds", "double_feeds", "Feeds that took two pieces."),
    ("diverts_missed", "diverts_missed", "Diverts not confirmed."),
    ("diverts_refused", "diverts_refused", "Diverts refused by the machine."),
    ("jam_count", "jams", "Times the belt jammed."),
    ("sweeps", "sweeps", "Times a bin was emptied."),
    ("mail_rows_refused", "mail_rows_refused", "Rows of the mail file that could not be used."),
    ("inputs_ignored", "inputs_ignored", "Inputs of the machine without sense."),
  ]

  private static let gauges = [
    ("on_machine", "pieces_on_machine", "Pieces that had not ended when the run did."),
    ("bins_full_peak", "bins_full_peak", "Most bins full at once."),
    ("ring_depth_max", "ring_depth_peak_records", "Most records in any control cycle of a millisecond."),
  ]

  private func addRates(_ out: inout PrometheusText) {
    for (figure, name, help) in [
      ("throughput_per_hour", "throughput", "Pieces fed in a second of machine time."),
      ("productivity_per_hour", "productivity", "Pieces fed in a second of one person's work."),
    ] {
      guard let micros = values[figure] else { continue }
      // Nearest millionth of a piece a second; one an hour is 277.8 of those.
      let perSecond = Int((Int128(micros) + (micros < 0 ? -1800 : 1800)) / 3600)
      out.add(
        "sortline_\(name)_pieces_per_second", .gauge, help, PrometheusText.decimal(micros: perSecond))
    }
    for (figure, help) in [
      ("read_rate", "Good readings over passages of the scanner."),
      ("accept_rate", "Sorted over sorted and rejected."),
      ("sort_rate", "Sorted right over fed."),
      ("output_over_input", "Sorted, rejected and removed over fed."),
      ("availability", "Machine time without jams and stops over machine time."),
      ("performance", "Fed over what the rating allows in the available time."),
      ("quality", "Sorted right over ended."), ("oee", "Availability times performance times quality."),
    ] {
      guard let micros = values["\(figure)_percent"] else { continue }
      let name = figure.hasSuffix("_rate") ? String(figure.dropLast("_rate".count)) : figure
      out.add(
        "sortline_\(name)_ratio", .gauge, help, PrometheusText.decimal(micros: micros, downBy: 2))
    }
  }

  private func addTimes(_ out: inout PrometheusText) {
    // A file may say anything: no sum of it may overflow.
    let ended = ["sorted", "rejected", "removed", "lost"].reduce(Int128(0)) {
      $0 + Int128(run.facts[$1]?.integer ?? 0)
    }
    for (name, help) in [
      ("time_in_system", "From arrival at the feeder to the piece's end."),
      ("time_on_machine", "From induction to the piece's end."),
    ] {
      let quantiles = [("p50", "0.5"), ("p95", "0.95"), ("p99", "0.99")].compactMap { suffix, quantile in
        values["\(name)_\(suffix)_ms"].map {
          ([PrometheusText.Label("quantile", quantile)], PrometheusText.decimal(micros: $0, downBy: 3))
        }
      }
      out.add("sortline_\(name)_seconds", .summary, help, quantiles, count: Int(clamping: ended))
    }
  }

  private func addMachine(_ out: inout PrometheusText) {
    let times = run.facts["state_times_s"]
    out.add(
      "sortline_machine_time_seconds_total", .counter,
      "Machine time by what the machine did: sorted, was held, blocked or starved.",
      ["execute", "held", "blocked", "starved"].compactMap { state in
        times?[state]?.numberText.map { ([.init("state", state)], $0) }
      })
    if let whole = times?["run"]?.numberText {
      out.add(
        "sortline_run_seconds_total", .counter, "From the run's start to its last event, drain included.",
        whole
      )
    }
    out.add(
      "sortline_packml_state_seconds_total", .counter, "Time in each PackML state.",
      (run.facts["packml"]?["state_times_s"]?.members ?? []).map {
        ([.init("state", $0.key)], $0.value.numberText ?? "0")
      })
    let currency = run.figures.first { $0.name == "cost_total" }?.unit ?? ""
    out.add(
      "sortline_cost_total", .counter, "What the run cost, in the currency that its label names.",
      ["machine", "staff", "rejects"].compactMap { kind in
        values["cost_\(kind)"].map {
          ([.init("currency", currency), .init("kind", kind)], PrometheusText.decimal(micros: $0))
        }
      })
  }

  private func addBins(_ out: inout PrometheusText) {
    let bins = run.facts["bins"]?.items ?? []
    for (key, name, help) in [
      ("pieces", "pieces", "Pieces that ended in the bin."),
      ("sweeps", "sweeps", "Times the bin was emptied."),
      ("full_s", "full_seconds", "Time for which the bin was full."),
    ] {
      out.add(
        "sortline_bin_\(name)_total", .counter, help,
        bins.map { ([.init("bin", $0["name"]?.text ?? "")], $0[key]?.numberText ?? "0") })
    }
  }

  private func addAlarms(_ out: inout PrometheusText) {
    let kinds = run.facts["alarms"]?["by_kind"]?.items ?? []
    func labels(_ kind: JSONValue) -> [PrometheusText.Label] {
      [.init("alarm", kind["alarm"]?.text ?? ""), .init("priority", kind["priority"]?.text ?? "")]
    }
    out.add(
      "sortline_alarms_raised_total", .counter, "Alarms raised, warm-up included.",
      kinds.map { (labels($0), $0["raised"]?.numberText ?? "0") })
    out.add(
      "sortline_alarms_standing", .gauge, "Alarms that stood when the run ended.",
      kinds.map { (labels($0), $0["standing"]?.numberText ?? "0") })
  }

  private func addThresholds(_ out: inout PrometheusText) {
    let judged = (run.facts["expectations"]?.items ?? []).filter { $0["judged"] == .bool(true) }
    out.add(
      "sortline_threshold_met", .gauge, "Whether a threshold of the scenario was met: 1 or 0.",
      judged.map { ([.init("figure", $0["figure"]?.text ?? "")], $0["met"] == .bool(true) ? "1" : "0") })
  }
}
