import Testing

@testable import FileFormats

@Suite("Times of mail rows")
struct DateCacheTests {
  @Test(
    "a time is read the same by the fast way as by the long way, with and without a fraction",
    arguments: [
      "2026-01-05T18:00:00Z", "2026-01-05T18:00:00.5Z", "2026-01-05T23:59:59.123Z",
      "2026-01-05T00:00:00.000000001Z", "2026-01-05T12:34:56.999999999Z", "2026-01-05T12:34:56+02:00",
      "2026-01-05T12:34:56.25-03:00",
    ])
  func sameBothWays(text: String) throws {
    let dates = DateCache()
    let moment = try #require(CalendarTime.moment(text))
    let expected = moment.seconds * 1_000_000_000 + Int64(moment.nanoseconds)
    // The first reading remembers the date, the second one uses it.
    #expect(read("2026-01-05T01:02:03Z", dates) != nil)
    #expect(read(text, dates) == expected)
    #expect(read(text, dates) == expected)
  }

  @Test(
    "what is no time is none by the fast way either",
    arguments: [
      "2026-01-05T18:00:00.Z", "2026-01-05T18:00:00.12x4Z", "2026-01-05T24:00:00Z", "2026-01-05T18:60:00.5Z",
      "2026-01-05T18:00:00.1234567890Z", "2026-01-05T18:00:00,Z", "2026-01-05T18:00:00.5",
    ])
  func noTime(text: String) {
    let dates = DateCache()
    #expect(read("2026-01-05T01:02:03Z", dates) != nil)
    #expect(read(text, dates) == nil)
  }

  private func read(_ text: String, _ dates: DateCache) -> Int64? {
    // The reader may look 64 bytes beyond a field's first.
    let bytes = Array(text.utf8) + Array(repeating: 0x2C, count: 80)
    return unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return nil }
      return unsafe dates.nanoseconds(base, (start: 0, end: text.utf8.count))
    }
  }
}
