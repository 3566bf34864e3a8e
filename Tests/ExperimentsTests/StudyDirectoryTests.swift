import Experiments
import FileFormats
import Foundation
import Telemetry
import Testing

@Suite("The directory of a study")
struct StudyDirectoryTests {
  private func written(_ runs: [StudyRun], record: StudyRecord = SampleStudy.record) throws -> TemporaryFolder
  {
    let folder = try TemporaryFolder()
    try folder.write(record.json, to: "study.json")
    try folder.write(StudyTable(of: record).csv(runs), to: "runs.csv")
    try folder.write(StudySummary(record, runs).json(of: record), to: "summary.json")
    return folder
  }

  private func complaint(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test("is read as it was written, to the last digit")
  func roundTrip() throws {
    let folder = try written(SampleStudy.runs)
    let study = try StudyDirectory(path: folder.path)
    #expect(study.record == SampleStudy.record)
    #expect(study.runs == SampleStudy.runs)
    #expect(study.summary == StudySummary(SampleStudy.record, SampleStudy.runs))
    #expect(study.summary.isComplete && study.missing.isEmpty)
    #expect(study.record.json == SampleStudy.record.json)
  }

  @Test("of a part of the runs says which are missing, in the words that choose runs")
  func parts() throws {
    let folder = try written(SampleStudy.runs.filter { ![0, 4, 5, 11].contains($0.run) })
    let study = try StudyDirectory(path: folder.path)
    #expect(study.missing.text == "0,4..5,11")
    #expect(!study.summary.isComplete)
    #expect(study.summary.points.map(\.replications) == [2, 1, 3, 2])
    #expect(study.summary.points[1].figures[0].deviation == nil)
  }

  @Test("has the same bytes whatever the order of its runs was")
  func order() throws {
    let record = SampleStudy.record
    let table = StudyTable(of: record)
    let shuffled = [7, 2, 11, 0, 5, 9, 1, 3, 10, 8, 6, 4].map { SampleStudy.run($0) }
    #expect(table.csv(shuffled) == table.csv(SampleStudy.runs))
    #expect(StudySummary(record, shuffled) == StudySummary(record, SampleStudy.runs))
  }

  @Test("makes a text that a spreadsheet would run harmless")
  func formulas() throws {
    let csv = String(decoding: StudyTable(of: SampleStudy.record).csv(SampleStudy.runs), as: UTF8.self)
    let rows = csv.split(separator: "\n")
    #expect(
      rows[0]
        == "run,point,replication,seed,run_id,crew,plan,ended,warm_up_s,digest,fed,rejected_noRead,cost_per_piece"
    )
    #expect(
      rows[4]
        == "3,1,1,18446744073709551612,00000000000000ab,1,\"'=b,\"\"c\"\"\",finished,2.25,123456789abcdef0,103,1,0.006546"
    )
  }

  @Test("describes the columns of its table, in their order, each with its narrowest type")
  func package() throws {
    var record = SampleStudy.record
    for (place, values) in [["1", "2.5"], ["true", "false"]].enumerated() {
      record.factors.append(StudyRecord.Factor(name: "more\(place)", key: "key\(place)"))
      for point in record.points.indices {
        let text = values[point % 2]
        record.points[point].values.append(place == 0 ? .number(text) : .flag(text == "true"))
      }
    }
    let json = try JSONSerialization.jsonObject(with: Data(DataPackage(record).json)) as? [String: Any]
    let resources = try #require(json?["resources"] as? [[String: Any]])
    let schema = try #require(resources[0]["schema"] as? [String: Any])
    let fields = try #require(schema["fields"] as? [[String: Any]])
    #expect(resources.count == 1 && resources[0]["path"] as? String == "runs.csv")
    #expect(json?["name"] as? String == "sortline-study-\(record.studyID)")
    #expect(fields.compactMap { $0["name"] as? String } == StudyTable(of: record).columns)
    #expect(
      fields.compactMap { $0["type"] as? String } == [
        "integer", "integer", "integer", "integer", "string", "integer", "string", "number", "boolean",
        "string", "number", "string", "integer", "integer", "number",
      ])
    #expect(
      fields.last?["description"] as? String == "cost_per_piece, in EUR: cost / fed.")
  }

  @Test("tells a row that is none of the study with its place")
  func wrongRows() throws {
    let record = SampleStudy.record
    let table = StudyTable(of: record)
    let good = String(decoding: table.csv([SampleStudy.run(4)]), as: UTF8.self)
    let cases = [
      (good.replacing("\n4,1,2", with: "\n4,1,3"), "runs.csv:2:1: error: the run's number does not fit"),
      (good.replacing("\n4,1", with: "\n12,1"), "runs.csv:2:1: error: this is no number of the study"),
      (good.replacing("finished", with: "finishd"), "\"ended\" says nothing known"),
      (
        good + good.split(separator: "\n")[1] + "\n",
        "runs.csv:3:1: error: this run stands here for the second"
      ),
      (
        good.replacing("warm_up_s", with: "warm_up"), "the column \"warm_up_s\" is missing (found \"warm_up\""
      ),
      (good.replacing(",104,", with: ",1O4,"), "this is not a number (found \"1O4\""),
    ]
    for (text, words) in cases {
      let folder = try TemporaryFolder()
      try folder.write(text, to: "runs.csv")
      let told = complaint { _ = try table.runs(path: folder.path + "/runs.csv", shownAs: "runs.csv") }
      #expect(told.contains(words), "\(told)")
    }
  }

  @Test("tells a study.json that was changed, by its id and by its place")
  func changed() throws {
    let text = String(decoding: SampleStudy.record.json, as: UTF8.self)
    for (from, to, words) in [
      ("\"seed\": 7", "\"seed\": 8", "the study is not the one that its id says"),
      ("\"runs\": 12", "\"runs\": 13", "the study has another number of runs"),
      ("\"mser-5\"", "\"mser-6\"", ""),
      ("\"warm_up\": \"scenario\"", "\"warm_up\": \"some\"", "\"warm_up\" says nothing known"),
      ("\"random_numbers\"", "\"random_number\"", "did you mean \"random_numbers\"?"),
    ] {
      let told = complaint {
        _ = try StudyRecord(
          json: SourceText(name: "study.json", bytes: Array(text.replacing(from, with: to).utf8)))
      }
      #expect(words.isEmpty ? told.isEmpty : told.contains(words) && told.hasPrefix("study.json:"), "\(told)")
    }
  }

  @Test("refuses the summary of another study")
  func otherSummary() throws {
    let folder = try written(SampleStudy.runs)
    var other = SampleStudy.record
    other.seed = 8
    try folder.write(StudySummary(other, SampleStudy.runs).json(of: other), to: "summary.json")
    let told = complaint { _ = try StudyDirectory(path: folder.path) }
    #expect(told.contains("this is the summary of another study"), "\(told)")
  }

  @Test("rounds the same numbers to the same texts and back", arguments: ["0", "-0.5", "12.000000001", "3"])
  func billionths(text: String) throws {
    #expect(Billionths(text)?.text == text)
  }

  @Test(
    "takes no other words for numbers",
    arguments: ["", "-", "1.", ".5", "1e3", "0.0000000001", "+1", "1.2.3"])
  func notNumbers(text: String) { #expect(Billionths(text) == nil) }
}

@Suite("A choice of runs")
struct RunSelectionTests {
  @Test(
    "is read and written in one form",
    arguments: [("0..9,12", "0..9,12"), ("12,0..3,4..9", "0..9,12"), ("7", "7"), ("3..3", "3"), ("1,1", "1")])
  func forms(text: String, written: String) throws {
    #expect(try RunSelection(text, below: 13).text == written)
  }

  @Test(
    "that makes no sense is told",
    arguments: [
      ("", "neither a run's number nor a range"), ("1,,2", "neither"), ("9..3", "runs backwards"),
      ("0..13", "there is no run 13: the study has the runs 0..12"), ("-1", "neither"),
      ("1..2..3", "neither"),
    ])
  func faults(text: String, words: String) {
    let fault = #expect(throws: RunSelection.Fault.self) { _ = try RunSelection(text, below: 13) }
    #expect(fault?.message.contains(words) == true)
  }

  @Test("loses a number from its middle and its ends")
  func removal() throws {
    var selection = RunSelection(all: 10)
    for number in [0, 5, 9, 7, 42] { selection.remove(number) }
    #expect(selection.text == "1..4,6,8")
    #expect(selection.count == 6 && selection.numbers == [1, 2, 3, 4, 6, 8])
  }
}
