import Quantities
import RegisterMap

/// A point's registers as people read them, and what people write as registers.
public enum PointText {
  /// The value that a point's addresses hold, scaled, with its array's elements in brackets.
  ///
  /// `words` are the registers, or bits as 0 and 1, from the point's first address on.
  public static func value(of point: RegisterPoint, _ words: ArraySlice<UInt16>) -> String {
    let words = Array(words)
    guard words.count >= point.type.addressCount else { return "incomplete" }
    if point.type.element == .ascii { return text(words, point.type.count) }
    let each = point.type.addressCount / max(point.type.count, 1)
    let elements = (0..<point.type.count).map { element(point, Array(words[$0 * each..<($0 + 1) * each])) }
    return elements.count == 1 ? elements[0] : "[" + elements.joined(separator: " ") + "]"
  }

  private static func element(_ point: RegisterPoint, _ words: [UInt16]) -> String {
    switch point.type.element {
    case .bool:
      guard let bit = point.bit, !point.table.isBits else { return words[0] == 0 ? "off" : "on" }
      return words[0] >> UInt16(bit & 15) & 1 == 0 ? "off" : "on"
    case .u16: return scaled(Int64(words[0]), point)
    case .i16: return scaled(Int64(Int16(bitPattern: words[0])), point)
    case .u32: return scaled(Int64(long(point, words)), point)
    case .i32: return scaled(Int64(Int32(bitPattern: long(point, words))), point)
    case .f32: return "\(Float(bitPattern: long(point, words)))"
    case .u64: return "\(UInt64(truncatingIfNeeded: wide(point, words)))"
    case .i64: return "\(Int64(truncatingIfNeeded: wide(point, words)))"
    case .ascii: return ""
    }
  }

  private static func long(_ point: RegisterPoint, _ words: [UInt16]) -> UInt32 {
    point.byteOrder.value(words[0], words[1])
  }

  /// Four registers; the order of the pairs follows that of the registers within them.
  private static func wide(_ point: RegisterPoint, _ words: [UInt16]) -> UInt64 {
    let first = UInt64(point.byteOrder.value(words[0], words[1]))
    let second = UInt64(point.byteOrder.value(words[2], words[3]))
    return point.byteOrder == .abcd || point.byteOrder == .badc ? first << 32 | second : second << 32 | first
  }

  private static func text(_ words: [UInt16], _ count: Int) -> String {
    var bytes = words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }.prefix(count)
    while bytes.last == 0 { bytes.removeLast() }
    return "\"" + String(decoding: bytes.map { (0x20...0x7E).contains($0) ? $0 : 0x2E }, as: UTF8.self) + "\""
  }

  /// A raw number times the scale plus the offset, as a decimal.
  private static func scaled(_ raw: Int64, _ point: RegisterPoint) -> String {
    let (product, overflow) = raw.multipliedReportingOverflow(by: point.scaleMicros)
    let (micros, overflow2) = product.addingReportingOverflow(point.offsetMicros)
    guard !overflow && !overflow2 else { return "\(raw) raw" }
    let whole = micros.magnitude / 1_000_000
    var rest = micros.magnitude % 1_000_000
    let sign = micros < 0 ? "-" : ""
    guard rest > 0 else { return "\(sign)\(whole)" }
    var places = 6
    while rest % 10 == 0 {
      rest /= 10
      places -= 1
    }
    let digits = String(rest)
    return "\(sign)\(whole)." + String(repeating: "0", count: places - digits.count) + digits
  }

  /// The registers, or bits, that hold what a person wrote; throws why they cannot.
  ///
  /// A number is held against the scale: one that falls between two raw numbers is refused, not rounded.
  public static func words(of point: RegisterPoint, _ text: String) throws(PointFault) -> [UInt16] {
    guard point.type.count == 1 else {
      throw PointFault(
        point.name, "is an array: single values can be written, and blocks are the controller's")
    }
    if point.type.element == .bool {
      guard point.bit == nil else {
        throw PointFault(point.name, "is one bit of a register: write the register")
      }
      switch text.lowercased() {
      case "on", "true", "1": return [1]
      case "off", "false", "0": return [0]
      default: throw PointFault(point.name, "takes on or off")
      }
    }
    let raw = try self.raw(of: point, text)
    let range: ClosedRange<Int64> =
      switch point.type.element {
      case .u16: 0...0xFFFF
      case .i16: -0x8000...0x7FFF
      case .u32: 0...0xFFFF_FFFF
      case .i32: -0x8000_0000...0x7FFF_FFFF
      default: throw PointFault(point.name, "is of a type that cannot be written from here")
      }
    guard range.contains(raw) else {
      throw PointFault(
        point.name, "holds raw numbers from \(range.lowerBound) to \(range.upperBound), not \(raw)")
    }
    if point.type.addressCount == 1 { return [UInt16(truncatingIfNeeded: raw)] }
    let (first, second) = point.byteOrder.registers(UInt32(truncatingIfNeeded: raw))
    return [first, second]
  }

  private static func raw(of point: RegisterPoint, _ text: String) throws(PointFault) -> Int64 {
    let notNumber = PointFault(point.name, "takes a number")
    var digits = Substring(text)
    let isNegative = digits.hasPrefix("-")
    if isNegative { digits = digits.dropFirst() }
    let halves = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { throw notNumber }
    guard let first = halves.first, !first.isEmpty, let whole = Int64(first), whole <= 9_000_000_000_000
    else {
      throw notNumber
    }
    var micros = whole * 1_000_000
    if halves.count == 2 {
      guard (1...6).contains(halves[1].count), let rest = Int64(halves[1]), rest >= 0 else { throw notNumber }
      micros += rest * [1, 100_000, 10_000, 1_000, 100, 10, 1][halves[1].count]
    }
    let value = (isNegative ? -micros : micros) - point.offsetMicros
    guard point.scaleMicros != 0, value % point.scaleMicros == 0 else {
      throw PointFault(point.name, "goes in steps of its scale, and \(text) falls between two of them")
    }
    return value / point.scaleMicros
  }
}

/// Why a point cannot be read or written as asked.
public struct PointFault: Error, Hashable, Sendable {
  /// The point's name.
  public var point: String
  /// What is wrong, as in `is not in the map`.
  public var problem: String

  init(_ point: String, _ problem: String) {
    self.point = point
    self.problem = problem
  }
}

extension PointFault: CustomStringConvertible {
  /// The fault in plain words.
  public var description: String { "\(point) \(problem)" }
}
