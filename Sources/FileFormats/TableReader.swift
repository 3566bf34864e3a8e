import EventRecords

/// Reads a CSV file such as metrics.csv or pieces.csv row by row, in constant memory.
///
/// Columns are found by name. Rows are as in RFC 4180, at most 64 KiB long; lines that begin with `#`
/// are skipped above the header. One thread at a time.
public final class TableReader {
  /// How messages name the file.
  public let name: String
  /// The columns' names in order.
  public let columns: [String]
  /// The line on which the current row begins, from 1.
  public var line: Int { scanner.line }
  private let scanner: RowScanner
  private let places: [String: Int]

  /// Opens the file at `path` and reads its header, which must have the `required` columns.
  public init(path: String, shownAs name: String? = nil, required: [String] = []) throws(InvalidInput) {
    self.name = name ?? path
    scanner = RowScanner(ByteWindow(try OpenFile(path: path, shownAs: self.name)))
    let header = try TableHeader(scanner, name: self.name, required: required)
    columns = header.names
    places = Dictionary(header.names.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  /// Goes on to the next row; false at the end of the file.
  ///
  /// - Throws: at a row that is not like the header. The rows after it can still be read.
  public func next() throws(InvalidInput) -> Bool {
    let found = try scanner.next()
    if let fault = scanner.complaint(found, fieldCount: columns.count) {
      throw InvalidInput([fault], category: .badData)
    }
    return found == .row
  }

  /// The place of a column in a row; nil if the file has none of this name.
  public func index(of column: String) -> Int? { places[column] }

  /// The text in a column of the current row; nil if the file has no such column.
  public subscript(column: String) -> String? { places[column].map { scanner.text($0) } }

  /// The text at a place of the current row, from 0 and below the number of columns.
  public subscript(index: Int) -> String { scanner.text(index) }

  /// A diagnostic about a field of the current row.
  public func diagnostic(
    at index: Int, _ message: String, expected: String? = nil, suggestion: String? = nil
  ) -> Diagnostic {
    let (line, column) = scanner.position(of: index)
    return Diagnostic(
      file: name, line: line, column: column, message, found: quoted(scanner.text(index)), expected: expected,
      suggestion: suggestion)
  }
}
