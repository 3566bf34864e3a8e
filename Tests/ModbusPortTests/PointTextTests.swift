import RegisterMap
import Testing

@testable import ModbusPlant

@Suite("Points' values as people read and write them")
struct PointTextTests {
  @Test("numbers are scaled exactly and keep their sign")
  func scaled() {
    let point = RegisterPoint(
      "speed", .holding, 0, PointType(.i16), scaleMicros: 100_000, offsetMicros: 500_000)
    #expect(PointText.value(of: point, [10]) == "1.5")
    #expect(PointText.value(of: point, [0xFFF6]) == "-0.5")
    #expect(PointText.value(of: RegisterPoint("n", .holding, 0), [65_535]) == "65535")
    let fine = RegisterPoint("fine", .holding, 0, scaleMicros: 1)
    #expect(PointText.value(of: fine, [7]) == "0.000007")
  }

  @Test("longs and texts follow the point's byte order", arguments: ByteOrder.allCases)
  func longs(order: ByteOrder) {
    let point = RegisterPoint("long", .holding, 0, .u32, byteOrder: order)
    let (first, second) = order.registers(0x0102_0304)
    #expect(PointText.value(of: point, [first, second]) == "16909060")
  }

  @Test("numbers of four registers follow the order of their pairs too", arguments: ByteOrder.allCases)
  func wide(order: ByteOrder) {
    let pairs = [order.registers(0xFFFF_FFFE), order.registers(0x0304_0506)]
    let highFirst = order == .abcd || order == .badc
    let words = (highFirst ? pairs : pairs.reversed()).flatMap { [$0.0, $0.1] }
    let counter = RegisterPoint("n", .holding, 0, PointType(.u64), byteOrder: order)
    #expect(PointText.value(of: counter, words[...]) == "18446744065170212102")
    let signed = RegisterPoint("i", .holding, 0, PointType(.i64), byteOrder: order)
    #expect(PointText.value(of: signed, words[...]) == "-8539339514")
  }

  @Test("a long is written in the point's byte order", arguments: ByteOrder.allCases)
  func longsWritten(order: ByteOrder) throws {
    let point = RegisterPoint("long", .holding, 0, .u32, byteOrder: order, access: .readWrite)
    let (first, second) = order.registers(0x0102_0304)
    #expect(try PointText.words(of: point, "16909060") == [first, second])
  }

  @Test("arrays, single bits of a register and types too wide are not written from here")
  func unwritable() {
    func refusal(_ point: RegisterPoint, _ text: String) -> String {
      do throws(PointFault) {
        _ = try PointText.words(of: point, text)
        return ""
      } catch {
        return error.description
      }
    }
    #expect(refusal(RegisterPoint("a", .holding, 0, PointType(.u16, count: 3)), "1").contains("array"))
    #expect(refusal(RegisterPoint("b", .holding, 0, .bool, bit: 3), "on").contains("write the register"))
    #expect(refusal(RegisterPoint("w", .holding, 0, PointType(.u64)), "1").contains("cannot be written"))
  }

  @Test("bits, arrays and texts")
  func others() {
    #expect(PointText.value(of: RegisterPoint("b", .holding, 0, .bool, bit: 3), [8]) == "on")
    #expect(PointText.value(of: RegisterPoint("c", .coil, 0, .bool), [0]) == "off")
    #expect(
      PointText.value(of: RegisterPoint("a", .holding, 0, PointType(.u16, count: 3)), [1, 2, 3]) == "[1 2 3]")
    let text = RegisterPoint("t", .holding, 0, PointType(.ascii, count: 4))
    #expect(PointText.value(of: text, [0x4F4B, 0x0700]) == "\"OK.\"")
    #expect(PointText.value(of: RegisterPoint("u", .holding, 0, .u32), [1]) == "incomplete")
  }

  @Test(
    "what is written is held against type, range and scale",
    arguments: [("1.5", UInt16(15)), ("0", 0), ("-1", 65_526)])
  func written(text: String, word: UInt16) throws {
    let point = RegisterPoint("p", .holding, 0, PointType(.i16), scaleMicros: 100_000, access: .readWrite)
    #expect(try PointText.words(of: point, text) == [word])
  }

  @Test(
    "what cannot be written is refused",
    arguments: ["", "x", "1.55", "1e3", "3276.8", "0x10", "nan", "1.2.3", "--1"])
  func refused(text: String) {
    let point = RegisterPoint("p", .holding, 0, PointType(.i16), scaleMicros: 100_000, access: .readWrite)
    #expect(throws: PointFault.self) { try PointText.words(of: point, text) }
  }

  @Test("the fields of a block lie within it, one after the other")
  func fields() {
    for name in ["id", "machine", "controller"] {
      let count = ["id": 10, "machine": 16, "controller": 9][name] ?? 0
      let block = RegisterPoint(name, .holding, 100, PointType(.u16, count: count))
      let fields = BlockFields.fields(of: block)
      #expect(!fields.isEmpty)
      #expect(
        fields.allSatisfy {
          block.addresses.contains($0.addresses.lowerBound)
            && $0.addresses.upperBound <= block.addresses.upperBound
        })
      #expect(fields.map(\.address) == fields.map(\.address).sorted())
      #expect(fields.allSatisfy { !$0.access.allowsWriting })
    }
  }
}
