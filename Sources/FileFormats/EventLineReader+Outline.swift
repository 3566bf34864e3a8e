import EventRecords
import Glibc
import Quantities

extension EventLineReader {
  /// The outline of a line: enough to hold it against a record that says the same.
  public struct Outline: Sendable {
    /// What happened; nil for a name outside the vocabulary.
    public var kind: EventKind?
    /// Its number in the journal.
    public var sequence: Int
    /// When it happened.
    public var elapsed: Instant
  }

  /// What stands next, in outline.
  public enum FoundOutline: Sendable {
    /// An event; `detail` has the whole of it until the next is read.
    case event(Outline)
    /// A line that is none, and why.
    case damaged(Diagnostic)
    /// The end of the file.
    case end
  }

  /// The next event in outline, its checksum checked: several times as fast as the whole of it.
  public func nextOutline() throws(InvalidInput) -> FoundOutline {
    switch try nextLine() {
    case nil: return .end
    case .damage(let diagnostic): return .damaged(diagnostic)
    case .bytes(let start, let end):
      last = start..<end
      let bytes = unsafe UnsafeRawBufferPointer(start: window.base + start, count: end - start)
      var scanner = unsafe OutlineScanner(bytes)
      if let outline = scanner.outline(names) { return .event(outline) }
      // Another order of keys, or another writer: the slow way knows them all.
      switch detail() {
      case .event(let event):
        let kind = EventKind.allCases.first { $0.isEvent && $0.eventName == event.name }
        return .event(Outline(kind: kind, sequence: event.sequence, elapsed: Instant(event.elapsed)))
      case .damaged(let diagnostic): return .damaged(diagnostic)
      case .end: return .end
      }
    }
  }

  /// The whole of the event whose outline was read last.
  public func detail() -> Found { read(last.lowerBound, last.upperBound) }
}

/// Takes the head of a line apart that the journal wrote: its keys in their order, nothing between them.
@safe
struct OutlineScanner {
  /// The kinds by their names, those of pieces first: most events are about pieces.
  struct Names: Sendable {
    let all: [(kind: EventKind, name: [UInt8])]

    init() {
      let kinds = EventKind.allCases.filter(\.isEvent).map { (kind: $0, name: Array($0.eventName.utf8)) }
      all =
        kinds.filter { $0.name.starts(with: "piece.".utf8) }
        + kinds.filter { !$0.name.starts(with: "piece.".utf8) }
    }
  }

  private let line: UnsafeRawBufferPointer
  private var at = 0

  init(_ line: UnsafeRawBufferPointer) { unsafe self.line = line }

  /// The outline; nil where the line is not as the journal writes it.
  mutating func outline(_ names: Names) -> EventLineReader.Outline? {
    guard take("{\"schema_version\":1,\"run_id\":\""), pass(to: 0x22), take("\",\"seq\":"),
      let sequence = number(), take(",\"timestamp\":\""), pass(to: 0x22), take("\",\"elapsed_ns\":"),
      let elapsed = number(), take(",\"severity_text\":\""), pass(to: 0x22),
      take("\",\"event_name\":\"")
    else { return nil }
    let start = at
    guard pass(to: 0x22) else { return nil }
    let name = unsafe UnsafeRawBufferPointer(rebasing: line[start..<at])
    let kind = names.all.first { unsafe $0.name.count == name.count && $0.name.elementsEqual(name) }?.kind
    return EventLineReader.Outline(kind: kind, sequence: sequence, elapsed: Instant(Int64(elapsed)))
  }

  private mutating func take(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard unsafe at &+ count <= line.count, let base = unsafe line.baseAddress,
      unsafe memcmp(base + at, text.utf8Start, count) == 0
    else { return false }
    at &+= count
    return true
  }

  /// Moves to the next byte of this value.
  private mutating func pass(to byte: UInt8) -> Bool {
    guard let base = unsafe line.baseAddress, unsafe at < line.count,
      let found = unsafe memchr(base + at, Int32(byte), line.count - at)
    else { return false }
    at = unsafe UnsafeRawPointer(found) - base
    return true
  }

  private mutating func number() -> Int? {
    let start = at
    var value = 0
    while unsafe at < line.count, at &- start < 18, case let digit = unsafe line[at] &- 0x30, digit < 10 {
      value = value &* 10 &+ Int(digit)
      at &+= 1
    }
    return at > start ? value : nil
  }
}
