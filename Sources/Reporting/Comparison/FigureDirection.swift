/// Which way a key figure gets worse: what `compare` calls a regression.
public enum FigureDirection: String, CaseIterable, Sendable {
  /// A lower value is worse.
  case higherIsBetter = "higher"
  /// A higher value is worse.
  case lowerIsBetter = "lower"
  /// Neither is worse by itself: how much mail came, how long the run was.
  case neutral = "-"

  /// The direction of a figure of summary.json.
  public init(of figure: String) {
    if Self.higher.contains(figure) {
      self = .higherIsBetter
    } else if Self.lower.contains(figure) || Self.lowerPrefixes.contains(where: figure.hasPrefix) {
      self = .lowerIsBetter
    } else {
      self = .neutral
    }
  }

  private static let higher: Set<String> = [
    "sorted", "throughput_per_hour", "productivity_per_hour", "read_rate_percent", "accept_rate_percent",
    "sort_rate_percent", "output_over_input_percent", "pieces_per_jam", "availability_percent",
    "performance_percent", "quality_percent", "oee_percent",
  ]

  private static let lower: Set<String> = [
    "rejected", "removed", "lost", "recirculations", "missorted", "double_feeds", "diverts_missed",
    "diverts_refused", "jam_count", "bins_full_peak", "mail_rows_refused", "alarms_raised", "inputs_ignored",
    "held_s", "blocked_s",
  ]

  private static let lowerPrefixes = ["rejected.", "time_in_system_", "time_on_machine_", "cost_"]
}
