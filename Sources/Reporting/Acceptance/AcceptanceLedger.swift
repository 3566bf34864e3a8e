import EventRecords
import Quantities
import SorterModel
import Supervision

/// Folds a run's events into its acceptance report: one pass, each event with its number in the journal.
public struct AcceptanceLedger {
  let profile: HardwareProfile
  let scenario: Scenario
  let plan: SortPlan
  let isVirtual: Bool
  private(set) var time = TimeLedger()
  private var pieces: PieceLedger
  private(set) var functions: FunctionLedger
  private var last: (number: Int, elapsed: Int64) = (0, 0)
  private var feedingEnd: Int64?

  /// A ledger for a run of this scenario under this plan.
  ///
  /// - Parameter isVirtual: whether the plant was a simulated one, which makes the scenario's faults happen.
  public init(profile: HardwareProfile, scenario: Scenario, plan: SortPlan, isVirtual: Bool) {
    self.profile = profile
    self.scenario = scenario
    self.plan = plan
    self.isVirtual = isVirtual
    pieces = PieceLedger(warmUp: scenario.warmUp)
    functions = FunctionLedger(profile)
  }

  /// Takes in the next event with its number in the journal.
  public mutating func take(_ record: EventRecord, number: Int) {
    last = (number, max(last.elapsed, record.elapsed.rawValue))
    if record.kind == .runEnded { feedingEnd = Int64(clamping: record.a) }
    time.take(record, number)
    pieces.take(record, number)
    functions.take(record, number)
  }

  /// The report on the run as far as its events go.
  public consuming func report() -> AcceptanceReport {
    let warmUp = max(0, scenario.warmUp.rawValue)
    let end = max(warmUp, feedingEnd ?? last.elapsed)
    time.finish(at: last.elapsed, measured: warmUp..<end)
    var report = AcceptanceReport(rated: profile.ratedPiecesPerHour, events: last.number)
    report.hasEnded = feedingEnd != nil
    report.machineTime = Nanoseconds(end - warmUp)
    report.fed = pieces.fed
    report.warmUpFed = pieces.warmUpFed
    report.unaccounted = pieces.unaccounted
    report.bestFiveMinutes = pieces.most(inMinutes: 5, of: end - warmUp)
    report.minutes = minutes(end - warmUp)
    report.pieces = pieceLosses()
    report.availability = availability()
    report.functions = exercised()
    return report
  }

  // MARK: Time

  private func minutes(_ machineTime: Int64) -> [AcceptanceReport.TimeLoss] {
    let net = Self.rounded(
      Int128(pieces.fed.count) * 3_600_000_000_000, Int128(max(1, profile.ratedPiecesPerHour)))
    let sorting = sum(.sorting)
    var rows = [
      AcceptanceReport.TimeLoss(
        cause: "rated_sorting", title: "at the rated speed", party: .nobody, time: net,
        formula: "fed / rated pieces an hour", spans: []),
      AcceptanceReport.TimeLoss(
        cause: "slower_than_rated", title: net > sorting ? "faster than rated" : "slower than rated",
        party: .nobody, time: sorting - net,
        formula:
          "time in no other cause - fed / rated: mail that came slower, wide gaps; below 0 where it was faster",
        spans: []),
    ]
    for cause in TimeCause.allCases where cause != .sorting {
      let own = time.spans.filter { $0.cause == cause }
      rows.append(
        AcceptanceReport.TimeLoss(
          cause: cause.rawValue, title: cause.title, party: cause.party,
          time: own.reduce(0) { $0 + $1.to - $1.from }, formula: Self.formula(cause),
          spans: own.map {
            AcceptanceReport.Span(
              from: $0.from, to: $0.to, beganBy: $0.beganBy, endedBy: $0.endedBy, subject: "")
          }))
    }
    return rows
  }

  private func sum(_ cause: TimeCause) -> Int64 {
    time.spans.filter { $0.cause == cause }.reduce(0) { $0 + $1.to - $1.from }
  }

  private static func formula(_ cause: TimeCause) -> String {
    switch cause {
    case .outOfService: "from machine.state (no state or mode of production) to machine.state"
    case .controllerAway: "run.resumed and the time before it that it says"
    case .jam: "from jam.started to jam.cleared, in no cause above"
    case .beltStopped: "from belt.stopped to belt.started, in no cause above"
    case .linkDown: "from alarm.raised to alarm.cleared of linkDown, in no cause above"
    case .blocked: "from induction.held to induction.released, in no cause above"
    case .starved: "from plant.starved to plant.starved, in no cause above"
    case .sorting: "in no cause above"
    }
  }

  private func availability() -> AcceptanceReport.Availability {
    let diverted = profile.bins.count { !$0.isEnd }
    let down = time.spans.filter(\.cause.isDown)
    let service = time.spans.reduce(0) { $0 + $1.to - $1.from } - sum(.outOfService)
    var failures = down.map {
      AcceptanceReport.Span(
        from: $0.from, to: $0.to, beganBy: $0.beganBy, endedBy: $0.endedBy, subject: $0.cause.title)
    }
    var binTime: Int64 = 0
    var ordered: [AcceptanceReport.Span] = []
    for outage in time.outages where outage.bin < profile.bins.count && !profile.bins[outage.bin].isEnd {
      let span = AcceptanceReport.Span(
        from: outage.from, to: outage.to, beganBy: outage.beganBy, endedBy: outage.endedBy,
        subject: "\(profile.binWord) \(profile.bins[outage.bin].name)")
      if outage.reason == .diverterFault {
        failures.append(span)
        binTime += outage.to - outage.from - time.overlap(outage.from, outage.to)
      } else {
        ordered.append(span)
      }
    }
    return AcceptanceReport.Availability(
      timeInService: service, machineDown: down.reduce(0) { $0 + $1.to - $1.from }, binDown: binTime,
      bins: diverted, failures: failures, takenOut: ordered)
  }

  // MARK: Pieces

  private func pieceLosses() -> [AcceptanceReport.PieceLoss] {
    var rows: [AcceptanceReport.PieceLoss] = []
    for outcome in [Outcome.sorted, .rejected, .removed, .lost] {
      for isMissorted in [false, true] {
        for reason in Reason.allCases {
          let key = PieceLedger.Key(outcome: outcome, reason: reason, isMissorted: isMissorted)
          guard let evidence = pieces.ends[key] else { continue }
          let isRight = outcome == .sorted && !isMissorted
          let count = isRight ? pieces.sortedCount : evidence.count
          rows.append(
            AcceptanceReport.PieceLoss(
              outcome: isMissorted ? "missorted" : outcome.name, reason: reason.name,
              party: isRight ? .nobody : reason.party, count: count, evidence: evidence))
        }
      }
    }
    var left = Evidence()
    for number in pieces.underWay.values.sorted() { left.add(number) }
    if left.count > 0 {
      rows.append(
        AcceptanceReport.PieceLoss(
          outcome: Outcome.onMachine.name, reason: "", party: .nobody, count: left.count, evidence: left))
    }
    return rows
  }

  static func rounded(_ value: Int128, _ divisor: Int128) -> Int64 {
    let (quotient, rest) = (2 * value + divisor).quotientAndRemainder(dividingBy: 2 * divisor)
    return Int64(clamping: rest < 0 ? quotient - 1 : quotient)
  }
}
