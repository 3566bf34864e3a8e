import FileFormats
import Foundation
import Quantities
import SorterModel
import Telemetry
import Testing

@testable import Reporting

/// A study of two factors with three runs at each of four points, written into a folder and read again.
struct SmallStudy {
  /// The runs that are there; the others are missing.
  var runs = Array(0..<12)
  var hasFactors = true

  /// What a run comes to: its throughput grows with the crew by 100 a person, and not with the speed.
  static func throughput(crew: Int, replication: Int) -> Int { 1000 + 100 * crew + replication }

  private var record: StudyRecord {
    let points =
      hasFactors
      ? [(1, "slow"), (1, "fast"), (10, "slow"), (10, "fast")].map {
        StudyRecord.Point(
          values: [.number("\($0.0)"), .text($0.1)], inputsDigest: "fnv1a64:00000000000000aa")
      } : [StudyRecord.Point(values: [], inputsDigest: "fnv1a64:00000000000000aa")]
    return StudyRecord(
      name: "crew", title: "Crew & speed", programVersion: "9", scenario: "bench", seed: 1,
      replications: hasFactors ? 3 : 12,
      inputs: [.init(role: "scenario", path: "scenario.json5", bytes: 1, digest: "fnv1a64:00000000000000bb")],
      factors: hasFactors
        ? [.init(name: "crew", key: "sweeping.sweepers"), .init(name: "speed", key: "profile.title")] : [],
      points: points,
      figures: [
        .init(name: "throughput_per_hour", unit: "pieces/h", formula: "fed / machine time", isCount: false),
        .init(name: "missorted", unit: "pieces", formula: "pieces in a wrong bin", isCount: true),
      ],
      expectations: [
        Expectation(figure: "throughput_per_hour", atLeastMicros: 1_500_000_000, atMostMicros: nil)
      ])
  }

  /// The study as it is read back from its files.
  func directory() throws -> StudyDirectory {
    let record = record
    let rows = runs.map { run in
      let place = record.place(of: run)
      let crew = hasFactors && place.point >= 2 ? 10 : 1
      return StudyRun(
        run: run, point: place.point, replication: place.replication, seed: UInt64(run), runID: 1,
        ending: .finished, warmUp: .zero, digest: 2,
        micros: [Self.throughput(crew: crew, replication: place.replication) * 1_000_000, 0])
    }
    let summary = StudySummary(
      studyID: record.studyID, runsDone: rows.count, runCount: record.runCount,
      points: record.points.indices.compactMap { point in
        let values = rows.filter { $0.point == point }.map { $0.micros[0] }
        return values.isEmpty ? nil : Self.point(point, values)
      })
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("study-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = [record.json, StudyTable(of: record).csv(rows), summary.json(of: record)]
    for (name, bytes) in zip(StudyDirectory.files, files) {
      try Data(bytes).write(to: folder.appendingPathComponent(name))
    }
    return try StudyDirectory(path: folder.path)
  }

  private static func point(_ number: Int, _ values: [Int]) -> StudySummary.Point {
    let mean = Billionths(micros: values.reduce(0, +) / values.count)
    let ends = (Billionths(micros: values.min() ?? 0), Billionths(micros: values.max() ?? 0))
    let half = values.count > 1 ? Billionths(micros: 2_500_000) : nil
    let zero = Billionths(0)
    return StudySummary.Point(
      point: number, replications: values.count,
      figures: [
        FigureStatistics(
          name: "throughput_per_hour", unit: "pieces/h", count: values.count, mean: mean,
          deviation: half.map { _ in Billionths(micros: 1_000_000) }, halfWidth: half, least: ends.0,
          most: ends.1),
        FigureStatistics(
          name: "missorted", unit: "pieces", count: values.count, mean: zero,
          deviation: half.map { _ in zero },
          halfWidth: half.map { _ in zero }, least: zero, most: zero),
      ],
      expectations: [
        MeanExpectation(
          figure: "throughput_per_hour", wanted: "at least 1500", got: mean,
          met: mean.micros >= 1_500_000_000,
          isJudged: true)
      ])
  }

  /// The page.
  func html() throws -> String { String(decoding: StudyReport(try directory()).html, as: UTF8.self) }
}

@Suite("The page of a study")
struct StudyReportTests {
  @Test("a level's main effect is the mean over all points that have it, in the order of its values")
  func mainEffects() throws {
    let charts = StudyCharts(study: try SmallStudy().directory(), figure: "throughput_per_hour")
    let crew = charts.levels(of: 0)
    #expect(
      crew.map(\.words) == ["1", "10"] && crew.map(\.mean) == [1102, 2002] && crew.map(\.points) == [2, 2])
    let speed = charts.levels(of: 1)
    #expect(speed.map(\.words) == ["slow", "fast"] && speed.map(\.mean) == [1552, 1552])
  }

  @Test("only figures that move are drawn, and every point is told with its interval")
  func page() throws {
    let html = try SmallStudy().html()
    #expect(html.contains("throughput: main effects") && !html.contains("missorted: main effects"))
    #expect(html.contains("point 2, crew 10, speed slow: 2,002 ± 3, 3 runs"))
    #expect(html.contains("2 of 4 points miss a threshold") && html.contains("missed at 0..1"))
    #expect(html.contains("crew: Crew &amp; speed") && html.contains("common random numbers"))
    #expect(!html.contains("<script") && !html.contains("not complete"))
    #expect(html.contains(">fed / machine time</td>"))
  }

  @Test("the same study gives the same bytes")
  func sameBytes() throws { #expect(try SmallStudy().html() == SmallStudy().html()) }

  @Test("a study with runs missing is shown as far as it goes, and names them")
  func incomplete() throws {
    var study = SmallStudy()
    study.runs = [0, 1, 3]
    let html = try study.html()
    #expect(html.contains("This study is not complete: 3 of 12") && html.contains("Missing: 2,4..11."))
    #expect(html.contains("point 1, crew 1, speed fast: 1,101, 1 run"))
    study.runs = []
    #expect(try study.html().contains("0 of 12"))
  }

  @Test("replications of one scenario show each run, the mean and its band")
  func replications() throws {
    var study = SmallStudy()
    study.hasFactors = false
    let html = try study.html()
    #expect(html.contains("Every figure over the replications") && html.contains("replication 12: 1112"))
    #expect(html.contains("a threshold missed") && !html.contains("main effects"))
  }

  @Test("a factor's name cannot become markup")
  func hostile() throws {
    var changed = try SmallStudy().directory()
    changed.record.factors[1].name = "<b onload=x>"
    let html = String(decoding: StudyReport(changed).html, as: UTF8.self)
    #expect(!html.contains("<b onload") && html.contains("&lt;b onload=x&gt;"))
  }
}
