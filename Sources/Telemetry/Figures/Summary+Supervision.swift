import Quantities
import Supervision

/// The machine's PackML states and the alarms, as summary.json has them.
extension Summary {
  /// Writes state, mode, the time in each, and the PackTags.
  func writePackML(_ report: SupervisionReport, to out: inout JSONText) {
    out.openObject("packml")
    out.text("mode", report.tags.unitModeCurrent.name)
    out.text("state", report.tags.stateCurrent.name)
    if report.cause != .none { out.text("cause", report.cause.name) }
    out.openObject("state_times_s")
    for (state, time) in zip(PackMLState.allCases, report.stateTimes) where state != .undefined {
      out.number(state.name, Self.seconds(time))
    }
    out.closeObject()
    out.openObject("mode_times_s")
    for (mode, time) in zip(PackMLMode.allCases, report.modeTimes) where mode != .undefined {
      out.number(mode.name, Self.seconds(time))
    }
    out.closeObject()
    writePackTags(report.tags, to: &out)
    out.closeObject()
  }

  private func writePackTags(_ tags: PackTags, to out: inout JSONText) {
    out.openObject("pack_tags")
    out.number("Command.UnitMode", tags.commandUnitMode.rawValue)
    out.number("Command.CntrlCmd", tags.commandCntrlCmd)
    out.number("Status.UnitModeCurrent", tags.unitModeCurrent.rawValue)
    out.number("Status.StateCurrent", tags.stateCurrent.rawValue)
    out.number("Status.MachSpeed", decimalText(tags.machSpeed, places: 3))
    out.number("Status.CurMachSpeed", decimalText(tags.curMachSpeed, places: 3))
    out.flag("Status.EquipmentInterlock.Blocked", tags.isBlocked)
    out.flag("Status.EquipmentInterlock.Starved", tags.isStarved)
    out.number("Admin.ProdConsumedCount", tags.prodConsumedCount)
    out.number("Admin.ProdProcessedCount", tags.prodProcessedCount)
    out.number("Admin.ProdDefectiveCount", tags.prodDefectiveCount)
    out.number("Admin.ModeCurrentTime", Self.seconds(tags.modeCurrentTime))
    out.number("Admin.StateCurrentTime", Self.seconds(tags.stateCurrentTime))
    out.number("Admin.AccTimeSinceReset", Self.seconds(tags.accTimeSinceReset))
    out.number("Admin.AlarmExtent", tags.alarmExtent)
    out.openList("Admin.Alarm")
    for alarm in tags.alarms {
      out.openObject()
      out.number("id", alarm.kind.rawValue)
      out.text("alarm", alarm.kind.name)
      writeSubject(alarm.subject, to: &out)
      out.text("state", alarm.state.name)
      out.number("raised_s", Self.seconds(alarm.raisedAt - .start))
      out.closeObject()
    }
    out.closeList()
    out.closeObject()
  }

  private func writeSubject(_ subject: AlarmSubject, to out: inout JSONText) {
    let bins = run.profile.bins
    switch subject.scope {
    case .machine: break
    case .bin:
      out.text("bin", Int(subject.index) < bins.count ? bins[Int(subject.index)].name : "#\(subject.index)")
    case .device: out.number("device", subject.index)
    }
  }

  /// Writes how many alarms came, of which kinds, and how long the longest stood; warm-up included.
  func writeAlarms(_ report: SupervisionReport, to out: inout JSONText) {
    out.openObject("alarms")
    out.number("raised", report.raised)
    out.number("standing", report.standing)
    out.number("peak_in_10_min", report.peakInTenMinutes)
    out.number("floods", report.floods)
    out.openList("by_kind")
    for count in report.alarms {
      out.openObject()
      out.text("alarm", count.kind.name)
      out.text("priority", count.kind.priority.name)
      out.number("raised", count.tally.raised)
      out.number("withheld", count.tally.withheld)
      out.number("hidden", count.tally.hidden)
      out.number("longest_s", Self.seconds(count.tally.longest))
      out.number("standing", count.tally.standing)
      out.closeObject()
    }
    out.closeList()
    out.closeObject()
  }
}
