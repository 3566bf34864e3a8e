/// The checksum of a Modbus RTU frame: CRC-16 with the reversed polynomial 0xA001, begun at 0xFFFF.
///
/// Source: MODBUS over Serial Line 1.02, appendix B. It finds every error of one or two bits and every burst of
/// up to 16 bits in a frame of 256 bytes.
enum Checksum {
  /// The checksum of the bytes; it goes on the line low byte first.
  static func of(_ bytes: Span<UInt8>) -> UInt16 {
    var sum: UInt16 = 0xFFFF
    for index in bytes.indices {
      sum ^= UInt16(bytes[index])
      // A serial line takes a millisecond a byte: a table would buy nothing here.
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum &>> 1 ^ 0xA001 : sum &>> 1 }
    }
    return sum
  }
}
