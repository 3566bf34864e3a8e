/// The text as it may stand in an attribute or between tags; what XML 1.0 cannot hold becomes U+FFFD.
func markup(_ text: some StringProtocol) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&apos;"
    case "\t", "\n", "\r": result += "&#\(scalar.value);"
    case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): result += "\u{FFFD}"
    case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// The text as a JSON string that may stand inside a script element: nothing in it can close the element.
func scriptString(_ text: some StringProtocol) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case _ where scalar.value < 0x20 || "<>&\u{7F}\u{2028}\u{2029}".unicodeScalars.contains(scalar):
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

/// A number with at most so many decimals and without needless zeros: the same on every computer.
func shortNumber(_ value: Double, places: Int = 1) -> String {
  guard value.isFinite else { return "0" }
  var scale = 1.0
  for _ in 0..<places { scale *= 10 }
  let scaled = Int64((min(max(value, -1e12), 1e12) * scale).rounded())
  var digits = String(scaled.magnitude)
  if digits.count <= places { digits = String(repeating: "0", count: places + 1 - digits.count) + digits }
  var fraction = digits.suffix(places)
  while fraction.hasSuffix("0") { fraction.removeLast() }
  let whole = digits.dropLast(places)
  return (scaled < 0 ? "-" : "") + (fraction.isEmpty ? String(whole) : "\(whole).\(fraction)")
}
