import Quantities

/// The number with a comma between each three digits: `1,234,567`.
package func grouped(_ number: some BinaryInteger) -> String { grouped(String(number)) }

/// A decimal as it is written, with a comma between each three digits of its whole part.
package func grouped(_ decimal: String) -> String {
  let sign = decimal.hasPrefix("-") ? "-" : ""
  let body = decimal.dropFirst(sign.count)
  let whole = body.prefix { $0.isASCIIDigit }
  var result = ""
  for (index, digit) in whole.enumerated() {
    if index > 0, (whole.count - index) % 3 == 0 { result += "," }
    result.append(digit)
  }
  return sign + result + body.dropFirst(whole.count)
}

/// A rate in at most four figures: `950`, `31,250`, `1.24 M`.
package func shortRate(_ perSecond: Double) -> String {
  guard perSecond.isFinite, perSecond >= 0 else { return "0" }
  if perSecond < 100_000 { return grouped(Int(perSecond.rounded())) }
  let hundredths = Int((min(perSecond, 1e15) / 10_000).rounded())
  let fraction = hundredths % 100
  return "\(grouped(hundredths / 100)).\(fraction < 10 ? "0" : "")\(fraction) M"
}

extension Nanoseconds {
  /// Hours, minutes and whole seconds: `0:00:42`, `25:03:10`.
  package var clockText: String {
    let seconds = max(0, rawValue / 1_000_000_000)
    return "\(seconds / 3600):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
  }

  /// Seconds with three decimals: `1.440`.
  package var secondsText: String {
    let milliseconds = rawValue.magnitude / 1_000_000
    let fraction = String(milliseconds % 1000)
    let sign = rawValue < 0 && milliseconds > 0 ? "-" : ""
    return
      "\(sign)\(grouped(milliseconds / 1000)).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
  }
}

/// The number with at least two digits: `07`.
package func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

/// Millionths as a decimal of so many places, rounded half up, with thousands separators.
package func decimalRounded(micros: Int, places: Int) -> String {
  var divisor = 1
  for _ in places..<6 { divisor *= 10 }
  let half = divisor / 2
  let scaled = Int((Int128(micros) + Int128(micros >= 0 ? half : -half)) / Int128(divisor))
  if places == 0 { return grouped(scaled) }
  var digits = String(scaled.magnitude)
  while digits.count <= places { digits = "0" + digits }
  return (scaled < 0 ? "-" : "") + grouped(String(digits.dropLast(places))) + "." + digits.suffix(places)
}

extension Character {
  /// Whether it is one of 0 to 9.
  package var isASCIIDigit: Bool { isASCII && isNumber }
}
