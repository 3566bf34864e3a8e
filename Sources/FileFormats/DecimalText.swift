/// A number as it is written in a file, turned into a whole count of small units without rounding.
public struct DecimalText: Hashable, Sendable {
  /// The number's characters, such as `-12.50`, `1e3`, `0x1F`, `NaN`.
  public var text: String

  /// A number spelled as JSON5 spells numbers.
  public init(_ text: String) { self.text = text }

  /// Why a number cannot be used.
  public enum Fault: Error, Hashable, Sendable {
    /// NaN or an infinity.
    case notFinite
    /// More decimals than the unit allows.
    case tooPrecise
    /// Beyond what 64 bits hold.
    case tooLarge
    /// No number at all.
    case malformed
  }

  /// The number times 10 to the power of `places`, exactly.
  public func scaled(places: Int) throws(Fault) -> Int {
    let (negative, magnitude) = try self.magnitude(places: places)
    if negative {
      guard magnitude <= Int.min.magnitude else { throw .tooLarge }
      return magnitude == Int.min.magnitude ? Int.min : -Int(magnitude)
    }
    guard magnitude <= Int.max.magnitude else { throw .tooLarge }
    return Int(magnitude)
  }

  /// The number times 10 to the power of `places` as sign and magnitude, exactly.
  public func magnitude(places: Int) throws(Fault) -> (negative: Bool, magnitude: UInt) {
    var bytes = Array(text.utf8)[...]
    var negative = false
    if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      negative = sign == UInt8(ascii: "-")
      bytes.removeFirst()
    }
    if bytes.first == UInt8(ascii: "N") || bytes.first == UInt8(ascii: "I") { throw .notFinite }
    let magnitude =
      bytes.starts(with: [0x30, 0x78]) || bytes.starts(with: [0x30, 0x58])
      ? try Self.hexadecimal(bytes.dropFirst(2), places: places) : try Self.decimal(bytes, places: places)
    return (negative && magnitude != 0, magnitude)
  }

  private static func hexadecimal(_ digits: ArraySlice<UInt8>, places: Int) throws(Fault) -> UInt {
    if digits.isEmpty { throw .malformed }
    var value: UInt = 0
    for byte in digits {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw .malformed }
      value = try step(value, times: 16, plus: UInt(digit))
    }
    for _ in 0..<places { value = try step(value, times: 10, plus: 0) }
    return value
  }

  private static func decimal(_ bytes: ArraySlice<UInt8>, places: Int) throws(Fault) -> UInt {
    var digits: [UInt8] = []
    var decimals = 0
    var pointSeen = false
    var at = bytes.startIndex
    while at < bytes.endIndex {
      let byte = bytes[at]
      if byte == UInt8(ascii: ".") && !pointSeen {
        pointSeen = true
      } else if byte >= 0x30 && byte <= 0x39 {
        digits.append(byte - 0x30)
        if pointSeen { decimals += 1 }
      } else {
        break
      }
      at += 1
    }
    if digits.isEmpty { throw .malformed }
    let exponent = try exponent(bytes[at...])
    // 10 to this power still lies between the written digits and the wanted unit.
    var shift = exponent - decimals + places
    while shift < 0, let last = digits.last, digits.count > 1 || last == 0 {
      if last != 0 { throw .tooPrecise }
      if digits.count > 1 { digits.removeLast() }
      shift += 1
      if digits.count == 1 && digits[0] == 0 { return 0 }
    }
    if shift < 0 { throw .tooPrecise }
    var value: UInt = 0
    for digit in digits { value = try step(value, times: 10, plus: UInt(digit)) }
    if value == 0 { return 0 }
    while shift > 0 {
      value = try step(value, times: 10, plus: 0)
      shift -= 1
    }
    return value
  }

  private static func exponent(_ bytes: ArraySlice<UInt8>) throws(Fault) -> Int {
    guard let mark = bytes.first else { return 0 }
    guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { throw .malformed }
    var rest = bytes.dropFirst()
    let negative = rest.first == UInt8(ascii: "-")
    if negative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    if rest.isEmpty { throw .malformed }
    var value = 0
    for byte in rest {
      guard byte >= 0x30 && byte <= 0x39 else { throw .malformed }
      // Far beyond any number of digits a file can hold, so that nothing overflows.
      value = min(value * 10 + Int(byte - 0x30), 1_000_000_000)
    }
    return negative ? -value : value
  }

  private static func step(_ value: UInt, times factor: UInt, plus digit: UInt) throws(Fault) -> UInt {
    let (product, overflow) = value.multipliedReportingOverflow(by: factor)
    let (sum, carry) = product.addingReportingOverflow(digit)
    if overflow || carry { throw .tooLarge }
    return sum
  }
}

/// A count of 10 to the power of -`places` written as a decimal: `12`, `12.3`, `-0.05`.
func decimalText(_ value: Int, places: Int) -> String {
  guard places > 0 else { return String(value) }
  var digits = String(value.magnitude)
  if digits.utf8.count <= places {
    digits = String(repeating: "0", count: places + 1 - digits.utf8.count) + digits
  }
  let whole = digits.dropLast(places)
  var fraction = digits.suffix(places)
  while fraction.last == "0" { fraction.removeLast() }
  return (value < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
}
