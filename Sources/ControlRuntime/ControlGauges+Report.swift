import Quantities
import SorterModel
import Telemetry

extension ControlGauges {
  /// What the gauges amount to, for the summary; `settings` and `signals` are those of the run.
  public func report(
    _ settings: ControlSettings, _ permission: RealTimePermission, _ signals: PortSignals,
    profile: HardwareProfile
  ) -> TimingReport {
    var report = TimingReport()
    report.granted = permission.granted
    report.refused = permission.refused
    report.period = settings.isEager ? nil : settings.period
    report.spans = [
      lateness.span("lateness"), cycleTimes.span("cycle"), handling.span("ring_to_directive"),
      responses.span("input_to_directive"), roundTrips.span("command_round_trip"),
    ].filter { $0.count > 0 }
    report.counts = [
      .init("cycles", self[.cycles]), .init("overruns", self[.overruns]),
      .init("periods_skipped", self[.skippedPeriods]), .init("inputs", self[.inputs]),
      .init("commands", self[.commands]), .init("commands_dropped", self[.commandsDropped]),
      .init("answers_late", self[.answersLate]), .init("answers_refused", self[.answersRefused]),
      .init("input_ring_most", self[.inputDepthMost]), .init("journal_ring_most", self[.journalDepthMost]),
      .init("journal_waits", self[.journalWaits]), .init("journal_holds", self[.journalHolds]),
    ]
    let requests = Int(clamping: signals.requests.load(ordering: .relaxed))
    if requests > 0 {
      report.counts += [
        .init("requests", requests),
        .init("requests_failed", Int(clamping: signals.failures.load(ordering: .relaxed))),
        .init("reconnects", Int(clamping: signals.reconnects.load(ordering: .relaxed))),
        .init("unknown_outcomes", Int(clamping: signals.unknownOutcomes.load(ordering: .relaxed))),
      ]
    }
    report.margin.count = margins.count
    report.margin.limit = settings.leastMargin
    report.margin.belowLimit = self[.marginsBelowLimit]
    report.margin.least = margins.shortest
    report.margin.p1 = margins.quantile(perMille: 10)
    report.margin.p5 = margins.quantile(perMille: 50)
    report.margin.median = margins.quantile(perMille: 500)
    report.margin.millimetresPerSecond = profile.belt.speedMillimetresPerSecond
    report.margin.steps = margins.steps(upTo: TimingReport.Margin.stepEnds)
    return report
  }
}

extension LiveHistogram {
  /// The span that was measured, under its name in the summary.
  func span(_ name: String) -> TimingReport.Span {
    TimingReport.Span(
      name, count: count, median: quantile(perMille: 500), p99: quantile(perMille: 990), longest: longest)
  }
}
