import Telemetry

/// Times the journal alone: made-up records go through the ring, are formatted and written, and nothing is simulated.
///
///     JournalBench PIECES FOLDER events    events.jsonl only
///     JournalBench PIECES FOLDER all       events.jsonl, pieces.csv and metrics.csv
///
/// Prints one JSON object with the records and the seconds from the first record until all is written.
@main
struct JournalBench {
  static func main() throws {
    let words = CommandLine.arguments.dropFirst()
    guard words.count == 3, let pieces = words.first.flatMap({ Int($0) }), let kind = words.last else {
      print("JournalBench PIECES FOLDER events|all")
      return
    }
    let folder = words[words.index(after: words.startIndex)]
    let all = JournalFiles(directory: folder)
    let files = kind == "all" ? all : JournalFiles(events: all.events)
    let clock = ContinuousClock()
    let taken = try clock.measure {
      let recorder = try Recorder(SyntheticRun.description, writing: files)
      SyntheticRun.emit(pieces: pieces, into: recorder)
      _ = try recorder.finish(onMachine: 0)
    }
    let seconds = Double(taken.components.seconds) + Double(taken.components.attoseconds) * 1e-18
    let records = pieces * SyntheticRun.recordsPerPiece + 2
    print("{\"pieces\": \(pieces), \"lines\": \(records), \"seconds\": \(seconds)}")
  }
}
