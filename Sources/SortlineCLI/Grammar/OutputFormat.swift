/// In which form a command prints its result on standard output.
enum OutputFormat: String, CaseIterable {
  /// Tables for people.
  case text
  /// JSON for programs.
  case json
  /// JUnit XML for CI systems.
  case junit

  /// The option that names a form; `--json` says the same as `--format json`.
  static let option = OptionSpec(
    "format", value: "FORM", "Print the result in this form.", standard: "text",
    completion: .choices(allCases.map(\.rawValue)))

  /// The form that a command line asks for.
  init(_ line: ParsedCommand) throws(UsageError) {
    guard let name = line.text("format") else {
      self = line.has("json") ? .json : .text
      return
    }
    // The grammar lets no other word through.
    self = Self(rawValue: name) ?? .text
    if line.has("json"), self != .json {
      throw UsageError(
        "--json and --format \(rawValue) contradict each other", advice: "Give one of them.",
        command: line.spec.name)
    }
  }
}
