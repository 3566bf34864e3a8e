/// A place in a byte buffer where text is written next; all formatting is deterministic integer work.
///
/// The cursor does not look at the buffer's end: whoever makes one has reserved room for the longest
/// line and `slack` bytes more, because copies are made in whole blocks and may overshoot, and checks
/// once, when the line is complete (`ByteStream.commit`).
@safe
struct LineCursor {
  /// How far a copy may write past the text it copies.
  static let slack = 64

  private(set) var at: UnsafeMutablePointer<UInt8>

  init(at: UnsafeMutablePointer<UInt8>) { unsafe self.at = unsafe at }

  /// Writes one byte.
  @inline(__always)
  mutating func byte(_ value: UInt8) {
    unsafe at.pointee = value
    unsafe at += 1
  }

  /// Writes a literal; its length is known to the compiler, so this is a few stores.
  @inline(__always)
  mutating func text(_ literal: StaticString) {
    let count = literal.utf8CodeUnitCount
    unsafe at.update(from: literal.utf8Start, count: count)
    unsafe at += count
  }

  /// Writes a prepared piece of text by blocks of 32 bytes; its memory has as much slack as ours.
  @inline(__always)
  mutating func fragment(_ fragment: Fragment) {
    let from = unsafe UnsafeRawPointer(fragment.start)
    let to = unsafe UnsafeMutableRawPointer(at)
    var offset = 0
    while offset < fragment.count {
      let block = unsafe from.loadUnaligned(fromByteOffset: offset, as: SIMD32<UInt8>.self)
      unsafe to.storeBytes(of: block, toByteOffset: offset, as: SIMD32<UInt8>.self)
      offset &+= 32
    }
    unsafe at += fragment.count
  }

  /// Writes the low `count` (0...8) bytes of a word, the lowest first.
  @inline(__always)
  mutating func word(_ word: UInt64, count: Int) {
    unsafe UnsafeMutableRawPointer(at).storeBytes(of: word.littleEndian, as: UInt64.self)
    unsafe at += count
  }

  /// Takes back the last bytes: a block was written, and less of it is wanted.
  @inline(__always)
  mutating func back(_ count: Int) { unsafe at -= count }

  /// Writes bytes one by one.
  mutating func bytes(_ bytes: some Sequence<UInt8>) {
    for value in bytes { byte(value) }
  }

  /// Writes a number without leading zeros.
  @inline(__always)
  mutating func unsigned(_ value: UInt64) {
    if value < 100_000_000 {
      let digits = eightDigits(UInt32(truncatingIfNeeded: value))
      // Every leading zero digit is a zero byte at the low end; the last digit always stays.
      let zeros = (digits | 1 << 56).trailingZeroBitCount & ~7
      word((digits | asciiZeros) >> UInt64(zeros), count: 8 &- zeros >> 3)
    } else {
      long(value)
    }
  }

  @inline(__always)
  private mutating func long(_ value: UInt64) {
    let high = value / 100_000_000
    if high < 100_000_000 {
      unsigned(high)
    } else {
      unsigned(high / 100_000_000)
      fixedEight(UInt32(truncatingIfNeeded: high % 100_000_000))
    }
    fixedEight(UInt32(truncatingIfNeeded: value % 100_000_000))
  }

  /// Writes a number without leading zeros, with a minus sign where it is negative.
  @inline(__always)
  mutating func signed(_ value: Int64) {
    if value < 0 { byte(0x2D) }
    unsigned(value.magnitude)
  }

  /// Writes exactly eight digits of a number below 10^8.
  @inline(__always)
  mutating func fixedEight(_ value: UInt32) { word(eightDigits(value) | asciiZeros, count: 8) }

  /// Writes exactly nine digits of a number below 10^9.
  @inline(__always)
  mutating func fixedNine(_ value: UInt32) {
    byte(0x30 &+ UInt8(truncatingIfNeeded: value / 100_000_000))
    fixedEight(value % 100_000_000)
  }

  /// Writes exactly eight hexadecimal digits.
  @inline(__always)
  mutating func hexadecimal(_ value: UInt32) {
    // A nibble in each byte, the highest first; then nine and below become digits, ten and above letters.
    var nibbles = UInt64(value.byteSwapped)
    nibbles = (nibbles | nibbles << 16) & 0x0000_FFFF_0000_FFFF
    nibbles = (nibbles | nibbles << 8) & 0x00FF_00FF_00FF_00FF
    nibbles = (nibbles >> 4 | nibbles << 8) & 0x0F0F_0F0F_0F0F_0F0F
    let letters = ((nibbles &+ 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
    word(nibbles &+ asciiZeros &+ letters &* 39, count: 8)
  }

  /// Writes exactly six digits of a number below 10^6.
  @inline(__always)
  mutating func fixedSix(_ value: UInt32) {
    word((eightDigits(value) | asciiZeros) >> 16, count: 6)
  }

  /// Writes a count of tenths as a decimal: `12`, `12.3`.
  @inline(__always)
  mutating func tenths(_ value: UInt32) {
    unsigned(UInt64(value / 10))
    let rest = value % 10
    if rest > 0 { word(UInt64(0x302E &+ rest << 8), count: 2) }
  }

  /// Writes nanoseconds as seconds with nine decimals.
  @inline(__always)
  mutating func seconds(_ nanoseconds: Int64) {
    if nanoseconds < 0 { byte(0x2D) }
    unsigned(nanoseconds.magnitude / 1_000_000_000)
    byte(0x2E)
    fixedNine(UInt32(truncatingIfNeeded: nanoseconds.magnitude % 1_000_000_000))
  }

  /// Writes nanoseconds as milliseconds with six decimals.
  @inline(__always)
  mutating func milliseconds(_ nanoseconds: Int64) {
    if nanoseconds < 0 { byte(0x2D) }
    unsigned(nanoseconds.magnitude / 1_000_000)
    byte(0x2E)
    fixedSix(UInt32(truncatingIfNeeded: nanoseconds.magnitude % 1_000_000))
  }

  /// Writes a count of parts, `digits` decimal places small, without needless zeros: `12`, `12.03`.
  mutating func decimal(_ parts: some FixedWidthInteger, places: Int) {
    bytes(decimalText(parts, places: places).utf8)
  }
}

/// Eight ASCII noughts.
private let asciiZeros: UInt64 = 0x3030_3030_3030_3030

/// The eight digits of a number below 10^8 as bytes 0...9, the first digit lowest.
///
/// Divides in parallel lanes of one word: by 10,000, then 100, then 10 (multiply and shift; exact in
/// these ranges), instead of digit by digit.
@inline(__always)
func eightDigits(_ value: UInt32) -> UInt64 {
  let high = UInt64(value / 10_000)
  let low = UInt64(value % 10_000)
  let halves = high | low << 32
  let hundreds = ((halves &* 10_486) >> 20) & 0x0000_007F_0000_007F
  let pairs = hundreds | (halves &- hundreds &* 100) << 16
  let tens = ((pairs &* 103) >> 10) & 0x000F_000F_000F_000F
  return tens | (pairs &- tens &* 10) << 8
}

/// A count of parts, `places` decimal places small, as a decimal without needless zeros: `12`, `-0.05`.
func decimalText(_ parts: some FixedWidthInteger, places: Int) -> String {
  var digits = String(parts.magnitude)
  if digits.count <= places {
    digits = String(repeating: "0", count: places + 1 - digits.count) + digits
  }
  var fraction = digits.suffix(places)
  while fraction.hasSuffix("0") { fraction.removeLast() }
  let whole = digits.dropLast(places)
  return (parts < 0 ? "-" : "") + (fraction.isEmpty ? String(whole) : "\(whole).\(fraction)")
}
