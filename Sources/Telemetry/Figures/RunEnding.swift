/// Why a run ended, as its summary says it.
public enum RunEnding: String, CaseIterable, Sendable {
  /// All mail left the machine.
  case finished
  /// The time that was asked for was over.
  case timeIsUp = "time_is_up"
  /// Somebody stopped it; everything up to there is whole.
  case interrupted
  /// Nothing could happen any more, though pieces were on the machine.
  case stuck
  /// The controller stopped the machine by itself, because it could not go on safely.
  case stopped

  /// Whether the run went as far as its scenario goes, so that thresholds can be judged.
  public var isWhole: Bool { self == .finished || self == .stuck }
}
