/// Makes text safe for the files it is written to: one event stays one line, no cell becomes a formula.
package enum Escaping {
  /// The text as the inside of a JSON string: quotes, backslashes and everything invisible escaped.
  ///
  /// Control characters (C0, DEL and C1, so ANSI sequences too) and the line separators U+2028 and U+2029
  /// become `\u` and four hexadecimal digits; newline, return and tab their short forms. Bytes that are
  /// not UTF-8 become U+FFFD.
  static func json(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    for scalar in String(decoding: Array(bytes), as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\"", "\\": out += [0x5C, UInt8(scalar.value)]
      default: appendVisible(scalar, to: &out)
      }
    }
    return out
  }

  /// The text as one CSV field (RFC 4180), on one line, never run as a formula by a spreadsheet.
  ///
  /// A text that begins with `=`, `+`, `-`, `@`, tab or return gets an apostrophe in front. Control
  /// characters are written as in JSON strings, backslashes as they are. Quotes stand around a field that
  /// needs them only.
  package static func csv(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    var quoted = false
    for scalar in String(decoding: Array(bytes), as: UTF8.self).unicodeScalars {
      if out.isEmpty, "=+-@\t\r".unicodeScalars.contains(scalar) {
        out.append(0x27)
        quoted = true
      }
      switch scalar {
      case "\"":
        out += [0x22, 0x22]
        quoted = true
      case ",":
        out.append(0x2C)
        quoted = true
      default: appendVisible(scalar, to: &out)
      }
    }
    return quoted ? [0x22] + out + [0x22] : out
  }

  private static func appendVisible(_ scalar: Unicode.Scalar, to out: inout [UInt8]) {
    switch scalar.value {
    case 0x0A: out += "\\n".utf8
    case 0x0D: out += "\\r".utf8
    case 0x09: out += "\\t".utf8
    case 0...0x1F, 0x7F...0x9F, 0x2028, 0x2029:
      let digits = String(scalar.value, radix: 16)
      out += "\\u".utf8
      out += String(repeating: "0", count: 4 - digits.count).utf8
      out += digits.utf8
    default: out += UTF8.encode(scalar).map { Array($0) } ?? []
    }
  }

  /// Whether a byte means itself in JSON and in CSV, wherever it stands but first.
  @inline(__always)
  static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C && byte != 0x2C
  }

  /// Whether a byte begins a formula, or something a spreadsheet takes for one.
  @inline(__always)
  static func beginsFormula(_ byte: UInt8) -> Bool {
    byte == 0x3D || byte == 0x2B || byte == 0x2D || byte == 0x40
  }
}
