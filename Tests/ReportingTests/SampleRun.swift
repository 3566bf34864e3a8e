import FileFormats
import SorterModel

@testable import Reporting

/// A run made of parts, for reports without a folder.
struct SampleRun {
  var events: [EventLine] = []
  var profileText = SampleLog.profileText()
  /// The text of summary.json; nil of a run that was cut short.
  var summary: String?
  var scenario = "bench"
  var hasLog = true
  var intervals: [RunInterval] = []

  /// The run of the sample log.
  init() throws { events = try SampleLog.events() }

  /// A summary of so many pieces fed and sorted in an hour of machine time, with seconds held.
  static func summary(
    fed: Int = 3, sorted: Int = 1, rejected: Int = 1, onMachine: Int = 1, held: Int = 0, missorted: Int = 0,
    ended: String = "finished", expectations: String = "[]", timing: String = ""
  ) -> String {
    func figure(_ name: String, _ value: Int, _ unit: String = "pieces") -> String {
      #"{"name":"\#(name)","value":\#(value),"unit":"\#(unit)","formula":"as \#(name) is counted"}"#
    }
    let figures = [
      figure("fed", fed), figure("sorted", sorted), figure("rejected", rejected),
      figure("rejected.divertTimeout", rejected), figure("on_machine", onMachine),
      figure("missorted", missorted), figure("throughput_per_hour", fed, "pieces/h"),
      figure("machine_time_s", 3600, "s"), figure("held_s", held, "s"),
    ]
    return #"""
      {"ended":"\#(ended)","digest":"00000000000000ff","figures":[\#(figures.joined(separator: ","))],
       "expectations":\#(expectations),"warm_up":{"length_s":0}\#(timing)}
      """#
  }

  /// The report of it.
  func report() throws -> RunReport {
    let facts = try JSONValue(
      bytes: Array(
        #"{"run_id":"0a","program":{"version":"9"},"scenario":"\#(scenario)","profile":"bench","plan":"p","seed":7,"starts_at":"2026-01-05T18:00:00Z","inputs":[]}"#
          .utf8)[...])
    let profile = try SampleLog.profile(profileText)
    return RunReport(
      facts: RunFacts(facts), profile: profile,
      summary: try summary.map { RunSummary(try JSONValue(bytes: Array($0.utf8)[...])) },
      intervals: intervals,
      log: hasLog ? SampleLog.log(events, profile: profile) : nil)
  }

  /// The page.
  func html() throws -> String { String(decoding: try report().html, as: UTF8.self) }
}
