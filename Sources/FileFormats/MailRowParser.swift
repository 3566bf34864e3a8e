import EventRecords
import Quantities
import SorterModel

/// Turns the fields of a mail row into a piece, without making a text of any of them.
///
/// A class, so that its owner's calls need no exclusivity checks.
final class MailRowParser {
  /// A row that cannot be used: why, and in which column.
  struct Refusal {
    var fault: MailFault
    var column: Int?
  }

  /// When the row's piece arrived, in nanoseconds since 1970.
  private(set) var arrival: Int64 = 0
  /// When the run begins, in nanoseconds since 1970.
  var start: Int64 = 0
  private let fieldCount: Int
  private let id: Int
  private let arrivedAt: Int
  private let destination: Int
  private let length: Int
  private let width: Int
  private let height: Int
  private let weight: Int
  private let dates = DateCache()

  init(columns: MailColumns) {
    fieldCount = columns.count
    id = columns.index(.id)
    arrivedAt = columns.index(.arrivedAt)
    destination = columns.index(.destination)
    length = columns.index(.length)
    width = columns.index(.width)
    height = columns.index(.height)
    weight = columns.index(.weight)
  }

  /// Fills in everything of `piece` but its arrival; nil if the row is usable so far.
  func parse(_ row: RowScanner, into piece: inout Mailpiece) -> Refusal? {
    guard row.fieldCount == fieldCount else { return Refusal(fault: .fieldCount) }
    let base = unsafe row.base
    let idField = row.field(id)
    guard idField.end > idField.start, idField.end - idField.start <= ShortText.capacity else {
      return Refusal(fault: .id, column: id)
    }
    piece.name = unsafe FieldBytes.shortText(base, idField)
    guard let arrival = unsafe dates.nanoseconds(base, row.field(arrivedAt)) else {
      return Refusal(fault: .time, column: arrivedAt)
    }
    self.arrival = arrival
    guard let code = unsafe FieldBytes.code(base, row.field(destination)) else {
      return Refusal(fault: .destination, column: destination)
    }
    piece.destination = code
    guard let length = unsafe FieldBytes.tenths(base, row.field(length)), length > 0, length <= 65_535 else {
      return Refusal(fault: .dimension, column: length)
    }
    guard let width = unsafe FieldBytes.tenths(base, row.field(width)), width > 0, width <= 65_535 else {
      return Refusal(fault: .dimension, column: width)
    }
    guard let height = unsafe FieldBytes.tenths(base, row.field(height)), height > 0, height <= 65_535 else {
      return Refusal(fault: .dimension, column: height)
    }
    guard let weight = unsafe FieldBytes.tenths(base, row.field(weight)), weight <= 10_000_000 else {
      return Refusal(fault: .weight, column: weight)
    }
    piece.dimensions = Dimensions(
      length: Millimetres(tenths: length), width: Millimetres(tenths: width),
      height: Millimetres(tenths: height), weight: Grams(tenths: weight))
    return nil
  }
}

/// Readings of a field's bytes. `base` must allow loads of 64 bytes from the field's first byte on.
enum FieldBytes {
  typealias Field = (start: Int, end: Int)

  /// The field as a short text; its length must be at most 56.
  @inline(__always)
  static func shortText(_ base: UnsafeRawPointer, _ field: Field) -> ShortText {
    let count = field.end - field.start
    precondition(count >= 0 && count <= ShortText.capacity, "a short text was made of too many bytes")
    var text = ShortText()
    text.words.0 = unsafe word(base, field.start, count)
    if count > 8 { text.words.1 = unsafe word(base, field.start + 8, count - 8) }
    if count > 16 { text.words.2 = unsafe word(base, field.start + 16, count - 16) }
    if count > 24 { text.words.3 = unsafe word(base, field.start + 24, count - 24) }
    if count > 32 { text.words.4 = unsafe word(base, field.start + 32, count - 32) }
    if count > 40 { text.words.5 = unsafe word(base, field.start + 40, count - 40) }
    if count > 48 { text.words.6 = unsafe word(base, field.start + 48, count - 48) }
    text.count = UInt8(truncatingIfNeeded: count)
    return text
  }

  /// Up to eight bytes as a word, the first lowest, the rest zero.
  @inline(__always)
  static func word(_ base: UnsafeRawPointer, _ at: Int, _ count: Int) -> UInt64 {
    let word = unsafe base.loadUnaligned(fromByteOffset: at, as: UInt64.self)
    if count >= 8 { return UInt64(littleEndian: word) }
    return UInt64(littleEndian: word) & ((1 &<< UInt64(truncatingIfNeeded: count &* 8)) &- 1)
  }

  /// The field as a destination code; by the rule of `DestinationCode.init(utf8:)`.
  @inline(__always)
  static func code(_ base: UnsafeRawPointer, _ field: Field) -> DestinationCode? {
    var value: UInt64 = 0
    var count = 0
    for at in field.start..<field.end {
      let byte = unsafe base.load(fromByteOffset: at, as: UInt8.self)
      let digit: UInt64
      switch byte {
      case 0x30...0x39: digit = UInt64(byte) &- 0x2F
      case 0x41...0x5A: digit = UInt64(byte) &- 0x36
      case 0x61...0x7A: digit = UInt64(byte) &- 0x56
      case 0x20, 0x2D: continue
      default: return nil
      }
      count &+= 1
      if count > DestinationCode.maximumLength { return nil }
      value = value &* 37 &+ digit
    }
    if count == 0 { return nil }
    while count < DestinationCode.maximumLength {
      value = value &* 37
      count &+= 1
    }
    return DestinationCode(rawValue: value)
  }

  /// The field as a decimal in tenths; nil unless it is digits with at most one decimal that is not zero.
  @inline(__always)
  static func tenths(_ base: UnsafeRawPointer, _ field: Field) -> Int32? {
    var value: Int = 0
    var at = field.start
    while at < field.end {
      let digit = unsafe base.load(fromByteOffset: at, as: UInt8.self) &- 0x30
      if digit > 9 { break }
      value = value &* 10 &+ Int(digit)
      // No field is allowed more than 10,000,000; this keeps the sum from overflowing.
      if value > 100_000_000 { return nil }
      at &+= 1
    }
    if at == field.start { return nil }
    value = value &* 10
    if at < field.end {
      guard unsafe base.load(fromByteOffset: at, as: UInt8.self) == 0x2E, at &+ 1 < field.end else {
        return nil
      }
      at &+= 1
      let digit = unsafe base.load(fromByteOffset: at, as: UInt8.self) &- 0x30
      if digit > 9 { return nil }
      value = value &+ Int(digit)
      at &+= 1
      while at < field.end {
        if unsafe base.load(fromByteOffset: at, as: UInt8.self) != 0x30 { return nil }
        at &+= 1
      }
    }
    return Int32(truncatingIfNeeded: value)
  }
}
