import Reporting
import Testing

@Suite("JUnit reports")
struct JUnitReportTests {
  private let met = JUnitReport.Case(name: "missorted", wanted: "at most 0", got: "0", isMet: true)
  private let missed = JUnitReport.Case(
    name: "throughput_per_hour", wanted: "at least 30000", got: "29000", isMet: false)

  @Test("each expectation is a test case, and a missed one says wanted and got")
  func cases() {
    let report = JUnitReport(suite: "peak-hour", cases: [met, missed], properties: [("seed", "7")])
    #expect(
      report.xml == """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="sortline" tests="2" failures="1" errors="0" skipped="0">
          <testsuite name="peak-hour" tests="2" failures="1" errors="0" skipped="0">
            <properties>
              <property name="seed" value="7"/>
            </properties>
            <testcase classname="sortline.peak-hour" name="missorted"/>
            <testcase classname="sortline.peak-hour" name="throughput_per_hour">
              <failure type="threshold" message="wanted at least 30000, got 29000">wanted: at least 30000
        got: 29000</failure>
            </testcase>
          </testsuite>
        </testsuites>

        """)
  }

  @Test("markup, line breaks and characters that XML cannot hold are escaped")
  func escaping() {
    var odd = missed
    odd.name = "a<b>&\"'\n\u{0}\u{1B}\u{FFFF}é"
    let xml = JUnitReport(suite: "s]]>", cases: [odd]).xml
    #expect(xml.contains("name=\"a&lt;b&gt;&amp;&quot;&apos;&#10;\u{FFFD}\u{FFFD}\u{FFFD}é\""))
    #expect(xml.contains("<testsuite name=\"s]]&gt;\""))
    #expect(!xml.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test("a run without expectations still has a test case")
  func noExpectations() {
    let xml = JUnitReport(suite: "jam", cases: []).xml
    #expect(xml.contains("tests=\"1\" failures=\"0\" errors=\"0\""))
    #expect(xml.contains("<testcase classname=\"sortline.jam\" name=\"the run\"/>"))
  }

  @Test("a run that was interrupted is an error of its own")
  func interrupted() {
    let xml = JUnitReport(suite: "jam", cases: [met], error: "interrupted by SIGINT").xml
    #expect(xml.contains("tests=\"2\" failures=\"0\" errors=\"1\""))
    #expect(xml.contains("<error message=\"interrupted by SIGINT\"/>"))
  }
}
