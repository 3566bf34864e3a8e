import Quantities
import Testing

@testable import SorterModel

@Suite("Size classes at their edges")
struct SizeClassTests {
  private let letter = SizeClass(
    name: "letter", length: Millimetres(tenths: 1270)...Millimetres(tenths: 2921),
    width: Millimetres(tenths: 889)...Millimetres(tenths: 1556),
    height: Millimetres(tenths: 2)...Millimetres(tenths: 64), weight: .zero...Grams(tenths: 992),
    aspectThousandths: 1300...2500)

  private func piece(_ length: Int32, _ width: Int32, _ height: Int32, _ weight: Int32) -> Dimensions {
    Dimensions(
      length: Millimetres(tenths: length), width: Millimetres(tenths: width),
      height: Millimetres(tenths: height), weight: Grams(tenths: weight))
  }

  @Test(
    "every limit is inclusive and a tenth beyond it is outside",
    arguments: [
      (1270, 900, 10, 100, true), (1269, 900, 10, 100, false), (2921, 1500, 10, 100, true),
      (2922, 1500, 10, 100, false), (1500, 889, 10, 100, true), (1500, 888, 10, 100, false),
      (2300, 1556, 10, 100, true), (2300, 1557, 10, 100, false), (1500, 1000, 2, 100, true),
      (1500, 1000, 1, 100, false), (1500, 1000, 64, 100, true), (1500, 1000, 65, 100, false),
      (1500, 1000, 10, 0, true), (1500, 1000, 10, 992, true), (1500, 1000, 10, 993, false),
      (1500, 1000, 10, -1, false),
    ])
  func edges(length: Int, width: Int, height: Int, weight: Int, isInside: Bool) {
    let piece = piece(Int32(length), Int32(width), Int32(height), Int32(weight))
    #expect(letter.contains(piece) == isInside)
  }

  @Test("the aspect ratio is exact: 1.3 and 2.5 are inside, a tenth of a millimetre beyond is not")
  func aspect() {
    #expect(letter.contains(piece(1300, 1000, 10, 100)))
    #expect(!letter.contains(piece(1299, 1000, 10, 100)))
    #expect(letter.contains(piece(2500, 1000, 10, 100)))
    #expect(!letter.contains(piece(2501, 1000, 10, 100)))
    // 1.3 x 1001 = 1301.3: 1301 is too short, 1302 is not.
    #expect(!letter.contains(piece(1301, 1001, 10, 100)))
    #expect(letter.contains(piece(1302, 1001, 10, 100)))
  }
}

@Suite("The belt's geometry")
struct BeltGeometryTests {
  private func geometry(_ speed: Int, _ pulses: Int) -> BeltGeometry {
    BeltGeometry(
      HardwareProfile.Belt(
        speedMillimetresPerSecond: speed, encoderPulsesPerMetre: pulses, length: Millimetres(1000),
        restart: .zero))
  }

  @Test(
    "where a pulse is whole nanoseconds, every time is exact, also years on",
    arguments: [
      (4000, 1000, 250_000), (2500, 400, 1_000_000), (1000, 10, 100_000_000), (20_000, 100_000, 500),
    ])
  func exact(speed: Int, pulsesPerMetre: Int, nanoseconds: Int64) {
    let geometry = geometry(speed, pulsesPerMetre)
    for pulses in [0, 1, 2, 999, 123_456_789, 9_000_000_000] as [Int64] {
      guard pulses < Int64.max / nanoseconds / 4 else { continue }
      #expect(geometry.time(of: Pulses(pulses)).rawValue == pulses * nanoseconds)
      #expect(geometry.pulses(in: Nanoseconds(pulses * nanoseconds)).rawValue == pulses)
      #expect(geometry.pulses(in: Nanoseconds(pulses * nanoseconds + 1)).rawValue == pulses + 1)
    }
  }

  @Test(
    "elsewhere a time is rounded down and off by less than 2 ns in ten million pulses",
    arguments: [
      (1500, 400), (3333, 997), (1016, 3937), (7, 1430), (19_999, 99_991),
    ])
  func rounded(speed: Int, pulsesPerMetre: Int) {
    let geometry = geometry(speed, pulsesPerMetre)
    let perSecond = Int64(speed * pulsesPerMetre)
    var last = Nanoseconds(-1)
    for pulses in [0, 1, 2, 3, 4, 5, 600, 601, 100_003, 2_000_000, 9_999_999] as [Int64] {
      let time = geometry.time(of: Pulses(pulses))
      // The exact time is pulses x 10^12 / (speed x pulses a metre).
      let exact = pulses.multipliedFullWidth(by: 1_000_000_000_000)
      let floor = perSecond.dividingFullWidth(exact).quotient
      #expect(time.rawValue <= floor && time.rawValue >= floor - 1, "\(pulses) pulses")
      #expect(time > last)
      last = time
      // The pulses in a time, rounded up, lead back to where the belt is.
      #expect(geometry.pulses(in: time).rawValue <= pulses)
      #expect(geometry.pulses(in: Nanoseconds(floor + 1)).rawValue == pulses + 1)
    }
  }

  @Test(
    "lengths become the nearest pulse, halves up, also below zero",
    arguments: [
      (400, 12, 0), (400, 13, 1), (400, 25, 1), (400, 37, 1), (400, 38, 2), (1000, 5, 1), (1000, 4, 0),
      (1000, -5, 0), (1000, -6, -1), (1000, 15, 2), (100_000, 1, 10), (10, 499, 0), (10, 500, 1),
    ])
  func lengths(pulsesPerMetre: Int, tenths: Int32, pulses: Int64) {
    #expect(geometry(4000, pulsesPerMetre).pulses(Millimetres(tenths: tenths)).rawValue == pulses)
  }

  @Test(
    "a belt's scale is usable from 10 to 2 billion pulses a second",
    arguments: [
      (1, 10_000, true), (1, 9999, false), (20_000, 100_000_000, true), (20_000, 100_000_001, false),
      (Int.max, 2, false), (0, 1000, false),
    ])
  func usable(speed: Int, pulses: Int, isUsable: Bool) {
    let belt = HardwareProfile.Belt(
      speedMillimetresPerSecond: speed, encoderPulsesPerMetre: pulses, length: .zero, restart: .zero)
    #expect(BeltGeometry.isUsable(belt) == isUsable)
  }
}

@Suite("Names and small texts")
struct NameTests {
  @Test("every reason has its name, and a name leads back to its reason")
  func reasons() {
    for reason in Reason.allCases where reason != .none {
      #expect(Reason(name: reason.name) == reason && !reason.name.isEmpty)
    }
    #expect(Reason.none.name == "" && Reason(name: "") == nil && Reason(name: "none") == nil)
    #expect(Reason(name: "NoRead") == nil)
    #expect(Set(Reason.allCases.map(\.name)).count == Reason.allCases.count)
    #expect(Outcome.allCases.map(\.name) == ["on_machine", "sorted", "rejected", "removed", "lost"])
    #expect(ReadQuality.allCases.map(\.reason) == [.none, .noRead, .multiRead, .noData])
    #expect(Choice.allCases.map(\.name) == ["primary", "alternate", "overflow", "reject", "recirculate"])
  }

  @Test("a short text holds up to 56 bytes and gives them back", arguments: [0, 1, 7, 8, 9, 55, 56])
  func shortText(count: Int) throws {
    let bytes = (0..<count).map { UInt8(32 + $0) }
    let text = try #require(ShortText(utf8: bytes))
    #expect(Array(text.description.utf8) == bytes && Int(text.count) == count && text.isEmpty == (count == 0))
    #expect((0..<count).map { text[$0] } == bytes)
    #expect(text == ShortText(utf8: bytes))
    if count > 0 { #expect(text != ShortText(utf8: bytes.dropLast())) }
    #expect(ShortText(utf8: [UInt8](repeating: 65, count: 57)) == nil)
  }

  @Test("a pattern is written as plans write it")
  func patterns() {
    #expect(SampleMachine.pattern("331").description == "331")
    #expect(SampleMachine.pattern("33000-33199").description == "33000-33199")
    #expect(CodePattern.any.description == "*")
    let (three, four) = (DestinationCode("334") ?? .none, DestinationCode("3300") ?? .none)
    #expect(CodePattern(from: three, through: four) == nil, "unequal lengths")
    #expect(CodePattern(from: three, through: DestinationCode("333") ?? .none) == nil, "backwards")
  }
}
