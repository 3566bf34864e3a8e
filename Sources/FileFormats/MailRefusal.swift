import EventRecords
import SorterModel

/// Says what is wrong with a row of a mail file, while the row is still in the window.
struct MailRefusal {
  let scanner: RowScanner
  let columns: MailColumns
  let name: String

  /// The diagnostic for a row refused for `fault`, found in `column` if in any.
  func diagnostic(_ fault: MailFault, column: Int?, beforeStart: Bool) -> Diagnostic {
    let place = column.map { scanner.position(of: $0) } ?? (line: scanner.line, column: 1)
    let field = column.map { quoted(bytes: scanner.bytes($0)) }
    let (message, found, expected) = words(fault, field, column, beforeStart)
    return Diagnostic(
      file: name, line: place.line, column: place.column, message, found: found, expected: expected)
  }

  private func words(
    _ fault: MailFault, _ field: String?, _ column: Int?, _ beforeStart: Bool
  ) -> (String, String?, String?) {
    let column = MailColumns.Column.allCases.first { columns.index($0) == column }?.name ?? ""
    switch fault {
    case .fieldCount:
      return (
        "the row has the wrong number of fields", "\(scanner.fieldCount)",
        "\(columns.count), as in the header"
      )
    case .id:
      return field == "\"\""
        ? ("the id is empty", nil, "1 to 56 bytes") : ("the id is too long", field, "at most 56 bytes")
    case .duplicateID: return ("this id stands on an earlier row", field, "each id once")
    case .time:
      return (
        "\"arrived_at\" is not a time", field,
        "ISO 8601 with Z or an offset, as 2026-01-05T18:00:00Z, from 1970 to 2199"
      )
    case .timeOrder:
      return beforeStart
        ? ("the piece arrived before the run begins", field, "the time the run begins, or later")
        : ("the piece arrived before that of the row above", field, "rows in the order of arrival")
    case .destination:
      return ("the destination is not a code", field, "1 to 12 digits or letters")
    case .dimension:
      return (
        "\(quoted(column)) is not the side of a piece", field,
        "millimetres above 0 and up to 6553.5, with at most 1 decimal"
      )
    case .weight:
      return ("\"weight_g\" is not a weight", field, "grams from 0 to 1000000, with at most 1 decimal")
    case .quoting:
      return (
        "the row has a quote that is not closed, or text behind a closing one",
        quoted(bytes: scanner.rowBytes(limit: 240)), "fields as RFC 4180 quotes them"
      )
    case .encoding:
      return ("the row is not text", quoted(bytes: scanner.rowBytes(limit: 240)), "UTF-8 without NUL bytes")
    case .tooLong: return ("the row is too long", "more than 64 KiB", "at most 64 KiB")
    }
  }
}
