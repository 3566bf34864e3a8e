import FileFormats

/// What a file or folder given to `check` turns out to be.
package enum FileKind: Equatable, Sendable {
  /// A hardware profile: JSON5 with the keys of one.
  case profile
  /// A scenario: JSON5 with the keys of one, or the folder it lives in.
  case scenario
  /// A sort plan, CSV or JSON5.
  case plan
  /// A destination mix.
  case mix
  /// A mail file.
  case mail
  /// A register map.
  case registers
  /// A run directory.
  case run
  /// A study that people write.
  case study
  /// The directory of a study.
  case studyDirectory
  /// None of these; why, and what to give instead.
  case unknown(String)

  /// What it is, in words.
  package var words: String {
    switch self {
    case .profile: "hardware profile"
    case .scenario: "scenario"
    case .plan: "sort plan"
    case .mix: "destination mix"
    case .mail: "mail file"
    case .registers: "register map"
    case .run: "run directory"
    case .study: "study"
    case .studyDirectory: "study directory"
    case .unknown: "unknown"
    }
  }
}

/// A file to check: what the person called it, what it is, and the path that is read.
package struct CheckedFile {
  /// The path as it was given.
  package var given: String
  /// What it is.
  package var kind: FileKind

  /// Finds out by its content what stands at a path.
  package init(_ path: String) throws(CommandFailure) {
    given = path
    if let entries = folderEntries(path) {
      kind = Self.kind(ofFolder: entries)
      return
    }
    guard let head = readHead(path, limit: 1 << 16) else {
      // The loaders say best what is wrong with a path: the nearest name, no ordinary file, no permission.
      kind = path.hasSuffix(".csv") ? .mail : .scenario
      return
    }
    let text = String(decoding: head, as: UTF8.self)
    kind = Self.looksLikeJSON(text) ? Self.kind(ofJSON: text, path) : Self.kind(ofTable: text)
  }

  private static func kind(ofFolder entries: [String]) -> FileKind {
    if entries.contains("study.json") { return .studyDirectory }
    if entries.contains("run.json") || entries.contains("events.jsonl") { return .run }
    if entries.contains("scenario.json5") { return .scenario }
    if entries.contains("profile.json5") { return .profile }
    return .unknown("the folder holds no scenario.json5, no profile.json5 and no run.json")
  }

  /// The file as text, or its beginning where it is longer than any text may be; nil for what is no file.
  func text() throws(InvalidInput) -> SourceText? {
    if let bytes = readWhole(given, limit: SourceText.maximumBytes) {
      return try SourceText(name: given, bytes: bytes)
    }
    guard var head = readHead(given, limit: 1 << 16) else { return nil }
    // The last character may have been cut.
    while let last = head.last, last >= 0x80 { head.removeLast() }
    return try SourceText(name: given, bytes: head)
  }

  /// Whether a text begins as JSON5 does.
  static func looksLikeJSON(_ source: SourceText) -> Bool {
    looksLikeJSON(String(decoding: source.bytes.prefix(1 << 16), as: UTF8.self))
  }

  private static func looksLikeJSON(_ text: String) -> Bool {
    var rest = Substring(text)
    while true {
      rest = rest.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
      if rest.hasPrefix("//") {
        rest = rest.drop { !$0.isNewline }
      } else if rest.hasPrefix("/*") {
        guard let end = rest.firstRange(of: "*/") else { return true }
        rest = rest[end.upperBound...]
      } else {
        return rest.hasPrefix("{") || rest.hasPrefix("[")
      }
    }
  }

  /// The format that shares most of its own keys with the file.
  private static func kind(ofJSON text: String, _ path: String) -> FileKind {
    if text.contains("\"event_name\"") {
      return .unknown("this is an event log; give the run directory that holds it")
    }
    let words = Set(text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
    if words.contains("study_id") {
      return .unknown("this is a file of a study; give the directory that holds it")
    }
    if words.contains("run_id"), words.contains("inputs") || words.contains("throughput_per_hour") {
      return .unknown("this is a file of a run; give the run directory that holds it")
    }
    func score(_ keys: [String]) -> Int { keys.count { words.contains($0) } }
    let scores: [(FileKind, Int)] = [
      (.scenario, score(["mail", "arrivals", "expect", "seed", "faults", "duration_s", "profile", "plan"])),
      (
        .profile,
        score(["topology", "belt", "diverters", "bins", "scanner", "induction", "size_classes", "costs"])
      ),
      (.study, score(["scenario", "replications", "factors", "design", "random_numbers", "values", "key"])),
      (.plan, score(["rules", "kind", "match", "alternates", "valid_from"])),
    ]
    guard let best = scores.max(by: { $0.1 < $1.1 }), best.1 > 0 else {
      return .unknown("it has the keys of neither a profile nor a scenario, a plan or a study")
    }
    return best.0
  }

  /// The table that shares most of its columns with the file.
  private static func kind(ofTable text: String) -> FileKind {
    let lines = text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline)
    guard let header = lines.first(where: { !$0.hasPrefix("#") }) else {
      return .unknown("the file holds nothing but empty lines and comments")
    }
    let columns = Set(
      header.split { ",;\t".contains($0) }.map { $0.filter { $0 != "\"" && $0 != " " && $0 != "\u{FEFF}" } })
    if columns.contains("run_id") {
      return .unknown("this is a file of a run; give the run directory that holds it")
    }
    if columns.contains("destination"), columns.contains("weight"), !columns.contains("arrived_at") {
      return .mix
    }
    if columns.contains("name"),
      columns.contains(FormatKeys.referenceColumn) || columns.isSuperset(of: ["table", "address"])
    {
      return .registers
    }
    let mail = FormatKeys.mailColumns.count { columns.contains($0) }
    let plan = FormatKeys.planColumns.count { columns.contains($0) }
    if plan > mail { return .plan }
    if mail > 0 { return .mail }
    return .unknown(
      "its first line is no header of a mail file, a plan or a mix: '\(printable(header))'")
  }
}

/// The first bytes of an ordinary file; nil if it cannot be read.
private func readHead(_ path: String, limit: Int) -> [UInt8]? {
  readWhole(path, limit: .max, upTo: limit)
}
