/// What a port found out about its machine before it drives: a table of checks.
public struct PreflightReport: Hashable, Sendable {
  /// The checks in the order in which they were made.
  public private(set) var checks: [Check] = []

  /// An empty report.
  public init() {}

  /// Whether the machine may be driven: no check failed.
  public var passes: Bool { !checks.contains { $0.verdict == .failed } }

  /// One check.
  public struct Check: Hashable, Sendable {
    /// What was looked at, such as `interface version`.
    public var name: String
    /// What it should be.
    public var wanted: String
    /// What it is.
    public var found: String
    /// What follows.
    public var verdict: Verdict
    /// What to do about it; empty where it is right.
    public var advice: String
  }

  /// What follows from a check.
  public enum Verdict: String, CaseIterable, Sendable {
    /// It is as it should be.
    case passed
    /// The machine can be driven, and somebody should know.
    case warned
    /// The machine must not be driven.
    case failed
  }

  /// Adds a check, or replaces the one of the same name.
  mutating func note(
    _ name: String, wanted: String, found: String, _ verdict: Verdict, advice: String = ""
  ) {
    let check = Check(
      name: name, wanted: wanted, found: found, verdict: verdict, advice: verdict == .passed ? "" : advice)
    if let place = checks.firstIndex(where: { $0.name == name }) {
      checks[place] = check
    } else {
      checks.append(check)
    }
  }

  /// Adds a check that either passes or fails; answers whether it passed.
  @discardableResult
  mutating func require(_ holds: Bool, _ name: String, wanted: String, found: String, advice: String) -> Bool
  {
    note(name, wanted: wanted, found: found, holds ? .passed : .failed, advice: advice)
    return holds
  }
}
