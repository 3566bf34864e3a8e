import SorterModel

/// The machine and the plan of an earlier run, from the texts that its run.json keeps.
public enum RecordedMachine {
  /// The profile that a run was made with.
  ///
  /// - Parameter file: how messages name the text.
  public static func profile(_ text: String, file: String) throws(InvalidInput) -> HardwareProfile {
    let issues = Issues()
    let source = try SourceText(name: file, bytes: Array(text.utf8))
    let profile = ProfileReader.read(source, issues: issues)
    try issues.throwIfFailed()
    guard let profile else { throw InvalidInput(issues.ordered, category: .badData) }
    return profile
  }

  /// The plan that a run was made with: the rules in effect on the day it began.
  ///
  /// - Parameters:
  ///   - path: the plan's path at the time: its ending tells CSV from JSON5, its last part is its name.
  ///   - startsAt: when the run began, in seconds since 1970.
  public static func plan(_ text: String, path: String, startsAt: Int64) throws(InvalidInput) -> SortPlan {
    let issues = Issues()
    let source = try SourceText(name: path, bytes: Array(text.utf8))
    let name = FileSystem.lastPart(of: path).split(separator: ".").dropLast().joined(separator: ".")
    let dated = PlanReader(source: source, issues: issues).plan(named: name)
    try issues.throwIfFailed()
    guard let dated else { throw InvalidInput(issues.ordered, category: .badData) }
    let (plan, _) = Library().inEffect(dated, at: startsAt, path, issues)
    try issues.throwIfFailed()
    return plan
  }
}
