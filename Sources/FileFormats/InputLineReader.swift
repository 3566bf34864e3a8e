import Checksums
import EventRecords
import Glibc
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
  private let window: ByteWindow
  private let kinds: [InputLineScanner.KindName]
  private var chain = LineChecksum()
  private var wantsHeader = true
  private var wholeLines = 0
  private var wholeSum: UInt32 = 0

  /// Opens the inputs at `path`.
  public init(path: String, shownAs name: String? = nil) throws(InvalidInput) {
    self.name = name ?? path
    window = ByteWindow(try OpenFile(log: path, shownAs: self.name), capacity: EventLineReader.lineLimit)
    kinds = InputKind.allCases.map { InputLineScanner.KindName($0) }
  }

  /// The same of inputs that are in memory.
  public init(bytes: [UInt8], shownAs name: String) {
    self.name = name
    window = ByteWindow(bytes, name: name)
    kinds = InputKind.allCases.map { InputLineScanner.KindName($0) }
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
      var scanner = unsafe InputLineScanner(
        line, end: end - start - LineChecksum.Ending.input.count, kinds: kinds)
      guard let record = scanner.record(), record.inputKind == .safe, record.kind == .inputHeard else {
        continue
      }
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
  public func nextBatch(into records: inout [EventRecord]) throws(InvalidInput) {
    records.removeAll(keepingCapacity: true)
    while window.lineEnd(from: window.start) == nil { guard try window.refill() else { return } }
    if wantsHeader {
      // The first line, and what follows it, one by one.
      if case .record(let record) = try next() { records.append(record) }
      return
    }
    // In locals: a class's own fields are guarded at each access.
    let kinds = kinds
    var chain = chain
    var start = window.start
    let limit = window.end
    let base = unsafe window.base
    var number = UInt64(lines)
    while records.count < Self.batch, start < limit,
      let found = unsafe memchr(base + start, 0x0A, limit - start)
    {
      let end = unsafe UnsafeRawPointer(found) - base
      let line = unsafe UnsafeRawBufferPointer(start: base + start, count: end - start)
      guard unsafe chain.take(line, ending: .input) else { break }
      var scanner = unsafe InputLineScanner(
        line, end: end - start - LineChecksum.Ending.input.count, kinds: kinds)
      guard let record = scanner.record(), scanner.number == number else { break }
      records.append(record)
      number += 1
      start = end + 1
      wholeSum = chain.value
    }
    guard !records.isEmpty else { return }
    window.consume(to: start)
    lines += records.count
    wholeLines = lines
    self.chain = LineChecksum(value: wholeSum)
  }

  /// The most inputs of a batch: 256 KiB of records.
  private static let batch = 4096

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
    var scanner = unsafe InputLineScanner(
      line, end: end - start - LineChecksum.Ending.input.count, kinds: kinds)
    guard let record = scanner.record() else { return damaged(start, start + scanner.at, scanner.expected) }
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

/// Follows the checksums of a file's lines: each goes over all that stands before it, CRC-32C.
@safe
struct LineChecksum {
  private(set) var value: UInt32
  private let byInstruction = crc32c_has_instruction()

  /// The checksums after lines whose checksum is `value`.
  init(value: UInt32 = 0) { self.value = value }

  /// What stands around a checksum, and is not summed.
  enum Ending {
    /// `,"crc32c":"12345678"}` ends an event.
    case event
    /// `,"12345678"]` ends an input.
    case input

    /// How long it is.
    @inline(__always) var count: Int { self == .event ? 21 : 12 }

    /// Its last two bytes, the first one lowest.
    @inline(__always) var last: UInt16 { self == .event ? 0x7D22 : 0x5D22 }
  }

  /// Whether a line ends with a checksum, right or wrong.
  @inline(__always)
  static func ends(_ line: UnsafeRawBufferPointer, with ending: Ending) -> Bool {
    let start = line.count - ending.count
    guard start > 0, let base = line.baseAddress,
      unsafe base.loadUnaligned(fromByteOffset: line.count - 2, as: UInt16.self) == ending.last
    else { return false }
    switch ending {
    // `,"`
    case .input: return unsafe base.loadUnaligned(fromByteOffset: start, as: UInt16.self) == 0x222C
    // `,"crc32c":"`, its last three bytes twice
    case .event:
      return unsafe base.loadUnaligned(fromByteOffset: start, as: UInt64.self) == 0x6332_3363_7263_222C
        && base.loadUnaligned(fromByteOffset: start + 7, as: UInt32.self) == 0x223A_2263
    }
  }

  /// Takes in a line that ends with a checksum.
  ///
  /// - Returns: whether the line's checksum fits. Where it does not, the next lines are held against what the
  ///   line says, so that one damage is told once.
  @inline(__always)
  mutating func take(_ line: UnsafeRawBufferPointer, ending: Ending) -> Bool {
    guard unsafe Self.ends(line, with: ending), let base = line.baseAddress else { return false }
    value = unsafe crc32c_extended(value, base, line.count - ending.count, byInstruction)
    let digits = unsafe base.loadUnaligned(fromByteOffset: line.count - 10, as: UInt64.self)
    guard let told = Self.number(UInt64(littleEndian: digits)) else { return false }
    defer { value = told }
    return told == value
  }

  /// The number that eight hexadecimal digits make, the first one in the lowest byte; nil where they are none.
  ///
  /// All eight at once: letters are told from digits by one bit, and pairs are joined three times.
  @inline(__always)
  static func number(_ digits: UInt64) -> UInt32? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // Bytes above 0x7F would carry into their neighbours.
    guard digits & (ones &* 0x80) == 0 else { return nil }
    let letters = digits & (ones &* 0x40)
    let letterOnes = letters &>> 6
    // A digit is 0x30 to 0x39, a letter 0x61 to 0x66: less its base, it must be small.
    let values = digits &- (letterOnes &* 0x57) &- ((ones &- letterOnes) &* 0x30)
    let tooGreat = (values &+ (letterOnes &* 0x70) &+ ((ones &- letterOnes) &* 0x76)) & (ones &* 0x80)
    let tooSmall = (values | (values &- (letterOnes &* 10))) & (ones &* 0x80)
    guard tooGreat == 0, tooSmall == 0 else { return nil }
    var joined = (values &<< 4 | values &>> 8) & 0x00FF_00FF_00FF_00FF
    joined = (joined &<< 8 | joined &>> 16) & 0x0000_FFFF_0000_FFFF
    return UInt32(truncatingIfNeeded: joined &<< 16 | joined &>> 32)
  }
}
