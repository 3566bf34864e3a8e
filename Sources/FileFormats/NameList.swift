/// Names of bins as people write them: one name, or `first-last` with numbers of the same width.
enum NameList {
  /// Why a list of names cannot be used.
  struct Fault: Error {
    var message: String
    var expected: String
  }

  /// The most bins a machine may have.
  static let maximum = 4096

  /// Whether `name` may be the name of a bin: 1 to 24 letters, digits, `-`, `_` or `.`.
  static func isName(_ name: some StringProtocol) -> Bool {
    name.utf8.count <= 24 && Library.isName(String(name))
  }

  /// The names that `text` stands for, in order.
  static func expanded(_ text: some StringProtocol) throws(Fault) -> [String] {
    let characters = Array(text.unicodeScalars)
    for (at, character) in characters.enumerated() where character == "-" {
      let (first, last) = (parts(characters[..<at]), parts(characters[(at + 1)...]))
      guard let first, let last, first.prefix == last.prefix else { continue }
      guard first.digits.count == last.digits.count else {
        throw Fault(
          message: "the two ends of the range are not equally long",
          expected: "as many digits on both sides, as in 001-096")
      }
      let width = first.digits.count
      guard width <= 9, let low = Int(first.digits), let high = Int(last.digits), low <= high else {
        throw Fault(
          message: "the range is the wrong way round", expected: "the lower number first, as in 001-096")
      }
      guard high - low < maximum else {
        throw Fault(message: "the range holds \(high - low + 1) names", expected: "at most \(maximum)")
      }
      let names = (low...high).map { number in
        let digits = String(number)
        return first.prefix + String(repeating: "0", count: width - digits.utf8.count) + digits
      }
      guard isName(names[0]) else { throw badName }
      return names
    }
    guard isName(text) else { throw badName }
    return [String(text)]
  }

  private static let badName = Fault(
    message: "this is not a name for a bin",
    expected: "1 to 24 letters, digits, \".\", \"-\" or \"_\", or a range such as 001-096")

  /// A name's text and the digits at its end; nil if it does not end in a digit.
  private static func parts(_ name: ArraySlice<Unicode.Scalar>) -> (prefix: String, digits: String)? {
    let digits = name.reversed().prefix { ("0"..."9").contains($0) }.reversed()
    guard !digits.isEmpty else { return nil }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: name.dropLast(digits.count))
    var number = String.UnicodeScalarView()
    number.append(contentsOf: digits)
    return (String(text), String(number))
  }
}
