import Checksums

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

  /// The checksum that a line ends with, right or wrong; nil where it ends with none.
  static func told(by line: UnsafeRawBufferPointer, ending: Ending) -> UInt32? {
    guard unsafe ends(line, with: ending), let base = line.baseAddress else { return nil }
    let digits = unsafe base.loadUnaligned(fromByteOffset: line.count - 10, as: UInt64.self)
    return number(UInt64(littleEndian: digits))
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
