/// Text from a file made safe to print on one line: control characters escaped, long texts shortened.
///
/// - Parameter limit: the most characters (Unicode scalars) of `text` that are kept; `…` follows where more were there.
public func printable(_ text: some StringProtocol, limit: Int = 60) -> String {
  var result = ""
  var count = 0
  for scalar in text.unicodeScalars {
    if count == limit {
      result += "…"
      break
    }
    count += 1
    switch scalar.value {
    case 0x0A: result += "\\n"
    case 0x0D: result += "\\r"
    case 0x09: result += "\\t"
    case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF:
      // Besides control characters, those that reorder or hide what a terminal shows.
      result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Text from a file in double quotes, safe to print on one line.
public func quoted(_ text: some StringProtocol, limit: Int = 60) -> String {
  "\"" + printable(text, limit: limit).replacingQuotes() + "\""
}

extension String {
  fileprivate func replacingQuotes() -> String {
    contains("\"") ? split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"") : self
  }
}

/// Bytes from a file as printable text in double quotes; bytes that are not UTF-8 show as `\xHH`.
func quoted(bytes: some Sequence<UInt8>, limit: Int = 60) -> String {
  let head = Array(bytes.prefix(limit * 4))
  if firstInvalidUTF8(head) == nil { return quoted(String(decoding: head, as: UTF8.self), limit: limit) }
  var text = ""
  for byte in head.prefix(limit) {
    if byte >= 0x20 && byte < 0x7F {
      text.unicodeScalars.append(Unicode.Scalar(byte))
    } else {
      text += "\\x" + hex(byte)
    }
  }
  return "\"" + text + "\""
}

/// Names as a choice between them: `line or loop`, `jam, slip or sweepers`.
func alternatives(_ names: [String]) -> String {
  guard let last = names.last, names.count > 1 else { return names.first.map { printable($0) } ?? "nothing" }
  return names.dropLast().map { printable($0) }.joined(separator: ", ") + " or " + printable(last)
}

/// A byte as two capital hexadecimal digits.
func hex(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16, uppercase: true)
  return digits.utf8.count == 1 ? "0" + digits : digits
}
