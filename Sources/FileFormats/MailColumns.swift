/// Where the columns of a mail file stand, found by the names in its header.
struct MailColumns {
  /// A column that every mail file has; raw values are places in `FormatKeys.mailColumns`.
  enum Column: Int, CaseIterable {
    case id = 0
    case arrivedAt, destination, length, width, height, weight

    /// The column's name in the header.
    var name: String { FormatKeys.mailColumns[rawValue] }
  }

  /// How many fields every row has.
  let count: Int
  /// For each column, its place in a row.
  private let indices: [Int]

  /// Reads the header, the first row that is not empty and not a `#` comment.
  init(header scanner: RowScanner, name: String) throws(InvalidInput) {
    let header = try TableHeader(scanner, name: name, required: FormatKeys.mailColumns)
    count = header.names.count
    indices = FormatKeys.mailColumns.map { header.index($0) ?? 0 }
  }

  /// The place of a column in a row.
  func index(_ column: Column) -> Int { indices[column.rawValue] }
}

/// The header of a CSV file: its columns' names, checked.
struct TableHeader {
  /// The names in order.
  let names: [String]

  /// Reads the first row that is not empty and does not begin with `#`.
  init(_ scanner: RowScanner, name: String, required: [String], others: [String] = []) throws(InvalidInput) {
    var names: [String] = []
    reading: while true {
      switch try scanner.next() {
      case .end:
        throw Self.fault(
          name,
          scanner.window.fileOffset + scanner.window.end == 0
            ? "the file is empty" : "the file has no header", 1, 1,
          expected: "a header with the columns " + required.joined(separator: ","))
      case .fault(let fault):
        if scanner.fieldCount == 0 && fault == .tooLong || fault == .encoding {
          throw Self.fault(
            name, "the file does not begin with a header", scanner.line, 1,
            found: fault == .encoding ? "bytes that are not UTF-8 text" : "a line of more than 64 KiB",
            expected: "a header with the columns " + required.joined(separator: ","))
        }
        throw Self.fault(name, "the header has a quote that is not closed", scanner.line, 1)
      case .row:
        names = (0..<min(scanner.fieldCount, RowScanner.fieldLimit)).map { scanner.text($0) }
        if let first = names.first, first.unicodeScalars.first?.value == 0xFEFF {
          names[0] = String(String.UnicodeScalarView(first.unicodeScalars.dropFirst()))
        }
        if !names[0].hasPrefix("#") { break reading }
      }
    }
    self.names = names
    if let wrong = Self.oddSeparation(names, scanner, required) {
      throw InvalidInput([wrong], category: .badData)
    }
    var wrong: [Diagnostic] = []
    if scanner.fieldCount > RowScanner.fieldLimit {
      wrong.append(
        Diagnostic(
          file: name, line: scanner.line, column: 1, "the header has too many columns",
          found: "\(scanner.fieldCount)", expected: "at most \(RowScanner.fieldLimit)"))
    }
    for column in required where !names.contains(column) {
      let unused = names.filter { !required.contains($0) && !others.contains($0) }
      let near = nearestName(to: column, among: unused).map { quoted($0) }
      wrong.append(
        Diagnostic(
          file: name, line: scanner.line, column: 1, "the column \(quoted(column)) is missing",
          found: near ?? Self.list(names), expected: quoted(column)
        ))
    }
    for (index, column) in names.enumerated() where required.contains(column) || others.contains(column) {
      if names[..<index].contains(column) {
        let (line, place) = scanner.position(of: index)
        wrong.append(
          Diagnostic(
            file: name, line: line, column: place,
            "the column \(quoted(column)) stands here for the second time", expected: "each column once"))
      }
    }
    if !wrong.isEmpty { throw InvalidInput(wrong, category: .badData) }
  }

  /// A header whose fields or lines are not separated as CSV separates them; nil where all is well.
  private static func oddSeparation(
    _ names: [String], _ scanner: RowScanner, _ required: [String]
  ) -> Diagnostic? {
    let scalars = names.map(\.unicodeScalars)
    if scalars.contains(where: { $0.contains("\r") }) {
      return Diagnostic(
        file: scanner.window.name, line: scanner.line, column: 1, "the lines end in a carriage return alone",
        found: "CR", expected: "LF or CR LF")
    }
    guard scalars.count == 1, required.count > 1,
      let place = scalars[0].firstIndex(where: { $0 == ";" || $0 == "\t" })
    else { return nil }
    return Diagnostic(
      file: scanner.window.name, line: scanner.line,
      column: scalars[0].distance(from: scalars[0].startIndex, to: place) + 1,
      "the fields are not separated by commas", found: quoted(String(scalars[0][place])), expected: "\",\"")
  }

  /// The place of a column; nil if there is none of this name.
  func index(_ name: String) -> Int? { names.firstIndex(of: name) }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(10).map { printable($0, limit: 30) }.joined(separator: ",")
    return "the columns " + shown + (names.count > 10 ? ", ..." : "")
  }

  private static func fault(
    _ name: String, _ message: String, _ line: Int, _ column: Int, found: String? = nil,
    expected: String? = nil
  ) -> InvalidInput {
    InvalidInput(
      [Diagnostic(file: name, line: line, column: column, message, found: found, expected: expected)],
      category: .badData)
  }
}
