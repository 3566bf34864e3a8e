/// The whole text of a small input file, with the way from a byte to its line and column.
public struct SourceText: Sendable {
  /// The file's name as messages show it.
  public let name: String
  /// The file's bytes, a byte order mark included.
  public let bytes: [UInt8]
  /// The first byte after a byte order mark.
  let start: Int
  /// Where each line begins (the first after a byte order mark), and places every 4 KiB on long lines.
  private let marks: [Mark]

  /// A byte whose line and column are known, so that no position costs more than a short count.
  private struct Mark {
    var offset: Int
    var line: Int
    var column: Int
  }

  /// The most bytes a text may have: 64 MiB.
  public static let maximumBytes = 64 << 20

  /// A text in memory; errors are empty, too large, not UTF-8, or a NUL byte (a binary file).
  public init(name: String, bytes: [UInt8]) throws(InvalidInput) {
    self.name = name
    self.bytes = bytes
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    self.start = start
    var mark = Mark(offset: start, line: 1, column: 1)
    var marks = [mark]
    var nul: Int?
    for offset in start..<bytes.count {
      let byte = bytes[offset]
      if byte == 0x0A || (byte == 0x0D && (offset + 1 == bytes.count || bytes[offset + 1] != 0x0A)) {
        mark = Mark(offset: offset + 1, line: mark.line + 1, column: 1)
        marks.append(mark)
        continue
      }
      if byte & 0xC0 != 0x80 { mark.column += 1 }
      if offset + 1 - marks[marks.count - 1].offset == 4096 {
        mark.offset = offset + 1
        marks.append(mark)
      }
      if byte == 0 && nul == nil { nul = offset }
    }
    self.marks = marks
    if bytes.count > Self.maximumBytes {
      throw fault("the file is too large", at: 0, found: "\(bytes.count) bytes", expected: "at most 64 MiB")
    }
    if bytes.count == start {
      throw fault("the file is empty", at: start)
    }
    if let nul {
      throw fault("the file is not text", at: nul, found: "a NUL byte", expected: "UTF-8 text")
    }
    if let bad = firstInvalidUTF8(bytes) {
      throw fault(
        "the text is not UTF-8", at: bad, found: "the byte 0x\(hex(bytes[bad]))", expected: "UTF-8 text")
    }
  }

  /// The line and column of the byte at `offset`, both from 1; columns count Unicode scalars.
  public func position(at offset: Int) -> (line: Int, column: Int) {
    var low = 0
    var high = marks.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if marks[middle].offset <= offset { low = middle } else { high = middle }
    }
    let mark = marks[low]
    var column = mark.column
    for at in mark.offset..<max(mark.offset, min(offset, bytes.count)) where bytes[at] & 0xC0 != 0x80 {
      column += 1
    }
    return (mark.line, column)
  }

  /// A diagnostic about the byte at `offset`.
  public func diagnostic(
    _ severity: Diagnostic.Severity = .error, at offset: Int, _ message: String, found: String? = nil,
    expected: String? = nil, suggestion: String? = nil
  ) -> Diagnostic {
    let (line, column) = position(at: offset)
    return Diagnostic(
      severity, file: name, line: line, column: column, message, found: found, expected: expected,
      suggestion: suggestion)
  }

  private func fault(
    _ message: String, at offset: Int, found: String? = nil, expected: String? = nil
  ) -> InvalidInput {
    InvalidInput([diagnostic(at: offset, message, found: found, expected: expected)], category: .badData)
  }
}

/// Where the first byte stands that is not part of well-formed UTF-8 (Unicode 15, table 3-7); nil if all is well.
func firstInvalidUTF8<Text: RandomAccessCollection<UInt8>>(_ bytes: Text) -> Int? where Text.Index == Int {
  var at = 0
  while at < bytes.count {
    let lead = bytes[at]
    if lead < 0x80 {
      at += 1
      continue
    }
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    case 0xF1...0xF3: length = 4
    default: return at
    }
    guard at + 1 < bytes.count, second.contains(bytes[at + 1]) else { return at }
    for place in 2..<max(2, length) {
      guard at + place < bytes.count, bytes[at + place] & 0xC0 == 0x80 else { return at }
    }
    at += length
  }
  return nil
}
