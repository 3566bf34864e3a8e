extension JSONNode {
  /// The value as JSON on one line, the same for the same value however it was written.
  public var json: String {
    switch kind {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let number): number.plain
    case .string(let text): Self.json(text)
    case .array(let items): "[" + items.map(\.json).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { Self.json($0.key) + ":" + $0.value.json }.joined(separator: ",") + "}"
    }
  }

  /// A text in quotes as JSON writes it; nothing in it is invisible.
  static func json(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": out += "\\" + String(scalar)
      default:
        let isHidden = scalar.value < 0x20 || 0x7F...0x9F ~= scalar.value || 0x2028...0x2029 ~= scalar.value
        if isHidden {
          out +=
            "\\u00".prefix(scalar.value > 0xFF ? 2 : 4) + String(scalar.value, radix: 16).leftPadded(to: 2)
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    return out + "\""
  }
}

extension DecimalText {
  /// The number without signs, exponents and zeros that say nothing; as it stands where it is no plain number.
  var plain: String {
    guard let billionths = try? scaled(places: 9) else { return text }
    return decimalText(billionths, places: 9)
  }
}

extension String {
  fileprivate func leftPadded(to count: Int) -> String {
    String(repeating: "0", count: max(0, count - utf8.count)) + self
  }
}
