import EventRecords
import Quantities
import SorterModel

/// Reads inputs.jsonl: what a run's dispatcher heard, line by line, each against its checksum.
///
/// A last line without its line end is a torn tail: what a crash leaves. It is noted in `tornBytes` and the
/// file counts as ended before it. Any other line that is wrong ends the reading, with its place: what
/// follows a gap is nothing to replay. One thread at a time.
public final class InputLineReader {
  /// What stands next in the file.
  public enum Found: Sendable {
    /// An input, or a mark with the digest over all directives so far.
    case record(EventRecord)
    /// A line that cannot be used, and why.
    case damaged(Diagnostic)
    /// The end of the file, or of what a crash left whole.
    case end
  }

  /// How messages name the file.
  public let name: String
  /// How many lines were read so far.
  public private(set) var lines = 0
  /// The run it belongs to.
  public private(set) var runID = ""
  /// How many bytes of an unfinished last line there are; 0 where the file ends with a whole line.
  public private(set) var tornBytes = 0
  // Nil where the inputs are in memory.
  private let file: OpenFile?
  private let window: ByteWindow
  private let kinds: [InputLineScanner.KindName]
  private var chain = LineChecksum()
  private var wantsHeader = true
  private var wholeLines = 0
  private var wholeSum: UInt32 = 0

  /// Opens the inputs at `path`.
  public init(path: String, shownAs name: String? = nil) throws(InvalidInput) {
    self.name = name ?? path
    let file = try OpenFile(log: path, shownAs: self.name)
    self.file = file
    window = ByteWindow(file, capacity: EventLineReader.lineLimit)
    kinds = InputLineScanner.kindNames
  }

  /// The same of inputs that are in memory.
  public init(bytes: [UInt8], shownAs name: String) {
    self.name = name
    file = nil
    window = ByteWindow(bytes, name: name)
    kinds = InputLineScanner.kindNames
  }

  /// Where in the file the next line begins.
  public var byteOffset: Int { window.fileOffset + window.start }

  /// Behind the lines that were read: where the log can be gone on with.
  ///
  /// Nil where more than its last file would have to be cut.
  public var place: LogPlace? {
    window.logPlace.map {
      LogPlace(segments: $0.segments, bytes: $0.bytes, number: max(0, wholeLines - 1), checksum: wholeSum)
    }
  }

  /// How much of the journal was safe by the lines that follow, whatever their checksums: the last that says so.
  ///
  /// For after damage: what it touches and what was safe cannot both be what a power cut leaves. Reads to the end.
  public func safeBeyond() throws(InvalidInput) -> (events: Int, inputs: Int) {
    var safe = (events: 0, inputs: 0)
    while true {
      let start = window.start
      guard let end = window.lineEnd(from: start) else {
        if try window.refill() { continue }
        if window.start == window.end || window.isLast { return safe }
        // No line of ours is so long.
        window.consume(to: window.end)
        continue
      }
      let line = unsafe UnsafeRawBufferPointer(start: window.base + start, count: end - start)
      window.consume(to: end + 1)
      guard unsafe LineChecksum.ends(line, with: .input) else { continue }
      var scanner = unsafe InputLineScanner(line, end: end - start - LineChecksum.Ending.input.count)
      guard let record = scanner.record(kinds), record.inputKind == .safe, record.kind == .inputHeard
      else { continue }
      safe = (max(safe.events, Int(clamping: record.a)), max(safe.inputs, Int(clamping: record.b)))
    }
  }

  /// The next input.
  public func next() throws(InvalidInput) -> Found {
    while true {
      let start = window.start
      guard let end = window.lineEnd(from: start) else {
        if try window.refill() { continue }
        if window.start == window.end { return .end }
        if !window.isLast {
          return damaged(start, start, "a line of at most \(EventLineReader.lineLimit) bytes")
        }
        tornBytes = window.end - window.start
        return .end
      }
      lines += 1
      if wantsHeader {
        if let damage = readHeader(start, end) {
          lines -= 1
          return .damaged(damage)
        }
        wantsHeader = false
        pass(end)
        continue
      }
      let found = read(start, end)
      // A damaged line stays where it is: what stands before it is where the log can be gone on with.
      if case .record = found { pass(end) } else { lines -= 1 }
      return found
    }
  }

  /// The inputs of the whole lines that are in memory, as far as they are sound: the fast way.
  ///
  /// None where `next` has to say what stands next: damage, or the end.
  public func nextBatch(into batch: inout InputBatch) throws(InvalidInput) {
    batch.removeAll()
    while window.lineEnd(from: window.start) == nil { guard try window.refill() else { return } }
    if wantsHeader {
      // The first line, and what follows it, one by one.
      if case .record(let record) = try next() { batch.append(record) }
      return
    }
    let text = unsafe UnsafeRawBufferPointer(
      start: window.base + window.start, count: window.end - window.start)
    var place = InputBatch.Place(number: UInt64(lines), checksum: chain.value)
    let bytes = unsafe batch.take(text, from: &place, kinds: kinds)
    if batch.count > 0 { advance(to: window.start + bytes, place, batch.count) }
  }

  /// Where lines can be read in stretches, from the next one on; nil before the header was read, and in memory.
  public func cutter(stretchBytes: Int = InputStretch.bytes) -> InputCutter? {
    guard !wantsHeader, let file else { return nil }
    return InputCutter(
      file, from: byteOffset, checksum: wholeSum, stretchBytes: stretchBytes)
  }

  /// Goes on behind the sound lines of a stretch that begins where the next line does.
  ///
  /// - Returns: whether they follow what was read; where they do not, `next` says what is wrong.
  public func pass(_ stretch: InputStretch) -> Bool {
    guard stretch.offset == byteOffset, stretch.number == UInt64(lines) else { return false }
    window.move(to: stretch.offset + stretch.soundBytes)
    advance(to: window.start, stretch.end, stretch.batch.count)
    return true
  }

  private func advance(to start: Int, _ place: InputBatch.Place, _ count: Int) {
    window.consume(to: start)
    lines += count
    wholeLines = lines
    wholeSum = place.checksum
    chain = LineChecksum(value: wholeSum)
  }

  @inline(__always)
  private func pass(_ end: Int) {
    window.consume(to: end + 1)
    wholeLines = lines
    wholeSum = chain.value
  }

  private func readHeader(_ start: Int, _ end: Int) -> Diagnostic? {
    let line = unsafe UnsafeRawBufferPointer(start: window.base + start, count: end - start)
    guard unsafe chain.take(line, ending: .event) else {
      return diagnostic(start, start, "the first line with its checksum")
    }
    let text = unsafe String(decoding: line, as: UTF8.self)
    let key = "{\"schema_version\":1,\"run_id\":\""
    guard text.hasPrefix(key) else { return diagnostic(start, start, "schema_version 1 and a run_id") }
    runID = String(text.dropFirst(key.count).prefix { $0 != "\"" })
    return nil
  }

  @inline(__always)
  private func read(_ start: Int, _ end: Int) -> Found {
    let line = unsafe UnsafeRawBufferPointer(start: window.base + start, count: end - start)
    guard unsafe chain.take(line, ending: .input) else {
      return damaged(start, start, "a line whose checksum fits it and all lines above")
    }
    var scanner = unsafe InputLineScanner(line, end: end - start - LineChecksum.Ending.input.count)
    guard let record = scanner.record(kinds) else {
      return damaged(start, start + scanner.at, scanner.expected.description)
    }
    // The first line is the header: inputs are counted from the second.
    guard scanner.number == UInt64(lines - 1) else {
      return damaged(start, start + 1, "the number \(lines - 1)")
    }
    return .record(record)
  }

  private func damaged(_ start: Int, _ place: Int, _ expected: String) -> Found {
    .damaged(diagnostic(start, place, expected))
  }

  private func diagnostic(_ start: Int, _ place: Int, _ expected: String) -> Diagnostic {
    let shown = (start..<min(window.end, start + 120)).map { window[$0] }.prefix { $0 != 0x0A }
    return Diagnostic(
      file: name, line: max(1, lines), column: place - start + 1,
      "the line is not a whole input, at \(window.place(of: start))",
      found: quoted(bytes: Array(shown)),
      expected: expected)
  }
}
