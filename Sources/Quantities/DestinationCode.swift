/// A destination code of 1 to 12 digits or capital letters, packed so that text order is integer order.
///
/// Each character is a digit of base 37 (0 stands for "no more characters"), left aligned in
/// twelve places; 37^12 fits in 63 bits. A prefix, or a range of equally long codes, is then one
/// interval of integers, which is what the sort plan's look-up is built on.
@frozen
public struct DestinationCode: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The packed characters; 0 for the empty code.
  public var rawValue: UInt64

  /// The code with these packed characters.
  @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The empty code: nothing was read.
  @inlinable public static var none: DestinationCode { DestinationCode(rawValue: 0) }

  /// The most characters a code may have.
  public static let maximumLength = 12

  @inlinable public static func < (a: DestinationCode, b: DestinationCode) -> Bool { a.rawValue < b.rawValue }

  /// The code spelled by `text`; small letters count as capitals, and spaces and hyphens are dropped.
  ///
  /// - Returns: nil if no character is left, more than 12 are, or one is neither digit nor letter.
  public init?(_ text: some StringProtocol) {
    self.init(utf8: text.utf8)
  }

  /// The code spelled by UTF-8 bytes, by the same rule as `init(_:)`.
  @inlinable
  public init?(utf8 bytes: some Sequence<UInt8>) {
    var value: UInt64 = 0
    var count = 0
    for byte in bytes {
      let digit: UInt64
      switch byte {
      case 0x30...0x39: digit = UInt64(byte) - 0x30 + 1
      case 0x41...0x5A: digit = UInt64(byte) - 0x41 + 11
      case 0x61...0x7A: digit = UInt64(byte) - 0x61 + 11
      case 0x20, 0x2D: continue
      default: return nil
      }
      count += 1
      if count > Self.maximumLength { return nil }
      value = value * 37 + digit
    }
    if count == 0 { return nil }
    self.rawValue = value * Self.weight(afterCharacters: count)
  }

  /// 37 to the power of 12 - `count`: the weight of the last of `count` characters (0...12).
  @inlinable
  public static func weight(afterCharacters count: Int) -> UInt64 {
    var weight: UInt64 = 1
    for _ in count..<maximumLength { weight *= 37 }
    return weight
  }

  /// How many characters the code has, 0 to 12.
  public var length: Int {
    var rest = rawValue
    var length = Self.maximumLength
    if rest == 0 { return 0 }
    while rest % 37 == 0 {
      rest /= 37
      length -= 1
    }
    return length
  }
}

extension DestinationCode: CustomStringConvertible {
  /// The code's characters; empty for the empty code.
  public var description: String {
    var text = ""
    var rest = rawValue
    var weight = Self.weight(afterCharacters: 1)
    while rest > 0 {
      let digit = rest / weight
      rest %= weight
      weight /= 37
      let scalar = digit <= 10 ? 0x30 + digit - 1 : 0x41 + digit - 11
      text.unicodeScalars.append(Unicode.Scalar(UInt8(scalar)))
    }
    return text
  }
}
