/// A function, initialiser, subscript or property with code of its own, and the lines it takes.
struct FunctionSpan: Equatable {
  /// Its keyword and name, such as `func step`.
  var name: String
  /// The line it begins on, from 1.
  var line: Int
  /// Its lines, from its keyword to its closing brace.
  var length: Int
}

/// A word or a mark of code, and its line from 1.
struct CodeToken {
  var word: String
  var line: Int
}

/// Splits code whose comments and strings are blanked into words and single marks.
func tokens(of source: ScannedSource) -> [CodeToken] {
  var found: [CodeToken] = []
  var word: [UInt8] = []
  var line = 1
  func finish() {
    if !word.isEmpty { found.append(CodeToken(word: String(decoding: word, as: UTF8.self), line: line)) }
    word.removeAll(keepingCapacity: true)
  }
  for byte in source.code {
    let isWord = byte >= 0x80 || byte == UInt8(ascii: "_") || isAlphanumeric(byte)
    if isWord {
      word.append(byte)
      continue
    }
    finish()
    if byte == UInt8(ascii: "\n") {
      line += 1
    } else if byte > UInt8(ascii: " ") {
      found.append(CodeToken(word: String(UnicodeScalar(byte)), line: line))
    }
  }
  finish()
  return found
}

private func isAlphanumeric(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
    UInt8(ascii: "A")...UInt8(ascii: "Z"):
    true
  default: false
  }
}

/// Finds every function body: matches braces, and reads what stands before each opening one at its own level.
func functionSpans(in source: ScannedSource) -> [FunctionSpan] {
  var found: [FunctionSpan] = []
  var levels = [Level()]
  for token in tokens(of: source) {
    switch token.word {
    case "(", "[":
      levels.append(Level())
    case ")", "]":
      if levels.count > 1 { levels.removeLast() }
    case "{":
      let declared = declaration(endingHeader: levels[levels.count - 1].header)
      levels[levels.count - 1].header = []
      levels.append(Level(declares: declared))
    case "}":
      guard levels.count > 1 else { break }
      let closed = levels.removeLast()
      levels[levels.count - 1].header = []
      if let declared = closed.declares {
        let length = token.line - declared.line + 1
        found.append(FunctionSpan(name: declared.word, line: declared.line, length: length))
      }
    default:
      levels[levels.count - 1].header.append(token)
    }
  }
  return found.sorted { $0.line < $1.line }
}

/// What is open between a brace, bracket or parenthesis and its partner.
private struct Level {
  /// The tokens at this level since its last brace.
  var header: [CodeToken] = []
  /// The function whose body it is.
  var declares: CodeToken?
}

/// The function whose body opens after these tokens: that of the last declaring keyword, if it is one.
private func declaration(endingHeader header: [CodeToken]) -> CodeToken? {
  let functions: Set = ["func", "init", "deinit", "subscript", "var", "get", "set", "willSet", "didSet"]
  let others: Set = ["let", "struct", "class", "enum", "actor", "extension", "protocol", "case"]
  for index in header.indices.reversed() {
    let word = header[index].word
    let afterDot = index > 0 && header[index - 1].word == "."
    if afterDot { continue }
    if others.contains(word) { return nil }
    guard functions.contains(word) else { continue }
    let named = ["func", "var"].contains(word) && index + 1 < header.count
    return CodeToken(word: named ? "\(word) \(header[index + 1].word)" : word, line: header[index].line)
  }
  return nil
}
