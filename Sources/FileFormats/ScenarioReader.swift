import Quantities
import SorterModel

/// Reads a `scenario.json5` whose machine is known; plans and mail files are looked up by the library.
struct ScenarioReader {
  let fields: Fields
  /// The machine, or nil if it could not be read: what depends on it is then left unchecked.
  let profile: HardwareProfile?
  /// Whether a mail file from outside takes the place of the scenario's mail.
  let mailIsOverridden: Bool

  /// What a scenario says, before the files it names are looked up.
  struct Draft {
    var scenario: Scenario
    /// Where the destinations of generated mail are to be read from, if from a mix.
    var mix: (name: String, node: JSONNode)?
    /// The mail file the scenario names.
    var mailFile: (name: String, node: JSONNode)?
    /// Whether the scenario says when it starts.
    var statesStart: Bool
  }

  /// The scenario with everything but its plan, mix and mail file.
  func draft(overriding overrides: ScenarioOverrides) -> Draft {
    fields.checkVersion()
    let start = startsAt()
    let duration = overrides.duration ?? duration()
    let warmUp = fields.time("warm_up_s", .seconds)
    if let duration, warmUp >= duration, let node = fields["warm_up_s"] {
      fields.complain(
        node, "the warm-up is as long as the run or longer",
        expected: "less than the run's \(decimalText(Int(duration.rawValue), places: 9)) s")
    }
    let mail = MailReader(fields: fields, hasDuration: duration != nil).read()
    let scenario = Scenario(
      name: fields.plainName("name"), title: fields.text("title"),
      seed: overrides.seed ?? fields.seed(), startsAt: start ?? 0, duration: duration, warmUp: warmUp,
      metricsInterval: fields.time(
        "metrics_interval_s", Unit(9, 1_000_000...86_400_000_000_000), default: .seconds(60)),
      mail: mail.source, sweeping: sweeping(), imperfections: imperfections(),
      faults: FaultReader(fields: fields, profile: profile).faults(within: duration),
      expectations: expectations())
    if mail.file == nil && start == nil && fields["starts_at"] == nil && !mailIsOverridden {
      fields.complain(
        fields.node, "the key \"starts_at\" is missing", found: "generated mail without it",
        expected: "starts_at: an ISO 8601 time")
    }
    return Draft(scenario: scenario, mix: mail.mix, mailFile: mail.file, statesStart: start != nil)
  }

  private func startsAt() -> Int64? {
    guard let node = fields["starts_at"],
      let text = fields.text(of: node, called: "starts_at", length: 1...40)
    else { return nil }
    guard let moment = CalendarTime.moment(text), moment.nanoseconds == 0 else {
      fields.complain(
        node, "\"starts_at\" is not a time",
        expected: "ISO 8601 to the second with Z or an offset, as 2026-01-05T18:00:00Z, from 1970 to 2199")
      return nil
    }
    return moment.seconds
  }

  private func duration() -> Nanoseconds? {
    guard fields["duration_s"] != nil else { return nil }
    // One that cannot be used stands for the longest, so that nothing is said to lie beyond it.
    let longest = Unit.seconds.range.upperBound
    return fields.time("duration_s", Unit(9, 1...longest), default: Nanoseconds(Int64(longest)))
  }

  private func sweeping() -> Sweeping {
    let base =
      profile?.sweeping
      ?? Sweeping(sweepers: 0, service: .zero...(.zero), callAtPercent: 100, closesBin: false)
    return fields.object("sweeping", as: .scenarioSweeping)?.sweeping(over: base) ?? base
  }

  private func imperfections() -> Imperfections {
    let base = profile?.imperfections ?? .none
    return fields.object("imperfections", as: .scenarioImperfections)?.imperfections(over: base) ?? base
  }

  private func expectations() -> [Expectation] {
    guard let node = fields["expect"] else { return [] }
    guard case .object(let members) = node.kind else {
      fields.complain(node, "\"expect\" is not an object", expected: "an object of figures")
      return []
    }
    let known = FormatKeys.figures + reasonNames.map { "rejected." + $0 }
    if members.count > known.count {
      fields.complain(
        node, "\"expect\" has more thresholds than there are figures", found: "\(members.count)",
        expected: "at most \(known.count)")
      return []
    }
    return members.compactMap { member in
      checkFigure(member, known)
      guard
        let bounds = Fields(member.value, as: .bounds, source: fields.source, issues: fields.issues)
      else { return nil }
      let unit = Unit(6, 0...9_000_000_000_000_000_000)
      let low = bounds["at_least"].flatMap { bounds.number($0, called: "at_least", unit) }
      let high = bounds["at_most"].flatMap { bounds.number($0, called: "at_most", unit) }
      if bounds.all.isEmpty {
        bounds.complain(
          member.value, "the threshold has no bound", found: "an empty object",
          expected: "at_least, at_most or both")
      }
      if let low, let high, low > high {
        bounds.complain(
          member.value, "no figure can meet this threshold",
          found: "at_least \(decimalText(low, places: 6)) and at_most \(decimalText(high, places: 6))",
          expected: "at_least no more than at_most")
      }
      return Expectation(figure: member.key, atLeastMicros: low, atMostMicros: high)
    }
  }

  private func checkFigure(_ member: JSONMember, _ known: [String]) {
    guard !known.contains(member.key) else { return }
    fields.issues.add(
      fields.source.diagnostic(
        at: member.keyOffset, "\"expect\" names a figure that is not known", found: quoted(member.key),
        expected: "a figure of summary.json", suggestion: nearestName(to: member.key, among: known)))
  }
}

/// Reads a scenario's `faults`.
struct FaultReader {
  let fields: Fields
  let profile: HardwareProfile?

  /// The faults in order of time; those at the same time as they are written.
  func faults(within duration: Nanoseconds?) -> [TimedFault] {
    let items = fields.list("faults", count: 0...10_000)
    let faults = items.compactMap { fault($0, duration) }
    return faults.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(
      \.element)
  }

  private func fault(_ node: JSONNode, _ duration: Nanoseconds?) -> TimedFault? {
    let kinds = FormatKeys.faults.map(\.kind)
    guard case .object(let members) = node.kind else {
      fields.complain(node, "a fault is not an object", expected: "{ at_s, for_s, fault, ... }")
      return nil
    }
    guard let kindNode = members.first(where: { $0.key == "fault" })?.value else {
      fields.complain(
        node, "the key \"fault\" is missing in \"faults[]\"", found: "a fault without its kind",
        expected: alternatives(kinds))
      return nil
    }
    guard let kind = fields.text(of: kindNode, called: "fault"),
      fields.named(kind, kindNode, "fault", among: kinds),
      let keys = FormatKeys.faults.first(where: { $0.kind == kind })?.keys,
      let item = Fields(node, as: keys, source: fields.source, issues: fields.issues)
    else { return nil }
    let at = item.time("at_s", .seconds)
    let lasts = item.time("for_s", .seconds)
    if let duration, at >= duration, let atNode = item["at_s"] {
      fields.issues.add(
        fields.source.diagnostic(
          .warning, at: atNode.offset, "the fault begins after the run has ended", found: atNode.found,
          expected: "less than the run's \(decimalText(Int(duration.rawValue), places: 9)) s"))
    }
    return self.kind(kind, item).map { TimedFault(at: at, lasts: lasts, kind: $0) }
  }

  private func kind(_ kind: String, _ item: Fields) -> TimedFault.Kind? {
    let ppm = item.number("ppm", .ppm)
    switch kind {
    case "jam": return .jam(position: position(item))
    case "no-reads": return .noReads(ppm: ppm)
    case "multi-reads": return .multiReads(ppm: ppm)
    case "double-feeds": return .doubleFeeds(ppm: ppm)
    case "slip": return .slip(ppm: ppm, maximum: item.length("max_mm"))
    case "missed-diverts": return .missedDiverts(bin: bin(item), ppm: ppm)
    case "bin-disabled": return .binDisabled(bin: bin(item))
    case "sweepers": return .sweepers(count: item.whole("count", 0...1000))
    case "bin-sensor-stuck-on": return .binSensorStuckOn(bin: bin(item))
    case "bin-sensor-stuck-off": return .binSensorStuckOff(bin: bin(item))
    default: return nil
    }
  }

  private func position(_ item: Fields) -> Millimetres {
    let position = item.length("position_mm")
    if let profile, position > profile.belt.length, let node = item["position_mm"] {
      item.complain(
        node, "the jam lies beyond the end of the belt", expected: "at most \(profile.belt.length)",
        as: .configuration)
    }
    return position
  }

  private func bin(_ item: Fields) -> BinID {
    guard let node = item["bin"], let name = item.text(of: node, called: "bin"), let profile else {
      return .none
    }
    if let index = profile.bins.firstIndex(where: { $0.name == name }) { return BinID(UInt16(index)) }
    _ = item.named(
      name, node, "bin", among: profile.bins.map(\.name), as: .configuration,
      of: "a bin of the profile \(quoted(profile.name))")
    return .none
  }
}
