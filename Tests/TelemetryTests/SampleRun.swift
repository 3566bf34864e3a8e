import EventRecords
import Foundation
import Quantities
import SorterModel

@testable import Telemetry

/// A small machine and run that tests write logs of.
enum SampleRun {
  /// A run of a machine with the bins `B1`, `B,2` and `R`; a minute of metrics, no warm-up.
  static func description(
    warmUp: Nanoseconds = .zero, interval: Nanoseconds = .seconds(60), sweepers: Int = 1
  ) -> RunDescription {
    var profile = SyntheticRun.description.profile
    profile.name = "bench-rig"
    profile.bins = ["B1", "B,2", "R"].map { name in
      var bin = profile.bins[0]
      bin.name = name
      return bin
    }
    profile.ratedPiecesPerHour = 3600
    return RunDescription(
      runID: 0xAB, scenario: "sample", plan: "plan\"A", seed: 42, replication: 3, startsAt: 1_767_636_000,
      metricsInterval: interval, warmUp: warmUp, sweepers: sweepers, profile: profile, programVersion: "1.2.3"
    )
  }

  /// A record at a time in milliseconds, with a belt of one pulse a millisecond.
  static func record(_ kind: EventKind, _ milliseconds: Int64, piece: UInt64 = 0) -> EventRecord {
    EventRecord(
      kind, at: Instant(milliseconds * 1_000_000), position: Pulses(milliseconds), piece: PieceID(piece))
  }

  /// A piece that arrives and is inducted at the same time.
  static func inducted(_ piece: UInt64, _ milliseconds: Int64) -> EventRecord {
    var record = record(.pieceInducted, milliseconds, piece: piece)
    record.arrivedAt = record.elapsed
    return record
  }

  /// A piece's end, with the moments it arrived and was inducted.
  static func ended(
    _ kind: EventKind, _ piece: UInt64, _ milliseconds: Int64, arrived: Int64, inducted: Int64,
    bin: UInt16 = 0,
    reason: Reason = .none
  ) -> EventRecord {
    var record = record(kind, milliseconds, piece: piece)
    record.arrivedAt = Instant(arrived * 1_000_000)
    record.inductedAt = Instant(inducted * 1_000_000)
    record.bin = BinID(bin)
    record.reason = reason
    return record
  }

  /// The end of a run whose feeding lasted so many milliseconds.
  static func runEnded(_ milliseconds: Int64, feeding: Int64) -> EventRecord {
    var record = record(.runEnded, milliseconds)
    record.a = UInt64(feeding * 1_000_000)
    return record
  }

  /// A text of at most 56 bytes.
  static func text(_ text: String) -> EventRecord {
    EventRecord(text: ShortText(utf8: text.utf8) ?? ShortText())
  }
}

/// A directory that goes away with the test.
final class TemporaryDirectory {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func lines(_ name: String) throws -> [String] {
    let text = try String(contentsOfFile: path + "/" + name, encoding: .utf8)
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast()
  }
}

/// Writes these records through a recorder and gives back the three files' lines.
func logs(_ run: RunDescription, _ records: [EventRecord], onMachine: Int? = nil) throws -> (
  events: [String], pieces: [String], metrics: [String]
) {
  let directory = try TemporaryDirectory()
  let recorder = try Recorder(run, writing: JournalFiles(directory: directory.path))
  for record in records { recorder.emit(record) }
  _ = try recorder.finish(onMachine: onMachine)
  return try (
    directory.lines("events.jsonl"), directory.lines("pieces.csv"), directory.lines("metrics.csv")
  )
}
