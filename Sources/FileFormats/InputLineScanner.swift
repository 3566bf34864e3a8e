import EventRecords
import Quantities
import SorterModel

/// Takes one line of inputs.jsonl apart: a flat array of numbers and plain texts, as `InputKind.fields` says.
@safe
struct InputLineScanner {
  /// A kind's name as the bytes in which it is found.
  struct KindName {
    let kind: InputKind
    let head: UInt64
    let count: Int
    let bytes: [UInt8]

    init(_ kind: InputKind) {
      self.kind = kind
      bytes = Array(kind.name.utf8)
      count = bytes.count
      head = bytes.prefix(8).enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
    }
  }

  private let base: UnsafeRawPointer?
  private let end: Int
  private let kinds: [KindName]
  /// Where the scan stands; after a failure, where it went wrong.
  private(set) var at = 0
  /// What was expected where it went wrong.
  private(set) var expected = "an array"
  /// The number that the line bears.
  private(set) var number: UInt64 = 0

  init(_ line: UnsafeRawBufferPointer, end: Int, kinds: [KindName]) {
    unsafe base = line.baseAddress
    self.end = end
    self.kinds = kinds
  }

  /// The input or mark; nil if the line is none.
  mutating func record() -> EventRecord? {
    guard take(0x5B), let number = unsigned(), take(0x2C), let elapsed = signed(), take(0x2C),
      let position = signed(), take(0x2C)
    else { return fail("the line's number, its time and its place") }
    self.number = number
    guard let kind = kind() else { return isMark(elapsed, position) }
    var record = EventRecord(inputOf: kind, at: Instant(elapsed), position: Pulses(position))
    guard fields(kind.fields, into: &record) else { return nil }
    return at == end ? record : fail("the checksum")
  }

  private mutating func fail(_ expected: String) -> EventRecord? {
    self.expected = expected
    return nil
  }

  @inline(__always)
  private func byte(_ place: Int) -> UInt8 {
    // The caller has looked that the place lies in the line; a line that has bytes has an address.
    unsafe base.unsafelyUnwrapped.load(fromByteOffset: place, as: UInt8.self)
  }

  @inline(__always)
  private mutating func take(_ wanted: UInt8) -> Bool {
    guard at < end, byte(at) == wanted else { return false }
    at &+= 1
    return true
  }

  @inline(__always)
  private mutating func unsigned() -> UInt64? {
    var value: UInt64 = 0
    let start = at
    while at < end {
      let digit = byte(at) &- 0x30
      if digit > 9 { break }
      // Twenty digits and more may pass the greatest number: rare, and looked at with care.
      if at &- start >= 19 {
        let (product, over) = value.multipliedReportingOverflow(by: 10)
        let (sum, more) = product.addingReportingOverflow(UInt64(digit))
        if over || more { return nil }
        value = sum
      } else {
        value = value &* 10 &+ UInt64(digit)
      }
      at &+= 1
    }
    return at > start ? value : nil
  }

  @inline(__always)
  private mutating func signed() -> Int64? {
    let isNegative = take(0x2D)
    guard let size = unsigned() else { return nil }
    if isNegative { return size <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- size) : nil }
    return Int64(exactly: size)
  }

  /// A number after a comma, within the width of its field.
  @inline(__always)
  private mutating func field<Width: FixedWidthInteger>(_ type: Width.Type) -> Width? {
    guard take(0x2C) else { return nil }
    if Width.isSigned { return signed().flatMap { Width(exactly: $0) } }
    return unsigned().flatMap { Width(exactly: $0) }
  }

  private mutating func kind() -> InputKind? {
    guard at &+ 1 < end, byte(at) == 0x22 else { return nil }
    let start = at &+ 1
    var stop = start
    while stop < end, byte(stop) != 0x22 { stop &+= 1 }
    let count = stop &- start
    // The line goes on behind the name with a checksum: eight bytes are always there to load.
    var head = unsafe base.unsafelyUnwrapped.loadUnaligned(fromByteOffset: start, as: UInt64.self)
    head = UInt64(littleEndian: head)
    if count < 8 { head &= (1 << UInt64(8 * count)) &- 1 }
    for name in kinds where name.count == count && name.head == head {
      if count > 8, !(8..<count).allSatisfy({ byte(start &+ $0) == name.bytes[$0] }) { continue }
      at = stop &+ 1
      return name.kind
    }
    return nil
  }

  @inline(__always)
  private mutating func fields(_ fields: InputFields, into record: inout EventRecord) -> Bool {
    expected = "the fields of an input of this kind"
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
    if fields.contains(.dimensions) {
      guard let length = field(Int32.self), let width = field(Int32.self), let height = field(Int32.self),
        let weight = field(Int32.self)
      else { return false }
      record.inputDimensions = Dimensions(
        length: Millimetres(tenths: length), width: Millimetres(tenths: width),
        height: Millimetres(tenths: height), weight: Grams(tenths: weight))
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
  private mutating func isMark(_ elapsed: Int64, _ position: Int64) -> EventRecord? {
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
    return EventRecord(mark: digest, at: Instant(elapsed), position: Pulses(position))
  }
}
