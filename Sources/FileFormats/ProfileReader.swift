import Quantities
import SorterModel

/// Reads a `profile.json5` and checks everything in it that can be checked without a plan.
struct ProfileReader {
  let fields: Fields
  private var issues: Issues { fields.issues }

  /// The profile in `source`; nil, with the reasons among `issues`, if it cannot be used.
  static func read(_ source: SourceText, issues: Issues) -> HardwareProfile? {
    let own = Issues()
    defer { for diagnostic in own.diagnostics { issues.add(diagnostic, as: own.category ?? .badData) } }
    guard let node = JSON5Reader.read(source, issues: own),
      let fields = Fields(node, as: .profile, source: source, issues: own)
    else { return nil }
    let profile = ProfileReader(fields: fields).profile()
    return own.failed ? nil : profile
  }

  private func profile() -> HardwareProfile {
    fields.checkVersion()
    let topology: HardwareProfile.Topology = fields.choice("topology") ?? .line
    let belt = belt()
    let scanner = scanner(belt)
    let sizeClasses = sizeClasses()
    let recirculation = recirculation(topology)
    let bins = BinGroups(
      fields: fields, belt: belt, topology: topology,
      scanner: scanner.position <= belt.length ? scanner.position : Millimetres(tenths: -1),
      classes: sizeClasses.map(\.name)
    ).bins(endNeeded: topology == .line && fields["recirculation"] == nil)
    return HardwareProfile(
      name: fields.plainName("name"), title: fields.text("title"), topology: topology,
      ratedPiecesPerHour: fields.whole("rated_pieces_per_hour", 1...1_000_000),
      binWord: fields.text("bin_word", length: 1...24), belt: belt, recirculation: recirculation,
      induction: induction(), scanner: scanner, sizeClasses: sizeClasses, diverters: diverters(), bins: bins,
      sweeping: sweeping(), imperfections: imperfections(), control: control(), costs: costs(),
      modbus: modbus())
  }

  private func belt() -> HardwareProfile.Belt {
    let belt = fields.object("belt", as: .belt)
    let speed = belt?.wholeIfRight("speed_mm_per_s", 1...20_000)
    let encoder = belt?.wholeIfRight("encoder_pulses_per_m", 10...100_000)
    let read = HardwareProfile.Belt(
      speedMillimetresPerSecond: speed ?? 1, encoderPulsesPerMetre: encoder ?? 10_000,
      length: belt?.length("length_mm", .distance, default: Unit.largestLength) ?? Unit.largestLength,
      restart: belt?.time("restart_ms", .milliseconds) ?? .zero)
    // Each is a figure that a belt may have; together they may tell too little of where it is.
    if let belt, let speed, let encoder, !BeltGeometry.isUsable(read), let node = belt["encoder_pulses_per_m"]
    {
      belt.complain(
        node, "the encoder gives too few pulses at this speed", found: "\(speed) mm/s x \(encoder) pulses/m",
        expected: "at least 10 pulses a second, so 10000 from both multiplied")
    }
    return read
  }

  private func scanner(_ belt: HardwareProfile.Belt) -> HardwareProfile.Scanner {
    let scanner = fields.object("scanner", as: .scanner)
    let position = scanner?.length("position_mm") ?? .zero
    if let node = scanner?["position_mm"], position > belt.length {
      scanner?.complain(
        node, "the scanner stands beyond the end of the belt", expected: "at most \(belt.length)")
    }
    return HardwareProfile.Scanner(
      position: position, resultDelay: scanner?.time("result_delay_ms", .milliseconds) ?? .zero)
  }

  private func induction() -> HardwareProfile.Induction {
    HardwareProfile.Induction(
      minimumGap: fields.object("induction", as: .induction)?.length("min_gap_mm") ?? .zero)
  }

  private func recirculation(_ topology: HardwareProfile.Topology) -> HardwareProfile.Recirculation? {
    guard let way = fields.object("recirculation", as: .recirculation) else {
      if topology == .loop && fields["recirculation"] == nil {
        fields.complain(
          fields.node, "a loop needs \"recirculation\" to say how often a piece may go round",
          found: "none", expected: "recirculation: { path_mm, lap_limit, reasons }")
      }
      return nil
    }
    return HardwareProfile.Recirculation(
      path: way.length("path_mm"), lapLimit: way.whole("lap_limit", 1...200), reasons: reasons(way))
  }

  private func reasons(_ way: Fields) -> Set<Reason> {
    var reasons: Set<Reason> = []
    for node in way.list("reasons", count: 0...Reason.allCases.count) {
      guard let text = way.text(of: node, called: "reasons") else { continue }
      guard let reason = Reason(name: text) else {
        way.complain(
          node, "\"reasons\" names something unknown", expected: "a reason that this program knows",
          suggestion: nearestName(to: text, among: reasonNames))
        continue
      }
      if !reasons.insert(reason).inserted {
        way.complain(node, "this reason stands here for the second time", expected: "each reason once")
      }
    }
    return reasons
  }

  private func sizeClasses() -> [SizeClass] {
    var names: [String: Int] = [:]
    return fields.objects("size_classes", count: 1...32, as: .sizeClass).map { item in
      let name = item.plainName("name")
      if let node = item["name"], !name.isEmpty { item.checkUnique(name, node, "size class", in: &names) }
      let aspect = item.range("aspect_ratio", .ratio)
      return SizeClass(
        name: name, length: item.lengths("length_mm"), width: item.lengths("width_mm"),
        height: item.lengths("height_mm"), weight: item.masses("weight_g"), aspectThousandths: aspect)
    }
  }

  private func diverters() -> HardwareProfile.Diverters {
    let item = fields.object("diverters", as: .diverters)
    return HardwareProfile.Diverters(
      actuation: item?.time("actuation_ms", .milliseconds) ?? .zero,
      reset: item?.time("reset_ms", .milliseconds) ?? .zero,
      confirmDistance: item?.length("confirm_mm") ?? .zero,
      trackingWindow: item?.length("tracking_window_mm") ?? .zero,
      faultsToDisable: item?.whole("faults_to_disable", 1...255) ?? 1)
  }

  private func sweeping() -> Sweeping {
    let none = Sweeping(sweepers: 0, service: .zero...(.zero), callAtPercent: 1, closesBin: false)
    return fields.object("sweeping", as: .sweeping)?.sweeping(over: none) ?? none
  }

  private func imperfections() -> Imperfections {
    fields.object("imperfections", as: .imperfections)?.imperfections(over: .none) ?? .none
  }

  private func control() -> HardwareProfile.Control {
    let item = fields.object("control", as: .control)
    return HardwareProfile.Control(
      mode: item?.choice("mode") ?? .assigned, answer: item?.time("answer_ms", .milliseconds) ?? .zero,
      stallToRideOut: item?.time("stall_to_ride_out_s", Unit(9, 0...3_600_000_000_000)) ?? .zero,
      recordsPerPiece: item?.whole("records_per_piece", 1...64) ?? 1,
      cycle: item?.time("cycle_us", Unit(3, 50_000...100_000_000), default: .milliseconds(1))
        ?? .milliseconds(1),
      minimumMargin: item?.time("min_margin_ms", .milliseconds, default: .milliseconds(20))
        ?? .milliseconds(20))
  }

  private func costs() -> HardwareProfile.Costs {
    let item = fields.object("costs", as: .costs)
    let currency = item?.text("currency", length: 1...40) ?? ""
    if let node = item?["currency"], !currency.isEmpty,
      currency.utf8.count != 3 || !currency.utf8.allSatisfy({ $0 >= 0x41 && $0 <= 0x5A })
    {
      item?.complain(
        node, "\"currency\" is not a currency's code", expected: "three capital letters, such as USD")
    }
    return HardwareProfile.Costs(
      currency: currency, machineMicrosPerHour: item?.number("machine_per_hour", .money) ?? 0,
      staffMicrosPerHour: item?.number("staff_per_hour", .money) ?? 0,
      operators: item?.whole("operators", 0...1000) ?? 0,
      rejectMicrosPerPiece: item?.number("reject_per_piece", .money) ?? 0)
  }
}

/// The names of every reason a piece can be rejected for.
let reasonNames = Reason.allCases.map(\.name).filter { !$0.isEmpty }

extension Unit {
  /// The longest belt: what is assumed where a profile does not say, so that nothing else is blamed for it.
  static let largestLength = Millimetres(tenths: 100_000_000)
}

extension Fields {
  /// The text under `key`, which must be a name: letters, digits and a few marks.
  func plainName(_ key: String) -> String {
    let name = text(key, length: 1...200)
    if let node = self[key], !name.isEmpty, !Library.isName(name) {
      complain(node, "\(quoted(key)) is not a name", expected: Library.nameRule)
    }
    return name
  }

  /// A crew with the keys that stand here, and the rest as in `base`.
  func sweeping(over base: Sweeping) -> Sweeping {
    Sweeping(
      sweepers: whole("sweepers", 0...1000, default: base.sweepers),
      service: times("service_s", .serviceSeconds, default: base.service),
      callAtPercent: whole("call_at_percent", 1...100, default: base.callAtPercent),
      closesBin: flag("closes_bin", default: base.closesBin))
  }

  /// Rates with the keys that stand here, and the rest as in `base`.
  func imperfections(over base: Imperfections) -> Imperfections {
    Imperfections(
      noReadPPM: number("no_read_ppm", .ppm, default: base.noReadPPM),
      multiReadPPM: number("multi_read_ppm", .ppm, default: base.multiReadPPM),
      noDataPPM: number("no_data_ppm", .ppm, default: base.noDataPPM),
      doubleFeedPPM: number("double_feed_ppm", .ppm, default: base.doubleFeedPPM),
      doubleDetectionPPM: number("double_detection_ppm", .ppm, default: base.doubleDetectionPPM),
      slipPPM: number("slip_ppm", .ppm, default: base.slipPPM),
      slipMaximum: length("slip_max_mm", default: base.slipMaximum),
      gapJitter: length("gap_jitter_mm", default: base.gapJitter),
      missedDivertPPM: number("missed_divert_ppm", .ppm, default: base.missedDivertPPM),
      jamPPM: number("jam_ppm", .ppm, default: base.jamPPM),
      jamClear: times("jam_clear_s", .serviceSeconds, default: base.jamClear),
      binSensorMissPPM: number("bin_sensor_miss_ppm", .ppm, default: base.binSensorMissPPM))
  }

  /// Says so if `name` was seen before, and where.
  func checkUnique(_ name: String, _ node: JSONNode, _ what: String, in seen: inout [String: Int]) {
    if let first = seen[name] {
      let (line, column) = source.position(at: first)
      complain(
        node, "this \(what) stands here for the second time",
        expected: "each name once; the first is at \(line):\(column)")
    } else {
      seen[name] = node.offset
    }
  }
}

extension Unit {
  /// A working time in seconds to a nanosecond, up to a day.
  static let serviceSeconds = Unit(9, 0...86_400_000_000_000)
}
