import Glibc

/// The list of a run's pieces, `pieces.csv`, read row by row.
package struct PieceTable {
  /// A row; fields by the names in the header.
  package struct Row {
    /// The number of its line.
    package var line: Int
    fileprivate var fields: [String]
    fileprivate var columns: [String: Int]

    /// The field of this column; empty where there is no such column.
    package subscript(column: String) -> String { columns[column].map { fields[$0] } ?? "" }
  }

  /// The path of `pieces.csv`.
  package var path: String

  /// The list at this path.
  package init(path: String) { self.path = path }

  /// Hands over each row.
  package func forEach(_ body: (Row) throws(CommandFailure) -> Void) throws(CommandFailure) {
    guard let file = LineFile(path: path) else {
      throw CommandFailure(
        .noInput, "'\(printable(path))' cannot be read: \(describeError(errno))",
        advice: "A run that was made with --summary-only has no list of pieces.")
    }
    guard let head = try file.next(), let names = csvFields(head) else {
      throw CommandFailure(.badData, "\(printable(path)):1: there is no header")
    }
    let columns = Dictionary(zip(names, names.indices)) { first, _ in first }
    while let line = try file.next() {
      guard let fields = csvFields(line), fields.count == names.count else {
        throw CommandFailure(
          .badData,
          "\(printable(path)):\(file.lineNumber): the row does not have the header's "
            + "\(names.count) fields")
      }
      try body(Row(line: file.lineNumber, fields: fields, columns: columns))
    }
  }
}
