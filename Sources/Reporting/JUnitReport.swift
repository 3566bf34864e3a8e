/// Threshold results in the JUnit XML that CI systems read: one test case for each expectation.
public struct JUnitReport: Sendable {
  /// One expectation and what became of it.
  public struct Case: Sendable, Equatable {
    /// The expectation's name, such as `throughput_per_hour`.
    public var name: String
    /// What was asked for, in words.
    public var wanted: String
    /// What came out, in words.
    public var got: String
    /// Whether it was met.
    public var isMet: Bool
    /// Whether the run says anything of it; a case that is not judged counts as skipped.
    public var isJudged: Bool

    /// An expectation's result.
    public init(name: String, wanted: String, got: String, isMet: Bool, isJudged: Bool = true) {
      self.isJudged = isJudged
      self.name = name
      self.wanted = wanted
      self.got = got
      self.isMet = isMet
    }
  }

  /// The scenario's name.
  public var suite: String
  /// The expectations in the order they were written.
  public var cases: [Case]
  /// Facts about the run, such as its seed, in the order to write them.
  public var properties: [(name: String, value: String)]
  /// What the run itself stumbled over, such as an interruption; nil where it ran to its end.
  public var error: String?
  /// Why cases that are not judged were skipped.
  public var skipped: String

  /// A report on one run.
  public init(
    suite: String, cases: [Case], properties: [(name: String, value: String)] = [], error: String? = nil,
    skipped: String = "the run was cut short"
  ) {
    self.skipped = skipped
    self.suite = suite
    self.cases = cases
    self.properties = properties
    self.error = error
  }

  /// The report as an XML document; the same results give the same bytes, so no time is written.
  ///
  /// A run without expectations has one test case, "the run", so that CI systems see that it ran.
  public var xml: String {
    let runCase = error != nil || cases.isEmpty
    let count = cases.count + (runCase ? 1 : 0)
    let failures = cases.count { !$0.isMet && $0.isJudged }
    let skipped = cases.count { !$0.isJudged }
    let totals =
      "tests=\"\(count)\" failures=\"\(failures)\" errors=\"\(error == nil ? 0 : 1)\" skipped=\"\(skipped)\""
    var lines = [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
      "<testsuites name=\"sortline\" \(totals)>",
      "  <testsuite name=\"\(markup(suite))\" \(totals)>",
    ]
    if !properties.isEmpty {
      lines.append("    <properties>")
      lines += properties.map {
        "      <property name=\"\(markup($0.name))\" value=\"\(markup($0.value))\"/>"
      }
      lines.append("    </properties>")
    }
    if runCase { lines += runLines }
    for result in cases { lines += self.lines(for: result) }
    lines += ["  </testsuite>", "</testsuites>"]
    return lines.joined(separator: "\n") + "\n"
  }

  private var runLines: [String] {
    let head = "    <testcase classname=\"\(className)\" name=\"the run\""
    guard let error else { return [head + "/>"] }
    return [head + ">", "      <error message=\"\(markup(error))\"/>", "    </testcase>"]
  }

  private func lines(for result: Case) -> [String] {
    let head = "    <testcase classname=\"\(className)\" name=\"\(markup(result.name))\""
    if !result.isJudged {
      return [head + ">", "      <skipped message=\"\(markup(skipped))\"/>", "    </testcase>"]
    }
    if result.isMet { return [head + "/>"] }
    let message = "wanted \(result.wanted), got \(result.got)"
    return [
      head + ">",
      "      <failure type=\"threshold\" message=\"\(markup(message))\">"
        + "wanted: \(markup(result.wanted))\ngot: \(markup(result.got))</failure>",
      "    </testcase>",
    ]
  }

  private var className: String { "sortline." + markup(suite) }
}
