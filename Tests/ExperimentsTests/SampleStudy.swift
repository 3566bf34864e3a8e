import Experiments
import FileFormats
import Foundation
import Quantities
import SorterModel
import Telemetry

/// A small study made by hand: two factors, four points, three replications, three figures.
enum SampleStudy {
  static var record: StudyRecord {
    var record = StudyRecord(
      name: "crew", title: "Crew, and \"words\"", programVersion: "1.2.3", scenario: "day", seed: 7,
      replications: 3,
      inputs: [
        StudyRecord.Input(role: "scenario", path: "a,b.json5", bytes: 12, digest: "fnv1a64:0123456789abcdef")
      ],
      factors: [
        StudyRecord.Factor(name: "crew", key: "sweeping.sweepers"),
        StudyRecord.Factor(name: "plan", key: "plan"),
      ],
      points: [(1, "a"), (1, "=b,\"c\""), (2, "a"), (2, "=b,\"c\"")].map { crew, plan in
        StudyRecord.Point(
          values: [.number("\(crew)"), .text(plan)], inputsDigest: "fnv1a64:00000000000000aa")
      },
      figures: [
        StudyRecord.FigureKind(name: "fed", unit: "pieces", formula: "pieces fed", isCount: true),
        StudyRecord.FigureKind(name: "rejected.noRead", unit: "pieces", formula: "not read", isCount: true),
        StudyRecord.FigureKind(name: "cost_per_piece", unit: "EUR", formula: "cost / fed", isCount: false),
      ],
      expectations: [
        Expectation(figure: "fed", atLeastMicros: 100_000_000, atMostMicros: nil),
        Expectation(figure: "rejected.noRead", atLeastMicros: nil, atMostMicros: 2_000_000),
      ])
    record.until = .milliseconds(1500)
    record.precision = [
      StudyRecord.PrecisionTarget(figure: "fed", halfWidthPartsPerMillion: 5000)
    ]
    return record
  }

  static func run(_ number: Int, of record: StudyRecord = record) -> StudyRun {
    let place = record.place(of: number)
    return StudyRun(
      run: number, point: place.point, replication: place.replication, seed: UInt64.max - UInt64(number),
      runID: 0xAB, ending: .finished, warmUp: .milliseconds(2250), digest: 0x1234_5678_9ABC_DEF0,
      micros: [(100 + number) * 1_000_000, place.replication * 1_000_000, 6543 + number])
  }

  static var runs: [StudyRun] { (0..<record.runCount).map { run($0) } }
}

/// A folder that is removed with the value that holds it.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "sortline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ bytes: [UInt8], to name: String) throws {
    let url = URL(filePath: path).appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }
}
