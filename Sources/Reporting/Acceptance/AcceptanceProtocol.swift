/// An acceptance report with what it is about: the run, the files it was made from, and the contract's thresholds.
public struct AcceptanceProtocol: Sendable {
  /// A file that the run was made from.
  public struct Input: Sendable, Equatable {
    /// What it was for.
    public var role: String
    /// Its path as it was given.
    public var path: String
    /// The digest of its bytes.
    public var digest: String

    /// An input.
    public init(role: String, path: String, digest: String) {
      self.role = role
      self.path = path
      self.digest = digest
    }
  }

  /// How the test went.
  public enum Verdict: String, Sendable {
    /// Every threshold was met and the accounts close.
    case passed
    /// A threshold was missed.
    case notPassed = "not_passed"
    /// Nothing was missed, and something could not be judged: no threshold, or a run that was cut short.
    case notJudged = "not_judged"

    /// In words.
    public var words: String {
      switch self {
      case .passed: "PASSED"
      case .notPassed: "NOT PASSED"
      case .notJudged: "NOT JUDGED"
      }
    }
  }

  /// What the events amount to.
  public var report: AcceptanceReport
  /// What ran, in the order to write it: name and value.
  public var facts: [(name: String, value: String)]
  /// The files it was made from.
  public var inputs: [Input]
  /// The contract: the thresholds of the scenario.
  public var criteria: [JUnitReport.Case]
  /// What the run is called, such as `jam on letter-sorter`.
  public var name: String
  /// The scenario's name, as a test suite is called.
  public var suite: String

  /// A protocol of a run.
  public init(
    _ report: AcceptanceReport, name: String, suite: String, facts: [(name: String, value: String)],
    inputs: [Input], criteria: [JUnitReport.Case]
  ) {
    self.report = report
    self.name = name
    self.suite = suite
    self.facts = facts
    self.inputs = inputs
    self.criteria = criteria
  }

  /// How the test went.
  public var verdict: Verdict {
    if criteria.contains(where: { $0.isJudged && !$0.isMet }) { return .notPassed }
    if criteria.isEmpty || criteria.contains(where: { !$0.isJudged }) || !report.hasEnded {
      return .notJudged
    }
    return .passed
  }

  /// The thresholds, and each function that should have been exercised, as test cases.
  public var junit: JUnitReport {
    let functions = report.functions.filter { !$0.calledForBy.isEmpty }.map { function in
      JUnitReport.Case(
        name: "exercised.\(function.group.rawValue).\(function.name)",
        wanted: "exercised, for \(function.calledForBy)",
        got: function.isExercised ? function.remark : "nothing", isMet: !function.isOpen,
        // That a function was not exercised is an open point of the test and no failure of the machine.
        isJudged: !function.isOpen)
    }
    return JUnitReport(
      suite: suite, cases: criteria + functions, properties: facts.filter { !$0.value.isEmpty },
      skipped: "not exercised, or the run was cut short")
  }
}
