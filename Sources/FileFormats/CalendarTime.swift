/// Moments of the Gregorian calendar in UTC, between 1970 and 2199, without a calendar library.
public enum CalendarTime {
  /// The first year a time may lie in.
  public static let firstYear = 1970
  /// The last year a time may lie in: a run may last 90 years more before nanoseconds overflow.
  public static let lastYear = 2199

  /// Days from 1970-01-01 to a date; nil if there is no such date or it lies outside 1970 to 2199.
  ///
  /// Source: Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil.
  @inlinable
  public static func days(year: Int, month: Int, day: Int) -> Int? {
    guard year >= firstYear, year <= lastYear, month >= 1, month <= 12, day >= 1 else { return nil }
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    let length =
      month == 2 ? (leap ? 29 : 28) : (month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31)
    guard day <= length else { return nil }
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The date a number of days after 1970-01-01, as `YYYY-MM-DD`.
  public static func date(days: Int) -> String {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
  }

  /// The days since 1970-01-01 that `YYYY-MM-DD` stands for; nil if it is not such a date.
  public static func days(_ text: some StringProtocol) -> Int? {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
    guard let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10])
    else { return nil }
    return days(year: year, month: month, day: day)
  }

  /// Seconds since 1970 and nanoseconds into the second of an ISO 8601 time with `Z` or an offset; else nil.
  public static func moment(_ text: some StringProtocol) -> (seconds: Int64, nanoseconds: Int)? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.count <= 40,
      let days = days(String(decoding: bytes[0..<10], as: UTF8.self))
    else { return nil }
    guard bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t") || bytes[10] == UInt8(ascii: " "),
      bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
      let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
      let second = number(bytes[17..<19]),
      hour < 24, minute < 60, second < 60
    else { return nil }
    var at = 19
    var nanoseconds = 0
    if bytes[at] == UInt8(ascii: ".") || bytes[at] == UInt8(ascii: ",") {
      let first = at + 1
      at = first
      while at < bytes.count, bytes[at] >= 0x30 && bytes[at] <= 0x39 { at += 1 }
      guard at > first, at - first <= 9, let fraction = number(bytes[first..<at]) else { return nil }
      nanoseconds = fraction
      for _ in (at - first)..<9 { nanoseconds *= 10 }
    }
    guard let offset = offset(bytes[at...]) else { return nil }
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    guard seconds >= 0 else { return nil }
    return (Int64(seconds), nanoseconds)
  }

  /// The seconds east of UTC that `Z`, `±hh:mm`, `±hhmm` or `±hh` stand for.
  static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard let mark = bytes.first else { return nil }
    let rest = bytes.dropFirst()
    if mark == UInt8(ascii: "Z") || mark == UInt8(ascii: "z") { return rest.isEmpty ? 0 : nil }
    guard mark == UInt8(ascii: "+") || mark == UInt8(ascii: "-") else { return nil }
    let digits = rest.filter { $0 != UInt8(ascii: ":") }
    let written = rest.count
    guard written == digits.count || (written == 5 && rest[rest.startIndex + 2] == UInt8(ascii: ":")),
      digits.count == 2 || digits.count == 4, let hours = number(digits[0..<2]),
      let minutes = digits.count == 4 ? number(digits[2..<4]) : 0, hours < 24, minutes < 60
    else { return nil }
    let seconds = hours * 3600 + minutes * 60
    return mark == UInt8(ascii: "-") ? -seconds : seconds
  }

  /// Digits as a number; nil if one of them is none.
  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for digit in digits {
      guard digit >= 0x30 && digit <= 0x39 else { return nil }
      value = value * 10 + Int(digit - 0x30)
    }
    return value
  }
}
