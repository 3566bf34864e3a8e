/// Reads ISO 8601 times; the date is worked out only when it differs from that of the row before.
///
/// A class, so that its owner's calls need no exclusivity checks.
final class DateCache {
  private var year: UInt64 = 0
  private var monthAndDay: UInt64 = 0
  private var daySeconds: Int64 = 0

  /// Nanoseconds since 1970 of the time in a field; nil if it is none or lies outside 1970 to 2199.
  ///
  /// The common forms `YYYY-MM-DDThh:mm:ssZ` and `YYYY-MM-DDThh:mm:ss.fffZ` (1 to 9 digits) are read eight
  /// bytes at a time, any other the long way.
  @inline(__always)
  func nanoseconds(_ base: UnsafeRawPointer, _ field: (start: Int, end: Int)) -> Int64? {
    let length = field.end - field.start
    guard length >= 20, length <= 30 else { return unsafe anyForm(base, field) }
    let head = unsafe FieldBytes.word(base, field.start, 8)
    let middle = unsafe FieldBytes.word(base, field.start + 8, 3)
    let time = unsafe FieldBytes.word(base, field.start + 11, 8)
    let zone = unsafe base.load(fromByteOffset: field.end - 1, as: UInt8.self)
    guard zone == 0x5A, head == year, middle == monthAndDay, let seconds = Self.secondsOfDay(time),
      let fraction = unsafe Self.fraction(base, field.start + 19, field.end - 1)
    else { return unsafe anyForm(base, field) }
    return (daySeconds + seconds) * 1_000_000_000 + fraction
  }

  /// The nanoseconds that `.f` to `.fffffffff` stand for; 0 for nothing, nil for anything else.
  @inline(__always)
  private static func fraction(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int64? {
    if start == end { return 0 }
    guard unsafe base.load(fromByteOffset: start, as: UInt8.self) == 0x2E, end - start >= 2 else {
      return nil
    }
    var value: Int64 = 0
    var at = start + 1
    while at < end {
      let digit = unsafe base.load(fromByteOffset: at, as: UInt8.self) &- 0x30
      if digit > 9 { return nil }
      value = value &* 10 &+ Int64(digit)
      at &+= 1
    }
    return value &* Self.scales[end - start - 2]
  }

  /// What the last of 1 to 9 digits after the point is worth, in nanoseconds.
  private static let scales: InlineArray<9, Int64> = [
    100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1000, 100, 10, 1,
  ]

  /// The seconds of the day that `hh:mm:ss` stands for.
  @inline(__always)
  private static func secondsOfDay(_ text: UInt64) -> Int64? {
    let digits = text ^ 0x3030_3A30_303A_3030
    // Digits are now 0 to 9 and the colons 0: nothing may reach beyond when 0x76 is added.
    guard (digits &+ 0x7676_7F76_767F_7676) & 0x8080_8080_8080_8080 == 0, digits & 0xF0F0_F0F0_F0F0_F0F0 == 0
    else { return nil }
    let hours = (digits & 0xF) * 10 + (digits >> 8) & 0xF
    let minutes = ((digits >> 24) & 0xF) * 10 + (digits >> 32) & 0xF
    let seconds = ((digits >> 48) & 0xF) * 10 + (digits >> 56) & 0xF
    guard hours < 24, minutes < 60, seconds < 60 else { return nil }
    return Int64(hours * 3600 + minutes * 60 + seconds)
  }

  /// Any form that `CalendarTime.moment` reads; remembers the date.
  @inline(never)
  private func anyForm(_ base: UnsafeRawPointer, _ field: (start: Int, end: Int)) -> Int64? {
    guard field.end - field.start <= 40 else { return nil }
    let bytes = unsafe UnsafeRawBufferPointer(start: base + field.start, count: field.end - field.start)
    let text = unsafe String(decoding: bytes, as: UTF8.self)
    guard let moment = CalendarTime.moment(text) else { return nil }
    // Only times in UTC: the date of another zone may be a day off.
    if text.hasSuffix("Z"), let days = CalendarTime.days(text.prefix(10)) {
      year = unsafe FieldBytes.word(base, field.start, 8)
      monthAndDay = unsafe FieldBytes.word(base, field.start + 8, 3)
      daySeconds = Int64(days) * 86_400
    }
    return moment.seconds * 1_000_000_000 + Int64(moment.nanoseconds)
  }
}
