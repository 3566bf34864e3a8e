/// The bytes of a line, and numbers of any length among them.
extension InputLineScanner {
  @inline(__always)
  func byte(_ place: Int) -> UInt8 {
    // The caller has looked that the place lies in the line; a line that has bytes has an address.
    unsafe base.unsafelyUnwrapped.load(fromByteOffset: place, as: UInt8.self)
  }

  @inline(__always)
  mutating func take(_ wanted: UInt8) -> Bool {
    guard at < end, byte(at) == wanted else { return false }
    at &+= 1
    return true
  }

  /// Eight bytes from `place` as a word, the first one lowest; a line is followed by at least as many.
  @inline(__always)
  func word(_ place: Int) -> UInt64 {
    UInt64(littleEndian: unsafe base.unsafelyUnwrapped.loadUnaligned(fromByteOffset: place, as: UInt64.self))
  }

  /// A number, eight digits at a time: bytes that are no digits are found in parallel, and so are sums of digits.
  ///
  /// Source of the conversion: Lemire, "Quickly parsing eight digits" (2018).
  @inline(__always)
  mutating func unsigned() -> UInt64? {
    let (head, headCount) = Self.digits(in: word(at))
    if headCount == 0 { return nil }
    at &+= headCount
    // No digit of the checksum can be taken: a comma stands before it, which the reader has looked at.
    if headCount < 8 { return head }
    let (rest, restCount) = Self.digits(in: word(at))
    at &+= restCount
    // Sixteen digits stay far below 2 to the power of 64.
    let value = head &* Self.powers[restCount] &+ rest
    if restCount < 8 { return value }
    guard let (long, place) = longNumber(value) else { return nil }
    at = place
    return long
  }

  /// What more digits make of a number that has sixteen already; nil where it becomes too great.
  ///
  /// Changes nothing in place, so that the scanner can live in registers.
  @inline(never)
  private func longNumber(_ head: UInt64) -> (value: UInt64, at: Int)? {
    var value = head
    var place = at
    while place < end, case let digit = byte(place) &- 0x30, digit < 10 {
      let (product, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, more) = product.addingReportingOverflow(UInt64(digit))
      if over || more { return nil }
      value = sum
      place &+= 1
    }
    return (value, place)
  }

  private static let powers: InlineArray<9, UInt64> = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
  ]

  /// The number that the digits at the beginning of a word make, and how many of its bytes are digits.
  @inline(__always)
  private static func digits(in word: UInt64) -> (value: UInt64, count: Int) {
    let nibbles = word ^ 0x3030_3030_3030_3030
    // A byte is a digit if its high half is gone and six more do not bring it back.
    let strange = (nibbles | (nibbles &+ 0x0606_0606_0606_0606)) & 0xF0F0_F0F0_F0F0_F0F0
    // A carry out of a byte that is no digit can only touch bytes behind it.
    let count = strange.trailingZeroBitCount &>> 3
    if count == 0 { return (0, 0) }
    // The digits move up, so that the last one stands highest and noughts before the first.
    return (joined(nibbles &<< UInt64(64 &- 8 &* count)), count)
  }

  @inline(__always)
  mutating func signed() -> Int64? {
    let isNegative = take(0x2D)
    guard let size = unsigned() else { return nil }
    if isNegative { return size <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- size) : nil }
    return Int64(exactly: size)
  }

  /// The number that so many digits make, 1 to 16; nil where others are among them.
  @inline(__always)
  func digits(_ place: Int, _ count: Int) -> UInt64? {
    let first = min(8, count)
    let head = (word(place) ^ 0x3030_3030_3030_3030) &<< UInt64(64 &- 8 &* first)
    guard Self.areDigits(head) else { return nil }
    if count <= 8 { return Self.joined(head) }
    let rest = (word(place &+ 8) ^ 0x3030_3030_3030_3030) &<< UInt64(64 &- 8 &* (count &- 8))
    guard Self.areDigits(rest) else { return nil }
    return Self.joined(head) &* Self.powers[count &- 8] &+ Self.joined(rest)
  }

  @inline(__always)
  private static func areDigits(_ nibbles: UInt64) -> Bool {
    (nibbles | (nibbles &+ 0x0606_0606_0606_0606)) & 0xF0F0_F0F0_F0F0_F0F0 == 0
  }

  /// The number of eight digits that stand in the bytes of a word, the first one lowest.
  @inline(__always)
  private static func joined(_ digits: UInt64) -> UInt64 {
    let sum = (digits &* 10) &+ (digits &>> 8)
    let pairs = (sum & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
    let others = ((sum &>> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
    return (pairs &+ others) &>> 32
  }
}
