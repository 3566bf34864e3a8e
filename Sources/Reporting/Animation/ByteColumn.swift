import Foundation

/// Numbers in a row as bytes, small ones in one: what a page unpacks in milliseconds.
///
/// LEB128: seven bits a byte, the lowest first, the eighth bit where more follow. Signed numbers are folded
/// (0, -1, 1, -2, ...) so that small ones stay small.
struct ByteColumn {
  private(set) var bytes: [UInt8] = []

  /// Adds a number that is never below 0; one below counts as 0.
  mutating func add(_ number: Int) {
    var rest = UInt64(max(0, number))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Adds a number that may be below 0.
  mutating func addSigned(_ number: Int) {
    var rest = UInt64(bitPattern: Int64(number) << 1 ^ Int64(number) >> 63)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// The bytes as a page holds them.
  var base64: String { Data(bytes).base64EncodedString() }
}
