import Testing

@testable import Telemetry

@Suite("The data package of a run's tables")
struct DataPackageTests {
  @Test("it describes the columns that are written, in their order, each with its unit in words")
  func columns() {
    let metrics = DataPackage.metricsFields
    let pieces = DataPackage.piecesFields
    #expect(metrics.map(\.name).joined(separator: ",") + "\n" == IntervalMeter.header)
    #expect(pieces.map(\.name).joined(separator: ",") + "\n" == PieceRows.header)
    for field in metrics + pieces {
      #expect(!field.description.isEmpty)
      if field.name.hasSuffix("_ms") && field.name.hasPrefix("time_in_system_p50") {
        #expect(field.description.contains("milliseconds"))
      }
      if field.name.hasSuffix("_s") { #expect(field.description.contains("seconds"), "\(field.name)") }
    }
  }

  @Test("the same run gives the same bytes, another run another name")
  func bytes() {
    var run = SyntheticRun.description
    let text = String(decoding: DataPackage(run).json, as: UTF8.self)
    #expect(text == String(decoding: DataPackage(run).json, as: UTF8.self))
    #expect(text.contains("\"name\": \"sortline-run-0123456789abcdef\""))
    #expect(text.contains("\"lineTerminator\": \"\\n\""))
    run.runID = 1
    #expect(String(decoding: DataPackage(run).json, as: UTF8.self).contains("sortline-run-0000000000000001"))
  }
}
