extension JSON5Reader {
  /// The Unicode scalar that begins here; nil at the end. The text is known to be UTF-8.
  var scalarHere: Unicode.Scalar? {
    guard at < source.bytes.count else { return nil }
    if source.bytes[at] < 0x80 { return Unicode.Scalar(source.bytes[at]) }
    return String(decoding: source.bytes[at..<min(source.bytes.count, at + 4)], as: UTF8.self)
      .unicodeScalars.first
  }

  func isIdentifierStart(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return scalar == "$" || scalar == "_" || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber:
      return true
    default: return false
    }
  }

  func isIdentifierPart(_ scalar: Unicode.Scalar) -> Bool {
    if isIdentifierStart(scalar) { return true }
    if scalar.isASCII { return ("0"..."9").contains(scalar) }
    if scalar.value == 0x200C || scalar.value == 0x200D { return true }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation: return true
    default: return false
    }
  }

  /// An identifier name of ECMAScript 5.1, `\u` escapes resolved.
  mutating func identifier() throws(Stop) -> String {
    var text = String.UnicodeScalarView()
    while let scalar = scalarHere {
      if scalar == "\\" {
        let start = at
        guard byte(ahead: 1) == UInt8(ascii: "u") else {
          throw stop("a name may not hold this", expected: "a letter, digit, \"_\" or \"$\"")
        }
        at += 2
        let unit = try hexadecimal(digits: 4)
        guard let escaped = Unicode.Scalar(unit), isIdentifierPart(escaped),
          !text.isEmpty || isIdentifierStart(escaped)
        else {
          throw stop("this escape does not stand for a letter or digit", at: start)
        }
        text.append(escaped)
      } else if text.isEmpty ? isIdentifierStart(scalar) : isIdentifierPart(scalar) {
        text.append(scalar)
        at += UTF8.width(scalar)
      } else {
        break
      }
    }
    return String(text)
  }

  /// A text in double or single quotes.
  mutating func string() throws(Stop) -> String {
    let start = at
    let quote = source.bytes[at]
    at += 1
    var text: [UInt8] = []
    var clean = at
    while true {
      guard let byte = peek else {
        throw stop(
          "the text that begins here is not closed", at: start, found: "the end of the file",
          expected: quoted(String(Character(Unicode.Scalar(quote)))))
      }
      switch byte {
      case quote:
        text += source.bytes[clean..<at]
        at += 1
        return String(decoding: text, as: UTF8.self)
      case 0x0A, 0x0D:
        throw stop(
          "the text that begins here is not closed on its line", at: start, found: "the end of the line",
          expected: quoted(String(Character(Unicode.Scalar(quote)))))
      case UInt8(ascii: "\\"):
        text += source.bytes[clean..<at]
        try escape(into: &text)
        clean = at
      default: at += 1
      }
    }
  }

  private mutating func escape(into text: inout [UInt8]) throws(Stop) {
    let start = at
    at += 1
    guard let scalar = scalarHere else { throw stop("the text ends in a backslash", at: start) }
    at += UTF8.width(scalar)
    switch scalar {
    case "b": text.append(0x08)
    case "f": text.append(0x0C)
    case "n": text.append(0x0A)
    case "r": text.append(0x0D)
    case "t": text.append(0x09)
    case "v": text.append(0x0B)
    case "0":
      if let next = peek, next >= 0x30 && next <= 0x39 {
        throw stop(
          "octal escapes are not JSON5", at: start, found: "\"\\0\" and a digit",
          expected: "\\x and two hexadecimal digits")
      }
      text.append(0)
    case "1"..."9":
      throw stop(
        "a backslash may not stand before this digit", at: start,
        found: quoted("\\" + String(Character(scalar))), expected: "\\x and two hexadecimal digits")
    case "x": text += Array(String(Character(Unicode.Scalar(UInt8(try hexadecimal(digits: 2))))).utf8)
    case "u": text += Array(String(Character(try escapedScalar(from: start))).utf8)
    case "\r": if peek == 0x0A { at += 1 }
    case "\n", "\u{2028}", "\u{2029}": break
    default: text += Array(String(Character(scalar)).utf8)
    }
  }

  /// The scalar of a `\u` escape, or of two that make a surrogate pair.
  private mutating func escapedScalar(from start: Int) throws(Stop) -> Unicode.Scalar {
    let first = try hexadecimal(digits: 4)
    if let scalar = Unicode.Scalar(first) { return scalar }
    if first < 0xDC00, peek == UInt8(ascii: "\\"), byte(ahead: 1) == UInt8(ascii: "u") {
      at += 2
      let second = try hexadecimal(digits: 4)
      if (0xDC00...0xDFFF).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      {
        return scalar
      }
    }
    throw stop(
      "half of a surrogate pair stands alone", at: start,
      found: "\\u" + String(first, radix: 16, uppercase: true),
      expected: "both halves")
  }

  private mutating func hexadecimal(digits: Int) throws(Stop) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw stop("the escape is too short", expected: "\(digits) hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      at += 1
    }
    return value
  }

  /// A number: decimal, hexadecimal, `NaN` or `Infinity`, with a sign if it has one.
  mutating func number() throws(Stop) -> DecimalText {
    let start = at
    if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { at += 1 }
    if peek == UInt8(ascii: "I") || peek == UInt8(ascii: "N") {
      let word = try identifier()
      if word != "Infinity" && word != "NaN" {
        throw stop("this is not a number", at: start, found: printable(word), expected: "a number")
      }
    } else if peek == UInt8(ascii: "0"), byte(ahead: 1).map({ $0 | 0x20 }) == UInt8(ascii: "x") {
      at += 2
      let first = at
      while let byte = peek, Character(Unicode.Scalar(byte)).isHexDigit { at += 1 }
      if at == first { throw stop("the number ends too early", expected: "a hexadecimal digit") }
    } else {
      try decimalNumber()
    }
    if let next = scalarHere, isIdentifierPart(next) || next == "." {
      throw stop("the number goes wrong here", expected: "its end, \",\" or a space")
    }
    return DecimalText(String(decoding: source.bytes[start..<at], as: UTF8.self))
  }

  private mutating func decimalNumber() throws(Stop) {
    let whole = digits()
    if whole > 1 && source.bytes[at - whole] == 0x30 {
      throw stop(
        "a number may not begin with 0", at: at - whole, found: "a leading zero",
        expected: "the number without it, or a text in quotes")
    }
    var fraction = 0
    if peek == UInt8(ascii: ".") {
      at += 1
      fraction = digits()
    }
    if whole + fraction == 0 { throw stop("the number has no digits", expected: "a digit") }
    if peek.map({ $0 | 0x20 }) == UInt8(ascii: "e") {
      at += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { at += 1 }
      if digits() == 0 { throw stop("the exponent has no digits", expected: "a digit") }
    }
  }

  private mutating func digits() -> Int {
    let start = at
    while let byte = peek, byte >= 0x30 && byte <= 0x39 { at += 1 }
    return at - start
  }

  /// Steps over white space and comments.
  mutating func skipSpace() throws(Stop) {
    while let byte = peek {
      switch byte {
      case 0x09...0x0D, 0x20: at += 1
      case UInt8(ascii: "/"): try comment()
      case 0x80...:
        guard let scalar = scalarHere, scalar.value == 0xFEFF || isSpace(scalar) else { return }
        at += UTF8.width(scalar)
      default: return
      }
    }
  }

  private func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value == 0x2028 || scalar.value == 0x2029 || scalar.properties.generalCategory == .spaceSeparator
  }

  private mutating func comment() throws(Stop) {
    let start = at
    if byte(ahead: 1) == UInt8(ascii: "/") {
      while let byte = peek, byte != 0x0A && byte != 0x0D {
        // U+2028 and U+2029 end a line too.
        if byte == 0xE2, self.byte(ahead: 1) == 0x80, let last = self.byte(ahead: 2),
          last == 0xA8 || last == 0xA9
        {
          return
        }
        at += 1
      }
    } else if byte(ahead: 1) == UInt8(ascii: "*") {
      at += 2
      while peek != UInt8(ascii: "*") || byte(ahead: 1) != UInt8(ascii: "/") {
        if peek == nil {
          throw stop(
            "the comment that begins here is not closed", at: start, found: "the end of the file",
            expected: "\"*/\"")
        }
        at += 1
      }
      at += 2
    } else {
      throw stop("this is not a comment", at: start, found: "\"/\"", expected: "\"//\" or \"/*\"")
    }
  }
}

extension UTF8 {
  /// How many bytes a scalar takes.
  fileprivate static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0..<0x80: 1
    case 0x80..<0x800: 2
    case 0x800..<0x10000: 3
    default: 4
    }
  }
}
