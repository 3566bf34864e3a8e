import EventRecords
import Quantities
import SorterModel
import Supervision

extension AcceptanceLedger {
  /// Every function of the machine and its control, called for or not.
  func exercised() -> [ExercisedFunction] {
    outcomesExercised() + placesExercised() + faultsExercised() + alarmsExercised() + statesExercised()
  }

  private func outcomesExercised() -> [ExercisedFunction] {
    func evidence(_ outcome: Outcome, _ reason: Reason) -> Evidence {
      functions.outcomes[PieceLedger.Key(outcome: outcome, reason: reason)] ?? Evidence()
    }
    var rows = [
      ExercisedFunction(
        group: .outcome, name: "sorted", calledForBy: "every run",
        evidence: evidence(.sorted, .none))
    ]
    for reason in Reason.allCases where reason != .none {
      rows.append(
        ExercisedFunction(
          group: .outcome, name: "rejected.\(reason.name)", calledForBy: call(for: reason),
          evidence: evidence(.rejected, reason)))
    }
    for outcome in [Outcome.removed, .lost] {
      for reason in Reason.allCases where evidence(outcome, reason).count > 0 {
        let name = reason == .none ? outcome.name : "\(outcome.name).\(reason.name)"
        rows.append(
          ExercisedFunction(
            group: .outcome, name: name, calledForBy: "", evidence: evidence(outcome, reason)))
      }
    }
    return rows
  }

  /// Why pieces should have been rejected for this reason: a rule of the plan's own, or a fault that leads to it.
  private func call(for reason: Reason) -> String {
    for (index, fault) in scenario.faults.enumerated() where isVirtual {
      switch (fault.kind, reason) {
      case (.noReads, .noRead), (.multiReads, .multiRead), (.missedDiverts, .divertTimeout):
        return "scenario, fault \(index + 1)"
      default: break
      }
    }
    let rule = plan.rules.first { $0.kind == .reject(reason) }
    return rule.map { "plan, line \($0.line)" } ?? ""
  }

  private func placesExercised() -> [ExercisedFunction] {
    var lines: [String: Int] = [:]
    for rule in plan.rules {
      guard case .sort = rule.kind else { continue }
      for bin in rule.bins where lines[bin] == nil { lines[bin] = rule.line }
    }
    let bins = zip(profile.bins, functions.bins).map { bin, evidence in
      ExercisedFunction(
        group: .bin, name: bin.name, calledForBy: lines[bin.name].map { "plan, line \($0)" } ?? "",
        evidence: evidence)
    }
    return bins
      + zip(profile.sizeClasses, functions.sizeClasses).map {
        ExercisedFunction(
          group: .sizeClass, name: $0.name, calledForBy: "the profile", evidence: $1)
      }
  }

  private func faultsExercised() -> [ExercisedFunction] {
    scenario.faults.enumerated().map { index, fault in
      let started = functions.faultsStarted[index] ?? Evidence()
      let ended = functions.faultsEnded[index]?.count ?? 0
      let lasts = fault.lasts > .zero
      return ExercisedFunction(
        group: .fault, name: "\(index + 1): \(fault.kind.title)",
        calledForBy: isVirtual ? "scenario, fault \(index + 1)" : "", evidence: started,
        remark: started.count > 0 && lasts && ended == 0 ? "it did not end" : "")
    }
  }

  private func alarmsExercised() -> [ExercisedFunction] {
    AlarmKind.allCases.map { kind in
      let raised = functions.alarmsRaised[kind] ?? Evidence()
      let call = functions.calls[kind]?.first.map { "event \($0)" } ?? ""
      let cleared = functions.alarmsCleared[kind]?.count ?? 0
      var row = ExercisedFunction(group: .alarm, name: kind.name, calledForBy: call, evidence: raised)
      // An alarm that a graver one speaks for need not be raised itself.
      if raised.count == 0, let graver = kind.suppressedBy, functions.alarmsRaised[graver] != nil {
        row.calledForBy = ""
      }
      if raised.count > cleared { row.standing = raised.count - cleared }
      return row
    }
  }

  private func statesExercised() -> [ExercisedFunction] {
    let waits = time.spans.contains { $0.cause == .blocked || $0.cause == .starved }
    let stops = time.spans.contains { $0.cause == .jam || $0.cause == .beltStopped }
    return PackMLState.allCases.filter { $0 != .undefined }.map { state in
      let call =
        switch state {
        case .execute: "every run"
        case .held where stops: "the belt stood"
        case .suspended where waits: "held or no mail"
        default: ""
        }
      return ExercisedFunction(
        group: .state, name: state.name, calledForBy: call, evidence: functions.states[state] ?? Evidence())
    }
  }
}

extension TimedFault.Kind {
  /// The fault in the words of scenario files.
  var title: String {
    switch self {
    case .jam: "jam"
    case .noReads: "no-reads"
    case .multiReads: "multi-reads"
    case .doubleFeeds: "double-feeds"
    case .slip: "slip"
    case .missedDiverts: "missed-diverts"
    case .binDisabled: "bin-disabled"
    case .sweepers: "sweepers"
    case .binSensorStuckOn: "bin-sensor-stuck-on"
    case .binSensorStuckOff: "bin-sensor-stuck-off"
    }
  }
}
