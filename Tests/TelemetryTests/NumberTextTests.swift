import Testing

@testable import Telemetry

/// Runs a cursor over a block of memory and gives back what it wrote.
func written(_ write: (inout LineCursor) -> Void) -> String {
  let block = UnsafeMutablePointer<UInt8>.allocate(capacity: 8192)
  unsafe block.initialize(repeating: 0xFF, count: 8192)
  defer { unsafe block.deallocate() }
  var line = unsafe LineCursor(at: block)
  write(&line)
  return unsafe String(
    decoding: UnsafeBufferPointer(start: block, count: line.at - block), as: UTF8.self)
}

@Suite("Numbers as text")
struct NumberTextTests {
  /// Every power of ten and two with its neighbours, and a walk in between.
  static var samples: [UInt64] {
    var samples: [UInt64] = [0, .max, .max - 1]
    for shift in 0..<64 {
      let power: UInt64 = 1 << UInt64(shift)
      samples += [power - 1, power, power + 1]
    }
    var power: UInt64 = 1
    for _ in 0..<19 {
      power *= 10
      samples += [power - 1, power, power + 1]
    }
    var value: UInt64 = 1
    for _ in 0..<2000 {
      value = value &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      samples.append(value >> (value & 63))
    }
    return samples
  }

  @Test("a number is written as Swift writes it")
  func unsigned() {
    for sample in Self.samples {
      #expect(written { $0.unsigned(sample) } == String(sample))
      let signed = Int64(bitPattern: sample)
      #expect(written { $0.signed(signed) } == String(signed))
    }
  }

  @Test("every number of up to eight digits splits into its digits")
  func eightDigitNumbers() {
    for value in stride(from: UInt32(0), to: 100_000_000, by: 7919) {
      let text = String(value)
      #expect(
        written { $0.fixedEight(value) } == String(repeating: "0", count: 8 - text.count) + text)
    }
    #expect(written { $0.fixedEight(99_999_999) } == "99999999")
  }

  @Test("decimals have the places they should")
  func decimals() {
    #expect(written { $0.tenths(2413) } == "241.3")
    #expect(written { $0.tenths(1050) } == "105")
    #expect(written { $0.tenths(3) } == "0.3")
    #expect(written { $0.tenths(0) } == "0")
    #expect(written { $0.seconds(1_440_000_005) } == "1.440000005")
    #expect(written { $0.seconds(-1) } == "-0.000000001")
    #expect(written { $0.milliseconds(5_046_272_001) } == "5046.272001")
    #expect(written { $0.fixedNine(7) } == "000000007")
    #expect(decimalText(1_500_000, places: 6) == "1.5")
    #expect(decimalText(-50_000, places: 6) == "-0.05")
    #expect(decimalText(0, places: 6) == "0")
    #expect(decimalText(Int.min, places: 6) == "-9223372036854.775808")
  }

  @Test("fragments longer than a block are copied whole")
  func fragments() {
    for count in [0, 1, 31, 32, 33, 64, 100] {
      let text = String(repeating: "x", count: count)
      let table = FragmentTable([Array("before".utf8), Array(text.utf8), Array("after".utf8)])
      #expect(
        written {
          $0.fragment(table[1])
          $0.byte(0x21)
        } == text + "!")
    }
  }

  @Test(
    "seconds since 1970 become calendar times",
    arguments: [
      (0, "1970-01-01T00:00:00"), (951_782_399, "2000-02-28T23:59:59"), (951_782_400, "2000-02-29T00:00:00"),
      (1_767_636_000, "2026-01-05T18:00:00"), (4_107_542_400, "2100-03-01T00:00:00"),
      (-1, "1969-12-31T23:59:59"), (253_402_300_799, "9999-12-31T23:59:59"),
    ])
  func calendar(seconds: Int64, text: String) {
    #expect(CivilTime(secondsSince1970: seconds).text == text)
  }

  @Test("the clock's texts change with the second, the minute and the year")
  func clock() {
    var clock = ClockText(startsAt: 1_767_225_599 - 61)
    for (second, time, elapsed) in [
      (0, "2025-12-31T23:58:58", ""), (1, "2025-12-31T23:58:59", "1"), (2, "2025-12-31T23:59:00", "2"),
      (61, "2025-12-31T23:59:59", "61"), (62, "2026-01-01T00:00:00", "62"), (59, "2025-12-31T23:59:57", "59"),
    ] {
      clock.move(to: Int64(second))
      #expect(written { $0.fragment(clock.timestamp) } == ",\"timestamp\":\"\(time).")
      #expect(written { $0.fragment(clock.elapsed) } == "Z\",\"elapsed_ns\":\(elapsed)")
    }
  }
}
