import Telemetry

/// The protocol for machines, with the number of every event behind every loss.
extension AcceptanceProtocol {
  /// The bytes of the protocol as JSON.
  public var json: [UInt8] {
    var out = JSONText()
    out.openObject()
    out.number("schema_version", 1)
    out.text("verdict", verdict.rawValue)
    out.openObject("run")
    for fact in facts where !fact.value.isEmpty { out.text(fact.name.replacing(" ", with: "_"), fact.value) }
    out.closeObject()
    writeCriteria(to: &out)
    writeAvailability(to: &out)
    writeMinutes(to: &out)
    writePieces(to: &out)
    writeFunctions(to: &out)
    out.closeObject()
    return out.bytes
  }

  private func writeCriteria(to out: inout JSONText) {
    out.openList("criteria")
    for criterion in criteria {
      out.openObject()
      out.text("figure", criterion.name)
      out.text("wanted", criterion.wanted)
      out.text("got", criterion.got)
      out.flag("met", criterion.isMet)
      out.flag("judged", criterion.isJudged)
      out.closeObject()
    }
    out.closeList()
    out.flag("pieces_close", report.piecesClose)
    out.flag("time_closes", report.timeCloses)
    out.number("rated_pieces_per_hour", report.rated)
  }

  private func writeAvailability(to out: inout JSONText) {
    let own = report.availability
    out.openObject("availability")
    if let percent = own.microPercent {
      out.number("availability_percent", PrometheusText.decimal(micros: percent))
    }
    out.text("formula", "(t_E - t_A) / t_E, FEM 9.222 (1989) 3.5")
    out.number("time_in_service_s", Self.seconds(own.timeInService))
    out.number("down_time_s", Self.seconds(own.downTime))
    out.number("machine_down_s", Self.seconds(own.machineDown))
    out.number("diverters_down_s", Self.seconds(own.binDown))
    out.number("bins_with_diverter", own.bins)
    write("failures", own.failures, to: &out)
    write("taken_out_by_order", own.takenOut, to: &out)
    out.closeObject()
  }

  private func write(_ key: String, _ spans: [AcceptanceReport.Span], to out: inout JSONText) {
    out.openList(key)
    for span in spans {
      out.openObject()
      if !span.subject.isEmpty { out.text("subject", span.subject) }
      out.number("from_s", Self.seconds(span.from))
      out.number("to_s", Self.seconds(span.to))
      out.number("began_by", span.beganBy)
      out.number("ended_by", span.endedBy.map(String.init) ?? "null")
      out.closeObject()
    }
    out.closeList()
  }

  private func writeMinutes(to out: inout JSONText) {
    out.openObject("time")
    out.number("machine_time_s", Self.seconds(report.machineTime.rawValue))
    out.openList("causes")
    for part in report.minutes {
      out.openObject()
      out.text("cause", part.cause)
      out.text("must_act", part.party.rawValue)
      out.number("time_s", Self.seconds(part.time))
      out.text("formula", part.formula)
      write("spans", part.spans, to: &out)
      out.closeObject()
    }
    out.closeList()
    out.closeObject()
  }

  private func writePieces(to out: inout JSONText) {
    out.openObject("pieces")
    out.number("fed", report.fed.count)
    out.number("fed_in_warm_up", report.warmUpFed)
    out.openList("causes")
    for part in report.pieces {
      out.openObject()
      out.text("outcome", part.outcome)
      out.text("reason", part.reason)
      out.text("must_act", part.party.rawValue)
      out.number("pieces", part.count)
      write(part.evidence, to: &out)
      out.closeObject()
    }
    out.closeList()
    out.closeObject()
  }

  private func writeFunctions(to out: inout JSONText) {
    out.openList("functions")
    for function in report.functions {
      out.openObject()
      out.text("group", function.group.rawValue)
      out.text("name", function.name)
      out.text("called_for_by", function.calledForBy)
      out.flag("exercised", function.isExercised)
      out.flag("open", function.isOpen)
      if !function.remark.isEmpty { out.text("remark", function.remark) }
      if function.standing > 0 { out.number("standing", function.standing) }
      write(function.evidence, to: &out)
      out.closeObject()
    }
    out.closeList()
  }

  private func write(_ evidence: Evidence, to out: inout JSONText) {
    out.openObject("events")
    out.number("count", evidence.count)
    out.number("first", evidence.first.map(String.init) ?? "null")
    out.number("last", evidence.last.map(String.init) ?? "null")
    if !evidence.numbers.isEmpty {
      // On one line: a list of thousands is for machines.
      out.number("seq", "[" + evidence.numbers.map(String.init).joined(separator: ",") + "]")
    }
    out.closeObject()
  }
}
