import FileFormats
import Foundation
import Testing

@testable import Reporting

@Suite("The page of a run")
struct ReportPageTests {
  @Test("it asks for nothing from elsewhere, and tells the browser to refuse it")
  func selfContained() throws {
    var run = try SampleRun()
    run.summary = SampleRun.summary()
    let html = try run.html()
    #expect(html.contains("default-src 'none'"))
    for word in ["http://", "https://", " src=", "@import", "fetch(", "XMLHttpRequest", "//cdn"] {
      #expect(!html.contains(word), "the page contains \(word)")
    }
    // The one link there is holds its target.
    #expect(html.matches(of: /<link [^>]*href="(?!data:)/).isEmpty)
    #expect(html.matches(of: /url\((?!#)/).isEmpty)
  }

  @Test("its elements are closed in the order in which they were opened")
  func wellFormed() throws {
    var run = try SampleRun()
    run.summary = SampleRun.summary(
      expectations: #"[{"figure":"fed","wanted":"at least 30000","got":3,"met":false,"judged":true}]"#)
    let html = try run.html()
    let alone: Set = ["meta", "link", "input", "!DOCTYPE"]
    let start = try #require(html.firstRange(of: "<script>"))
    // What stands in scripts and styles is no markup.
    let markup = String(html[..<start.lowerBound]).replacing(/(?s)<script type.*<\/script>/, with: "")
      .replacing(/(?s)<style>.*<\/style>/, with: "")
    var open: [String] = []
    for match in markup.matches(of: /<(\/?)([!A-Za-z0-9]+)[^>]*?(\/?)>/) {
      let name = String(match.2)
      if match.1 == "/" {
        #expect(open.popLast() == name, "</\(name)>")
      } else if match.3.isEmpty, !alone.contains(name) {
        open.append(name)
      }
    }
    #expect(open == ["html", "body"])
  }

  @Test("names from files cannot become markup")
  func hostileNames() throws {
    var run = try SampleRun()
    run.scenario = "<img src=x onerror=alert(1)>&'"
    let html = try run.html()
    #expect(!html.contains("<img") && html.contains("&lt;img src=x onerror=alert(1)&gt;&amp;&apos; on bench"))
  }

  @Test("the same run gives the same bytes")
  func sameBytes() throws {
    let run = try SampleRun()
    #expect(try run.report().html == run.report().html)
  }

  @Test(
    "a run that did not end as it was meant to says so",
    arguments: [
      ("interrupted", "Somebody stopped this run"), ("stuck", "Nothing could move any more"),
      ("stopped", "could not go on safely"), ("time_is_up", "when its time was over"),
    ])
  func endings(ended: String, says: String) throws {
    var run = try SampleRun()
    run.summary = SampleRun.summary(ended: ended)
    #expect(try run.report().notices.count { $0.contains(says) } == 1)
    run.summary = SampleRun.summary()
    #expect(try run.report().notices.isEmpty)
  }

  @Test("a run without a summary is told by its log, and says that it was cut short")
  func cutShort() throws {
    let html = try SampleRun().html()
    #expect(html.contains("This run was cut short") && html.contains("The log goes to 14 s."))
    #expect(html.contains("<span>fed</span><b>3</b>") && !html.contains("Result, with formulas"))
  }

  @Test("a run without logs has its figures and no animation, and says so")
  func noLogs() throws {
    var run = try SampleRun()
    run.hasLog = false
    run.summary = SampleRun.summary()
    let html = try run.html()
    #expect(html.contains("This run kept no logs") && html.contains("as fed is counted"))
    #expect(!html.contains("<script") && !html.contains("<canvas"))
  }

  @Test("a run in which nothing was fed is a page like any other")
  func nothing() throws {
    var run = try SampleRun()
    run.events = []
    let html = try run.html()
    #expect(html.contains("No piece ended.") && html.contains("There was no machine time"))
    #expect(html.contains("Every piece that was fed was sorted.") && html.contains("\"count\":0"))
  }

  @Test("a missed threshold is told at the top")
  func verdict() throws {
    var run = try SampleRun()
    func expectation(_ isMet: Bool, judged: Bool = true) -> String {
      #"{"figure":"fed","wanted":"at least 30000","got":3,"met":\#(isMet),"judged":\#(judged)}"#
    }
    run.summary = SampleRun.summary(expectations: "[\(expectation(true)),\(expectation(false))]")
    let html = try run.html()
    #expect(html.contains("1 of 2 thresholds missed") && html.contains("<td>at least 30,000</td>"))
    run.summary = SampleRun.summary(expectations: "[\(expectation(false, judged: false))]")
    #expect(try run.html().contains("thresholds not judged"))
  }

  @Test("margins of a run in real time are drawn, those below the limit in colour")
  func margins() throws {
    var run = try SampleRun()
    run.summary = SampleRun.summary(
      timing: #"""
        ,"timing":{"backend":"modbus","speed":1,"refused":["no real-time priority"],"late":2,
        "cycle":{"count":9,"p50_us":5.1,"p99_us":28.4,"max_us":1090},
        "margin":{"count":3,"limit_ms":20,"below_limit":1,"min_ms":4.5,"min_mm":18,
        "histogram":[{"up_to_ms":5,"pieces":1},{"up_to_ms":50,"pieces":2},{"up_to_ms":null,"pieces":0}]}}
        """#)
    let html = try run.html()
    #expect(html.contains("Margins of 3 commands") && html.contains("Least: 4.5 ms, which is 18 mm of belt."))
    #expect(html.contains("no real-time priority") && html.contains("<td class=\"n\">1,090</td>"))
    let chart = try #require(html.firstRange(of: "Time left when commands"))
    let bars = html[chart.lowerBound...].prefix(3000).matches(of: /<rect class="(red|steel)"/).map {
      String($0.1)
    }
    #expect(bars == ["red", "steel"])
  }
}

@Suite("From nameplate to sorted")
struct LossSectionTests {
  @Test(
    "the steps lead from the nameplate to what was sorted, with nothing left over",
    arguments: [(900, 0), (3600, 0), (2700, 900), (4000, 0), (0, 3600)])
  func sums(fed: Int, held: Int) throws {
    var run = try SampleRun()
    run.summary = SampleRun.summary(
      fed: fed, sorted: max(0, fed - 30), rejected: min(fed, 20), onMachine: min(fed, 10), held: held,
      missorted: fed > 0 ? 5 : 0)
    let steps = LossSection(report: try run.report()).steps
    #expect(steps.first?.words == "nameplate" && steps.first?.rate == 3600)
    var level = 0.0
    for step in steps {
      if step.isLevel, step.words != "nameplate" {
        #expect(abs(level - step.rate) < 1e-6, "\(step.words): \(level) against \(step.rate)")
      }
      level = step.isLevel ? step.rate : level + step.rate
    }
    #expect(steps.last?.words == "sorted right" && level == Double(max(0, fed - 30) - (fed > 0 ? 5 : 0)))
    #expect(steps.contains { $0.words == "jam or stopped belt" } == (held > 0))
  }

  @Test("a machine that was fed closer than its rating gains, and the page says so")
  func gain() throws {
    var run = try SampleRun()
    run.summary = SampleRun.summary(fed: 4000, sorted: 4000, rejected: 0, onMachine: 0)
    let step = try #require(
      LossSection(report: try run.report()).steps.first { $0.words == "closer than rated" })
    #expect(abs(step.rate - 400) < 1e-9)
  }
}
