/// A Swift source split into what the compiler runs and what it only carries.
///
/// Both views keep every line break and every column, so a position in one is a position in the other.
struct ScannedSource {
  /// The source with comments and the text of string literals blanked; interpolated code stays.
  var code: [UInt8]
  /// The source with comments blanked and string literals kept.
  var withStrings: [UInt8]
  /// The source as it was written.
  var text: [UInt8]

  /// Scans `source`; an unfinished literal or comment runs to the end.
  init(_ source: String) {
    text = Array(source.utf8)
    var scanner = Scanner(text: text)
    scanner.run()
    code = scanner.code
    withStrings = scanner.withStrings
  }

  /// The lines of the code view.
  var codeLines: [String] { Self.lines(code) }
  /// The lines of the view that keeps strings.
  var linesWithStrings: [String] { Self.lines(withStrings) }
  /// The lines as they were written.
  var textLines: [String] { Self.lines(text) }

  private static func lines(_ bytes: [UInt8]) -> [String] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}

/// Walks the bytes once, knowing only comments, string literals and interpolation.
private struct Scanner {
  let text: [UInt8]
  var code: [UInt8]
  var withStrings: [UInt8]
  var at = 0

  init(text: [UInt8]) {
    self.text = text
    code = text
    withStrings = text
  }

  mutating func run() {
    while at < text.count { codeStep() }
  }

  /// Steps over one comment, one literal or one byte of code.
  private mutating func codeStep() {
    if starts("//") {
      while at < text.count, text[at] != UInt8(ascii: "\n") { blank(comment: true) }
    } else if starts("/*") {
      blockComment()
    } else if let quote = openingQuote() {
      literal(hashes: quote.hashes, long: quote.long)
    } else {
      at += 1
    }
  }

  private mutating func blockComment() {
    var depth = 0
    repeat {
      if starts("/*") {
        depth += 1
        blank(comment: true)
      } else if starts("*/") {
        depth -= 1
        blank(comment: true)
      }
      if at < text.count { blank(comment: true) }
    } while depth > 0 && at < text.count
  }

  /// The kind of string literal that begins here, if one does.
  private func openingQuote() -> (hashes: Int, long: Bool)? {
    var hashes = 0
    while at + hashes < text.count, text[at + hashes] == UInt8(ascii: "#") { hashes += 1 }
    guard at + hashes < text.count, text[at + hashes] == UInt8(ascii: "\"") else { return nil }
    return (hashes, matches("\"\"\"", at: at + hashes))
  }

  private mutating func literal(hashes: Int, long: Bool) {
    let fence = String(repeating: "#", count: hashes)
    let close = (long ? "\"\"\"" : "\"") + fence
    let escape = "\\" + fence
    at += hashes + (long ? 3 : 1)
    while at < text.count {
      if starts(close) {
        at += close.utf8.count
        return
      } else if starts(escape + "(") {
        at += escape.utf8.count + 1
        interpolation()
      } else if starts(escape) {
        for _ in 0..<escape.utf8.count { blank(comment: false) }
        if at < text.count { blank(comment: false) }
      } else if !long && text[at] == UInt8(ascii: "\n") {
        return
      } else {
        blank(comment: false)
      }
    }
  }

  private mutating func interpolation() {
    var depth = 1
    while at < text.count && depth > 0 {
      if text[at] == UInt8(ascii: "(") { depth += 1 }
      if text[at] == UInt8(ascii: ")") { depth -= 1 }
      codeStep()
    }
  }

  private mutating func blank(comment: Bool) {
    if text[at] != UInt8(ascii: "\n") {
      code[at] = UInt8(ascii: " ")
      if comment { withStrings[at] = UInt8(ascii: " ") }
    }
    at += 1
  }

  private func starts(_ word: String) -> Bool { matches(word, at: at) }

  private func matches(_ word: String, at start: Int) -> Bool {
    var place = start
    for byte in word.utf8 {
      guard place < text.count, text[place] == byte else { return false }
      place += 1
    }
    return true
  }
}
