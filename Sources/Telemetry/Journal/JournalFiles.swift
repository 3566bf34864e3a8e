/// Which logs a run writes, and where; a nil path is a log that is not written.
public struct JournalFiles: Hashable, Sendable {
  /// Where events.jsonl goes: one line an event.
  public var events: String?
  /// Where inputs.jsonl goes: one line an input of the dispatcher.
  public var inputs: String?
  /// Where pieces.csv goes: one row a piece.
  public var pieces: String?
  /// Where metrics.csv goes: one row an interval.
  public var metrics: String?

  /// These logs.
  public init(
    events: String? = nil, inputs: String? = nil, pieces: String? = nil, metrics: String? = nil
  ) {
    self.events = events
    self.inputs = inputs
    self.pieces = pieces
    self.metrics = metrics
  }

  /// All four logs under their usual names in a directory that exists.
  public init(directory: String) {
    self.init(
      events: directory + "/events.jsonl", inputs: directory + "/inputs.jsonl",
      pieces: directory + "/pieces.csv", metrics: directory + "/metrics.csv")
  }

  /// The paths of the logs that are written, in the order in which their streams are numbered.
  var paths: [String] { numbered.map(\.path) }

  /// The same, and whether each is a journal: gone on with after a crash and cut into segments.
  var numbered: [(path: String, isJournal: Bool)] {
    [(events, true), (inputs, true), (pieces, false), (metrics, false)].compactMap { path, isJournal in
      path.map { ($0, isJournal) }
    }
  }
}
