import EventRecords
import Quantities
import SorterModel
import Supervision

/// What is left of a run when it is over: figures, bins, thresholds; written as summary.json.
///
/// Every number is about pieces fed after the warm-up; what the warm-up left out stands apart under
/// `warm_up`. The same run gives the same bytes.
public struct Summary: Hashable, Sendable {
  /// The run.
  public let run: RunDescription
  /// Its counters and times.
  public let totals: Totals
  /// Its key figures.
  public let figures: Figures
  /// Its thresholds, in the order of the scenario.
  public let expectations: [ExpectationResult]
  /// The digest over every directive of the dispatcher.
  public let digest: UInt64
  /// Why the run ended.
  public let ending: RunEnding
  /// Rows of the mail file that were read, refused ones included; nil: pieces fed and rows refused.
  public let mailRows: Int?
  /// How punctual the run was, where it was one in real time.
  public var timing: TimingReport?
  /// The machine's states and alarms, with the counts of the measured pieces; nil where nobody watched them.
  public let supervision: SupervisionReport?

  /// The summary of a run with these totals, held against these thresholds.
  public init(
    _ run: RunDescription, _ totals: Totals, digest: UInt64, expecting expectations: [Expectation] = [],
    mailRows: Int? = nil, ending: RunEnding = .finished, supervision: SupervisionReport? = nil
  ) {
    let figures = Figures(run, totals)
    self.run = run
    self.totals = totals
    self.figures = figures
    self.expectations = expectations.map { ExpectationResult($0, figures, isWhole: ending.isWhole) }
    self.digest = digest
    self.mailRows = mailRows
    self.ending = ending
    let pieces = totals.pieces
    let throughput = figures["throughput_per_hour"]?.micros ?? 0
    self.supervision = supervision.map { report in
      var report = report
      report.tags.count(
        fed: pieces.fed, sorted: pieces.sorted, defective: pieces.rejected + pieces.removed + pieces.lost,
        perMinute: Ratio.rounded(Int128(throughput), 60_000))
      return report
    }
  }

  /// Whether every threshold that the run can say anything of is met.
  public var meetsExpectations: Bool { expectations.allSatisfy { $0.met || !$0.isJudged } }

  /// The digest as 16 hexadecimal digits.
  public var digestText: String { hexadecimal(digest) }

  /// The bytes of summary.json.
  public var json: [UInt8] {
    var out = JSONText()
    out.openObject()
    out.number("schema_version", 1)
    out.text("run_id", run.runIDText)
    out.text("scenario", run.scenario)
    out.text("profile", run.profile.name)
    out.text("plan", run.plan)
    out.number("seed", run.seed)
    out.number("replication", run.replication)
    out.text("ended", ending.rawValue)
    writeCounts(to: &out)
    out.text("digest", digestText)
    writeRejects(to: &out)
    writeFigures(to: &out)
    writeStates(to: &out)
    if let supervision {
      writePackML(supervision, to: &out)
      writeAlarms(supervision, to: &out)
    }
    writeBins(to: &out)
    writeExpectations(to: &out)
    writeMail(to: &out)
    writeWarmUp(to: &out)
    timing?.write(to: &out)
    out.closeObject()
    return out.bytes
  }

  private func writeCounts(to out: inout JSONText) {
    let pieces = totals.pieces
    out.number("fed", pieces.fed)
    out.number("sorted", pieces.sorted)
    out.number("rejected", pieces.rejected)
    out.number("removed", pieces.removed)
    out.number("lost", pieces.lost)
    out.number("on_machine", pieces.onMachine)
    out.number("recirculations", pieces.recirculations)
    out.number("missorted", pieces.missorted)
    if let throughput = figures["throughput_per_hour"] {
      out.number("throughput_per_hour", throughput.value)
    }
  }

  private func writeRejects(to out: inout JSONText) {
    out.openObject("rejected_by_reason")
    for reason in Reason.allCases where reason != .none {
      out.number(reason.name, totals.pieces.rejectedByReason[Int(reason.rawValue)])
    }
    out.closeObject()
  }

  private func writeFigures(to out: inout JSONText) {
    out.openList("figures")
    for figure in figures.all {
      out.openObject()
      out.text("name", figure.name)
      out.number("value", figure.value)
      out.text("unit", figure.unit)
      out.text("formula", figure.formula)
      out.closeObject()
    }
    out.closeList()
  }

  private func writeStates(to out: inout JSONText) {
    out.openObject("state_times_s")
    for state in MachineState.allCases {
      out.number(state.name, Self.seconds(totals.stateTimes[state.rawValue]))
    }
    out.number("machine", Self.seconds(totals.machineTime))
    out.number("run", Self.seconds(totals.runTime))
    out.number("jammed", Self.seconds(totals.jamTime))
    out.number("belt_stopped", Self.seconds(totals.beltStoppedTime))
    out.number("induction_held", Self.seconds(totals.inductionHeldTime))
    out.number("feeder_empty", Self.seconds(totals.starvedTime))
    out.closeObject()
  }

  private func writeBins(to out: inout JSONText) {
    out.openList("bins")
    for (bin, counts) in zip(run.profile.bins, totals.bins) {
      out.openObject()
      out.text("name", bin.name)
      out.number("pieces", counts.pieces)
      out.number("sweeps", counts.sweeps)
      out.number("full_s", Self.seconds(counts.full))
      out.closeObject()
    }
    out.closeList()
  }

  private func writeExpectations(to out: inout JSONText) {
    out.openList("expectations")
    for result in expectations {
      out.openObject()
      out.text("figure", result.figure)
      out.text("wanted", result.wanted)
      out.number("got", result.got ?? "null")
      out.flag("met", result.met)
      out.flag("judged", result.isJudged)
      out.closeObject()
    }
    out.closeList()
  }

  private func writeMail(to out: inout JSONText) {
    let fed = totals.pieces.fed + totals.warmUpPieces.fed
    out.openObject("mail")
    out.number("rows", mailRows ?? fed + totals.mailRowsRefused)
    out.number("refused", totals.mailRowsRefused)
    out.openObject("refused_by_fault")
    for (fault, count) in zip(MailFault.allCases, totals.mailRefused) { out.number(fault.name, count) }
    out.closeObject()
    out.closeObject()
  }

  private func writeWarmUp(to out: inout JSONText) {
    let pieces = totals.warmUpPieces
    out.openObject("warm_up")
    out.number("length_s", Self.seconds(run.warmUp))
    out.number("fed", pieces.fed)
    out.number("sorted", pieces.sorted)
    out.number("rejected", pieces.rejected)
    out.number("removed", pieces.removed)
    out.number("lost", pieces.lost)
    out.number("on_machine", pieces.onMachine)
    out.closeObject()
  }

  static func seconds(_ time: Nanoseconds) -> String { decimalText(time.rawValue, places: 9) }
}
