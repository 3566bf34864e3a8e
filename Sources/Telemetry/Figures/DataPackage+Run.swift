import SorterModel

/// The tables of a run, their columns in the order in which `IntervalMeter` and `PieceRows` write them.
extension DataPackage {
  /// The description of a run's tables.
  public init(_ run: RunDescription) {
    self.init(
      name: "sortline-run-\(run.runIDText)",
      title: "\(run.scenario) on \(run.profile.name), plan \(run.plan), seed \(run.seed)",
      tables: [
        Table(
          name: "metrics", description: "What happened in each interval of the run, warm-up included.",
          fields: Self.metricsFields, key: ["run_id", "interval_start_s"]),
        Table(
          name: "pieces", description: "Each piece and how it ended.", fields: Self.piecesFields,
          key: ["run_id", "piece"]),
      ])
  }

  /// The columns of metrics.csv.
  static let metricsFields: [Field] =
    [
      .string("run_id", "The run's id: the same inputs, the same id.").required,
      .string("scenario", "The scenario's name.").required,
      .integer("replication", "Which replication of the scenario, from 0.").required,
      .integer("seed", "The seed of every random stream.").required,
      .number("interval_start_s", "When the interval began, in seconds since the run's start.").required,
      .number("interval_s", "How long it lasted, in seconds; the last one is as long as what was left.")
        .required,
      .integer("fed", "Pieces that passed the induction eye in it.").required,
      .integer("sorted", "Pieces that ended in the bin they were assigned.").required,
      .integer("rejected", "Pieces that ended in a reject bin.").required,
    ]
    + Reason.allCases.filter { $0 != .none }.map {
      Field.integer("rejected_\($0.name)", "Pieces rejected with the reason \($0.name).").required
    } + [
      .integer("removed", "Pieces that a person took off.").required,
      .integer("lost", "Pieces that nobody can find.").required,
      .integer("recirculating", "Pieces under way at its end that have gone round at least once.").required,
      .integer("on_machine", "Pieces on the machine at its end.").required,
      .number("throughput_per_hour", "Pieces fed an hour.").required,
      .number(
        "read_rate_percent",
        "Good readings in per cent of the passages of the scanner; empty where none is known."),
      .integer("bins_full", "Bins full at its end.").required,
      .integer("ring_depth_max", "The most records in any millisecond of it.").required,
      .number(
        "time_in_system_p50_ms",
        "The median time from arrival to end of the pieces that ended in it, in milliseconds; empty for none."
      ),
      .number("time_in_system_p95_ms", "So long took at most 95 per cent of them, in milliseconds."),
      .number("time_in_system_p99_ms", "So long took at most 99 per cent of them, in milliseconds."),
    ]

  /// The columns of pieces.csv.
  static let piecesFields: [Field] = [
    .string("run_id", "The run's id: the same inputs, the same id.").required,
    .integer("piece", "The piece's number in the run, from 1.").required,
    .string("id", "Its id in the mail file; empty for generated mail."),
    .number("arrived_s", "When it came to the feeder, in seconds since the run's start.").required,
    .number("inducted_s", "When it passed the induction eye, in seconds since the run's start.").required,
    .number(
      "ended_s", "When it ended, in seconds since the run's start; empty for one still on the machine."),
    .string("destination", "The code that was read; digits and letters, leading zeros included."),
    .string("size_class", "Its size class by the machine's profile."),
    .number("length_mm", "Its length along the belt, in millimetres; empty where it was not read."),
    .number("width_mm", "Its width across the belt, in millimetres."),
    .number("height_mm", "Its thickness, in millimetres."),
    .number("weight_g", "Its mass, in grams."),
    .string("read", "What the scanner made of it.", of: ReadQuality.allCases.map(\.name)),
    .string("bin", "The bin in which it ended, by its name on the machine; a text, as 017 is no number."),
    .string("choice", "How its bin was chosen.", of: Choice.allCases.map(\.name)),
    .integer("plan_line", "The line of the sort plan that decided; empty where none did."),
    .integer("laps", "How often it went round.").required,
    .string("outcome", "How it ended.", of: Outcome.allCases.map(\.name)).required,
    .string(
      "reason", "Why it was not sorted; empty for one that was.",
      of: Reason.allCases.filter { $0 != .none }.map(\.name)),
    .number("time_in_system_ms", "From arrival to end, in milliseconds; empty for one still on the machine."),
  ]
}
