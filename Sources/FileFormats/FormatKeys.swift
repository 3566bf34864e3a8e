/// The keys that an object of a format may have; the readers work from these very lists.
public struct ObjectKeys: Hashable, Sendable {
  /// Where such objects stand: `bins[].capacity`; empty for the file's outermost object.
  public var path: String
  /// Keys that must be there.
  public var required: [String]
  /// Keys that may be left out.
  public var optional: [String]

  /// An object with these keys.
  public init(_ path: String, required: [String] = [], optional: [String] = []) {
    self.path = path
    self.required = required
    self.optional = optional
  }

  /// Every key the object may have.
  public var all: [String] { required + optional }
}

/// Every key of every JSON5 format, for comparison with the published schemas.
public enum FormatKeys {
  /// The version that `schema_version` must state.
  public static let schemaVersion = 1

  /// The objects of a `profile.json5`.
  public static let profile: [ObjectKeys] = [
    .profile, .belt, .recirculation, .induction, .scanner, .sizeClass, .diverters, .binGroup, .capacity,
    .sweeping, .imperfections, .control, .costs, .modbus,
  ]

  /// The objects of a `scenario.json5`; the kinds of mail and of faults have lists of their own.
  public static let scenario: [ObjectKeys] =
    [.scenario, .generatedMail, .fileMail, .arrivals, .destinations, .weightedDestination, .size, .bounds]
    + [.scenarioSweeping, .scenarioImperfections] + faults.map(\.keys)

  /// The objects of a sort plan in JSON5.
  public static let plan: [ObjectKeys] = [.plan, .planRule]

  /// The objects of a soak's case file.
  public static let soakCase: [ObjectKeys] = [.soakCase, .soakFault]

  /// The objects of a study that people write.
  public static let study: [ObjectKeys] = [.study, .studyDesign, .studyFactor]

  /// The objects of a study.json, but for the values of its points, whose keys are the study's own.
  public static let studyRecord: [ObjectKeys] = [
    .studyRecord, .recordProgram, .recordInput, .recordFactor, .recordPoint, .recordFigure,
    .recordExpectation,
    .recordPrecision,
  ]

  /// The objects of a study's summary.json, but for the values of its points.
  public static let studySummary: [ObjectKeys] = [
    .studySummary, .summaryPoint, .summaryFigure, .summaryExpectation,
  ]

  /// The kinds of fault a scenario may hold, with the keys of each.
  public static let faults: [(kind: String, keys: ObjectKeys)] = [
    ("jam", fault("position_mm")), ("no-reads", fault("ppm")), ("multi-reads", fault("ppm")),
    ("double-feeds", fault("ppm")), ("slip", fault("ppm", "max_mm")), ("missed-diverts", fault("bin", "ppm")),
    ("bin-disabled", fault("bin")), ("sweepers", fault("count")), ("bin-sensor-stuck-on", fault("bin")),
    ("bin-sensor-stuck-off", fault("bin")),
  ]

  /// The columns that a mail file must have, in any order.
  public static let mailColumns = [
    "id", "arrived_at", "destination", "length_mm", "width_mm", "height_mm", "weight_g",
  ]

  /// The columns that a sort plan in CSV must have, in any order.
  public static let planColumns = ["kind", "match", "size", "bins"]

  /// The columns that a sort plan in CSV may have besides.
  public static let planOptionalColumns = ["alternates", "label", "valid_from", "valid_to"]

  /// The columns that a register map may have, in the order in which it is written.
  ///
  /// Only `name`, and `table` with `address` or `ref` in their place, must be there.
  public static let registerColumns = [
    "name", "device", "unit", "table", "address", "bit", "type", "byte_order", "scale", "offset", "access",
    "poll_group", "on_link_loss", "description",
  ]

  /// The column that may stand in place of `table` and `address`: a reference such as 40001, counted from 1.
  public static let referenceColumn = "ref"

  /// The columns of a destination mix.
  public static let mixColumns = ["destination", "weight"]

  /// The figures that `expect` may name besides `rejected.` and a reason.
  public static let figures = [
    "throughput_per_hour", "fed", "sorted", "rejected", "removed", "lost", "on_machine", "recirculations",
    "missorted", "read_rate_percent", "accept_rate_percent", "sort_rate_percent", "jam_count",
    "pieces_per_jam", "oee_percent", "availability_percent", "performance_percent", "quality_percent",
    "time_in_system_p50_ms", "time_in_system_p95_ms", "time_in_system_p99_ms", "time_on_machine_p50_ms",
    "cost_per_piece", "productivity_per_hour", "output_over_input_percent", "bins_full_peak", "sweeps",
    "mail_rows_refused", "double_feeds", "diverts_missed", "diverts_refused", "alarms_raised",
    "inputs_ignored",
    "ring_depth_max",
    "machine_time_s", "execute_s", "held_s", "starved_s", "blocked_s", "time_on_machine_p95_ms",
    "time_on_machine_p99_ms", "cost_machine", "cost_staff", "cost_rejects", "cost_total",
  ]

  private static func fault(_ keys: String...) -> ObjectKeys {
    ObjectKeys("faults[]", required: ["at_s", "for_s", "fault"] + keys)
  }
}

extension ObjectKeys {
  static let profile = ObjectKeys(
    "",
    required: [
      "schema_version", "name", "title", "topology", "rated_pieces_per_hour", "bin_word", "belt", "induction",
      "scanner", "size_classes", "diverters", "bins", "sweeping", "control", "costs",
    ], optional: ["recirculation", "imperfections", "modbus"])
  static let belt = ObjectKeys(
    "belt", required: ["speed_mm_per_s", "encoder_pulses_per_m", "length_mm", "restart_ms"])
  static let soakCase = ObjectKeys("", required: ["schema_version", "seed", "pieces", "faults"])
  static let soakFault = ObjectKeys(
    "faults[]", required: ["fault", "at_ms"], optional: ["lasts_ms", "bin", "amount"])
  static let recirculation = ObjectKeys("recirculation", required: ["path_mm", "lap_limit", "reasons"])
  static let induction = ObjectKeys("induction", required: ["min_gap_mm"])
  static let scanner = ObjectKeys("scanner", required: ["position_mm", "result_delay_ms"])
  static let sizeClass = ObjectKeys(
    "size_classes[]", required: ["name", "length_mm", "width_mm", "height_mm", "weight_g"],
    optional: ["aspect_ratio"])
  static let diverters = ObjectKeys(
    "diverters",
    required: ["actuation_ms", "reset_ms", "confirm_mm", "tracking_window_mm", "faults_to_disable"])
  static let binGroup = ObjectKeys(
    "bins[]", required: ["names", "capacity"],
    optional: ["position_mm", "spacing_mm", "side", "takes", "end"])
  static let capacity = ObjectKeys("bins[].capacity", optional: ["pieces", "thickness_mm", "weight_g"])
  static let sweeping = ObjectKeys(
    "sweeping", required: ["sweepers", "service_s", "call_at_percent", "closes_bin"])
  static let imperfections = ObjectKeys(
    "imperfections",
    optional: [
      "no_read_ppm", "multi_read_ppm", "no_data_ppm", "double_feed_ppm", "double_detection_ppm", "slip_ppm",
      "slip_max_mm", "gap_jitter_mm", "missed_divert_ppm", "jam_ppm", "jam_clear_s", "bin_sensor_miss_ppm",
    ])
  static let control = ObjectKeys(
    "control", required: ["mode", "answer_ms", "stall_to_ride_out_s", "records_per_piece"],
    optional: ["cycle_us", "min_margin_ms"])
  static let modbus = ObjectKeys(
    "modbus", required: ["device"],
    optional: [
      "unit", "registers", "poll_ms", "heartbeat_ms", "connect_timeout_ms", "response_timeout_ms", "quiet_ms",
      "max_read_registers", "max_write_registers", "max_read_bits", "max_write_bits", "whole_blocks_only",
      "read_write", "watchdog_ms", "reconnect_ms",
    ])
  static let costs = ObjectKeys(
    "costs",
    required: ["currency", "machine_per_hour", "staff_per_hour", "operators", "reject_per_piece"])

  static let scenario = ObjectKeys(
    "", required: ["schema_version", "name", "title", "profile", "plan", "mail"],
    optional: [
      "seed", "starts_at", "duration_s", "warm_up_s", "metrics_interval_s", "sweeping", "imperfections",
      "faults", "expect",
    ])
  static let generatedMail = ObjectKeys(
    "mail", required: ["arrivals", "destinations", "sizes"], optional: ["pieces"])
  static let fileMail = ObjectKeys("mail", required: ["file"], optional: ["compress_time"])
  static let arrivals = ObjectKeys("mail.arrivals", required: ["process"], optional: ["per_hour", "by_hour"])
  static let destinations = ObjectKeys("mail.destinations", optional: ["mix", "uniform", "weighted"])
  static let weightedDestination = ObjectKeys(
    "mail.destinations.weighted[]", required: ["code", "weight"])
  static let size = ObjectKeys(
    "mail.sizes[]", required: ["weight", "length_mm", "width_mm", "height_mm", "weight_g"])
  static let bounds = ObjectKeys("expect.*", optional: ["at_least", "at_most"])
  static let scenarioSweeping = ObjectKeys("sweeping", optional: sweeping.required)
  static let scenarioImperfections = imperfections

  static let plan = ObjectKeys("", required: ["schema_version", "name", "rules"], optional: ["title"])
  static let planRule = ObjectKeys(
    "rules[]", required: ["kind", "bins"],
    optional: ["match", "size", "alternates", "label", "valid_from", "valid_to"])
}
