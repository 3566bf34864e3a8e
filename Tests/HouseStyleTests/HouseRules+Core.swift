import Foundation

extension HouseRules {
  /// What would make the core's decisions depend on anything but their inputs.
  static func coreFaults(in file: SourceFile) -> [String] {
    let words: [(String, Set<String>)] = [
      (
        "floating point",
        ["Float", "Double", "CGFloat", "Float16", "Float32", "Float64", "Float80", "Decimal"]
      ),
      (
        "a clock",
        [
          "Date", "ContinuousClock", "SuspendingClock", "DispatchTime", "DispatchWallTime", "clock_gettime",
          "gettimeofday", "CFAbsoluteTimeGetCurrent", "clock", "mach_absolute_time", "timespec_get",
        ]
      ),
      (
        "unseeded randomness",
        [
          "SystemRandomNumberGenerator", "random", "randomElement", "shuffle", "shuffled", "arc4random",
          "rand",
          "drand48", "getrandom", "UUID", "Hasher", "hashValue",
        ]
      ),
      (
        "the file system or the environment", ["FileManager", "FileHandle", "ProcessInfo", "fopen", "getenv"]
      ),
    ]
    var faults: [String] = []
    let found = tokens(of: file.source)
    for (index, token) in found.enumerated() {
      for (what, banned) in words where banned.contains(token.word) {
        if isSeeded(found, at: index) || isOnlyNamed(found, at: index) { continue }
        faults.append("\(file.path):\(token.line): \(what) in the core: \(token.word)")
      }
      if isDecimalFraction(found, at: index) {
        faults.append("\(file.path):\(token.line): a floating-point literal in the core")
      }
    }
    return faults + unorderedWalks(in: file)
  }

  /// Whether the call at `index` is handed a generator: `random(in: range, using: &stream)`.
  private static func isSeeded(_ found: [CodeToken], at index: Int) -> Bool {
    guard ["random", "randomElement", "shuffle", "shuffled"].contains(found[index].word) else { return false }
    var depth = 0
    for token in found[(index + 1)...] {
      if token.word == "(" { depth += 1 }
      if token.word == ")" { depth -= 1 }
      if token.word == "using" { return true }
      if depth == 0 { return false }
    }
    return false
  }

  /// Whether the word names something of the project's own, or is the type that `Hashable` asks for.
  ///
  /// Small words (`random`, `clock`) are taken for the forbidden functions only where they are called.
  private static func isOnlyNamed(_ found: [CodeToken], at index: Int) -> Bool {
    let before = index > 0 ? found[index - 1].word : ""
    let isCalled = index + 1 < found.count && found[index + 1].word == "("
    if found[index].word == "Hasher" { return before == "inout" }
    if found[index].word == "hashValue" { return before != "." }
    if found[index].word.first?.isLowercase == true, !isCalled { return true }
    return ["func", "var", "let", "case", "struct", "enum"].contains(before)
  }

  private static func isDecimalFraction(_ found: [CodeToken], at index: Int) -> Bool {
    guard index + 2 < found.count, found[index + 1].word == ".", found[index].line == found[index + 2].line
    else {
      return false
    }
    if index > 0, found[index - 1].word == "." { return false }  // a tuple in a tuple: pair.0.1
    return [found[index].word, found[index + 2].word].allSatisfy {
      $0.first?.isASCII == true && $0.first!.isNumber
    }
  }

  /// Walks over dictionaries and sets, whose order changes from run to run, found by the names they are given.
  ///
  /// Best effort: a name counts in the file that declares it; `.keys.sorted()` and `.sorted` are in order.
  static func unorderedWalks(in file: SourceFile) -> [String] {
    let code = String(decoding: file.source.code, as: UTF8.self)
    let declared = [
      /\b(\w+)\s*:\s*(?:inout\s+)?\[\s*[\w.]+\s*:\s*[^\]]+\]/,
      /\b(\w+)\s*:\s*(?:inout\s+)?(?:Set|Dictionary)\s*</,
      /\b(?:let|var)\s+(\w+)\s*=\s*(?:Set|Dictionary)\s*[<(]/,
      /\b(?:let|var)\s+(\w+)\s*=\s*\[\s*[\w.]+\s*:\s*[\w.]+\s*\]\s*\(/,
    ]
    let names = Set(declared.flatMap { pattern in code.matches(of: pattern).map { String($0.1) } })
    var faults: [String] = []
    for (index, line) in file.source.codeLines.enumerated() {
      for name in names.sorted() where walks(over: name, in: line) {
        faults.append("\(file.path):\(index + 1): a walk over \(name), which has no order of its own")
      }
    }
    return faults
  }

  private static func walks(over name: String, in line: String) -> Bool {
    guard line.contains(name) else { return false }
    let methods =
      "keys|values|map|flatMap|compactMap|compactMapValues|forEach|reduce|first|filter|min|max|enumerated"
    guard
      let loop = try? Regex(
        "\\bin\\s+(?:self\\.)?\(name)(?:\\.(?:keys|values|enumerated\\(\\)))?\\s*(?:where\\b|\\{)"),
      let call = try? Regex("(?:^|[^\\w.])(?:self\\.)?\(name)\\.(?:\(methods))\\b(?!\\s*\\.sorted)"),
      let array = try? Regex("\\bArray\\((?:self\\.)?\(name)\\)")
    else { return true }
    return [loop, call, array].contains { line.contains($0.wordBoundaryKind(.simple)) }
  }
}
