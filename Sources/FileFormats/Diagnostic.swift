/// One thing to say about one place in a file: what was found, what was expected, the nearest right name.
public struct Diagnostic: Hashable, Sendable {
  /// How bad it is.
  public enum Severity: String, Sendable, CaseIterable {
    /// The file cannot be used as it is.
    case error
    /// The file can be used, and probably does not do what its writer meant.
    case warning
    /// Something worth knowing.
    case note
  }

  /// How bad it is.
  public var severity: Severity
  /// The file, named as the person who asked for it would name it.
  public var file: String
  /// The line from 1; 0 where the matter is not one of a place in the file.
  public var line: Int
  /// The column from 1, counted in Unicode scalars; 0 where there is none.
  public var column: Int
  /// What is the matter, as a sentence without its full stop.
  public var message: String
  /// What stands there, ready for printing (texts already quoted and escaped).
  public var found: String?
  /// What should stand there.
  public var expected: String?
  /// The known name that is nearest to the one found.
  public var suggestion: String?

  /// A diagnostic; line and column 0 mean that it is about the file as a whole.
  public init(
    _ severity: Severity = .error, file: String, line: Int = 0, column: Int = 0, _ message: String,
    found: String? = nil, expected: String? = nil, suggestion: String? = nil
  ) {
    self.severity = severity
    self.file = file
    self.line = line
    self.column = column
    self.message = message
    self.found = found
    self.expected = expected
    self.suggestion = suggestion
  }
}

extension Diagnostic: CustomStringConvertible {
  /// One line: `file:line:column: error: message (found X, expected Y; did you mean "Z"?)`.
  public var description: String {
    var text = printable(file, limit: 240)
    if line > 0 { text += ":\(line)" }
    if line > 0 && column > 0 { text += ":\(column)" }
    text += ": \(severity.rawValue): \(message)"
    var remarks: [String] = []
    if let found { remarks.append("found \(found)") }
    if let expected { remarks.append("expected \(expected)") }
    var inner = remarks.joined(separator: ", ")
    if let suggestion {
      if !inner.isEmpty { inner += "; " }
      inner += "did you mean \(quoted(suggestion))?"
    }
    if !inner.isEmpty { text += " (\(inner))" }
    return text
  }
}

/// Input that cannot be used, with everything that is wrong with it.
public struct InvalidInput: Error, Hashable, Sendable {
  /// Which of the sysexits codes fits.
  public enum Category: Int32, Sendable, CaseIterable {
    /// What a file says is wrong.
    case badData = 65
    /// A file is not there, or cannot be read.
    case noInput = 66
    /// Files that are each right do not fit together, or a file may not be named from where it is named.
    case configuration = 78
  }

  /// Everything found, in the order of files and places.
  public var diagnostics: [Diagnostic]
  /// What kind of failure it is; its raw value is the exit code.
  public var category: Category

  /// How many diagnostics of one file are printed before the rest are only counted.
  public static let shownPerFile = 100

  /// A failure with these diagnostics.
  public init(_ diagnostics: [Diagnostic], category: Category) {
    self.diagnostics = diagnostics
    self.category = category
  }

  /// The exit code that sysexits gives for it.
  public var exitCode: Int32 { category.rawValue }
}

extension InvalidInput: CustomStringConvertible {
  /// One line a diagnostic, at most 100 a file, then how many more there are.
  public var description: String {
    var files: [String] = []
    var counts: [String: Int] = [:]
    var lines: [String: [String]] = [:]
    for diagnostic in diagnostics {
      let count = counts[diagnostic.file, default: 0]
      if count == 0 { files.append(diagnostic.file) }
      counts[diagnostic.file] = count + 1
      if count < Self.shownPerFile { lines[diagnostic.file, default: []].append(diagnostic.description) }
    }
    for file in files {
      let more = counts[file, default: 0] - Self.shownPerFile
      if more > 0 { lines[file]?.append("\(printable(file, limit: 240)): and \(more) more") }
    }
    return files.flatMap { lines[$0] ?? [] }.joined(separator: "\n")
  }
}

/// Gathers what is wrong while files are read, so that everything is said at once.
final class Issues {
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var category: InvalidInput.Category?
  /// Beyond this many, diagnostics are counted no more: a hostile file must not fill the memory.
  static let limit = 1_000

  /// Whether what is added now is left out.
  var isFull: Bool { diagnostics.count >= Self.limit }

  /// Whether an error is among them.
  var failed: Bool { category != nil }

  func add(_ diagnostic: Diagnostic, as category: InvalidInput.Category = .badData) {
    if diagnostic.severity == .error { self.category = self.category ?? category }
    if diagnostics.count < Self.limit {
      diagnostics.append(diagnostic)
    } else if diagnostics.count == Self.limit {
      diagnostics.append(Diagnostic(.note, file: diagnostic.file, "there is more than is counted here"))
    }
  }

  func add(_ failure: InvalidInput) {
    for diagnostic in failure.diagnostics { add(diagnostic, as: failure.category) }
  }

  /// The diagnostics that do not keep the input from being used.
  var remarks: [Diagnostic] { ordered.filter { $0.severity != .error } }

  /// Everything, file by file as they were read, and in each by its place.
  var ordered: [Diagnostic] {
    var files: [String: Int] = [:]
    for diagnostic in diagnostics where files[diagnostic.file] == nil { files[diagnostic.file] = files.count }
    let places = diagnostics.enumerated().map { index, diagnostic in
      (files[diagnostic.file] ?? 0, diagnostic.line, diagnostic.column, index)
    }
    return places.sorted { $0 < $1 }.map { diagnostics[$0.3] }
  }

  func throwIfFailed() throws(InvalidInput) {
    if let category { throw InvalidInput(ordered, category: category) }
  }
}
