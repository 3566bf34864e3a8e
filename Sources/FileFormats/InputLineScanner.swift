import EventRecords
import Quantities
import SorterModel

/// Takes one line of inputs.jsonl apart: a flat array of numbers and plain texts, as `InputKind.fields` says.
@safe
struct InputLineScanner {
  /// A kind's name as the words by which it is told: its first eight bytes, its last eight, and its length.
  struct KindName {
    let kind: InputKind
    let head: UInt64
    /// The bits of a word that belong to its first bytes.
    let mask: UInt64
    let last: UInt64
    let count: Int

    init(_ kind: InputKind) {
      self.kind = kind
      let bytes = Array(kind.name.utf8)
      count = bytes.count
      head = Self.word(bytes.prefix(8))
      mask = Self.word(bytes.prefix(8).map { _ in 0xFF }[...])
      last = Self.word(bytes.suffix(8))
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
      bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  /// The names of all kinds, those that nearly all lines have first.
  static let kindNames = InputKind.allCases.map { KindName($0) }

  let base: UnsafeRawPointer?
  let end: Int
  /// Where the scan stands; after a failure, where it went wrong.
  var at = 0
  /// What was expected where it went wrong.
  private(set) var expected: StaticString = "an array"
  /// The number that the line bears.
  var number: UInt64 = 0

  init(_ line: UnsafeRawBufferPointer, end: Int) {
    unsafe base = line.baseAddress
    self.end = end
  }

  /// The input or mark; nil if the line is none.
  mutating func record(_ kinds: [KindName]) -> EventRecord? {
    var record = EventRecord(mark: 0, at: .start, position: .zero)
    var shape = HeadShape()
    return read(kinds, like: &shape, into: &record) ? record : nil
  }

  /// The same, straight into its place among others.
  @inline(__always)
  mutating func read(_ kinds: [KindName], like shape: inout HeadShape, into record: inout EventRecord) -> Bool
  {
    guard let (elapsed, position) = head(like: &shape) ?? head(into: &shape) else {
      return fail("the line's number, its time and its place")
    }
    guard let kind = kind(kinds) else { return mark(elapsed, position, into: &record) }
    record = EventRecord(inputOf: kind, at: Instant(elapsed), position: Pulses(position))
    expected = "the fields of an input of this kind"
    // Nearly all lines are of these four kinds: which fields they have is known when this is compiled.
    let isWhole =
      switch kind {
      case .pieceInducted: inducted(&record)
      case .pieceIdentified: identified(&record)
      case .assignmentAnswered: answered(&record)
      case .divertConfirmed: confirmed(&record)
      default: fields(kind.fields, into: &record)
      }
    return isWhole && (at == end || fail("the checksum"))
  }

  @inline(__always)
  private mutating func inducted(_ record: inout EventRecord) -> Bool {
    guard let piece = field(UInt64.self), let arrived = field(Int64.self), let pulses = field(Int64.self)
    else { return false }
    record.piece = PieceID(piece)
    record.inputWord = UInt64(bitPattern: arrived)
    record.inputPulses = Pulses(pulses)
    return true
  }

  @inline(__always)
  private mutating func identified(_ record: inout EventRecord) -> Bool {
    guard let piece = field(UInt64.self), let detail = field(UInt8.self), let code = code(),
      let dimensions = dimensions()
    else { return false }
    record.piece = PieceID(piece)
    record.inputDetail = detail
    record.inputWord = code.rawValue
    record.inputDimensions = dimensions
    return true
  }

  @inline(__always)
  private mutating func answered(_ record: inout EventRecord) -> Bool {
    guard let piece = field(UInt64.self), let sequence = field(UInt32.self),
      let detail = field(UInt8.self), let pulses = field(Int64.self)
    else { return false }
    record.piece = PieceID(piece)
    record.sequence = sequence
    record.inputDetail = detail
    record.inputPulses = Pulses(pulses)
    return true
  }

  @inline(__always)
  private mutating func confirmed(_ record: inout EventRecord) -> Bool {
    guard let piece = field(UInt64.self), let bin = field(UInt16.self) else { return false }
    record.piece = PieceID(piece)
    record.bin = BinID(bin)
    return true
  }

  @inline(__always)
  private mutating func dimensions() -> Dimensions? {
    guard let length = field(Int32.self), let width = field(Int32.self), let height = field(Int32.self),
      let weight = field(Int32.self)
    else { return nil }
    return Dimensions(
      length: Millimetres(tenths: length), width: Millimetres(tenths: width),
      height: Millimetres(tenths: height), weight: Grams(tenths: weight))
  }

  private mutating func fail(_ expected: StaticString) -> Bool {
    self.expected = expected
    return false
  }

  /// A number after a comma, within the width of its field.
  @inline(__always)
  private mutating func field<Width: FixedWidthInteger>(_ type: Width.Type) -> Width? {
    guard take(0x2C) else { return nil }
    if Width.isSigned { return signed().flatMap { Width(exactly: $0) } }
    return unsigned().flatMap { Width(exactly: $0) }
  }

  @inline(__always)
  mutating func kind(_ kinds: [KindName]) -> InputKind? {
    guard at < end, byte(at) == 0x22 else { return nil }
    let start = at &+ 1
    let head = word(start)
    for name in kinds where head & name.mask == name.head {
      let stop = start &+ name.count
      guard stop < end, byte(stop) == 0x22, name.count <= 8 || word(stop &- 8) == name.last else { continue }
      at = stop &+ 1
      return name.kind
    }
    return nil
  }

  @inline(never)
  private mutating func fields(_ fields: InputFields, into record: inout EventRecord) -> Bool {
    if fields.contains(.piece) {
      guard let piece = field(UInt64.self) else { return false }
      record.piece = PieceID(piece)
    }
    if fields.contains(.bin) {
      guard let bin = field(UInt16.self) else { return false }
      record.bin = BinID(bin)
    }
    if fields.contains(.sequence) {
      guard let sequence = field(UInt32.self) else { return false }
      record.sequence = sequence
    }
    if fields.contains(.detail) {
      guard let detail = field(UInt8.self) else { return false }
      record.inputDetail = detail
    }
    if fields.contains(.time) {
      guard let time = field(Int64.self) else { return false }
      record.inputWord = UInt64(bitPattern: time)
    }
    if fields.contains(.code) {
      guard let code = code() else { return false }
      record.inputWord = code.rawValue
    }
    if fields.contains(.pulses) {
      guard let pulses = field(Int64.self) else { return false }
      record.inputPulses = Pulses(pulses)
    }
    if fields.contains(.safe) {
      guard let events = field(UInt64.self), let inputs = field(UInt64.self) else { return false }
      record.a = events
      record.b = inputs
    }
    if fields.contains(.session) {
      guard let owner = field(UInt16.self), let epoch = field(UInt16.self), let event = field(Int64.self),
        let base = field(Int64.self), let offset = field(Int64.self)
      else { return false }
      record.sessionPlace = SessionPlace(
        owner: owner, epoch: epoch, event: event, pieceBase: base, beltOffset: offset)
    }
    if fields.contains(.dimensions) {
      guard let dimensions = dimensions() else { return false }
      record.inputDimensions = dimensions
    }
    return true
  }

  /// A destination code in quotes; empty quotes are no code.
  @inline(__always)
  private mutating func code() -> DestinationCode? {
    guard take(0x2C), take(0x22) else { return nil }
    var value: UInt64 = 0
    var count = 0
    while at < end, count <= DestinationCode.maximumLength {
      let byte = byte(at)
      at &+= 1
      switch byte {
      case 0x22:
        return count == 0
          ? DestinationCode.none
          : DestinationCode(rawValue: value &* DestinationCode.weight(afterCharacters: count))
      case 0x30...0x39: value = value &* 37 &+ UInt64(byte &- 0x2F)
      case 0x41...0x5A: value = value &* 37 &+ UInt64(byte &- 0x36)
      default: return nil
      }
      count &+= 1
    }
    return nil
  }

  /// A mark: `"digest","` and 16 hexadecimal digits.
  private mutating func mark(_ elapsed: Int64, _ position: Int64, into record: inout EventRecord) -> Bool {
    let wanted = Array("\"digest\",\"".utf8)
    for byte in wanted where !take(byte) { return fail("a kind of input") }
    var digest: UInt64 = 0
    for _ in 0..<16 {
      guard at < end, let digit = Character(Unicode.Scalar(byte(at))).hexDigitValue else {
        return fail("16 hexadecimal digits")
      }
      digest = digest << 4 | UInt64(digit)
      at += 1
    }
    guard take(0x22), at == end else { return fail("the checksum") }
    record = EventRecord(mark: digest, at: Instant(elapsed), position: Pulses(position))
    return true
  }
}
