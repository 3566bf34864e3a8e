import EventRecords

/// Reads events.jsonl line by line in constant memory, fast enough to look through 100 MB in a second.
///
/// A last line without its line end is a torn tail: it is reported as damage and nothing after it is
/// expected. Any other line that is not an event is reported with its place and stepped over, never
/// skipped in silence. One thread at a time.
public final class EventLineReader {
  /// What stands next in the file.
  public enum Found: Sendable {
    /// An event.
    case event(EventLine)
    /// A line that is none, and why.
    case damaged(Diagnostic)
    /// The end of the file.
    case end
  }

  /// How messages name the file.
  public let name: String
  /// How many lines were read so far.
  public private(set) var lines = 0
  /// Whether the file ends inside a line, as a crash leaves it.
  public private(set) var isTorn = false
  /// Whether the lines read so far bore checksums; known only where those are checked.
  public var hasChecksums: Bool { hasSums }
  /// The longest line, in bytes.
  public static let lineLimit = 1 << 20
  let window: ByteWindow
  let names = OutlineScanner.Names()
  /// Where in the window the line stands that was read last in outline.
  var last = 0..<0
  private let checksSums: Bool
  private var chain = LineChecksum()
  private var hasSums = false

  /// Opens the journal at `path`.
  ///
  /// - Parameter checkingSums: whether a line whose checksum does not fit it and all lines above is damage.
  ///   Journals of sortline before 0.3 have none, and are read as they are.
  public init(path: String, shownAs name: String? = nil, checkingSums: Bool = false) throws(InvalidInput) {
    checksSums = checkingSums
    self.name = name ?? path
    window = ByteWindow(try OpenFile(log: path, shownAs: self.name), capacity: Self.lineLimit)
  }

  /// The same of a journal that is in memory.
  public init(bytes: [UInt8], shownAs name: String, checkingSums: Bool = false) {
    checksSums = checkingSums
    self.name = name
    window = ByteWindow(bytes, name: name)
  }

  /// The next event.
  public func next() throws(InvalidInput) -> Found {
    while let line = try nextLine() {
      switch line {
      case .damage(let diagnostic): return .damaged(diagnostic)
      case .bytes(let start, let end): return read(start, end)
      }
    }
    return .end
  }

  /// The next event whose attribute `piece` is `piece`, or the next damaged line.
  ///
  /// Lines of other pieces are passed over without being taken apart.
  public func next(aboutPiece piece: UInt64) throws(InvalidInput) -> Found {
    let digits = Array(String(piece).utf8)
    while let line = try nextLine() {
      switch line {
      case .damage(let diagnostic): return .damaged(diagnostic)
      case .bytes(let start, let end):
        guard holds(digits, from: start, to: end) else { continue }
        if case .event(let event) = read(start, end) {
          if event["piece"] == String(piece) { return .event(event) }
        } else {
          return read(start, end)
        }
      }
    }
    return .end
  }

  /// Behind the lines that were read: where the log can be gone on with, if `number` is that of the last event.
  ///
  /// Nil where more than its last file would have to be cut.
  public func place(number: Int) -> LogPlace? {
    window.logPlace.map {
      LogPlace(segments: $0.segments, bytes: $0.bytes, number: number, checksum: chain.value)
    }
  }

  enum Line {
    case bytes(start: Int, end: Int)
    case damage(Diagnostic)
  }

  /// The next line that is not empty, stepped over.
  func nextLine() throws(InvalidInput) -> Line? {
    while true {
      let start = window.start
      if let end = window.lineEnd(from: start) {
        lines += 1
        window.consume(to: end + 1)
        if end > start { return checksSums ? checked(start, end) : .bytes(start: start, end: end) }
        continue
      }
      if try window.refill() { continue }
      if window.start == window.end { return nil }
      lines += 1
      defer { window.consume(to: window.end) }
      if !window.isLast {
        return .damage(damage("the line is too long", at: start, expected: "at most \(Self.lineLimit) bytes"))
      }
      isTorn = true
      return .damage(tornTail())
    }
  }

  /// The line, if its checksum fits; one without any fits where no line above has one.
  private func checked(_ start: Int, _ end: Int) -> Line {
    let line = unsafe UnsafeRawBufferPointer(start: window.base + start, count: end - start)
    let hasSum = unsafe LineChecksum.ends(line, with: .event)
    if !hasSum, !hasSums { return .bytes(start: start, end: end) }
    hasSums = true
    if unsafe hasSum && chain.take(line, ending: .event) { return .bytes(start: start, end: end) }
    return .damage(
      damage(
        "the line is not as it was written", at: start,
        found: hasSum ? "another checksum" : "no checksum",
        expected: "one that fits this line and all lines above"))
  }

  private func tornTail() -> Diagnostic {
    let zeros = (window.start..<window.end).allSatisfy { window[$0] == 0 }
    return damage(
      "the file ends inside a line", at: window.start,
      found: zeros
        ? "\(window.end - window.start) zero bytes" : "\(window.end - window.start) bytes without a line end",
      expected: "whole lines; this tail was torn off")
  }

  /// A diagnostic about the line that begins at `start`, where it goes wrong at `place`.
  private func damage(
    _ message: String, at start: Int, to place: Int? = nil, found: String? = nil, expected: String? = nil
  ) -> Diagnostic {
    var column = 1
    for at in start..<max(start, place ?? start) where window[at] & 0xC0 != 0x80 { column += 1 }
    return Diagnostic(
      file: name, line: lines, column: column, "\(message), at \(window.place(of: start))",
      found: found,
      expected: expected)
  }

  /// Whether `"piece":` and these digits stand between two places of the window.
  private func holds(_ digits: [UInt8], from start: Int, to end: Int) -> Bool {
    let base = unsafe window.base
    var at = start
    while at + 8 + digits.count < end {
      guard unsafe base.loadUnaligned(fromByteOffset: at, as: UInt64.self) == Self.pieceKey else {
        at += 1
        continue
      }
      at += 8
      let matches = digits.indices.allSatisfy { window[at + $0] == digits[$0] }
      // A longer number may begin with the wanted one: what follows must not be a digit.
      let next = window[at + digits.count]
      if matches && (next < 0x30 || next > 0x39) { return true }
    }
    return false
  }

  /// The eight bytes `"piece":` as a word in memory.
  private static let pieceKey = UInt64(littleEndian: 0x3A22_6563_6569_7022)

  func read(_ start: Int, _ end: Int) -> Found {
    if let bad = invalidText(start, end) {
      return .damaged(
        damage(
          "the line is not text", at: start, to: bad, found: "the byte 0x\(hex(window[bad]))",
          expected: "UTF-8"))
    }
    var scanner = EventLineScanner(window: window, at: start, end: end)
    guard var event = scanner.event() else {
      let line = quoted(bytes: (start..<min(end, start + 240)).map { window[$0] })
      return .damaged(
        damage("the line is not an event", at: start, to: scanner.at, found: line, expected: scanner.expected)
      )
    }
    event.line = lines
    event.byteOffset = window.fileOffset + start
    return .event(event)
  }

  /// Where the line's first byte stands that is not UTF-8; nil if all of them are.
  private func invalidText(_ start: Int, _ end: Int) -> Int? {
    let base = unsafe window.base
    var high: UInt64 = 0
    var at = start
    while at &+ 8 <= end {
      high |= unsafe base.loadUnaligned(fromByteOffset: at, as: UInt64.self)
      at &+= 8
    }
    while at < end {
      high |= UInt64(window[at])
      at &+= 1
    }
    guard high & Bytes.high != 0 else { return nil }
    let bytes = unsafe UnsafeRawBufferPointer(start: base + start, count: end - start)
    return unsafe firstInvalidUTF8(bytes).map { start + $0 }
  }
}
